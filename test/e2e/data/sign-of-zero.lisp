;; A quotient by -0.0 is negative, also where the optimizer knows that dividend
;; and divisor are not below zero.
(define (show x) (write x) (newline))
(show (let loop ((i 0) (x 2.0))
        (if (= i 1)
            (sqrt (/ (* x x) -0.0))
            (loop (+ i 1) (* x 1.0)))))
(define (quotient-root x y) (sqrt (/ (* x x) (* y y))))
(show (quotient-root 3.0 1.5))
(show (quotient-root 3.0 -0.0))
(show (sqrt (/ 1.0 (sqrt -0.0))))
