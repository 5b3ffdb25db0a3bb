(define-library (one)
  (export x y x (rename x z) (rename car z))
  (import (scheme base) (two))
  (begin
    (define x 1)
    (define x 2)
    (define (car x) x)))
