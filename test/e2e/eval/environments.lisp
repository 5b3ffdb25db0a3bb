;;; Environments of libraries: the instances are those of the program.
(define-library (local)
  (export state set-state!)
  (import (scheme base))
  (begin
    (define cell 'first)
    (define (state) cell)
    (define (set-state! x) (set! cell x))))
(import (scheme base) (scheme eval) (scheme r5rs) (scheme write)
        (counter) (local))

(define (show . objects) (write objects) (newline))
(define (message-of thunk)
  (guard (e (#t (error-object-message e))) (thunk)))

(next!)
(define env (environment '(scheme base) '(counter) '(local)))
(show (eval '(begin (twice (next!)) (count)) env) (count))
(show (eq? visible (eval 'visible env)) (eq? car (eval 'car env)))
(set-state! 'second)
(show (eval '(state) env))
(eval '(set-state! 'third) env)
(show (state))

(define prefixed
  (environment '(prefix (only (counter) next! count) c:)
               '(rename (scheme base) (car kar))))
(show (eval '(c:next!) prefixed) (eval '(kar '(1 2)) prefixed)
      (message-of (lambda () (eval '(car '(1 2)) prefixed))))

;; A library that the program does not import; the one below it is shared.
(show (eval 'answer (environment '(later))))

;; Nothing is defined there.
(show (message-of (lambda () (eval '(define x 1) env))))
(show (message-of (lambda () (eval '(define-syntax x (syntax-rules ())) env))))
(show (message-of (lambda () (eval '(import (scheme write)) env))))
(show (message-of (lambda () (eval '(set! car cdr) env))))
(show (message-of (lambda () (eval '(show 1) env))))
(show (eval '(let () (define x 1) (+ x 1)) env))
(show (message-of (lambda () (environment '(no such library)))))
(show (message-of (lambda () (environment '(only (counter) nothing)))))
(show (message-of (lambda () (environment "text"))))

;; The environments of the reports.
(show (eval '(exact->inexact 1) (scheme-report-environment 5))
      (eval '(string-map char-upcase "a") (scheme-report-environment 7))
      (message-of (lambda () (eval 'string-map (scheme-report-environment 5))))
      (eval '((lambda (x) (if x 'yes 'no)) #t) (null-environment 5))
      (eval '(let*-values (((a) 1)) a) (null-environment 7))
      (message-of (lambda () (eval 'car (null-environment 5))))
      (message-of (lambda () (scheme-report-environment 6))))
