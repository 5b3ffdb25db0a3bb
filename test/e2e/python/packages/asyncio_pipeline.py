import asyncio


async def produce(queue, n):
    for i in range(n):
        await queue.put(i)
        await asyncio.sleep(0)
    await queue.put(None)


async def consume(queue, into):
    while (item := await queue.get()) is not None:
        into.append(item * item)
        queue.task_done()


async def main():
    queue, squares = asyncio.Queue(maxsize=3), []
    await asyncio.gather(produce(queue, 20), consume(queue, squares))
    print(len(squares), sum(squares))
    lock, total = asyncio.Lock(), 0

    async def add(n):
        nonlocal total
        for _ in range(n):
            async with lock:
                before = total
                await asyncio.sleep(0)
                total = before + 1
    await asyncio.gather(*(add(10) for _ in range(5)))
    print(total)
    event = asyncio.Event()
    waiters = [asyncio.create_task(event.wait()) for _ in range(3)]
    await asyncio.sleep(0)
    event.set()
    print(await asyncio.gather(*waiters))
    semaphore, running, most = asyncio.Semaphore(2), 0, 0

    async def limited():
        nonlocal running, most
        async with semaphore:
            running += 1
            most = max(most, running)
            await asyncio.sleep(0.001)
            running -= 1
    await asyncio.gather(*(limited() for _ in range(8)))
    print("at once", most)
    process = await asyncio.create_subprocess_exec(
        "sort", "-r", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate(b"a\nc\nb\n")
    print(out, process.returncode)
    done, pending = await asyncio.wait(
        [asyncio.create_task(asyncio.sleep(d, d)) for d in (0.001, 30)],
        return_when=asyncio.FIRST_COMPLETED)
    print([task.result() for task in done], len(pending))
    for task in pending:
        task.cancel()


asyncio.run(main())
