;;; SRFI 132: sorting, on (plc sort). All sorts are stable.
(define-library (srfi 132)
  (export
   list-sorted? vector-sorted? list-sort (rename list-sort list-stable-sort)
   (rename list-sort list-sort!) (rename list-sort list-stable-sort!)
   vector-sort (rename vector-sort vector-stable-sort) vector-sort!
   (rename vector-sort! vector-stable-sort!) list-merge list-merge!
   vector-merge vector-merge! list-delete-neighbor-dups
   list-delete-neighbor-dups! vector-delete-neighbor-dups
   vector-delete-neighbor-dups! vector-find-median vector-find-median!
   vector-select! vector-separate!)
  (import (plc core) (plc primitives) (plc arguments) (plc sort))
  (begin
    (define (list-sorted? less? list)
      "True if no element is less than the one before it."
      (or (ended? "list-sorted?" 2 list)
          (let loop ((x (car list)) (rest (cdr list)))
            (or (ended? "list-sorted?" 2 rest)
                (and (not (less? (car rest) x))
                     (loop (car rest) (cdr rest)))))))

    (define (vector-sorted? less? vector :up-to 2 range)
      "True if no element is less than the one before it."
      (check-type vector? "vector-sorted?" "a vector" 2 vector)
      (with-range ("vector-sorted?" (vector-length vector) range start end)
        (let loop ((i (+ start 1)))
          (or (>= i end)
              (and (not (less? (vector-ref vector i)
                               (vector-ref vector (- i 1))))
                   (loop (+ i 1)))))))

    (define (vector-sort less? vector :up-to 2 range)
      "A sorted vector of the elements; equal ones keep their order."
      (check-type vector? "vector-sort" "a vector" 2 vector)
      (with-range ("vector-sort" (vector-length vector) range start end)
        (let ((result (vector-copy vector start end)))
          (sort-range! less? result 0 (- end start))
          result)))

    (define (vector-sort! less? vector :up-to 2 range)
      "Sorts the elements in place; equal ones keep their order."
      (check-type vector? "vector-sort!" "a vector" 2 vector)
      (with-range ("vector-sort!" (vector-length vector) range start end)
        (sort-range! less? vector start end)))

    (define (list-merge less? a b)
      "The sorted list of the elements of two sorted lists."
      (let loop ((a a) (b b))
        (cond ((ended? "list-merge" 2 a) b)
              ((ended? "list-merge" 3 b) a)
              ((less? (car b) (car a))
               (let ((first (car b)))
                 (cons first (loop a (cdr b)))))
              (else
               (let ((first (car a)))
                 (cons first (loop (cdr a) b)))))))

    (define (list-merge! less? a b)
      "list-merge with the pairs of the two lists."
      (let ((start (cons #f '())))
        (let loop ((last start) (a a) (b b))
          (cond ((ended? "list-merge!" 2 a) (set-cdr! last b))
                ((ended? "list-merge!" 3 b) (set-cdr! last a))
                ((less? (car b) (car a))
                 (set-cdr! last b)
                 (loop b a (cdr b)))
                (else
                 (set-cdr! last a)
                 (loop a (cdr a) b))))
        (cdr start)))

    ;; Merges two parts into `to` from index k on.
    (define (merge! less? to k a i a-end b j b-end)
      (let loop ((k k) (i i) (j j))
        (cond ((= i a-end) (vector-copy! to k b j b-end))
              ((= j b-end) (vector-copy! to k a i a-end))
              ((less? (vector-ref b j) (vector-ref a i))
               (vector-set! to k (vector-ref b j))
               (loop (+ k 1) i (+ j 1)))
              (else
               (vector-set! to k (vector-ref a i))
               (loop (+ k 1) (+ i 1) j)))))

    (define (vector-merge less? a b :up-to 4 ranges)
      "The sorted vector of the elements of two sorted vectors, or of parts:
       start and end of the first, start and end of the second."
      (check-type vector? "vector-merge" "a vector" 2 a)
      (check-type vector? "vector-merge" "a vector" 3 b)
      (with-range ("vector-merge" (vector-length a) ranges start-a end-a)
        (let ((more (options-after 2 ranges)))
          (with-range ("vector-merge" (vector-length b) more start-b end-b)
            (let ((result (make-vector (+ (- end-a start-a)
                                          (- end-b start-b)))))
              (merge! less? result 0 a start-a end-a b start-b end-b)
              result)))))

    (define (vector-merge! less? to a b :up-to 5 options)
      "vector-merge into a vector, from index 0 or the first option on."
      (check-type vector? "vector-merge!" "a vector" 2 to)
      (check-type vector? "vector-merge!" "a vector" 3 a)
      (check-type vector? "vector-merge!" "a vector" 4 b)
      (let ((at (option 0 options 0))
            (ranges (options-after 1 options)))
        (with-range ("vector-merge!" (vector-length a) ranges start-a end-a)
          (let ((more (options-after 2 ranges)))
            (with-range ("vector-merge!" (vector-length b) more start-b end-b)
              (check-range "vector-merge!" at
                           (if (fixnum? at)
                               (+ at (- end-a start-a) (- end-b start-b))
                               at)
                           (vector-length to))
              (merge! less? to at a start-a end-a b start-b end-b))))))

    (define (list-delete-neighbor-dups same? list)
      "The elements that do not equal the one before them."
      (if (ended? "list-delete-neighbor-dups" 2 list)
          '()
          (cons (car list)
                (let loop ((x (car list)) (rest (cdr list)))
                  (cond ((ended? "list-delete-neighbor-dups" 2 rest) '())
                        ((same? x (car rest)) (loop x (cdr rest)))
                        (else
                         (cons (car rest)
                               (loop (car rest) (cdr rest)))))))))

    (define (list-delete-neighbor-dups! same? list)
      "list-delete-neighbor-dups with the pairs of the list."
      (if (not (ended? "list-delete-neighbor-dups!" 2 list))
          (let loop ((last list) (rest (cdr list)))
            (cond ((ended? "list-delete-neighbor-dups!" 2 rest)
                   (set-cdr! last '()))
                  ((same? (car last) (car rest)) (loop last (cdr rest)))
                  (else
                   (set-cdr! last rest)
                   (loop rest (cdr rest))))))
      list)

    ;; Moves what stays to the front of [start, end); the end of that.
    (define (pack! same? v start end)
      (if (= start end)
          start
          (let loop ((i (+ start 1)) (last start))
            (cond ((= i end) (+ last 1))
                  ((same? (vector-ref v last) (vector-ref v i))
                   (loop (+ i 1) last))
                  (else
                   (vector-set! v (+ last 1) (vector-ref v i))
                   (loop (+ i 1) (+ last 1)))))))

    (define (vector-delete-neighbor-dups same? vector :up-to 2 range)
      "The vector of the elements that do not equal the one before them."
      (check-type vector? "vector-delete-neighbor-dups" "a vector" 2 vector)
      (with-range ("vector-delete-neighbor-dups" (vector-length vector) range
                   start end)
        (let ((copy (vector-copy vector start end)))
          (vector-copy copy 0 (pack! same? copy 0 (- end start))))))

    (define (vector-delete-neighbor-dups! same? vector :up-to 2 range)
      "Moves the elements that do not equal the one before them to the front;
       the index behind them."
      (check-type vector? "vector-delete-neighbor-dups!" "a vector" 2 vector)
      (with-range ("vector-delete-neighbor-dups!" (vector-length vector) range
                   start end)
        (pack! same? vector start end)))

    (define (exchange! v i j)
      (let ((x (vector-ref v i)))
        (vector-set! v i (vector-ref v j))
        (vector-set! v j x)))

    (define (median-of-3 less? a b c)
      (if (less? a b)
          (cond ((less? b c) b) ((less? a c) c) (else a))
          (cond ((less? a c) a) ((less? b c) c) (else b))))

    ;; Puts the element that sorting would put there at index k of
    ;; [start, end), no greater ones before it and no lesser ones behind it:
    ;; quickselect with three parts, less than the pivot, equal, and greater.
    ;; Once the rounds are used up it sorts, so that bad luck costs
    ;; O(n log n).
    (define (select! less? v k start end)
      (let loop ((start start) (end end)
                 (rounds (* 4 (integer-length (- end start)))))
        (cond ((<= (- end start) 1))
              ((= rounds 0) (sort-range! less? v start end))
              (else
               (let ((pivot (median-of-3
                             less? (vector-ref v start)
                             (vector-ref v (quotient (+ start end) 2))
                             (vector-ref v (- end 1)))))
                 (let part ((low start) (i start) (high end))
                   (if (< i high)
                       (let ((x (vector-ref v i)))
                         (cond ((less? x pivot)
                                (exchange! v low i)
                                (part (+ low 1) (+ i 1) high))
                               ((less? pivot x)
                                (exchange! v i (- high 1))
                                (part low i (- high 1)))
                               (else (part low (+ i 1) high))))
                       (cond ((< k low) (loop start low (- rounds 1)))
                             ((>= k high) (loop high end (- rounds 1)))))))))))

    (define (vector-select! less? vector k :up-to 2 range)
      "The element that sorting would put at index k of the range, which it
       may reorder."
      (check-type vector? "vector-select!" "a vector" 2 vector)
      (with-range ("vector-select!" (vector-length vector) range start end)
        (check-index "vector-select!" 3 k (- end start))
        (select! less? vector (+ start k) start end)
        (vector-ref vector (+ start k))))

    (define (vector-separate! less? vector k :up-to 2 range)
      "Moves the k least elements of the range to its front."
      (check-type vector? "vector-separate!" "a vector" 2 vector)
      (with-range ("vector-separate!" (vector-length vector) range start end)
        (check-index "vector-separate!" 3 k (+ (- end start) 1))
        (if (and (< 0 k) (< k (- end start)))
            (select! less? vector (+ start k) start end))))

    (define (mean-of options)
      (option 0 options (lambda (a b) (/ (+ a b) 2))))

    (define (middle v n none mean)
      (let ((half (quotient n 2)))
        (cond ((= n 0) none)
              ((odd? n) (vector-ref v half))
              (else (mean (vector-ref v (- half 1)) (vector-ref v half))))))

    (define (vector-find-median less? vector none :up-to 1 mean)
      "The middle element in sorted order, or the mean of the two; `none` if
       there are no elements."
      (check-type vector? "vector-find-median" "a vector" 2 vector)
      (let* ((v (vector-copy vector))
             (n (vector-length v))
             (half (quotient n 2)))
        (select! less? v half 0 n)
        (if (even? n)
            (select! less? v (- half 1) 0 half))
        (middle v n none (mean-of mean))))

    (define (vector-find-median! less? vector none :up-to 1 mean)
      "vector-find-median, which sorts the vector."
      (check-type vector? "vector-find-median!" "a vector" 2 vector)
      (vector-sort! less? vector)
      (middle vector (vector-length vector) none (mean-of mean)))))
