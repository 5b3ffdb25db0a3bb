;; Fibers that end, or are dropped at the end of the program, with frames of Lua
;; below them; then Lua is closed.
(define (say . xs) (for-each display xs) (newline))
(define call (lua-eval "function(f, ...) local r = f(...) return r end"))
(lua-exec "closer = setmetatable({}, {__gc = function() print('closed') end})")

; A fiber that goes on in a continuation of the main program is gone, with its
; frames of Lua.
(define back #f)
(define left #f)
(define rounds (call/cc (lambda (k) (set! back k) 0)))
(if (< rounds 1)
    (begin
      (set! left (async (call (lambda () (call (lambda () (back (+ rounds 1))))))))
      (sleep-for 1000)))
(say rounds)
(say (guard (e (#t (condition-type e))) (await left)))
(say (call (lambda (x) (* x 2)) 21))

; One that is cancelled there, one that fails, one that leaves by itself.
(define (outcome p) (guard (e ((error-object? e) (condition-type e)) (#t e)) (await p)))
(define waiting (async (call (lambda () (sleep-for 1000)))))
(define failing (async (call (lambda () (sleep-for 0) (raise 'failed)))))
(define leaving (async (call/cc (lambda (k) (call (lambda () (sleep-for 0) (k 'left)))))))
(sleep-for 0.001)
(cancel! waiting)
(say (map outcome (list waiting failing leaving)))

; They still wait when all ends.
(define never (async (call (lambda () (sleep-for 1000)))))
(define deep (async (call (lambda () (call (lambda () (await never)))))))
(sleep-for 0.001)
(say ((lua-eval "coroutine.wrap(function(f) return f() end)") (lambda () (promise-state deep))))
(say "end")
