;;; Exact and inexact numbers of every kind, computed and printed.
(import (scheme base) (scheme write) (scheme inexact) (scheme complex))

(define (show . values)
  (for-each (lambda (v) (write v) (write-char #\space)) values)
  (newline))

(define (factorial n) (if (= n 0) 1 (* n (factorial (- n 1)))))
(show (factorial 30) (factorial 25.0))
(show (quotient (factorial 40) (factorial 38)) (/ (factorial 5) (factorial 7)))

;; Across the border of fixnums and back.
(define big 1152921504606846975)
(show (+ big 1) (- (- big) 2) (- (+ big 1) 1) (* big big) (number->string big 16))

;; The first digits of e by its series, with exact rationals.
(define (e-digits terms)
  (let loop ((k 0) (sum 0) (term 1))
    (if (= k terms)
        (quotient (* (numerator sum) (expt 10 50)) (denominator sum))
        (loop (+ k 1) (+ sum term) (/ term (+ k 1))))))
(show (e-digits 50))

;; Harmonic numbers.
(show (let loop ((i 1) (h 0)) (if (> i 20) h (loop (+ i 1) (+ h (/ i))))))

(show (inexact 1/3) (exact 0.1) (exact 1e18) (inexact 12345678901234567890))
(show (sqrt 16) (sqrt 2) (sqrt 1/4) (sqrt -9) (exact-integer? (sqrt 15241578750190521)))
(call-with-values (lambda () (exact-integer-sqrt (expt 10 41))) show)
(call-with-values (lambda () (floor/ -7 2)) show)
(call-with-values (lambda () (truncate/ -7 2)) show)
(show (modulo -7 2) (remainder -7 2) (modulo -7.0 2))

(show (expt 2 100) (expt 2.0 0.5) (expt 1/2 10) (expt 0 0) (exp 0) (expt 10 -3))
(show (expt -1 0.5) (expt -4 1/2) (expt +2i 1/2) (expt 3-4i 0.5)
      (expt -0.0 (- -1 (expt 10 33))) (expt -1.5 (+ 1 (expt 2 63)))
      (expt -0.5 (+ 1 (expt 2 63))) (expt -1.5 (expt 2 63)))
(show (make-rectangular 1 2) (* +i +i) (/ 1+2i 3+4i) (magnitude 3+4i)
      (+ 1.5 2+i) (sqrt -1.0))
(show (= 9007199254740993 9007199254740992.0) (< 1/3 (/ 1.0 3)) (max 1 2.0)
      (eqv? 0.0 -0.0) (= 0.0 -0.0) (eqv? +nan.0 +nan.0) (equal? 1/2 0.5))
(show 1e21 1e20 1e-7 1e-8 123.456 -0.0 5e-324 1.7976931348623157e308 100.0)
(show (string->number "#xff") (string->number "1e3") (string->number "#e1.25")
      (string->number "1/2") (string->number "+i") (string->number "abc")
      (string->number "zz" 36))
(show (number->string 255 2) (number->string -1/3 3) (number->string 3.5))
(show (exact (floor 2.5)) (round 7/2) (round 2.5) (round -2.5) (truncate -2.7)
      (ceiling 2.1) (floor -7/2))
(show (gcd 48 36) (lcm 4 6) (numerator 6/4) (denominator 6/4) (abs -7/2))
(define (safe thunk)
  (guard (e ((error-object? e) (error-object-message e))) (thunk)))
(show (safe (lambda () (/ 1 0))) (safe (lambda () (apply + '(1 "2"))))
      (safe (lambda () (apply vector-ref '(#(1) 1.0))))
      (safe (lambda () (exact +inf.0))))
(show (/ 1.0 0) (/ -1 0.0) (* 0 1.5))
