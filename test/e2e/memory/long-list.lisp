;; A list built by non-tail recursion: time and memory grow linearly with its
;; length, for a collection looks at each part of the deep stack once.
(define (build n) (if (= n 0) '() (cons n (build (- n 1)))))
(define (sum list acc) (if (null? list) acc (sum (cdr list) (+ acc (car list)))))
(define (check n)
  (display (= (sum (build n) 0) (quotient (* n (+ n 1)) 2)))
  (newline))
(check 100)
(check 5000000)
