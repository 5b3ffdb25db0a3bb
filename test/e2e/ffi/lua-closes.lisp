;; What frames of Lua have to close is closed, also in a fiber that was left for
;; good; and Lua cannot end the threads that calls of Lisp run in.
(define (say . xs) (for-each display xs) (newline))
(lua-exec "order = {}
function closing(name, f)
  return setmetatable({}, {__close = function()
    order[#order + 1] = name
    if f then f() end
  end})
end")
(define call (lua-eval "function(f, name, g) local c <close> = closing(name, g) local r = f() return r end"))
(define (order) (lua-eval "(function() local text = table.concat(order, ' ') order = {} return text end)()"))

; Left by a continuation of the main program, from two calls.
(define back #f)
(define fiber #f)
(define-syntax leave
  (syntax-rules ()
    ((_ body) (begin (ended) (set! fiber (async body)) (sleep-for 1000)))))
(define (ended)
  (if fiber (guard (e (#t #f)) (await fiber)))
  (set! fiber #f))
(define rounds (call/cc (lambda (k) (set! back k) 0)))
(if (< rounds 1)
    (leave (call (lambda () (call (lambda () (back (+ rounds 1))) "inner")) "outer")))
(sleep-for 0)
(say rounds ": " (order))

; What closes calls Lisp, waits, or fails.
(define seen '())
(define (note x) (set! seen (cons x seen)))
(define again (call/cc (lambda (k) (set! back k) 0)))
(if (< again 1)
    (leave (call (lambda ()
                   (call (lambda ()
                           (call (lambda () (back (+ again 1))) "a"
                                 (lambda () (note 'a) (sleep-for 0.001) (note 'a-later))))
                         "b" (lambda () (note 'b) (error "in a closer"))))
                 "c" (lambda () (note 'c)))))
(sleep-for 0.05)
(say again ": " (order) " " (reverse seen))

; Many; nothing is kept.
(define left 0)
(define many (call/cc (lambda (k) (set! back k) 0)))
(if (< many 300)
    (leave (call (lambda () (back (+ many 1))) "x" (lambda () (set! left (+ left 1))))))
(ended)
(sleep-for 0.05)
(say many " " left)

; The threads of calls.
(lua-exec "main = coroutine.running()")
(define (try code)
  (await (async (guard (e (#t (condition-message e)))
                  ((lua-eval (string-append "function() return " code " end")))))))
(say (try "coroutine.close(main)"))
(say (try "coroutine.resume(main)"))
(say (try "coroutine.status(main)"))
(say (try "coroutine.close(coroutine.create(print))"))
(say ((lua-eval "function(x) return x + 1 end") 41))
(say (await (async (lua-eval "6 * 7"))))
