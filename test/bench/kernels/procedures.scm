;; Primitives as values: folds, maps and sorts that are given `+`, `<`, `car`.
;; input: repetitions elements
(define (make-numbers n)
  (let loop ((i 0) (x 42) (numbers '()))
    (if (= i n)
        numbers
        (loop (+ i 1) (modulo (+ (* x 1103515245) 12345) 1073741824)
              (cons x numbers)))))

;; A vector's elements combined, by a procedure that is not known here.
(define (combine f initial v)
  (let loop ((i 0) (value initial))
    (if (= i (vector-length v))
        value
        (loop (+ i 1) (f value (vector-ref v i))))))

(define operations (list (cons + 0) (cons max 0) (cons - 0)))

(define repetitions (read))
(define numbers (make-numbers (read)))
(define vector-of-numbers (list->vector numbers))
(define reals (map (lambda (n) (/ n 1024.0)) numbers))
(define (total numbers)
  (+ (fold-left + 0 numbers)
     (fold-left max 0 (map + numbers numbers))
     (fold-left + 0 (map car (map cons numbers reals)))
     (exact (floor (fold-left + 0.0 reals)))
     (apply + (map (lambda (o) (combine (car o) (cdr o) vector-of-numbers))
                   operations))))

(let loop ((i 0) (sum 0))
  (if (< i repetitions)
      (loop (+ i 1)
            (+ sum (total numbers)
               (if (= 0 (modulo i 10))
                   (+ (car (list-sort < numbers)) (car (list-sort > numbers)))
                   0)))
      (begin (display sum) (newline))))
