;; Procedures and promises of Lisp as Python sees them.
(import (scheme base) (scheme write) (plc) (plc hosts) (plc foreign) (plc async))
(import "builtins" :from "python" :as b)
(import "inspect" :from "python")
(import "functools" :from "python")
(import "threading" :from "python")
(import "concurrent.futures" :from "python" :as pools)

(define (show . values)
  (for-each (lambda (v) (write v) (display " ")) values)
  (newline))

(define (add x y) (+ x y))
(define (many x . rest) (list x rest))
(define signature (py-eval "lambda f: str(__import__('inspect').signature(f))"))
(show (signature add) (signature many) (signature (lambda () 1)))
(show (py-eval "(f.__name__, f.__qualname__, callable(f))" :f add))
(show ((functools:partial add 1) 2) (functools:reduce add [1 2 3]) (b:max [-3 2] :key abs))
;; As a decorator and decorated.
(py-exec "
@twice
def hello(name):
    return 'hello ' + name
class Thing:
    base = 5
Thing.plus = plus
" :twice (lambda (f) (lambda (x) (string-append (f x) (f x))))
  :plus (lambda (self x) (+ self.base x)))
(show ((py-eval "hello") "you") ((. ((py-eval "Thing")) plus) 3))
(show (py-eval "__import__('functools').wraps(f)(lambda *a: f(*a)).__name__" :f add))
;; As an argument a function of C, behind which the method is.
(show ((py-eval "lambda f: (type(f).__name__, f.__name__, f.__module__, f.__doc__)") add)
      (eq? add ((py-eval "lambda f: f.__self__") add))
      (eq? add ((py-eval "lambda f: [f][0]") add)))
(define thing (py-eval "Thing"))
(set! thing.times (lambda (self x) (* self.base x)))
(show ((. (thing) times) 3))
;; Keyword arguments come as `:name value`.
(define (options . rest) rest)
(show ((py-eval "lambda f: f(1, b=2, long_name=3)") options))
;; Threads.
(define lock (b:list))
(define t (threading:Thread :target (lambda (x) (lock.append x)) :args (py-tuple 7)))
(t.start)
(t.join)
(show lock)
(with-foreign (pool (pools:ThreadPoolExecutor 4))
  (show (apply + (->list (pool.map add [1 2 3] [10 20 30])))))

;; Promises.
(py-exec "
import asyncio
async def twice(promise):
    return 2 * await promise
async def both(p, q):
    return await asyncio.gather(p, q, return_exceptions=True)
async def guarded(promise):
    try:
        return await promise
    except ZeroDivisionError as error:
        return 'caught ' + type(error).__name__
async def impatient(promise):
    try:
        return await asyncio.wait_for(wrap(promise), 0.01)
    except asyncio.TimeoutError:
        return 'too late'
async def wrap(promise):
    return await promise
")
(define twice (py-eval "twice"))
(show (await (twice (async (sleep-for 0.01) 21))) (await (twice (async 1))))
(define p (promise))
(resolve! p 5)
(show (await (twice p)) (py-eval "p.__class__.__name__" :p p) (eq? p ((py-eval "lambda p: p") p)))
(show (await ((py-eval "guarded") (async (quotient 1 0)))))
(show (->lisp (await ((py-eval "both") ((py-eval "wrap") (async 1)) ((py-eval "wrap") (async (sleep-for 0.01) 2))))))
(define condition (guard (e (#t e)) (error "lost")))
(define q (promise))
(reject! q condition)
(show (guard (e (#t (condition-message e))) (await (twice q))))
(show (await ((py-eval "impatient") (promise))))
;; An asynchronous method in Lisp.
(py-class Fetcher ()
  (define (fetch self x) (async (sleep-for 0.001) (* x 10)))
  (define (__aenter__ self) (async self))
  (define (__aexit__ self . why) (async #f)))
(py-exec "
async def use(kind):
    async with kind() as f:
        return [await f.fetch(i) for i in range(3)]
")
(show (await ((py-eval "use") Fetcher)))
