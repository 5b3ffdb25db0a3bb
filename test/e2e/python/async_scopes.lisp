;; Scopes of `async with` and asynchronous iterators: what a fiber awaits in them is one
;; task of asyncio, which they may cancel.
(import (scheme base) (scheme write) (plc) (plc hosts) (plc async))
(import "asyncio" :from "python")
(import "contextvars" :from "python" :only (ContextVar))

(define (show . values)
  (for-each (lambda (v) (write v) (display " ")) values)
  (newline))
(define (kind thunk)
  (guard (e ((symbol? e) e) ((foreign-error? e) (foreign-error-type e)) (#t (condition-type e)))
    (thunk)))

(define who (ContextVar "who" :default "nobody"))
(py-exec "
import asyncio, contextlib
log = []
async def later(x, seconds):
    await asyncio.sleep(seconds)
    return x
async def fails(text):
    await asyncio.sleep(0.001)
    raise ValueError(text)
async def patient(name):
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        log.append(name + ' was cancelled')
        raise
async def stubborn():
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        await asyncio.sleep(0.01)
    return 'done all the same'
async def task():
    return asyncio.current_task()
async def state():
    return asyncio.current_task().cancelling(), who.get()
class Scope:
    def __init__(self, name, enters=0, leaves=0, swallows=False):
        self.name, self.enters, self.leaves, self.swallows = name, enters, leaves, swallows
    async def __aenter__(self):
        self.task = asyncio.current_task()
        await asyncio.sleep(self.enters)
        self.token = who.set(self.name)
        log.append(self.name + ' entered')
        return self
    async def __aexit__(self, kind, error, trace):
        assert self.task is asyncio.current_task()
        who.reset(self.token)
        await asyncio.sleep(self.leaves)
        log.append(self.name + ' left' + (f' by {kind.__name__}' if kind else ''))
        return self.swallows
@contextlib.asynccontextmanager
async def limited(seconds):
    async with asyncio.timeout(seconds):
        yield seconds
async def count(n):
    own = asyncio.current_task()
    async with asyncio.timeout(60):
        for i in range(n):
            assert own is asyncio.current_task()
            yield i
" :who who)
(define later (py-eval "later"))
(define fails (py-eval "fails"))
(define patient (py-eval "patient"))
(define task (py-eval "task"))
(define Scope (py-eval "Scope"))
(define (state) (->lisp (await ((py-eval "state")))))
(define (show-log) (show (->lisp (py-eval "log"))) (py-exec "log.clear()"))

;; A time limit of asyncio: for a coroutine, a fiber that sleeps, a promise, a future.
(define (limited thunk)
  (kind (lambda () (with-foreign (t (asyncio:timeout 0.1)) (thunk)))))
(show (limited (lambda () (await (patient "coroutine")))))
(show (limited (lambda () (sleep-for 60))))
(show (limited (lambda () (await (promise)))))
(show (limited (lambda () (await (asyncio:create_task (patient "task"))))))
(show (limited (lambda () (await-all (patient "first") (patient "second")))))
(sleep-for 0.001)
(show (limited (lambda () (await (later "in time" 0)))))
(show-log)
(show (limited (lambda () (await ((py-eval "stubborn"))))) (state))
;; It can be changed, and told whether it is over.
(show (kind (lambda ()
              (with-foreign (t (asyncio:timeout nil))
                (let ((now (. (asyncio:get_event_loop) :time)))
                  (t.reschedule (+ now 0.1))
                  (guard (e (#t (show (foreign-error-type e) (t.expired)) (raise e)))
                    (sleep-for 60)))))))

;; One in the other: the inner one, the outer one.
(show (with-foreign (outer (asyncio:timeout 60))
        (list (kind (lambda () (with-foreign (inner (asyncio:timeout 0.1)) (await (patient "inner")))))
              (await (later "goes on" 0.001)))))
(show (kind (lambda ()
              (with-foreign (outer (asyncio:timeout 0.1))
                (with-foreign (inner (asyncio:timeout 60)) (await (patient "outer")))))))
(show (kind (lambda () (with-foreign (t ((py-eval "limited") 0.01)) (sleep-for 60)))))
(show (state))
(show-log)

;; The same task from `__aenter__` to `__aexit__`, and its context.
(show (with-foreign (s (Scope "a"))
        (list (eq? (await (task)) s.task) (eq? (await (task)) (asyncio:current_task))
              (state)
              (with-foreign (inner (Scope "b")) (list (eq? s.task inner.task) (state)))
              (state)
              ;; Others are other tasks.
              (eq? (await (async (await (task)))) s.task)
              (map (lambda (t) (eq? t s.task)) (await-all (task) (task))))))
(show (state) (asyncio:current_task))
(show-log)

;; Several tasks that end together.
(show (let ((done '()))
        (with-foreign (group (asyncio:TaskGroup))
          (for (i '(3 1 2))
            (group.create_task ((py-eval "lambda f, i: f(i)")
                                ((. ($py "plc") coroutine)
                                 (lambda (i) (async (sleep-for (* i 0.01)) (set! done (cons i done)))))
                                i))))
        done))
(define members (py-eval "lambda group: [type(e).__name__ for e in group.exceptions]"))
(show (guard (e (#t (list (foreign-error-type e) (->lisp (members (foreign-error-value e))))))
        (with-foreign (group (asyncio:TaskGroup))
          (group.create_task (patient "sibling"))
          (group.create_task (fails "no"))
          (sleep-for 60))))
(show-log)

;; Errors, and scopes that end them.
(show (kind (lambda () (with-foreign (s (Scope "e")) (await (fails "x"))))))
(show (kind (lambda () (with-foreign (s (Scope "s" :swallows #t)) (error "lisp")))))
(show-log)

;; Lisp gives up: in the scope, while it is entered and left, and what waits its turn.
(define (timed . thunks)
  (show (kind (lambda () (with-timeout 0.1 (car thunks)))) (state))
  (show-log))
(timed (lambda () (with-foreign (s (Scope "body")) (sleep-for 60))))
(timed (lambda () (with-foreign (s (Scope "body")) (await (patient "it")))))
(timed (lambda () (with-foreign (s (Scope "enters" :enters 60)) 1)))
(timed (lambda () (with-foreign (o (Scope "outer")) (with-foreign (s (Scope "leaves" :leaves 60)) 1))))
;; To groups of tasks that is no error, unless it is one of theirs.
(timed (lambda () (with-foreign (group (asyncio:TaskGroup)) (group.create_task (patient "child")) (sleep-for 60))))
(show (kind (lambda ()
              (with-foreign (group (asyncio:TaskGroup))
                (with-timeout 0.01 (lambda () (sleep-for 60)))))))
(define waiting (async (with-foreign (group (asyncio:TaskGroup)) (group.create_task (patient "child")) (sleep-for 60))))
(sleep-for 0.1)
(cancel! waiting)
(show (kind (lambda () (await waiting))))
(show-log)
(define waiting (async (with-foreign (s (Scope "fiber")) (await (patient "it")))))
(sleep-for 0.1)
(cancel! waiting)
(show (kind (lambda () (await waiting))))
(show-log)
;; Cancelled by itself.
(show (kind (lambda () (with-foreign (s (Scope "own")) (s.task.cancel) (sleep-for 60)))))
(show-log)
;; Left by a continuation.
(show (call/cc (lambda (k) (with-foreign (s (Scope "k")) (k 'out)))))
(show-log)

;; Many fibers, each in its own.
(show (length (apply await-all
                     (map (lambda (i)
                            (async
                              (with-foreign (s (Scope (number->string i)))
                                (sleep-for 0.001)
                                (if (equal? (cadr (vector->list (state))) (number->string i)) i
                                    (error "another one's")))))
                          (iota 100)))))
(py-exec "log.clear()")

;; Iterators: all of it is one task.
(show (let ((all '())) (for (i ((py-eval "count") 4)) (set! all (cons i all)) (sleep-for 0)) all))
(show (map (lambda (i j) (+ i j)) ((py-eval "count") 3) ((py-eval "count") 3)))
(show (call/cc (lambda (k) (for (i ((py-eval "count") 4)) (when (= i 2) (k i))))))
(show (kind (lambda () (for (i ((py-eval "count") 2)) (await (fails "in between"))))))
(show (state))
;; One that is left early cancels nothing later, nor does its end reach others.
(py-exec "
async def hurried(n):
    async with asyncio.timeout(0.1):
        for i in range(n):
            await asyncio.sleep(0)
            yield i
async def cleanup():
    try:
        await asyncio.sleep(60)
    finally:
        await asyncio.sleep(0.8)
async def leaves(error):
    raise error
class Shared:
    async def __aenter__(self):
        try:
            await asyncio.sleep(0.3)
        except asyncio.CancelledError:
            pass
    async def __aexit__(self, *why):
        log.append(asyncio.current_task().get_name() == name[0])
name = []
async def note():
    name.append(asyncio.current_task().get_name())
async def get():
    return who.get()
")
(define hurried (py-eval "hurried"))
(define (pause) (sleep-for 0.2) 'slept)
(show (call/cc (lambda (k) (for (i (hurried 4)) (when (= i 1) (k i))))) (pause))
(show (kind (lambda () (for (i (hurried 4)) (raise 'stop)))) (pause) (kind (lambda () (await (later "later" 0.2)))))
(show (kind (lambda () (for (i (hurried 4)) (pause)))) (pause))
;; What nobody waits for any more, and what ends just now, keeps no cancellation from others.
(show (kind (lambda ()
              (with-foreign (t (asyncio:timeout 0.5))
                (show (kind (lambda () (with-timeout 0.1 (lambda () (await ((py-eval "cleanup"))))))))
                (sleep-for 60)))))
(define loop (asyncio:get_event_loop))
(show (with-foreign (outer (asyncio:timeout 60))
        (let ((p (promise)))
          (list (kind (lambda ()
                        (with-foreign (t (asyncio:timeout nil))
                          (loop.call_soon (lambda () (resolve! p 1) (t.reschedule (loop.time))))
                          (await p)
                          'left)))
                (pause)))))
(show (kind (lambda () (with-foreign (s (Scope "g")) (await ((py-eval "leaves") (py-eval "GeneratorExit()")))))) (state))
(py-exec "log.clear()")
;; An object that two fibers enter is left in the task that has entered it.
(define shared ((py-eval "Shared")))
(define first (async (with-foreign (x shared) (await ((py-eval "note"))) (sleep-for 0.8))))
(sleep-for 0.6)
(show (kind (lambda () (with-timeout 0.1 (lambda () (with-foreign (x shared) 1))))))
(await first)
(show-log)
;; What is awaited in a scope has the variables of the fiber.
(show (with-foreign (s (Scope "v"))
        (let ((before (await ((py-eval "get")))))
          (who.set "lisp")
          (list before (await ((py-eval "get"))) (await (asyncio:create_task ((py-eval "get"))))))))
