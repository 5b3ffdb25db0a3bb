; What nothing can settle is a condition, not a program that hangs.
(define (type thunk) (guard (e (#t (condition-type e))) (thunk)))
(display (type (lambda () (await (promise))))) (newline)
(define a #f)
(define b (async (await a)))
(set! a (async (await b)))
(display (type (lambda () (await a)))) (newline)
; The others may still be settled.
(define p (promise))
(define q (async (+ 1 (await p))))
(display (type (lambda () (await q)))) (newline)
(resolve! p 1)
(display (await q)) (newline)
; Nobody waits for the time of a sleeper that was cancelled.
(define sleeper (async (sleep-for 3600)))
(sleep-for 0)
(cancel! sleeper)
(display (type (lambda () (await sleeper)))) (newline)
(display (type (lambda () (await (promise))))) (newline)
