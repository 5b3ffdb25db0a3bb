(define-library (something else)
  (export w)
  (import (scheme base))
  (begin (define w 1)))
