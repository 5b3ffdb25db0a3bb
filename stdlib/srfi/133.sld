;;; SRFI 133: vectors. What (plc vector) and the primitives do not have.
(define-library (srfi 133)
  (export
   ;; Constructors
   make-vector vector vector-unfold vector-unfold-right vector-copy
   vector-reverse-copy vector-append vector-concatenate
   vector-append-subvectors
   ;; Predicates and selectors
   vector? vector-empty? vector= vector-ref vector-length
   ;; Iteration
   vector-fold vector-fold-right vector-map vector-map! vector-for-each
   vector-count vector-cumulate
   ;; Searching
   vector-index vector-index-right vector-skip vector-skip-right
   vector-binary-search vector-any vector-every vector-partition
   ;; Mutators
   vector-set! vector-swap! vector-fill! vector-reverse! vector-copy!
   vector-reverse-copy! vector-unfold! vector-unfold-right!
   ;; Conversion
   vector->list reverse-vector->list list->vector
   (rename list->reversed-vector reverse-list->vector) vector->string
   string->vector)
  (import (plc core) (plc primitives) (plc arguments) (plc vector)
          (except (plc list) vector-binary-search))
  (begin
    ;; Fills [start, end) in steps of one up or down with what f gives for the
    ;; index and the seeds. One seed and none need no list of values.
    (define (unfold! f vector first stop step seeds)
      (cond ((null? seeds)
             (let loop ((i first))
               (if (not (= i stop))
                   (begin (vector-set! vector i (f i))
                          (loop (+ i step))))))
            ((null? (cdr seeds))
             (let loop ((i first) (seed (car seeds)))
               (if (not (= i stop))
                   (call-with-values
                    (lambda () (f i seed))
                    (lambda (x seed)
                      (vector-set! vector i x)
                      (loop (+ i step) seed))))))
            (else
             (let loop ((i first) (seeds seeds))
               (if (not (= i stop))
                   (call-with-values
                    (lambda () (apply f i seeds))
                    (lambda (x . seeds)
                      (vector-set! vector i x)
                      (loop (+ i step) seeds))))))))

    (define (vector-unfold f n . seeds)
      "The vector of n elements: f gives one for its index and the seeds, and
       then the next seeds."
      (check-count "vector-unfold" 2 n)
      (let ((vector (make-vector n)))
        (unfold! f vector 0 n 1 seeds)
        vector))

    (define (vector-unfold-right f n . seeds)
      "vector-unfold from the last element to the first."
      (check-count "vector-unfold-right" 2 n)
      (let ((vector (make-vector n)))
        (unfold! f vector (- n 1) -1 -1 seeds)
        vector))

    (define (vector-unfold! f vector start end . seeds)
      "vector-unfold into a part of a vector."
      (check-type vector? "vector-unfold!" "a vector" 2 vector)
      (check-range "vector-unfold!" start end (vector-length vector))
      (unfold! f vector start end 1 seeds))

    (define (vector-unfold-right! f vector start end . seeds)
      "vector-unfold-right into a part of a vector."
      (check-type vector? "vector-unfold-right!" "a vector" 2 vector)
      (check-range "vector-unfold-right!" start end (vector-length vector))
      (unfold! f vector (- end 1) (- start 1) -1 seeds))

    (define (reverse-copy! to at from start end)
      (let loop ((i (- end 1)) (at at))
        (if (>= i start)
            (begin (vector-set! to at (vector-ref from i))
                   (loop (- i 1) (+ at 1))))))

    (define (vector-reverse-copy vector :up-to 2 range)
      "The elements from start to before end, in reverse order."
      (check-type vector? "vector-reverse-copy" "a vector" 1 vector)
      (with-range ("vector-reverse-copy" (vector-length vector) range start
                   end)
        (let ((result (make-vector (- end start))))
          (reverse-copy! result 0 vector start end)
          result)))

    (define (vector-reverse-copy! to at from :up-to 2 range)
      "Copies the elements from start to before end in reverse order."
      (check-type vector? "vector-reverse-copy!" "a vector" 1 to)
      (check-type vector? "vector-reverse-copy!" "a vector" 3 from)
      (with-range ("vector-reverse-copy!" (vector-length from) range start end)
        (check-range "vector-reverse-copy!" at
                     (if (fixnum? at) (+ at (- end start)) at)
                     (vector-length to))
        (if (eq? to from)
            (vector-copy! to at (vector-reverse-copy from start end))
            (reverse-copy! to at from start end))))

    ;; The parts lie three by three in a list: vector, start, end.
    (define (append-parts who parts)
      (define (total parts n)
        (if (null? parts)
            n
            (let ((vector (car parts)) (range (cdr parts)))
              (check-type vector? who "vectors with ranges" 1 vector)
              (if (not (and (pair? range) (pair? (cdr range))))
                  (wrong-type who "vectors with ranges" 1 range))
              (check-range who (car range) (cadr range)
                           (vector-length vector))
              (total (cddr range) (+ n (- (cadr range) (car range)))))))
      (let ((result (make-vector (total parts 0))))
        (let loop ((parts parts) (at 0))
          (if (null? parts)
              result
              (let ((start (cadr parts)) (end (caddr parts)))
                (vector-copy! result at (car parts) start end)
                (loop (cdddr parts) (+ at (- end start))))))))

    (define (vector-append-subvectors . parts)
      "The parts of vectors, appended: vector start end ..."
      (append-parts "vector-append-subvectors" parts))

    (define (vector-concatenate vectors)
      "The elements of the vectors of a list."
      (append-parts
       "vector-concatenate"
       (append-map (lambda (vector)
                     (check-type vector? "vector-concatenate"
                                 "a list of vectors" 1 vector)
                     (list vector 0 (vector-length vector)))
                   vectors)))

    (define (vector-empty? vector)
      "True of a vector without elements."
      (check-type vector? "vector-empty?" "a vector" 1 vector)
      (= (vector-length vector) 0))

    (define (vector= same? . vectors)
      "True if the vectors have the same elements, by same?."
      (define (two a b)
        (let ((n (vector-length a)))
          (and (= n (vector-length b))
               (let loop ((i 0))
                 (or (= i n)
                     (and (same? (vector-ref a i) (vector-ref b i))
                          (loop (+ i 1))))))))
      (or (null? vectors)
          (begin
            (shortest "vector=" vectors)
            (let loop ((a (car vectors)) (rest (cdr vectors)))
              (or (null? rest)
                  (and (two a (car rest))
                       (loop (car rest) (cdr rest))))))))

    (define (vector-fold-right f initial vector . more)
      "(f accumulated element), from the last element on."
      (over-vectors ("vector-fold-right" f vector more n call)
        (let loop ((i (- n 1)) (accumulated initial))
          (if (< i 0)
              accumulated
              (loop (- i 1) (call i accumulated))))))

    (define (vector-map! f vector . more)
      "Replaces the elements of the first vector by the values of f."
      (check-callable "vector-map!" 1 f)
      (check-type vector? "vector-map!" "a vector" 2 vector)
      (over-vectors ("vector-map!" f vector more n call)
        (let loop ((i 0))
          (if (< i n)
              (begin (vector-set! vector i (call i))
                     (loop (+ i 1)))))))

    (define (vector-cumulate f initial vector)
      "The vector of the values that vector-fold goes through."
      (check-type vector? "vector-cumulate" "a vector" 3 vector)
      (let* ((n (vector-length vector)) (result (make-vector n)))
        (let loop ((i 0) (accumulated initial))
          (if (= i n)
              result
              (let ((value (f accumulated (vector-ref vector i))))
                (vector-set! result i value)
                (loop (+ i 1) value))))))

    (define (same-lengths who vector more)
      (for-each (lambda (other)
                  (if (not (and (vector? vector) (vector? other)
                                (= (vector-length vector)
                                   (vector-length other))))
                      (wrong-type who "vectors of the same length" 2 other)))
                more))

    (define (vector-index-right found? vector . more)
      "The index of the last element that fits, or #f."
      (same-lengths "vector-index-right" vector more)
      (over-vectors ("vector-index-right" found? vector more n call)
        (let loop ((i (- n 1)))
          (cond ((< i 0) #f)
                ((call i) i)
                (else (loop (- i 1)))))))

    (define (vector-skip skip? vector . more)
      "The index of the first element that does not fit, or #f."
      (over-vectors ("vector-skip" skip? vector more n call)
        (let loop ((i 0))
          (cond ((= i n) #f)
                ((call i) (loop (+ i 1)))
                (else i)))))

    (define (vector-skip-right skip? vector . more)
      "The index of the last element that does not fit, or #f."
      (same-lengths "vector-skip-right" vector more)
      (over-vectors ("vector-skip-right" skip? vector more n call)
        (let loop ((i (- n 1)))
          (cond ((< i 0) #f)
                ((call i) (loop (- i 1)))
                (else i)))))

    (define (vector-binary-search vector value compare)
      "The index of an element for which (compare element value) is 0, or #f;
       it is negative for those before, and positive for those behind."
      (check-type vector? "vector-binary-search" "a vector" 1 vector)
      (let loop ((low 0) (high (vector-length vector)))
        (if (>= low high)
            #f
            (let* ((middle (quotient (+ low high) 2))
                   (order (compare (vector-ref vector middle) value)))
              (cond ((= order 0) middle)
                    ((> order 0) (loop low middle))
                    (else (loop (+ middle 1) high)))))))

    (define (vector-any test vector . more)
      "The first true value of test, or #f."
      (over-vectors ("vector-any" test vector more n call)
        (let ((last (- n 1)))
          (let loop ((i 0))
            (cond ((< i last) (or (call i) (loop (+ i 1))))
                  ((= i last) (call i))
                  (else #f))))))

    (define (vector-every test vector . more)
      "The last value of test if all are true, else #f."
      (over-vectors ("vector-every" test vector more n call)
        (let ((last (- n 1)))
          (let loop ((i 0))
            (cond ((< i last) (and (call i) (loop (+ i 1))))
                  ((= i last) (call i))
                  (else #t))))))

    (define (vector-partition first? vector)
      "Two values: the vector with the elements that fit before the others,
       and how many fit."
      (check-type vector? "vector-partition" "a vector" 2 vector)
      (let* ((n (vector-length vector)) (result (make-vector n)))
        (let loop ((i 0) (in 0) (others '()))
          (if (< i n)
              (let ((x (vector-ref vector i)))
                (if (first? x)
                    (begin (vector-set! result in x)
                           (loop (+ i 1) (+ in 1) others))
                    (loop (+ i 1) in (cons x others))))
              (let back ((i (- n 1)) (others others))
                (if (null? others)
                    (values result in)
                    (begin (vector-set! result i (car others))
                           (back (- i 1) (cdr others)))))))))

    (define (reverse-vector->list vector :up-to 2 range)
      "The list of the elements from start to before end, in reverse order."
      (check-type vector? "reverse-vector->list" "a vector" 1 vector)
      (with-range ("reverse-vector->list" (vector-length vector) range start
                   end)
        (let loop ((i start) (list '()))
          (if (= i end)
              list
              (loop (+ i 1) (cons (vector-ref vector i) list))))))

    (define (list->reversed-vector list)
      "The vector of the elements of a list, in reverse order."
      (check-type list? "reverse-list->vector" "a list" 1 list)
      (reverse-list->vector list (length list)))))
