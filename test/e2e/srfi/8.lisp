;; SRFI 8.
(import (scheme base) (srfi 8) (srfi 64))
(test-begin "srfi-8")
(test-equal '(0 1) (receive (q r) (floor/ 1 2) (list q r)))
(test-equal '(1 (2 3)) (receive (a . rest) (values 1 2 3) (list a rest)))
(test-equal '(1 2) (receive all (values 1 2) all))
(test-equal '() (receive all (values) all))
(test-eqv 7 (receive (a) 3 (define b 4) (+ a b)))
(test-end "srfi-8")
