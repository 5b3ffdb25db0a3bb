;;; SRFI 26: cut and cute, procedures made by leaving out arguments.
(define-library (srfi 26)
  (export cut cute)
  (import (scheme base))
  (begin
    (define-syntax cut
      (syntax-rules ()
        ((_ part ...) (%cut () () part ...))))

    ;; (%cut formals call part ...) moves part after part to the call.
    (define-syntax %cut
      (syntax-rules (<> <...>)
        ((_ (formal ...) (f argument ...))
         (lambda (formal ...) ((begin f) argument ...)))
        ((_ (formal ...) (f argument ...) <...>)
         (lambda (formal ... . rest) (apply f argument ... rest)))
        ((_ formals call <...> part ...)
         (syntax-error "cut: nothing may follow <...>" part ...))
        ((_ (formal ...) (argument ...) <> part ...)
         (%cut (formal ... x) (argument ... x) part ...))
        ((_ formals (argument ...) expression part ...)
         (%cut formals (argument ... expression) part ...))))

    (define-syntax cute
      (syntax-rules ()
        ((_ part ...) (%cute () () () part ...))))

    ;; As %cut, but expressions become variables of a let around the lambda.
    (define-syntax %cute
      (syntax-rules (<> <...>)
        ((_ (formal ...) bindings (f argument ...))
         (let bindings (lambda (formal ...) (f argument ...))))
        ((_ (formal ...) bindings (f argument ...) <...>)
         (let bindings
           (lambda (formal ... . rest) (apply f argument ... rest))))
        ((_ formals bindings call <...> part ...)
         (syntax-error "cute: nothing may follow <...>" part ...))
        ((_ (formal ...) bindings (argument ...) <> part ...)
         (%cute (formal ... x) bindings (argument ... x) part ...))
        ((_ formals (binding ...) (argument ...) expression part ...)
         (%cute formals (binding ... (x expression)) (argument ... x)
                part ...))))))
