;;; Forms whose code is wanted later although they make nothing new: one that
;;; defines a procedure again, which becomes hot, and one that gives a procedure
;;; to C.
(import (scheme base) (scheme eval) (scheme repl) (scheme write) (plc))

(define env (interaction-environment))
(define (churn n)
  (do ((i 0 (+ i 1)))
      ((= i n))
    (eval `(let ((x ,i)) (vector x (lambda () x))) env)))

(define f #f)
(eval '(define (f x) x) env)
(eval '(define (f x)
         (cond ((eq? x 'go)
                (set! f car)
                (churn 600)
                '(a "bcd" #(e f)))
               (else x)))
      env)
(do ((i 0 (+ i 1)))
    ((= i 300000))
  (f i))
(sleep-for 0.2)                         ; its better code is made meanwhile
(churn 2)
(write (f 'go))
(newline)

(eval '(import (plc c)) env)
(eval '(define total 0) env)
(eval '(define (add number) (set! total (+ total number))) env)
(eval '((c-function "signal" (int (function (int) -> void)) -> long) 10 add)
      env)
(churn 600)
(eval '((c-function "raise" (int) -> int) 10) env)
(write (eval 'total env))
(newline)
