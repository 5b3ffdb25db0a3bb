;; anyio's task groups, streams and cancel scopes, which end the task that entered them:
;; workers, time limits that move on, errors of several tasks, generators with groups in
;; them.
(import (scheme base) (scheme write) (plc) (plc hosts) (plc async))
(import "anyio" :from "pypi")
(import "builtins" :from "python" :as b :only (print sorted))

(py-exec "
import anyio, contextlib
@contextlib.asynccontextmanager
async def group():
    async with anyio.create_task_group() as tasks:
        yield tasks
@contextlib.asynccontextmanager
async def moving_on(seconds):
    with anyio.move_on_after(seconds) as scope:
        yield scope
@contextlib.asynccontextmanager
async def failing(seconds):
    with anyio.fail_after(seconds):
        yield
async def start(tasks, f, *rest):
    tasks.start_soon(f, *rest)
async def cancel(tasks):
    tasks.cancel_scope.cancel()
async def event():
    return anyio.Event()
async def happen(event):
    event.set()
async def work(receive, done):
    async with receive:
        async for item in receive:
            await anyio.sleep(0.001)
            done.append(item * item)
async def breaks(name, event):
    await event.wait()
    raise ValueError(name)
async def numbers(n):
    async with anyio.create_task_group() as tasks:
        send, receive = anyio.create_memory_object_stream(1)
        async def feed():
            async with send:
                for i in range(n):
                    await send.send(i)
        tasks.start_soon(feed)
        async with receive:
            async for i in receive:
                yield i
")
(define-syntax define-python
  (syntax-rules () ((_ (name text) ...) (begin (define name (py-eval text)) ...))))
(define-python
  (group "group") (moving-on "moving_on") (failing "failing") (start "start")
  (cancel "cancel") (work "work") (breaks "breaks") (numbers "numbers")
  (streams "lambda size: anyio.create_memory_object_stream(size)")
  (names "lambda group: sorted(str(e) for e in group.exceptions)"))

;; Three workers and what feeds them from Lisp.
(define done (py-eval "[]"))
(define pair (streams 2))
(with-foreign (tasks (group))
  (with-foreign (receive (ref pair 1))
    (for (i (range 3)) (await (start tasks work (receive.clone) done))))
  (with-foreign (send (ref pair 0))
    (for (i (range 10)) (await (send.send i)))))
(b:print (b:sorted done))

;; Time limits: for anyio, for a fiber of Lisp, one that fails, one in time.
(define (limited scope body)
  (guard (e ((foreign-error? e "TimeoutError") "too late"))
    (with-foreign (limit scope) (body))))
(with-foreign (scope (moving-on 0.01))
  (await (anyio.sleep 60))
  (b:print "not reached"))
(with-foreign (scope (moving-on 0.01))
  (sleep-for 60)
  (b:print "not reached"))
(b:print (limited (failing 0.01) (lambda () (sleep-for 60) "in time")))
(b:print (limited (failing 60) (lambda () (sleep-for 0.001) "in time")))

;; What is cancelled stays so: each wait in it ends.
(define ends 0)
(with-foreign (tasks (group))
  (await (start tasks anyio.sleep 60))
  (await (cancel tasks))
  (for (i (range 3))
    (guard (e (#t (set! ends (+ ends 1))))
      (if (= i 1) (await (anyio.sleep 60)) (sleep-for 60)))))
(b:print ends)

;; Errors of several tasks, in one.
(guard (e ((foreign-error? e "ExceptionGroup") (b:print (names (foreign-error-value e)))))
  (with-foreign (tasks (group))
    (let ((event (await ((py-eval "event")))))
      (await (start tasks breaks "first" event))
      (await (start tasks breaks "second" event))
      (await (anyio.sleep 0.001))
      (await ((py-eval "happen") event))
      (sleep-for 60))))

;; A generator whose group is open as long as it runs.
(define total 0)
(for (i (numbers 20)) (set! total (+ total i)))
(b:print total)
