;; SRFI 39: the examples of the document.
(import (scheme base) (srfi 39) (srfi 64))
(test-begin "srfi-39")
(define radix
  (make-parameter 10
    (lambda (x) (if (and (integer? x) (<= 2 x 16)) x (error "invalid radix")))))
(define (f n) (number->string n (radix)))
(test-equal "12" (f 12))
(test-equal "1100" (parameterize ((radix 2)) (f 12)))
(test-equal "12" (f 12))
(test-error (parameterize ((radix 0)) (f 12)))
(define a (make-parameter 1))
(define b (make-parameter 2 (lambda (x) (* x 10))))
(test-equal '(1 20) (list (a) (b)))
(test-equal '(3 40 1 20)
  (append (parameterize ((a 3) (b 4)) (list (a) (b))) (list (a) (b))))
(test-equal '(5 6)
  (parameterize ((a 5))
    (parameterize ((a 6) (b (a))) (list (quotient (b) 10) (a)))))
(test-eqv 1
  (begin
    (call-with-current-continuation
      (lambda (k) (parameterize ((a 9)) (k #f))))
    (a)))
;; With an argument a parameter changes its innermost binding.
(test-equal '(80 20)
  (append (parameterize ((b 4)) (b 8) (list (b))) (list (b))))
(test-equal '(7 70)
  (begin (a 7) (b 7) (list (a) (b))))
(test-eqv 7 (begin (parameterize ((a 9)) (a 'gone)) (a)))
(test-error (a 1 2))
(test-end "srfi-39")
