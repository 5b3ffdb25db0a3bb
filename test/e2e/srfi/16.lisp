;; SRFI 16: the examples of the document.
(import (scheme base) (srfi 16) (srfi 64))
(define plus
  (case-lambda
    (() 0)
    ((x) x)
    ((x y) (+ x y))
    ((x y z) (+ (+ x y) z))
    (args (apply + args))))
(test-begin "srfi-16")
(test-eqv 0 (plus))
(test-eqv 1 (plus 1))
(test-eqv 6 (plus 1 2 3))
(test-eqv 10 (plus 1 2 3 4))
(test-error ((case-lambda ((a) a) ((a b) (* a b))) 1 2 3))
(test-eqv 2 ((case-lambda ((a) a) ((a b) (* a b))) 1 2))
(test-end "srfi-16")
