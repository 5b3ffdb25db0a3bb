;; What the programs here share: they print what is not as a document says,
;; and how many checks there were.

(define checks 0)

(define (compare source got expected)
  (set! checks (+ checks 1))
  (if (not (equal? got expected))
      (begin
        (write source)
        (newline)
        (for-each (lambda (text values)
                    (display text)
                    (for-each (lambda (value) (write-char #\space) (write value))
                              values)
                    (newline))
                  '("  gives   " "  expected")
                  (list got expected)))))

;; The values of an expression, each given by an expression.
(define-syntax is
  (syntax-rules ()
    ((_ expression value ...)
     (compare 'expression
              (call-with-values (lambda () expression) list)
              (list value ...)))))

;; The beginning of the message of what an expression raises, which names the
;; procedure that was called.
(define-syntax raises
  (syntax-rules ()
    ((_ expression name)
     (compare 'expression
              (list (guard (e ((error-object? e)
                               (beginning (error-object-message e)
                                          (string-length name)))
                              (#t (list 'raised e)))
                      expression))
              (list name)))))

(define (beginning text n)
  (if (string? text)
      (substring text 0 (min n (string-length text)))
      text))

(define (done)
  (display checks)
  (display " checks")
  (newline))
