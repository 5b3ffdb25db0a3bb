(define-library (counter)
  (export next! count twice (rename hidden visible))
  (import (scheme base))
  (begin
    (define n 0)
    (define hidden (list 'hidden))
    (define (next!) (set! n (+ n 1)) n)
    (define (count) n)
    (define-syntax twice
      (syntax-rules () ((_ e) (begin e e))))))
