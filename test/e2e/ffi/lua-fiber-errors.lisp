;; A call of Lua in a fiber raises while another one waits in a callback of the
;; main program's call: each has its own.
(import "string" :from "lua" :as str)
(lua-exec "function set_first(f) first = f end
           function set_second(f) second = f end
           function bad() first() error('boom') end
           function good() second() return 7 end")
(define bad (lua-eval "bad"))
(define good (lua-eval "good"))
((lua-eval "set_first") (lambda () (sleep-for 0)))
((lua-eval "set_second") (lambda () (sleep-for 0) (sleep-for 0)))
(define (caught)
  (guard (e (#t (list 'caught (condition-message e))))
    (bad)))
;; The first call makes the fiber's thread of Lua.
(define other (async (caught) (caught)))
(sleep-for 0)
(sleep-for 0)
(display (good))
(newline)
(display (await other))
(newline)
