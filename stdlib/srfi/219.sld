;;; SRFI 219: define of procedures that return procedures.
(define-library (srfi 219)
  (export define)
  (import (rename (scheme base) (define define-variable)))
  (begin
    (define-syntax define
      (syntax-rules ()
        ((_ ((head . outer) . inner) body ...)
         (define (head . outer) (lambda inner body ...)))
        ((_ (name . formals) body ...)
         (define-variable (name . formals) body ...))
        ((_ name expression ...)
         (define-variable name expression ...))))))
