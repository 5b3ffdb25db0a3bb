import asyncio
import json

import httpx


async def answer(reader, writer):
    head = await reader.readuntil(b"\r\n\r\n")
    method, target, _ = head.split(b"\r\n")[0].decode().split(" ")
    length = 0
    for line in head.decode().split("\r\n"):
        if line.lower().startswith("content-length:"):
            length = int(line.split(":")[1])
    body = await reader.readexactly(length) if length else b""
    if target == "/slow":
        await asyncio.sleep(5)
    status = "404 Not Found" if target == "/missing" else "200 OK"
    text = json.dumps({"method": method, "target": target, "body": body.decode()})
    writer.write(f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n"
                 f"Content-Length: {len(text)}\r\nConnection: close\r\n\r\n{text}".encode())
    await writer.drain()
    writer.close()


async def main():
    server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=200)
    base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with httpx.AsyncClient(base_url=base, trust_env=False) as client:
        one = await client.get("/hello", params={"q": "λ x"})
        print(one.status_code, one.json()["target"])
        posted = await client.post("/form", json={"a": [1, 2]})
        print(posted.json()["body"].replace(" ", ""))
        try:
            (await client.get("/missing")).raise_for_status()
        except httpx.HTTPStatusError as error:
            print(type(error).__name__, error.response.status_code)
        try:
            await client.get("/slow", timeout=0.05)
        except httpx.ReadTimeout as error:
            print(type(error).__name__)
        try:
            await asyncio.wait_for(client.get("/slow"), 0.05)
        except asyncio.TimeoutError:
            print("too late")
        many = await asyncio.gather(*(client.get(f"/{i}") for i in range(100)))
        print(len(many), all(r.status_code == 200 for r in many), many[99].json()["target"])
        async with client.stream("GET", "/streamed") as response:
            parts = [part async for part in response.aiter_bytes()]
        print(b"".join(parts)[:10])
    server.close()
    try:
        await httpx.AsyncClient(trust_env=False).get(base + "/gone")
    except httpx.ConnectError as error:
        print(type(error).__name__)


asyncio.run(main())
