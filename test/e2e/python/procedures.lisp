;; Procedures and promises of Lisp as Python sees them.
(import (scheme base) (scheme write) (scheme case-lambda) (plc) (plc hosts) (plc foreign) (plc async))
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
(define (odd-names a->b big? a->b! class c*) 1)
(define limited (lambda (x :up-to 2 more) (list x more)))
(define sides (case-lambda ((a) a) ((a b) "Two." (list a b)) ((a b . c) c)))
(show (signature add) (signature many) (signature (lambda () 1)) (signature list))
(show (signature odd-names) (signature limited) (signature sides) (signature car))
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
;; It has attributes, as functions of Python have.
(py-exec "
def mark(holder):
    f = holder[0]
    f.order = 3
    f.__dict__.setdefault('kind', 'marked')
    del f.order
    return vars(f), hasattr(f, 'order'), f.kind, f(1, 2)
")
(show ((py-eval "mark") (vector add)))
;; Keyword arguments come as `:name value`.
(define (options . rest) rest)
(show ((py-eval "lambda f: f(1, b=2, long_name=3)") options))
;; Those with the name of a parameter are that.
(define (documented first-part second . others)
  "Its parts.

   In order."
  (list first-part second others))
(show ((py-eval "lambda f: f(second=2, first_part=1)") documented)
      ((py-eval "lambda f: f(1, 2, 3, k=4, second=5)") documented)
      ((py-eval "lambda f: (f(2, y=5), f(x=1, y=2), f(**{'y': 1.5, 'x': 2}))") add)
      ((py-eval "lambda f: (f(1), f(1, 2))") sides))
(show ((py-eval "lambda f: (f.__doc__, f.__self__.__doc__)") documented)
      ((py-eval "lambda f: (f.__doc__, f.__self__.__doc__)") sides)
      ((py-eval "lambda f: f.__text_signature__") documented))
(py-exec "
def refused(f, *arguments, **keywords):
    try:
        return f(*arguments, **keywords)
    except TypeError as error:
        return str(error)
")
(define refused (py-eval "refused"))
(show (refused add 1 :z 2) (refused add 1 2 :x 3) (refused add :y 2) (refused add :x 2))
;; Optional ones have no names for others; letters that C's functions lack.
(show (refused limited :x 1) (refused add :x 1 :y 2 :z 3))
(define (größe λ) "Umlaut." λ)
(show (signature größe)
      ((py-eval "lambda f: str(__import__('inspect').signature(f.__self__))") größe)
      ((py-eval "lambda f: f(λ=3)") größe))
(define |odd\x0;name| (lambda (x) "Lost." x))
(show (documentation |odd\x0;name|)
      ((py-eval "lambda f: (lambda d: 'add(x, y)' in d.plain(d.render_doc(f)))(__import__('pydoc'))")
       add))
(show (refused documented :others 1) (refused add 1 2 3 :x 4))
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
