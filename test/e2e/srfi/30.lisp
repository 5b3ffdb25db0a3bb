;; SRFI 30, SRFI 62: comments.
(import (scheme base) (srfi 30) (srfi 62) (srfi 64))
(test-begin "srfi-30")
#| a comment #| in a comment |# (test-assert "not read" #f) |#
(test-eqv 3 (+ 1 #| 10 |# 2))
(test-eqv 5 (+ 1 #;(* 2 3) 4))
(test-equal '(x z) (list 'x #;'y 'z))
(test-eqv 12 (* 3 4 #;(+ 1 2)))
(test-equal '(a d) '(a #; #;b c d))
(test-end "srfi-30")
