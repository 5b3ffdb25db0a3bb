;;; A definition where an expression is expected leaves nothing behind; of a wrong
;;; one, the name is known and its uses are errors.
(define env (interaction-environment))
(define (show-error form)
  (write (guard (e (#t (error-object-message e))) (eval form env)))
  (newline))

(show-error '(list (cond-expand (else (define q (lambda () 1))))))
(show-error '(list (q)))
(show-error '(set! q 1))
(show-error '(list (cond-expand (else (define-syntax r (syntax-rules ()))))))
(show-error '(list r))
(show-error '(list (cond-expand (else (define-values (s t) (values 1 2))))))
(show-error '(s t))
(show-error '(list (cond-expand (else (define-record-type u (v) w?)))))
(show-error '(v))
(show-error '(list (cond-expand (else (list 1)))))

;; A use of a macro whose definition was in error is an error too.
(show-error '(define-syntax m (er-macro-transformer list)))
(show-error '(m 1))
(show-error '(list 1 (m 2)))
(show-error '(define-syntax n (syntax-rules () (bad))))
(show-error '(n 1))
(show-error '(n 1))
(eval '(define-syntax n (syntax-rules () ((_ x) (list x)))) env)
(show-error '(n 1))
