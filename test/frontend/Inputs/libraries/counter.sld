(define-library (counter)
  (export next! (rename get current) swap! define-getter)
  (import (scheme base))
  (begin
    (define n 0)
    (define (next!) (set! n (+ n 1)) n)
    (define (get) n)
    ;; Not exported, used by the macros.
    (define (helper x) (list 'helped x))
    (define-syntax swap!
      (syntax-rules ()
        ((_ a b) (let ((tmp a)) (set! a b) (set! b tmp) (helper a)))))
    (define-syntax define-getter
      (syntax-rules ()
        ((_ name value) (define (name) (helper value)))))))
