;;; SRFI 41: streams, whose elements and tails are evaluated when needed, once.
;;;
;;; A stream holds a promise of the null object or of a cell; a cell holds the
;;; promise of an element and a stream. What makes a stream from streams runs in
;;; constant space as long as nothing holds its beginning: the promises that
;;; loops return are chained by delay-force.
(define-library (srfi 41)
  (export stream-null stream-cons stream? stream-null? stream-pair? stream-car
          stream-cdr stream-lambda define-stream list->stream port->stream
          stream stream->list stream-append stream-concat stream-constant
          stream-drop stream-drop-while stream-filter stream-fold
          stream-for-each stream-from stream-iterate stream-length stream-let
          stream-map stream-match stream-of stream-range stream-ref
          stream-reverse stream-scan stream-take stream-take-while
          stream-unfold stream-unfolds stream-zip)
  (import (scheme base) (scheme lazy) (plc arguments)
          (only (plc list) any every))
  (begin
    (define-record-type <stream>
      (make-stream promise)
      stream?
      (promise stream-promise))

    (define-record-type cell
      (make-cell first rest)
      cell?
      (first cell-first)
      (rest cell-rest))

    (define stream-null (make-stream (make-promise 'null)))

    (define (content stream) (force (stream-promise stream)))

    (define-syntax stream-lazy
      (syntax-rules ()
        ((_ expression)
         (make-stream (delay-force (promise-of expression))))))

    (define (promise-of object)
      (if (stream? object)
          (stream-promise object)
          (error "expected a stream as the value of a stream expression"
                 object)))

    (define-syntax stream-cons
      (syntax-rules ()
        ((_ object stream)
         (make-stream
          (make-promise (make-cell (delay object) (stream-lazy stream)))))))

    (define (stream-null? object)
      "True of the stream without elements."
      (and (stream? object) (eq? (content object) 'null)))

    (define (stream-pair? object)
      "True of a stream with an element."
      (and (stream? object) (cell? (content object))))

    (define (cell-of stream who)
      (let ((cell (and (stream? stream) (content stream))))
        (if (cell? cell)
            cell
            (wrong-type who "a stream with an element" 1 stream))))

    (define (stream-car stream)
      "The first element."
      (force (cell-first (cell-of stream "stream-car"))))

    (define (stream-cdr stream)
      "The stream after the first element."
      (cell-rest (cell-of stream "stream-cdr")))

    (define-syntax stream-lambda
      (syntax-rules ()
        ((_ formals body ...)
         (lambda formals (stream-lazy (let () body ...))))))

    (define-syntax define-stream
      (syntax-rules ()
        ((_ (name . formals) body ...)
         (define name (stream-lambda formals body ...)))))

    (define-syntax stream-let
      (syntax-rules ()
        ((_ tag ((name value) ...) body ...)
         ((letrec ((tag (stream-lambda (name ...) body ...))) tag)
          value ...))))

    (define-syntax stream
      (syntax-rules ()
        ((_) stream-null)
        ((_ first rest ...) (stream-cons first (stream rest ...)))))

    (define-syntax stream-match
      (syntax-rules ()
        ((_ expression clause ...)
         (let ((s expression))
           (check-type stream? "stream-match" "a stream" 1 s)
           (match-clauses s clause ...)))))

    (define-syntax match-clauses
      (syntax-rules ()
        ((_ s) (error "stream-match: no pattern fits"))
        ((_ s (pattern value) clause ...)
         (match-clauses s (pattern #t value) clause ...))
        ((_ s (pattern fender value) clause ...)
         (let ((next (lambda () (match-clauses s clause ...))))
           (match-pattern s pattern (if fender value (next)) (next))))))

    (define-syntax match-pattern
      (syntax-rules (_)
        ((match-pattern s () value otherwise)
         (if (stream-null? s) value otherwise))
        ((match-pattern s (_ . rest) value otherwise)
         (if (stream-pair? s)
             (let ((tail (stream-cdr s)))
               (match-pattern tail rest value otherwise))
             otherwise))
        ((match-pattern s (name . rest) value otherwise)
         (if (stream-pair? s)
             (let ((name (stream-car s)) (tail (stream-cdr s)))
               (match-pattern tail rest value otherwise))
             otherwise))
        ((match-pattern s _ value otherwise) value)
        ((match-pattern s name value otherwise)
         (let ((name s)) value))))

    (define-syntax stream-of
      (syntax-rules ()
        ((_ expression clause ...)
         (comprehension expression stream-null clause ...))))

    ;; The elements of the clauses, then those of rest.
    (define-syntax comprehension
      (syntax-rules (in is)
        ((_ expression rest)
         (stream-cons expression rest))
        ((_ expression rest (name in stream) clause ...)
         (stream-let loop ((s stream))
           (if (stream-null? s)
               rest
               (let ((name (stream-car s)))
                 (comprehension expression (loop (stream-cdr s)) clause ...)))))
        ((_ expression rest (name is value) clause ...)
         (let ((name value))
           (comprehension expression rest clause ...)))
        ((_ expression rest test clause ...)
         (if test
             (comprehension expression rest clause ...)
             rest))))

    (define (check-stream object who position)
      (check-type stream? who "a stream" position object))
    (define (check-procedure object who position)
      (check-type procedure? who "a procedure" position object))

    (define (check-streams streams who position)
      (if (null? streams)
          (error (string-append who ": expected a stream")))
      (let loop ((streams streams) (position position))
        (if (pair? streams)
            (begin (check-stream (car streams) who position)
                   (loop (cdr streams) (+ position 1))))))

    (define (list->stream list)
      "A stream of the elements."
      (check-type list? "list->stream" "a list" 1 list)
      (stream-let loop ((list list))
        (if (null? list)
            stream-null
            (stream-cons (car list) (loop (cdr list))))))

    (define (port->stream :up-to 1 port)
      "A stream of the characters that are read from the port."
      (let ((port (if (pair? port) (car port) (current-input-port))))
        (check-type input-port? "port->stream" "an input port" 1 port)
        (stream-let loop ()
          (let ((c (read-char port)))
            (if (eof-object? c)
                stream-null
                (stream-cons c (loop)))))))

    (define (stream->list first :up-to 1 rest)
      "The list of all elements, or of the first n: [n] stream."
      (let ((stream (if (pair? rest) (car rest) first))
            (n (if (pair? rest) first -1)))
        (if (pair? rest) (check-count "stream->list" 1 n))
        (check-stream stream "stream->list" (if (pair? rest) 2 1))
        (let loop ((n n) (s stream) (list '()))
          (if (or (= n 0) (stream-null? s))
              (reverse list)
              (loop (- n 1) (stream-cdr s) (cons (stream-car s) list))))))

    (define (stream-append . streams)
      "The elements of the streams in order."
      (if (pair? streams) (check-streams streams "stream-append" 1))
      (stream-let loop ((streams streams))
        (cond ((null? streams) stream-null)
              ((null? (cdr streams)) (car streams))
              ((stream-null? (car streams)) (loop (cdr streams)))
              (else
               (stream-cons (stream-car (car streams))
                            (loop (cons (stream-cdr (car streams))
                                        (cdr streams))))))))

    (define (stream-concat stream)
      "The elements of the streams that are the elements of a stream."
      (check-stream stream "stream-concat" 1)
      (stream-let loop ((s stream))
        (if (stream-null? s)
            stream-null
            (let ((first (stream-car s)))
              (check-stream first "stream-concat" 1)
              (if (stream-null? first)
                  (loop (stream-cdr s))
                  (stream-cons (stream-car first)
                               (loop (stream-cons (stream-cdr first)
                                                  (stream-cdr s)))))))))

    (define (stream-constant . objects)
      "The objects again and again."
      (stream-let loop ((rest objects))
        (cond ((pair? rest) (stream-cons (car rest) (loop (cdr rest))))
              ((null? objects) stream-null)
              (else (loop objects)))))

    (define (stream-drop n stream)
      "The stream without its first n elements."
      (check-count "stream-drop" 1 n)
      (check-stream stream "stream-drop" 2)
      (stream-let loop ((n n) (s stream))
        (if (or (= n 0) (stream-null? s))
            s
            (loop (- n 1) (stream-cdr s)))))

    (define (stream-drop-while test stream)
      "The stream from the first element on that does not fit."
      (check-procedure test "stream-drop-while" 1)
      (check-stream stream "stream-drop-while" 2)
      (stream-let loop ((s stream))
        (if (and (stream-pair? s) (test (stream-car s)))
            (loop (stream-cdr s))
            s)))

    (define (stream-filter test stream)
      "The elements that fit."
      (check-procedure test "stream-filter" 1)
      (check-stream stream "stream-filter" 2)
      (stream-let loop ((s stream))
        (cond ((stream-null? s) stream-null)
              ((test (stream-car s))
               (stream-cons (stream-car s) (loop (stream-cdr s))))
              (else (loop (stream-cdr s))))))

    (define (stream-fold f initial stream)
      "(f accumulated element), from the first element on."
      (check-procedure f "stream-fold" 1)
      (check-stream stream "stream-fold" 3)
      (let loop ((accumulated initial) (s stream))
        (if (stream-null? s)
            accumulated
            (loop (f accumulated (stream-car s)) (stream-cdr s)))))

    (define (stream-for-each f . streams)
      "Calls f with the elements in order, up to the shortest."
      (check-procedure f "stream-for-each" 1)
      (check-streams streams "stream-for-each" 2)
      (if (null? (cdr streams))
          (let loop ((s (car streams)))
            (if (stream-pair? s)
                (begin (f (stream-car s))
                       (loop (stream-cdr s)))))
          (let loop ((streams streams))
            (if (every stream-pair? streams)
                (begin (apply f (map stream-car streams))
                       (loop (map stream-cdr streams)))))))

    (define (stream-from first :up-to 1 step)
      "Numbers from first on, in steps of 1 or step."
      (let ((step (if (pair? step) (car step) 1)))
        (check-type number? "stream-from" "a number" 1 first)
        (check-type number? "stream-from" "a number" 2 step)
        (stream-let loop ((n first))
          (stream-cons n (loop (+ n step))))))

    (define (stream-iterate f base)
      "base, (f base), (f (f base)), ..."
      (check-procedure f "stream-iterate" 1)
      (stream-let loop ((x base))
        (stream-cons x (loop (f x)))))

    (define (stream-length stream)
      "The number of elements."
      (check-stream stream "stream-length" 1)
      (let loop ((n 0) (s stream))
        (if (stream-null? s)
            n
            (loop (+ n 1) (stream-cdr s)))))

    (define (stream-map f . streams)
      "The values of f for the elements, up to the shortest."
      (check-procedure f "stream-map" 1)
      (check-streams streams "stream-map" 2)
      (stream-let loop ((streams streams))
        (if (any stream-null? streams)
            stream-null
            (stream-cons (apply f (map stream-car streams))
                         (loop (map stream-cdr streams))))))

    (define (stream-range first past :up-to 1 step)
      "Numbers from first to before past, in steps of step, 1 or -1."
      (check-type real? "stream-range" "a real number" 1 first)
      (check-type real? "stream-range" "a real number" 2 past)
      (let ((step (cond ((pair? step) (car step))
                        ((< first past) 1)
                        (else -1))))
        (check-type real? "stream-range" "a real number" 3 step)
        (let ((inside? (if (< 0 step) < >)))
          (stream-let loop ((n first))
            (if (inside? n past)
                (stream-cons n (loop (+ n step)))
                stream-null)))))

    (define (stream-ref stream n)
      "The element at place n, from 0."
      (check-stream stream "stream-ref" 1)
      (check-count "stream-ref" 2 n)
      (let loop ((i n) (s stream))
        (cond ((stream-null? s)
               (error "stream-ref: beyond the end of the stream" n))
              ((= i 0) (stream-car s))
              (else (loop (- i 1) (stream-cdr s))))))

    (define (stream-reverse stream)
      "The elements from the last to the first."
      (check-stream stream "stream-reverse" 1)
      (stream-let loop ((s stream) (reversed stream-null))
        (if (stream-null? s)
            reversed
            (loop (stream-cdr s) (stream-cons (stream-car s) reversed)))))

    (define (stream-scan f initial stream)
      "All that stream-fold has accumulated, from initial on."
      (check-procedure f "stream-scan" 1)
      (check-stream stream "stream-scan" 3)
      (stream-let loop ((accumulated initial) (s stream))
        (stream-cons accumulated
                     (if (stream-null? s)
                         stream-null
                         (loop (f accumulated (stream-car s))
                               (stream-cdr s))))))

    (define (stream-take n stream)
      "The first n elements."
      (check-count "stream-take" 1 n)
      (check-stream stream "stream-take" 2)
      (stream-let loop ((n n) (s stream))
        (if (or (= n 0) (stream-null? s))
            stream-null
            (stream-cons (stream-car s) (loop (- n 1) (stream-cdr s))))))

    (define (stream-take-while test stream)
      "The elements before the first that does not fit."
      (check-procedure test "stream-take-while" 1)
      (check-stream stream "stream-take-while" 2)
      (stream-let loop ((s stream))
        (if (and (stream-pair? s) (test (stream-car s)))
            (stream-cons (stream-car s) (loop (stream-cdr s)))
            stream-null)))

    (define (stream-unfold map more? next base)
      "(map base), (map (next base)), ... while (more? base) is true."
      (check-procedure map "stream-unfold" 1)
      (check-procedure more? "stream-unfold" 2)
      (check-procedure next "stream-unfold" 3)
      (stream-let loop ((base base))
        (if (more? base)
            (stream-cons (map base) (loop (next base)))
            stream-null)))

    (define (stream-unfolds next seed)
      "As many streams as (next seed) returns values after the next seed: (x) is
       an element, #f none, () the end of the stream."
      (check-procedure next "stream-unfolds" 1)
      (let* ((results
              (stream-let loop ((seed seed))
                (call-with-values (lambda () (next seed))
                  (lambda (seed . results)
                    (stream-cons results (loop seed))))))
             (column
              (lambda (i)
                (stream-let loop ((s results))
                  (let ((result (list-ref (stream-car s) i)))
                    (cond ((pair? result)
                           (stream-cons (car result) (loop (stream-cdr s))))
                          ((null? result) stream-null)
                          ((not result) (loop (stream-cdr s)))
                          (else
                           (error "stream-unfolds: expected (x), #f or ()"
                                  result))))))))
        (let loop ((i (- (length (stream-car results)) 1)) (columns '()))
          (if (< i 0)
              (apply values columns)
              (loop (- i 1) (cons (column i) columns))))))

    (define (stream-zip . streams)
      "Lists of the elements at the same place, up to the shortest."
      (check-streams streams "stream-zip" 1)
      (apply stream-map list streams))))
