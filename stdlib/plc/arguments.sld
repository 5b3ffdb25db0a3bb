;;; Checks of arguments, in the words of the primitives' own: what is raised
;;; names the procedure that the program called.
(define-library (plc arguments)
  (export wrong-type bad-index check-type check-all check-callable not-callable
          check-index check-range check-count
          check-end ended? with-range with-part with-parts option
          options-after)
  (import (plc core) (plc primitives))
  (begin
    (define (wrong-type who expected position object)
      "Raises that an argument of a procedure is not what it expects."
      (raise (make-condition
              'wrong-type
              (string-append who ": expected " expected " as argument "
                             (number->string position))
              (list object))))

    (define (bad-index who index length)
      "Raises that there is no such index."
      (raise (make-condition
              'range
              (string-append who ": index out of range, length "
                             (number->string length))
              (list index))))

    (define-syntax check-type
      (syntax-rules ()
        ((_ fits? who expected position object)
         (if (not (fits? object))
             (wrong-type who expected position object)))))

    (define (check-all who expected position fits? values)
      "Raises unless all values fit; the first is at position."
      (if (pair? values)
          (if (fits? (car values))
              (check-all who expected (+ position 1) fits? (cdr values))
              (wrong-type who expected position (car values)))))

    ;; Raises for what cannot be called.
    (define-syntax check-callable
      (syntax-rules ()
        ((_ who position f)
         (if (not (procedure? f))
             (not-callable who position f)))))

    (define (not-callable who position f)
      (if (not (%callable? f))
          (wrong-type who "a procedure" position f)))

    (define (check-index who position index length)
      "Raises unless index is one of a sequence of that length."
      (if (not (fixnum? index))
          (wrong-type who "an index" position index))
      (if (not (and (<= 0 index) (< index length)))
          (bad-index who index length)))

    (define (check-range who start end length)
      "Raises unless start and end delimit a part of such a sequence."
      (if (not (fixnum? end))
          (wrong-type-of-bound who "an end index" end))
      (if (not (and (<= 0 end) (<= end length)))
          (bad-index who end length))
      (if (not (fixnum? start))
          (wrong-type-of-bound who "a start index" start))
      (if (not (and (<= 0 start) (<= start end)))
          (bad-index who start end)))

    (define (wrong-type-of-bound who expected object)
      (raise (make-condition 'wrong-type
                             (string-append who ": expected " expected)
                             (list object))))

    (define (check-count who position n)
      "Raises unless n is a number of elements."
      (if (not (and (fixnum? n) (<= 0 n)))
          (wrong-type who "a count" position n)))

    (define (check-end who position rest)
      "#t for (), the end of a list; raises for anything else."
      (or (null? rest) (wrong-type who "a list" position rest)))

    ;; True at the end of a list. Whatever else is no pair is an error.
    (define-syntax ended?
      (syntax-rules ()
        ((_ who position list)
         (if (pair? list) #f (check-end who position list)))))

    ;; The k-th of a list of optional arguments, or a default.
    (define-syntax option
      (syntax-rules ()
        ((_ 0 options default)
         (if (pair? options) (car options) default))
        ((_ 1 options default)
         (if (and (pair? options) (pair? (cdr options)))
             (cadr options)
             default))
        ((_ k options default)
         (if (> (length options) k) (list-ref options k) default))))

    ;; Binds the optional arguments start and end of a sequence of a length.
    (define-syntax with-range
      (syntax-rules ()
        ((_ (who length options start end) body ...)
         (let* ((n length)
                (start (option 0 options 0))
                (end (option 1 options n)))
           (if (pair? options)
               (check-range who start end n))
           body ...))))

    (define (options-after k options)
      "The optional arguments behind the first k."
      (if (and (pair? options) (> k 0))
          (options-after (- k 1) (cdr options))
          options))

    ;; with-range for a string, an argument at a position.
    (define-syntax with-part
      (syntax-rules ()
        ((_ (who string position options start end) body ...)
         (begin
           (check-type string? who "a string" position string)
           (with-range (who (string-length string) options start end)
             body ...)))))

    ;; The same for two strings, the first arguments.
    (define-syntax with-parts
      (syntax-rules ()
        ((_ (who a b options start-a end-a start-b end-b) body ...)
         (with-part (who a 1 options start-a end-a)
           (let ((more (options-after 2 options)))
             (with-part (who b 2 more start-b end-b)
               body ...))))))))
