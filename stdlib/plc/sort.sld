;;; Sorting: a stable merge sort of vectors, which lists are made for it.
(define-library (plc sort)
  (export sort list-sort sort! sort-range!)
  (import (plc core) (plc primitives) (plc arguments))
  (begin
    ;; Parts of up to so many elements are sorted by insertion.
    (define small 8)

    (define (insert! less? v start end)
      (let next ((i (+ start 1)))
        (if (< i end)
            (let ((x (vector-ref v i)))
              (let shift ((j i))
                (if (and (> j start) (less? x (vector-ref v (- j 1))))
                    (begin (vector-set! v j (vector-ref v (- j 1)))
                           (shift (- j 1)))
                    (vector-set! v j x)))
              (next (+ i 1))))))

    ;; Merges v[start, middle), which is copied away, and v[middle, end).
    (define (merge! less? v start middle end aside)
      (let ((n (- middle start)))
        (vector-copy! aside 0 v start middle)
        (let loop ((i 0) (j middle) (k start))
          (if (< i n)
              (if (and (< j end) (less? (vector-ref v j) (vector-ref aside i)))
                  (begin (vector-set! v k (vector-ref v j))
                         (loop i (+ j 1) (+ k 1)))
                  (begin (vector-set! v k (vector-ref aside i))
                         (loop (+ i 1) j (+ k 1))))))))

    (define (sort-part! less? v start end aside)
      (if (<= (- end start) small)
          (insert! less? v start end)
          (let ((middle (quotient (+ start end) 2)))
            (sort-part! less? v start middle aside)
            (sort-part! less? v middle end aside)
            (if (less? (vector-ref v middle) (vector-ref v (- middle 1)))
                (merge! less? v start middle end aside)))))

    ;; `<` and `>` take any number of arguments; with two they are faster.
    (define (for-two less?)
      (cond ((eq? less? <) (lambda (a b) (< a b)))
            ((eq? less? >) (lambda (a b) (> a b)))
            (else less?)))

    (define (sort-range! less? vector start end)
      "Sorts the elements from start to before end in place; equal ones keep
       their order."
      (sort-part! (for-two less?) vector start end
                  (make-vector (quotient (+ (- end start) 1) 2))))

    (define (list-sort less? list)
      "A sorted list of the elements; equal ones keep their order."
      (check-type list? "list-sort" "a list" 2 list)
      (let ((vector (list->vector list)))
        (sort-range! less? vector 0 (vector-length vector))
        (vector->list vector)))

    (define (sort sequence less?)
      "A sorted copy of a list or vector; equal elements keep their order."
      (if (vector? sequence)
          (let ((vector (vector-copy sequence)))
            (sort-range! less? vector 0 (vector-length vector))
            vector)
          (begin
            (check-type list? "sort" "a list or vector" 1 sequence)
            (list-sort less? sequence))))

    (define (sort! vector less?)
      "Sorts a vector in place; equal elements keep their order."
      (check-type vector? "sort!" "a vector" 1 vector)
      (sort-range! less? vector 0 (vector-length vector)))))
