;;; `eval` without an environment in a library means the program's top level.
(import (scheme base) (scheme write) (outside))

(define factor 5)
(define (scale x) (* x factor))
(write (evaluate '(scale 3)))
(evaluate '(define factor 7))
(write-char #\space)
(write (scale 3))
(newline)
