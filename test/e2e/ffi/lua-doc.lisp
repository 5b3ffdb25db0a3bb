;; What is known of functions of Lua: parameters, and the comment above.
(define (show x) (write x) (newline))
(lua-exec "package.path = 'test/e2e/ffi/Inputs/?.lua;' .. package.path")
(import "documented" :from "lua" :as d)
(doc d:area)
(doc d:plain)
(doc d:variadic)
(show (documentation d:none))
(show (documentation (lua-eval "string.rep")))
(show (documentation (lua-eval "{}")))
(show (sort (foreign-members (lua-eval "{area = 1, other = 2}")) string<?))
; One result is awaited, several are as they are.
(show (lua-> d area 2 3))
(call-with-values (lambda () (lua-> d several)) (lambda all (show all)))
