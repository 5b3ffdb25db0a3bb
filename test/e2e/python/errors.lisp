;; Errors through Lisp and Python in alternation: the same object, all frames.
(import (scheme base) (scheme write) (plc) (plc hosts) (plc foreign))
(import "builtins" :from "python" :as b)
(import "traceback" :from "python")

(define (show . values)
  (for-each (lambda (v) (write v) (display " ")) values)
  (newline))

(py-exec "
caught = []
def inner():
    raise ValueError('first')
def middle(f):
    return f()
def outer(f):
    try:
        return f()
    except ValueError as error:
        caught.append(error)
        raise
def chained(f):
    try:
        return f()
    except Exception as error:
        raise OSError('second') from error
def swallow(f):
    try:
        f()
    except Exception as error:
        return error
def kind(f):
    try:
        f()
    except BaseException as error:
        return [c.__name__ for c in type(error).__mro__[:3]]
def names(error):
    return [f.name for f in __import__('traceback').extract_tb(error.__traceback__)]
")
(define inner (py-eval "inner"))
(define middle (py-eval "middle"))
(define outer (py-eval "outer"))
(define chained (py-eval "chained"))
(define swallow (py-eval "swallow"))
(define kind (py-eval "kind"))
(define names (py-eval "names"))

;; Lisp -> Python -> Lisp -> Python: one object, and the frames of both languages.
(define first #f)
(define (lisp-inner)
  (guard (e (#t (set! first e) (raise e))) (inner)))
(define (trace-names e)
  (map (lambda (frame) (list-ref frame 0)) (condition-trace e)))
(define e1 (guard (e (#t e)) (outer lisp-inner)))
(show (eq? e1 first) (condition-message e1) (foreign-error-type e1))
(show (eq? (ref (py-eval "caught") 0) (foreign-error-value e1))
      (->lisp (names (foreign-error-value e1))))
(show (trace-names e1))
;; Through more levels, and with a cause.
(define e2 (guard (e (#t e)) (middle (lambda () (chained (lambda () (middle lisp-inner)))))))
(show (foreign-error-type e2) (condition-message e2)
      (eq? (. (foreign-error-value e2) __cause__) (foreign-error-value first)))
(show (->lisp (names (foreign-error-value e2))))
;; What Python handles is over: the next error is another one.
(define gone (swallow lisp-inner))
(show (eq? gone (foreign-error-value first)) (foreign-error? first "ValueError"))
(define e3 (guard (e (#t e)) (middle (lambda () (raise first)))))
(show (eq? e3 first))
(do ((i 0 (+ i 1))) ((= i 1000)) (swallow inner) (swallow lisp-inner))
(show (guard (e (#t (eq? e first))) (middle inner)))

;; Conditions are what handlers in Python expect, and come back as they were.
(show (->lisp (kind (lambda () (vector-ref [1] 5)))) (->lisp (kind (lambda () (+ (py-eval "'a'") 1))))
      (->lisp (kind (lambda () (quotient 1 0)))) (->lisp (kind (lambda () (apply car '()))))
      (->lisp (kind (lambda () (error "x")))) (->lisp (kind (lambda () (raise 1)))))
(show (guard (e (#t (list (condition-type e) (foreign-error? e)))) (middle (lambda () (vector-ref [1] 5)))))
(show (py-eval "isinstance(e, IndexError)" :e (swallow (lambda () (vector-ref [1] 5)))))

;; Recursion is one error, and all goes on (through both ends: callbacks.lisp).
(show (guard (e (#t (list (condition-type e) (foreign-error-type e))))
        (py-exec "def deep(): return deep()\n")
        ((py-eval "deep"))))
(show (middle (lambda () 'fine)))
;; Ends of the program that are handled.
(show (guard (e ((foreign-error? e "SystemExit")
                 (list (condition-type e) (condition-message e) (error-object-irritants e))))
        (py-eval "exec('import sys; sys.exit(3)')")))
(show (guard (e ((foreign-error? e "KeyboardInterrupt") 'interrupted))
        (py-eval "exec('raise KeyboardInterrupt')")))
(show (guard (e ((foreign-error? e "SystemExit") (condition-message e)))
        (middle (lambda () (py-eval "exec('raise SystemExit(\"bye\")')")))))
;; A condition as a value is an exception in Python, and the very same one here.
(import "logging" :from "python")
(logging:basicConfig :format "%(message)s" :stream (py-eval "__import__('sys').stdout"))
(py-exec "
def raise_it(e):
    raise e
async def settle(e):
    import asyncio
    future = asyncio.get_running_loop().create_future()
    future.set_exception(e)
    await future
")
(define held (py-eval "[]"))
(for (thunk (list (lambda () (error "boom" 1 2)) (lambda () (vector-ref [1] 5)) inner))
  (define e (guard (e (#t e)) (thunk)))
  (logging:error "failed" :exc_info e)
  (held.append e)
  (define again (guard (e (#t e)) ((py-eval "raise_it") e)))
  (define settled (guard (e (#t e)) (await ((py-eval "settle") e))))
  (if (foreign-error? e)
      (show (eq? (foreign-error-value e) (ref held -1))
            (eq? (foreign-error-value e) (foreign-error-value again))
            (eq? (foreign-error-value e) (foreign-error-value settled)))
      (show (eq? e (ref held -1)) (eq? e again) (eq? e settled))))
;; A property that raises is read once, however it is called.
(py-exec "
class Counted:
    reads = 0
    @property
    def broken(self):
        Counted.reads += 1
        raise ValueError('broken')
    @property
    def lacking(self):
        Counted.reads += 1
        return self.nothing
    @property
    def number(self):
        Counted.reads += 1
        return 5
")
(define counted ((py-eval "Counted")))
(define-syntax message
  (syntax-rules () ((_ x) (guard (e (#t (condition-message e))) x))))
(show (message (counted.broken)) (message (counted.broken 1)) (message (counted.broken :a 1))
      (message (counted.lacking)) (message (counted.number :a 1)) counted.reads)
