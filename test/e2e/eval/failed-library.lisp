; A library whose body failed, by a condition or by a continuation, is no library
; that is loaded: each import of it runs the body again, other forms do not. A
; library that imports it is not begun without it.
(import (scheme base) (scheme write) (scheme eval) (scheme repl) (failing switch))
(define (try form . sets)
  (guard (e ((error-object? e)
             (display "failed: ")
             (display (error-object-message e))
             (newline)))
    (write (call/cc
            (lambda (k)
              (set-exit! k)
              (eval form (if (pair? sets)
                             (environment (car sets))
                             (interaction-environment))))))
    (newline)))
(define (bind! name) (eval `(define ,name 'bound) (interaction-environment)))

(try '(import (failing body)))
(try '(+ 1 2))
(bind! 'other)
(try 'x)
(try '(import (prefix (failing body) b:)))
(try '(list other (quote after)))

; By way of another one, which is not run without it.
(try '(import (failing user)))
(try '(list other))
(try '(import (failing user)))

; As an environment.
(try 'x '(failing body))
(try 'x '(failing body))

; A continuation takes control away.
(set-mode! 'escape)
(try '(import (failing body)))
(try '(+ 1 2))
(try 'x '(failing body))

; At last it works, and is run once.
(set-mode! 'work)
(try '(begin (import (failing user)) (list x y)))
(try '(begin (import (failing body)) (list x b:x)))
(try 'x '(failing body))
