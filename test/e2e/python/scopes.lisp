;; with-foreign is Python's `with`: enter, leave with the error, swallow it.
(import (scheme base) (scheme write) (plc) (plc hosts) (plc foreign) (plc async))
(import "contextlib" :from "python")
(import "builtins" :from "python" :as b)

(define (show . values)
  (for-each (lambda (v) (write v) (display " ")) values)
  (newline))
(define (error-text thunk)
  (guard (e (#t (list (foreign-error-type e) (condition-message e)))) (thunk)))

(py-exec "
import asyncio
log = []
class Scope:
    def __init__(self, swallow=False, fail=None):
        self.swallow, self.fail = swallow, fail
    def __enter__(self):
        if self.fail == 'enter':
            raise OSError('enter')
        log.append('in')
        return self, 'bound'
    def __exit__(self, kind, error, traceback):
        log.append((kind and kind.__name__, str(error), traceback is not None))
        if self.fail == 'exit':
            raise OSError('exit') from error
        return self.swallow
class Later:
    async def __aenter__(self):
        await asyncio.sleep(0.001)
        log.append('async in')
        return 42
    async def __aexit__(self, kind, error, traceback):
        await asyncio.sleep(0.001)
        log.append(('async', kind and kind.__name__))
        return kind is ValueError
def seen():
    found = list(log)
    log.clear()
    return found
def fails():
    raise ValueError('from Python')
")
(define Scope (py-eval "Scope"))
(define (seen) (->lisp ((py-eval "seen"))))
(define fails (py-eval "fails"))

(show (with-foreign (x (Scope)) (->lisp (ref x 1))) (seen))
(show (error-text (lambda () (with-foreign (x (Scope)) (fails)))) (seen))
(show (with-foreign (x (Scope :swallow #t)) (fails) 'not-reached) (seen))
(show (guard (e (#t (condition-message e)))
        (with-foreign (x (Scope)) (error "from Lisp" 1)))
      (seen))
(show (guard (e ((symbol? e) e)) (with-foreign (x (Scope)) (raise 'object))) (seen))
(show (with-foreign (x (Scope :swallow #t)) (raise 'object)) (seen))
(show (call/cc (lambda (k) (with-foreign (x (Scope)) (k 'left)))) (seen))
(show (error-text (lambda () (with-foreign (x (Scope :fail "enter")) 1))) (seen))
(show (error-text (lambda () (with-foreign (x (Scope :fail "exit")) 1))) (seen))
(show (error-text (lambda () (with-foreign (x (Scope :fail "exit")) (fails)))) (seen))
;; Scopes in scopes, the inner one is left first; an error passes both.
(show (with-foreign (outer (Scope :swallow #t))
        (with-foreign (inner (Scope)) (fails)))
      (seen))
(show (with-foreign (x ((py-eval "Later"))) x) (seen))
(show (with-foreign (x ((py-eval "Later"))) (fails)) (seen))
(show (error-text (lambda () (with-foreign (x ((py-eval "Later"))) (b:int "x")))) (seen))
;; What the library has.
(show (with-foreign (x (contextlib:suppress (py-eval "ZeroDivisionError"))) (py-eval "1/0")))
(show (error-text (lambda ()
                    (with-foreign (x (contextlib:suppress (py-eval "KeyError")))
                      (py-eval "1/0")))))
(define text ((py-eval "__import__('io').StringIO")))
(with-foreign (x (contextlib:redirect_stdout text)) (b:print "captured"))
(show (text.getvalue))
(define lock ((py-eval "__import__('threading').Lock")))
(show (with-foreign (held lock) (lock.locked)) (lock.locked))
;; The exception in Python is the one that was raised, with its frames.
(define same (py-eval "ValueError('same')"))
(py-exec "
def throw(error):
    raise error
class Keep:
    def __enter__(self): return self
    def __exit__(self, kind, error, traceback):
        self.error = error
        while traceback.tb_next: traceback = traceback.tb_next
        self.innermost = traceback.tb_frame.f_code.co_name
        return True
")
(define keep ((py-eval "Keep")))
(with-foreign (x keep) ((py-eval "throw") same))
(show (eq? keep.error same) keep.innermost)
;; Handlers that look for something else hide nothing.
(define (kept thunk)
  (guard (e ((symbol? e) e) (#t (condition-message e)))
    (guard (e ((number? e) e)) (thunk))))
(show (kept (lambda () (with-foreign (x (Scope)) (raise 'body))))
      (kept (lambda () (with-foreign (x (Scope :fail "exit")) (raise 'body))))
      (kept (lambda () (with-foreign (x (Scope :fail "exit")) 1)))
      (kept (lambda () (with-foreign (x (b:open "/dev/null")) (with-foreign (y (Scope)) (vector-ref (vector) 0))))))
(call-with-values (lambda () (with-foreign (x (Scope)) (values 1 2))) show)
