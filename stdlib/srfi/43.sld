;;; SRFI 43: vectors, as SRFI 133, but the procedures that iterate also get
;;; the index.
(define-library (srfi 43)
  (export
   make-vector vector vector-unfold vector-unfold-right vector-copy
   vector-reverse-copy vector-append vector-concatenate vector? vector-empty?
   vector= vector-ref vector-length vector-fold vector-fold-right vector-map
   vector-map! vector-for-each vector-count vector-index vector-index-right
   vector-skip vector-skip-right vector-binary-search vector-any vector-every
   vector-set! vector-swap! vector-fill! vector-reverse! vector-copy!
   vector-reverse-copy! vector->list reverse-vector->list list->vector
   reverse-list->vector)
  (import (plc core) (except (plc primitives) vector-copy) (plc arguments)
          (rename (only (plc primitives) vector-copy) (vector-copy copy))
          (only (plc vector) over-vectors vector-build)
          (except (srfi 133) vector-copy vector-fold vector-fold-right
                  vector-map vector-map! vector-for-each vector-count))
  (begin
    (define (vector-copy vector :up-to 3 options)
      "The elements from start to before end, which may be behind the last:
       then the vector goes on with a fill."
      (check-type vector? "vector-copy" "a vector" 1 vector)
      (let* ((n (vector-length vector))
             (start (option 0 options 0))
             (end (option 1 options n)))
        (if (and (fixnum? end) (> end n))
            (let ((result (make-vector
                           (begin (check-range "vector-copy" start end end)
                                  (- end start))
                           (option 2 options (%unspecified)))))
              (if (< start n)
                  (vector-copy! result 0 vector start n))
              result)
            (copy vector start end))))

    (define (vector-fold f initial vector . more)
      "(f index accumulated element ...), from the first elements on."
      (over-vectors ("vector-fold" f vector more n call)
        (let loop ((i 0) (accumulated initial))
          (if (= i n)
              accumulated
              (loop (+ i 1) (call i i accumulated))))))

    (define (vector-fold-right f initial vector . more)
      "(f index accumulated element ...), from the last elements on."
      (over-vectors ("vector-fold-right" f vector more n call)
        (let loop ((i (- n 1)) (accumulated initial))
          (if (< i 0)
              accumulated
              (loop (- i 1) (call i i accumulated))))))

    (define (vector-map f vector . more)
      "The vector of the values of (f index element ...)."
      (over-vectors ("vector-map" f vector more n call)
        (vector-build n (lambda (i) (call i i)))))

    (define (vector-map! f vector . more)
      "Replaces the elements of the first vector by (f index element ...)."
      (over-vectors ("vector-map!" f vector more n call)
        (let loop ((i 0))
          (if (< i n)
              (begin (vector-set! vector i (call i i))
                     (loop (+ i 1)))))))

    (define (vector-for-each f vector . more)
      "Calls (f index element ...) in order, up to the shortest vector."
      (over-vectors ("vector-for-each" f vector more n call)
        (let loop ((i 0))
          (if (< i n)
              (begin (call i i)
                     (loop (+ i 1)))))))

    (define (vector-count test vector . more)
      "How many indices there are for which (test index element ...) is true."
      (over-vectors ("vector-count" test vector more n call)
        (let loop ((i 0) (count 0))
          (if (= i n)
              count
              (loop (+ i 1) (if (call i i) (+ count 1) count))))))))
