import queue
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed

work, done = queue.Queue(), queue.Queue()


def worker():
    while True:
        item = work.get()
        if item is None:
            return
        done.put((item, item * item))


threads = [threading.Thread(target=worker, name=f"worker-{i}") for i in range(4)]
for thread in threads:
    thread.start()
for n in range(50):
    work.put(n)
for thread in threads:
    work.put(None)
for thread in threads:
    thread.join()
results = dict(done.get() for _ in range(50))
print(len(results), sum(results.values()), results[7])
lock, total = threading.Lock(), 0


def add(n):
    global total
    for _ in range(n):
        with lock:
            total += 1
    return threading.current_thread() is threading.main_thread()


with ThreadPoolExecutor(8) as pool:
    print(any(pool.map(add, [100] * 8)), total)
    futures = {pool.submit(pow, 2, n): n for n in range(10)}
    print(sorted(future.result() for future in as_completed(futures))[-1])
    failing = pool.submit(int, "x")
    print(type(failing.exception()).__name__, failing.exception())
event = threading.Event()
timer = threading.Timer(0.01, event.set)
timer.start()
print(event.wait(5), threading.active_count() <= 2)
local = threading.local()
local.value = 1
barrier = threading.Barrier(3)
order = []


def meet(name):
    barrier.wait()
    with lock:
        order.append(name)


threads = [threading.Thread(target=meet, args=(name,)) for name in "abc"]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(sorted(order), local.value)
