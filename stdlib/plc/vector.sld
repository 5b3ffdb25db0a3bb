;;; Vectors: the procedures that call Lisp.
(define-library (plc vector)
  (export vector-map vector-for-each vector-fold vector-index vector-count
          subvector vector-grow make-initialized-vector vector-build
          vector-swap! vector-reverse! over-vectors shortest elements-at
          reverse-list->vector)
  (import (plc core) (plc primitives) (plc list) (plc arguments))
  (begin
    (define (check-foreign who position object)
      "The object, of another language."
      (if (not (foreign? object))
          (wrong-type who "a vector" position object))
      object)

    ;; (with-vector (vector who position) body): it is one in the body, perhaps of
    ;; the elements of an object of another language.
    (define-syntax with-vector
      (syntax-rules ()
        ((_ (vector who position) body)
         (let ((vector (if (vector? vector)
                           vector
                           ;; Its result is known to be a vector.
                           (vector-copy (check-foreign who position vector)))))
           body))))

    (define (vectors-of who position objects)
      (if (null? objects)
          '()
          (cons (let ((object (car objects)))
                  (with-vector (object who position) object))
                (vectors-of who (+ position 1) (cdr objects)))))

    (define (shortest who vectors)
      "The length of the shortest of the vectors, which `who` got after its
       procedure."
      (let loop ((vectors vectors) (position 2) (n #f))
        (if (null? vectors)
            n
            (let ((vector (car vectors)))
              (check-type vector? who "a vector" position vector)
              (loop (cdr vectors) (+ position 1)
                    (if (and n (< n (vector-length vector)))
                        n
                        (vector-length vector)))))))

    (define (elements-at i vectors)
      "The list of what stands at an index of the vectors."
      (map (lambda (vector) (vector-ref vector i)) vectors))

    ;; The body, for one vector and for several: n is the length of the
    ;; shortest, and (call i x ...) calls f with x ... and the elements at i.
    (define-syntax over-vectors
      (syntax-rules ()
        ((_ (who f first more n call) body)
         (begin
           (check-callable who 1 f)
           (if (null? more)
               (with-vector (first who 2)
                 (let ((n (vector-length first)))
                   (let-syntax ((call (syntax-rules ()
                                        ((_ i x (... ...))
                                         (f x (... ...)
                                            (vector-ref first i))))))
                     body)))
               (let* ((vectors (vectors-of who 2 (cons first more)))
                      (n (shortest who vectors)))
                 (let-syntax ((call (syntax-rules ()
                                      ((_ i x (... ...))
                                       (apply f x (... ...)
                                              (elements-at i vectors))))))
                   body)))))))

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
      (over-vectors ("vector-map" f vector more n call)
        (vector-build n (lambda (i) (call i)))))

    (define (vector-for-each f vector . more)
      "Calls f with the elements in order, up to the shortest."
      (over-vectors ("vector-for-each" f vector more n call)
        (let loop ((i 0))
          (if (< i n)
              (begin (call i)
                     (loop (+ i 1)))))))

    (define (vector-fold f initial vector . more)
      "(f accumulated element), from the first element on."
      (over-vectors ("vector-fold" f vector more n call)
        (let loop ((i 0) (accumulated initial))
          (if (= i n)
              accumulated
              (loop (+ i 1) (call i accumulated))))))

    (define (vector-index found? vector . more)
      "The index of the first element that fits, or #f."
      (over-vectors ("vector-index" found? vector more n call)
        (let loop ((i 0))
          (cond ((= i n) #f)
                ((call i) i)
                (else (loop (+ i 1)))))))

    (define (vector-count test vector . more)
      "How many elements fit."
      (over-vectors ("vector-count" test vector more n call)
        (let loop ((i 0) (count 0))
          (if (= i n)
              count
              (loop (+ i 1) (if (call i) (+ count 1) count))))))

    (define (subvector vector start end) (vector-copy vector start end))

    (define (vector-grow vector n)
      "A vector of length n that begins with the elements."
      (let ((result (make-vector n)))
        (vector-copy! result 0 vector)
        result))

    (define (make-initialized-vector n f) (vector-build n f))

    (define (vector-swap! vector i j)
      "Exchanges two elements."
      (check-type vector? "vector-swap!" "a vector" 1 vector)
      (check-index "vector-swap!" 2 i (vector-length vector))
      (check-index "vector-swap!" 3 j (vector-length vector))
      (let ((x (vector-ref vector i)))
        (vector-set! vector i (vector-ref vector j))
        (vector-set! vector j x)))

    (define (vector-reverse! vector :up-to 2 range)
      "Reverses the elements, or those from start to before end."
      (check-type vector? "vector-reverse!" "a vector" 1 vector)
      (with-range ("vector-reverse!" (vector-length vector) range start end)
        (let loop ((i start) (j (- end 1)))
          (if (< i j)
              (let ((x (vector-ref vector i)))
                (vector-set! vector i (vector-ref vector j))
                (vector-set! vector j x)
                (loop (+ i 1) (- j 1)))))))))
