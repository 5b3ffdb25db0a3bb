;; SRFI 87.
(import (scheme base) (srfi 87) (srfi 64))
(test-begin "srfi-87")
(define (f x)
  (case x
    ((1) => (lambda (n) (list 'one n)))
    ((2 3) 'small)
    (else => (lambda (n) (list 'other n)))))
(test-equal '(one 1) (f 1))
(test-eqv 'small (f 3))
(test-equal '(other 9) (f 9))
(test-end "srfi-87")
