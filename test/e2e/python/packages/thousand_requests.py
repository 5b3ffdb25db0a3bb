import asyncio
import collections
import resource

import httpx

SIZE = 1000
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard))


class Meeting:
    """Opens when as many as are expected are there."""

    def __init__(self, size):
        self.size = size
        self.inside = self.most = self.left = 0
        self.open = asyncio.Event()

    def enter(self):
        self.inside += 1
        self.most = max(self.most, self.inside)
        if self.inside == self.size:
            self.open.set()

    def leave(self, gone=False):
        self.inside -= 1
        self.left += gone


async def main():
    meeting = Meeting(SIZE)

    async def answer(reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        target = head.split(" ")[1]
        meeting.enter()
        if target == "/never":
            meeting.leave(await reader.read() == b"")
        else:
            await meeting.open.wait()
            meeting.leave()
            text = str(int(target[1:]) ** 2)
            status = "200 OK" if len(target) < 5 else "418 Teapot"
            writer.write(f"HTTP/1.1 {status}\r\nContent-Length: {len(text)}\r\n"
                         f"X-Path: {target}\r\n\r\n{text}".encode())
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=SIZE)
    base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    async with httpx.AsyncClient(base_url=base, limits=limits, timeout=None,
                                 trust_env=False) as client:
        # None is answered before all have arrived.
        answers = await asyncio.gather(*(client.get(f"/{i}") for i in range(SIZE)))
        print(meeting.most, meeting.inside)
        print(dict(collections.Counter(a.status_code for a in answers)))
        print(sum(int(a.text) for a in answers))
        print(all(a.headers["x-path"] == f"/{i}" for i, a in enumerate(answers)))
        # Again, by tasks of which each adds what it has got.
        meeting.open.clear()
        meeting.size = 100
        total = 0

        async def add(i):
            nonlocal total
            n = int((await client.get(f"/{i}")).text)
            total += n
        await asyncio.gather(*(add(i) for i in range(100)))
        print(total, meeting.most)
        # Requests that are given up are closed, each of them.
        gone = asyncio.gather(*(client.get("/never") for _ in range(SIZE)))
        while meeting.inside < SIZE:
            await asyncio.sleep(0.01)
        try:
            await asyncio.wait_for(gone, 0.05)
        except asyncio.TimeoutError:
            print("given up")
        while meeting.left < SIZE:
            await asyncio.sleep(0.01)
        print(meeting.left, meeting.inside)
    server.close()
    try:
        await client.get("/1")
    except RuntimeError as error:
        print(type(error).__name__, str(error)[:28])


asyncio.run(main())
