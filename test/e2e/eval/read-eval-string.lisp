;; SRFI 64: a string that is an expression is evaluated where the program is.
(import (scheme base) (scheme write) (srfi 64))

(define (twice x) (* 2 x))
(define-syntax swap
  (syntax-rules () ((_ (f a b)) (f b a))))

(write (test-read-eval-string "(+ 3 4)"))
(newline)
(write (test-read-eval-string "(map twice '(1 2 3))"))
(newline)
(write (test-read-eval-string "(swap (- 1 10))"))
(newline)
(test-read-eval-string "(define later (list 'defined 'later))")
(write (test-read-eval-string "later"))
(newline)

(test-begin "evaluated")
(test-equal "v" 7 (test-read-eval-string "(+ 3 4)"))
(test-error #t (test-read-eval-string "(vector-ref (vector 1) 1)"))
(test-error #t (test-read-eval-string "(if)"))
(test-end "evaluated")
