import concurrent.futures
import multiprocessing
import os
import pickle


class Account:
    """Has an owner and a balance; travels between processes."""

    def __init__(self, owner, balance=0):
        self.owner = owner
        self.balance = balance

    def paid(self, amount):
        if amount > self.balance:
            raise ValueError(f"{self.owner} has {self.balance}")
        return Account(self.owner, self.balance - amount)

    def __eq__(self, other):
        return self.owner == other.owner and self.balance == other.balance

    __hash__ = None

    def __repr__(self):
        return f"<{self.owner}: {self.balance}>"


def pay(account, amount=1):
    """Pays, in a process of its own."""
    return account.paid(amount)


def primes(low, high):
    return [n for n in range(low, high)
            if all(n % d for d in range(2, int(n ** 0.5) + 1))]


class Worker(multiprocessing.get_context("fork").Process):
    """Squares what comes until nothing comes."""

    def __init__(self, source, sink):
        super().__init__()
        self.source = source
        self.sink = sink

    def run(self):
        while (n := self.source.get()) is not None:
            self.sink.put((n, n * n))


context = multiprocessing.get_context("fork")
accounts = [Account(name, 10 * i) for i, name in enumerate("abc", 1)]
print(pickle.loads(pickle.dumps(accounts)) == accounts, pickle.loads(pickle.dumps(pay)) is pay)
with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:
    print(list(pool.map(pay, accounts, [5, 15, 25])))
    print(pool.submit(pay, accounts[0], amount=3).result())
    failed = pool.submit(pay, accounts[0], 99).exception()
    print(type(failed).__name__, failed)
    print(sum(len(p) for p in pool.map(primes, range(2, 1000, 250), range(252, 1252, 250))))
    print(pool.submit(os.getpid).result() != os.getpid())
    try:
        pool.submit(pay, lambda: 1).result()
    except Exception as error:
        print("not pickled", "pickle" in str(error).lower())
with context.Pool(2) as pool:
    print(pool.starmap(pay, [(a, 1) for a in accounts]))
    print(sorted(pool.imap_unordered(abs, [-3, 2, -1])))
    print(pool.apply_async(primes, (2, 30)).get(10))
source, sink = context.SimpleQueue(), context.SimpleQueue()
workers = [Worker(source, sink) for _ in range(2)]
for worker in workers:
    worker.start()
for n in [3, 4, 5, None, None]:
    source.put(n)
print(sorted(sink.get() for _ in range(3)))
for worker in workers:
    worker.join()
print([worker.exitcode for worker in workers])
shared = context.Value("i", 0)


def add(times):
    for _ in range(times):
        with shared.get_lock():
            shared.value += 1


adders = [context.Process(target=add, args=(50,)) for _ in range(3)]
for process in adders:
    process.start()
for process in adders:
    process.join()
print(shared.value)
failing = context.Process(target=os._exit, args=(3,))
failing.start()
failing.join()
print(failing.exitcode)
