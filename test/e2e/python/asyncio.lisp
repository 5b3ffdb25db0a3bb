;; asyncio's loop is one of the fibers: coroutines and fibers go on in turns.
(import (scheme base) (scheme write) (plc) (plc hosts) (plc async))
(import "asyncio" :from "python")
(import "threading" :from "python")

(define (show . values)
  (for-each (lambda (v) (write v) (display " ")) values)
  (newline))
(define (kind thunk)
  (guard (e ((symbol? e) e) ((foreign-error? e) (foreign-error-type e)) (#t (condition-type e)))
    (thunk)))

(py-exec "
import asyncio, threading, time
async def later(x, seconds):
    await asyncio.sleep(seconds)
    return x
async def fails(text):
    await asyncio.sleep(0)
    raise ValueError(text)
async def where():
    return threading.get_ident()
async def serve(reader, writer):
    while line := await reader.readline():
        writer.write(line.upper())
        await writer.drain()
    writer.close()
async def start():
    server = await asyncio.start_server(serve, '127.0.0.1', 0, backlog=1000)
    return server, server.sockets[0].getsockname()[1]
async def ask(port, text):
    reader, writer = await asyncio.open_connection('127.0.0.1', port)
    writer.write((text + '\\n').encode())
    answer = await reader.readline()
    writer.close()
    await writer.wait_closed()
    return answer.decode().strip()
async def count(n):
    for i in range(n):
        await asyncio.sleep(0)
        yield i
async def squares(items):
    return [x * x async for x in items]
log = []
async def patient(name):
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        log.append(name + ' cancelled')
        raise
async def twice(promise):
    return [await promise, await promise]
async def impatient(promise):
    try:
        return await asyncio.wait_for(promise, 0.02)
    except asyncio.TimeoutError:
        return 'too late'
async def gathered(make):
    return await asyncio.gather(*(make(i) for i in range(100)))
async def catch(promise):
    try:
        await promise
    except Exception as error:
        return type(error).__name__, str(error)
async def nothing():
    await asyncio.Event().wait()
async def in_executor(f):
    return await asyncio.get_running_loop().run_in_executor(None, f, 20)
")
(define later (py-eval "later"))

;; In the order of time, in the thread that awaits.
(define p (async (await (later 'first 0.03))))
(define q (async (await (later 'second 0.01))))
(show (await-any p q) (await-all p q) (= (await ((py-eval "where"))) (threading:get_ident)))
(show (kind (lambda () (await ((py-eval "fails") "no")))))
(define steps '())
(define (step x) (set! steps (cons x steps)))
(await-all (async (await (later 0 0.01)) (step 'python))
           (async (sleep-for 0.06) (step 'lisp))
           (async (await (later 0 0.12)) (step 'python)))
(show (reverse steps))

;; A thousand requests at once.
(define server (await ((py-eval "start"))))
(define ask (py-eval "ask"))
(define answers
  (apply await-all
         (map (lambda (i) (ask (ref server 1) (string-append "request " (number->string i))))
              (iota 1000))))
(show (length answers) (car answers) (list-ref answers 999))
((. (ref server 0) close))

;; Asynchronous iterators.
(for (x ((py-eval "count") 3)) (display x) (display " "))
(show (->lisp (await ((py-eval "squares") ((py-eval "count") 4)))))

;; Lisp gives up: the task is cancelled.
(define patient (py-eval "patient"))
(show (kind (lambda () (with-timeout 0.01 (lambda () (await (patient "timeout")))))))
(define waiting (async (await (patient "fiber"))))
(sleep-for 0.01)
(cancel! waiting)
(show (kind (lambda () (await waiting))))
(define direct (->promise (patient "promise")))
(sleep-for 0.01)
(cancel! direct)
(show (kind (lambda () (await direct))))
(sleep-for 0.01)
(show (->lisp (py-eval "log")))

;; Python awaits what Lisp promises, and gives it up.
(show (->lisp (await ((py-eval "twice") (async (sleep-for 0.01) 42)))))
(define slow (async (await (promise))))
(show (await ((py-eval "impatient") slow)) (kind (lambda () (await slow))))
(show (apply + (vector->list (->lisp (await ((py-eval "gathered") (lambda (i) (async (sleep-for 0.001) (* 2 i)))))))))
(show (->lisp (await ((py-eval "catch") (async (error "no luck" 7))))))
(show (kind (lambda () (await ((py-eval "twice") (async (raise-continuable 'gone)))))))

;; Threads of the loop's executor call Lisp; what nobody can settle is found.
(show (kind (lambda () (await ((py-eval "nothing"))))))
(show (await ((py-eval "in_executor") (lambda (x) (+ x 1)))))
;; What the loop calls cannot wait for the loop.
(show (guard (e (#t (list (foreign-error-type e) (condition-message e))))
        (await ((py-eval "gathered") (lambda (i) (await (later i 0)))))))
;; What asks for the loop that runs finds it; scopes that only tell of `async with`.
(show (await (asyncio:create_task (later 5 0))))
(py-exec "
class Session:
    def __init__(self):
        self.loop = asyncio.get_running_loop()
    def __enter__(self):
        raise TypeError('Use async with instead')
    def __exit__(self, *why): pass
    async def __aenter__(self):
        await asyncio.sleep(0)
        return 'open'
    async def __aexit__(self, *why):
        log.append('closed')
async def handled(handler):
    assert asyncio.iscoroutinefunction(handler)
    return [await handler(7), handler.__name__]
")
(show (with-foreign (s ((py-eval "Session"))) s) (ref (->lisp (py-eval "log")) 3))
(py-decorate ((. ($py "plc") coroutine)) (define (double x) (async (sleep-for 0.001) (* 2 x))))
(show (->lisp (await ((py-eval "handled") double)))
      (->lisp (await ((py-eval "handled") ((. ($py "plc") coroutine) (lambda (x) x))))))
;; What has done something before it asked is not called twice; nor is an `__enter__`
;; that fails for another reason taken for one that tells of `async with`.
(py-exec "
balance = [10]
def transfer():
    balance[0] -= 1
    asyncio.create_task(asyncio.sleep(0))
class Broken(Session):
    def __enter__(self):
        len(5)
")
(show (guard (e (#t (condition-message e))) ((py-eval "transfer"))) (ref (py-eval "balance") 0))
(show (guard (e (#t (condition-message e))) (with-foreign (s ((py-eval "Broken"))) s)))
