;;; Vectors: the procedures that call Lisp.
(define-library (plc vector)
  (export vector-map vector-for-each vector-fold vector-index vector-count
          subvector vector-grow make-initialized-vector vector-build
          vector-swap! vector-reverse!)
  (import (plc core) (plc primitives) (plc list))
  (begin
    (define (shortest vectors)
      (fold-left (lambda (n vector) (min n (vector-length vector)))
                 (vector-length (car vectors))
                 (cdr vectors)))

    ;; The values stand in a list until all are there: a continuation that
    ;; enters f again must not change a vector that was returned (R7RS 6.10).
    (define (vector-build n f)
      "The vector of (f 0) to (f (- n 1))."
      (let loop ((i 0) (values '()))
        (if (< i n)
            (loop (+ i 1) (cons (f i) values))
            (reverse-list->vector values n))))

    (define (reverse-list->vector list n)
      (let ((result (make-vector n)))
        (let loop ((i (- n 1)) (list list))
          (if (< i 0)
              result
              (begin (vector-set! result i (car list))
                     (loop (- i 1) (cdr list)))))))

    (define (vector-map f vector . more)
      "The vector of the values of f, up to the shortest."
      (if (null? more)
          (vector-build (vector-length vector)
                        (lambda (i) (f (vector-ref vector i))))
          (let ((vectors (cons vector more)))
            (vector-build (shortest vectors)
                          (lambda (i)
                            (apply f (map (lambda (v) (vector-ref v i))
                                          vectors)))))))

    (define (vector-for-each f vector . more)
      "Calls f with the elements in order, up to the shortest."
      (if (null? more)
          (let ((n (vector-length vector)))
            (let loop ((i 0))
              (if (< i n)
                  (begin (f (vector-ref vector i))
                         (loop (+ i 1))))))
          (let* ((vectors (cons vector more)) (n (shortest vectors)))
            (let loop ((i 0))
              (if (< i n)
                  (begin
                    (apply f (map (lambda (v) (vector-ref v i)) vectors))
                    (loop (+ i 1))))))))

    (define (vector-fold f initial vector)
      "(f accumulated element), from the first element on."
      (let ((n (vector-length vector)))
        (let loop ((i 0) (accumulated initial))
          (if (= i n)
              accumulated
              (loop (+ i 1) (f accumulated (vector-ref vector i)))))))

    (define (vector-index found? vector)
      "The index of the first element that fits, or #f."
      (let ((n (vector-length vector)))
        (let loop ((i 0))
          (cond ((= i n) #f)
                ((found? (vector-ref vector i)) i)
                (else (loop (+ i 1)))))))

    (define (vector-count test vector)
      "How many elements fit."
      (vector-fold (lambda (n x) (if (test x) (+ n 1) n)) 0 vector))

    (define (subvector vector start end) (vector-copy vector start end))

    (define (vector-grow vector n)
      "A vector of length n that begins with the elements."
      (let ((result (make-vector n)))
        (vector-copy! result 0 vector)
        result))

    (define (make-initialized-vector n f) (vector-build n f))

    (define (vector-swap! vector i j)
      (let ((x (vector-ref vector i)))
        (vector-set! vector i (vector-ref vector j))
        (vector-set! vector j x)))

    (define (vector-reverse! vector)
      (let loop ((i 0) (j (- (vector-length vector) 1)))
        (if (< i j)
            (begin (vector-swap! vector i j)
                   (loop (+ i 1) (- j 1))))))))
