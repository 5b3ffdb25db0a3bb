; The calls outside of what a guard or a handler protects.
(define (two a b) (list a b))
(define (try thunk) (guard (e (#t e)) (thunk)))
; UNCAUGHT: error[E0204]: wrong number of arguments to `two`
; UNCAUGHT: (map (lambda (x) (two x)) '(1))
(map (lambda (x) (two x)) '(1))
; UNCAUGHT: error[E0204]: wrong number of arguments to `two`
; UNCAUGHT: (define (thunk) (two 1))
(define (thunk) (two 1))
; UNCAUGHT: error[E0204]: wrong number of arguments to `two`
; UNCAUGHT: ((lambda () (two 1)))
((lambda () (two 1)))
; UNCAUGHT: error[E0204]: wrong number of arguments to `two`
; UNCAUGHT: (guard (e (#t (two 2)))
(guard (e (#t (two 2))) (try 1))
; UNCAUGHT: error[E0204]: wrong number of arguments to `two`
; UNCAUGHT: (guard (e ((two 3) e))
(guard (e ((two 3) e)) (try 1))
; UNCAUGHT: error[E0204]: wrong number of arguments to `call-with-current-continuation`
(call/cc (lambda (k) k) 1)
