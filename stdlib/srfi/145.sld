;;; SRFI 145: assumptions.
(define-library (srfi 145)
  (export assume)
  (import (scheme base))
  (begin
    ;; A macro, so that the condition shows the expression that was false.
    (define-syntax assume
      (syntax-rules ()
        ((_ expression message ...)
         (or expression (broken-assumption 'expression message ...)))
        ((_ . rest)
         (syntax-error "assume: expected an expression" . rest))))

    (define (broken-assumption expression . messages)
      (apply error "assumption is false" expression messages))))
