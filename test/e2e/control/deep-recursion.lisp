;; Non-tail recursion 10^6 deep, and a list of 10^6 built that way.

(define (count n) (if (= n 0) 0 (+ 1 (count (- n 1)))))
(display (count 1000000))
(newline)

(define (build n) (if (= n 0) '() (cons n (build (- n 1)))))
(define l (build 1000000))
(display (length l))
(newline)
(display (car l))
(newline)

(define (sum l) (if (null? l) 0 (+ (car l) (sum (cdr l)))))
(display (sum l))
(newline)
