;;; Without an environment, as in many systems, `eval` means the program's top
;;; level, also where the program names no environment.
(import (scheme base) (scheme eval) (scheme write))

(define x 1)
(define (f) x)
(define (evaluate form) (eval form))

(write (evaluate '(* x 2)))
(evaluate '(set! x 5))
(write (f))
(evaluate '(define (f) 'new))
(write (f))
(write (map eval '((f) (+ x 1) (begin (define y 6) y))))
(write (apply eval '((+ x y))))
(newline)
