import anyio


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


async def limited(seconds, time):
    try:
        with anyio.fail_after(seconds):
            await anyio.sleep(time)
            return "in time"
    except TimeoutError:
        return "too late"


async def main():
    done = []
    send, receive = anyio.create_memory_object_stream(2)
    async with anyio.create_task_group() as tasks:
        async with receive:
            for _ in range(3):
                tasks.start_soon(work, receive.clone(), done)
        async with send:
            for i in range(10):
                await send.send(i)
    print(sorted(done))

    for _ in range(2):
        with anyio.move_on_after(0.01):
            await anyio.sleep(60)
            print("not reached")
    print(await limited(0.01, 60))
    print(await limited(60, 0.001))

    ends = 0
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(anyio.sleep, 60)
        tasks.cancel_scope.cancel()
        for _ in range(3):
            try:
                await anyio.sleep(60)
            except anyio.get_cancelled_exc_class():
                ends += 1
    print(ends)

    try:
        async with anyio.create_task_group() as tasks:
            event = anyio.Event()
            tasks.start_soon(breaks, "first", event)
            tasks.start_soon(breaks, "second", event)
            await anyio.sleep(0.001)
            event.set()
            await anyio.sleep(60)
    except ExceptionGroup as group:
        print(sorted(str(e) for e in group.exceptions))

    total = 0
    async for i in numbers(20):
        total += i
    print(total)


anyio.run(main)
