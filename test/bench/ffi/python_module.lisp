;; A module that Python imports: what python_api.c calls plus_one.
(import (scheme base))
(define (plus-one x) (+ x 1.0))
