;; Calls of functions with numbers, which need no lua_pcall: whatever ends them.
(define (show . xs)
  (for-each (lambda (x) (write x) (display " ")) xs)
  (newline))
(define (message thunk)
  (guard (e (#t (if (foreign-error? e) (condition-message e) e))) (thunk)))
(define (frames thunk)
  (guard (e (#t (map (lambda (f) (list (car f) (list-ref f 2)))
                     (filter (lambda (f) (memv (list-ref f 4) '(lua)))
                             (condition-trace e)))))
    (thunk)))
(define fail
  (lua-eval "(function()
    local function inner(x) error('no ' .. x) end
    return function(x)
      local y = inner(x)
      return y
    end
  end)()"))
(define add (lua-eval "function(a, b) return a + b end"))
(show (message (lambda () (fail 1))) (add 1 2))
(show (frames (lambda () (fail 1))))

;; Each error leaves the thread as it was, however deep in C it was raised.
(define deep
  (lua-eval "function(n)
    local function f(n)
      if n == 0 then error('deep', 0) end
      return (string.gsub('x', 'x', function() return f(n - 1) end))
    end
    return f(n)
  end"))
(show (let loop ((i 0) (same 0))
        (if (= i 300)
            same
            (loop (+ i 1)
                  (if (and (equal? "deep" (message (lambda () (deep 50))))
                           (= 3 (add 1 2)))
                      (+ same 1)
                      same)))))
(show (message (lambda () (deep 50))) (add 2 0.5))
(define endless (lua-eval "function(x) local function f(x) return 1 + f(x) end return f(x) end"))
(define (tells? text thunk)
  (let ((m (message thunk)))
    (and (string? m) (string-contains m text) #t)))
(show (tells? "stack overflow" (lambda () (endless 1))) (add 1 1))
(show (tells? "stack overflow" (lambda () (deep 1000))) (add 1 1))

;; Variables are closed, with the error, and errors of closing are errors.
(define closed (lua-eval "{}"))
(define closing
  (lua-eval "function(t)
    return function(x)
      local c <close> = setmetatable({}, {__close = function(_, e)
        t.n = (t.n or 0) + 1
        t.e = e
        if x == 2 then error('while closing', 0) end
      end})
      error('body', 0)
    end
  end"))
(define close-it (closing closed))
(show (message (lambda () (close-it 1))) closed.n closed.e)
(show (message (lambda () (close-it 2))) closed.n closed.e)

(define yielding (lua-eval "function(x) return coroutine.yield(x) end"))
(show (message (lambda () (yielding 1))))

;; An error in a hook ends the hook: the next ones run.
(define count-down
  (lua-eval "function(n)
    debug.sethook(function() debug.sethook() error('too long', 0) end, '', n)
    while true do end
  end"))
(show (message (lambda () (count-down 1000))) (message (lambda () (count-down 10))))
(show (add 1 2))

;; Errors that are objects, from coroutines, and of what cannot be called.
(define throw (lua-eval "function(x) error({code = x}) end"))
(show (guard (e (#t (ref (foreign-error-value e) "code"))) (throw 7)))
(define wrapped
  (lua-eval "function(x) return coroutine.wrap(function() error('in it', 0) end)() end"))
(show (message (lambda () (wrapped 1))))
(show (message (lambda () (closed 1))))
(define tell (lua-eval "function(x) return coroutine.isyieldable() end"))
(show (tell 1))
(define protected (lua-eval "function(f, x) return select('#', pcall(f, x)) end"))
(show (protected fail 1) (protected add 1))

;; What a procedure of Lisp raises or leaves by, and calls inside of it.
(define call1 (lua-eval "function(x) return procedure(x) end"))
(define set-procedure! (lua-eval "function(f) procedure = f end"))
(set-procedure! (lambda (x) (raise (list 'raised x))))
(show (message (lambda () (call1 1))))
(set-procedure! (lambda (x) (if (> x 1) (+ 1 (call1 (- x 1))) (fail x))))
(show (message (lambda () (call1 20))))
(set-procedure! (lambda (x) (guard (e (#t (add x 0.5))) (fail x))))
(show (call1 20))
(show (call/cc (lambda (k) (set-procedure! k) (call1 5))))
(show (add 3 4))

;; While one fiber waits inside of Lua, errors of another one are its own.
(define (wait-in-lua x)
  (set-procedure! (lambda (x) (sleep-for 0.02) (* 2 x)))
  (call1 x))
(define waiting (async (wait-in-lua 21)))
(define failing (async (sleep-for 0.005) (message (lambda () (fail 3)))))
(show (await failing) (await waiting) (message (lambda () (fail 4))))

;; In a fiber, which has a thread of its own.
(define (in-fiber thunk) (await (async (thunk))))
(show (in-fiber (lambda () (message (lambda () (fail 5)))))
      (in-fiber (lambda () (message (lambda () (count-down 1000)))))
      (in-fiber (lambda () (list (message (lambda () (count-down 10)))
                                 (message (lambda () (fail 6)))
                                 (add 1 2)))))

;; Numbers and what else needs no memory, in and out.
(define same (lua-eval "function(...) return ... end"))
(for-each (lambda (x) (show (same x)))
          (list 0 -1 (- (expt 2 60)) (- (expt 2 63) 1) 1.5 -0.0 1e300 +inf.0
                #t #f nil "text"))
(show (call-with-values (lambda () (same 1 2.5 #t)) list))
(show (call-with-values (lambda () (same)) list))
(show (apply same (iota 16)))
(show (apply same (iota 17)))
(show (eq? same (same same)))
