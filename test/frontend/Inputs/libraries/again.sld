(define-library (again)
  (export twice-copied counter twice-copied)
  (import (scheme base))
  (begin
    (define (twice-copied x) (append (list-copy x) (list-copy x)))
    (define counter 1)
    (define (list-copy x) (list 'own))
    (define counter (+ counter 1))))
