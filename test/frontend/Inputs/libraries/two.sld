(define-library (two)
  (export w)
  (import (scheme base) (one))
  (begin (define w 1)))
