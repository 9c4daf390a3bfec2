"""The origins of the soak. What one does with a request stands in the request's path, written by the client:

    /NUMBER/key=value;key=value...

s   size of the answer's body             f    its framing: length, chunked, close, none
st  status                                i    interim answers before it
n   pieces in which the answer is sent    p    pause between them, in milliseconds
k   bytes after which the answer is cut   how  the cut: end, reset, stall
c   then: keep, close (said), silent (closed, not said), late (the same, after p milliseconds), stray (bytes unasked)
e   1: answer before the body is read     x    for Expect: 100 (ask for the body), final (answer at once)
up  for Upgrade: yes (101 and a talk)     bad  the number of a malformed answer
"""
import asyncio
import collections
import itertools
import random
import zlib

from wire import Cut, Wire, chunked, content, read_body, read_head

# Invalid heads: megaphone must answer each by 502.
MALFORMED = [
    b"HTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
    b"HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nhi",
    b"HTTP/1.1 2000 OK\r\nContent-Length: 2\r\n\r\nhi",
    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nhi",
    b"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nhi",
    b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\nhi",
    b"HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 2\r\n\r\nhi",
    b"HTTP/1.1 200 OK\r\nX: a\rb\r\nContent-Length: 2\r\n\r\nhi",
    b"HTTP/1.1 200 OK\r\nno field\r\nContent-Length: 2\r\n\r\nhi",
    b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 10 + b"\r\n\r\n",
]


def path(number, **plan):
    return f"/{number}/" + ";".join(f"{key}={value}" for key, value in plan.items())


def parse(target):
    _, number, rest = target.split("/", 2)
    return int(number), dict(item.split("=") for item in rest.split(";") if item)


def answer_text(number, plan, version="1.1"):
    """(interim answers, final head, framed body) of an ordinary answer."""
    size, framing, status = int(plan.get("s", 0)), plan.get("f", "length"), int(plan.get("st", 200))
    interims = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * int(plan.get("i", 0))
    body, lines = content(number, size), [f"HTTP/{version} {status} Word", f"X-Number: {number}"]
    if framing == "length":
        lines.append(f"Content-Length: {size}")
    elif framing == "chunked":
        lines.append("Transfer-Encoding: chunked")
        body = chunked(body, 1 + number % 20_000)
    if framing == "close" or plan.get("c") == "close":
        lines.append("Connection: close")
    return interims, lines, body


class Origin:
    """One listener. `requests` counts how often each number came, whatever became of it."""

    def __init__(self, seed):
        self.requests = collections.Counter()
        self.tasks = set()
        self.chance = random.Random(f"{seed}/origin")
        self.closed_by_peer = asyncio.Event()

    async def start(self):
        self.server = await asyncio.start_server(self._accept, "127.0.0.1", 0, backlog=1024)
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    async def _accept(self, reader, writer):
        task = asyncio.current_task()
        self.tasks.add(task)
        wire = Wire(reader, writer)
        try:
            await self.talk(wire)
        except (Cut, OSError, asyncio.CancelledError):
            pass
        finally:
            wire.close()
            self.tasks.discard(task)

    async def close(self):
        self.server.close()
        for task in list(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


class WebOrigin(Origin):
    async def talk(self, wire):
        for count in itertools.count():
            try:
                head = await read_head(wire)
            except Cut:
                if count:
                    self.closed_by_peer.set()
                raise
            number, plan = parse(head.first_line.split(" ")[1])
            self.requests[number] += 1
            if not await self.serve(wire, head, number, plan):
                return

    async def serve(self, wire, head, number, plan):
        """Returns whether the connection goes on."""
        if "bad" in plan:
            await wire.send(MALFORMED[int(plan["bad"])])
            await wire.gone()
            return False
        if plan.get("up") == "yes":
            await wire.send(b"HTTP/1.1 101 Now\r\nUpgrade: soak\r\nConnection: Upgrade\r\n\r\n")
            await talk(wire)
            return False
        seen = "none"
        if plan.get("e") != "1" and not (head.get("expect") and plan.get("x") == "final"):
            if head.get("expect"):
                await wire.send(b"HTTP/1.1 100 Continue\r\n\r\n")
            body, end = await read_body(wire, head, False)
            if end != "whole":
                return False
            seen = f"{len(body)}-{zlib.crc32(body)}"
        return await self.answer(wire, head, number, plan, seen)

    async def answer(self, wire, head, number, plan, seen):
        interims, lines, body = answer_text(number, plan)
        lines.append(f"X-Body: {seen}")
        text = interims + ("\r\n".join(lines) + "\r\n\r\n").encode()
        if not head.first_line.startswith("HEAD "):
            text += body
        pause = int(plan.get("p", 0)) / 1000
        if "k" in plan:
            await wire.send_in_pieces(text[: int(plan["k"])], int(plan.get("n", 1)), pause)
            await self.cut(wire, plan["how"])
            return False
        await wire.send_in_pieces(text, int(plan.get("n", 1)), pause)
        return await self.after(wire, plan, pause)

    async def cut(self, wire, how):
        if how == "stall":
            await wire.gone()
        elif how == "reset":
            wire.reset()

    async def after(self, wire, plan, pause):
        then = plan.get("c", "keep")
        if then == "late":
            await asyncio.sleep(pause)
        elif then == "stray":
            self.closed_by_peer.clear()
            await wire.send(b"HTTP/1.1 200 Stray\r\nContent-Length: 5\r\n\r\nstray")
        if then in ("close", "late", "silent") or plan.get("f") == "close" or plan.get("e") == "1":
            wire.finish()
            await wire.gone()
            return False
        return True


async def talk(wire):
    """The other end of a tunnel: the client's first line says what to do."""
    word, number, size = (await wire.line()).split(" ")
    size = int(size)
    if word == "burst":  # sends and ends, and listens on
        await wire.send(content(int(number), size))
        wire.finish()
        await wire.gone()
        return
    if word == "silent":
        await wire.gone()
        return
    passed = 0
    while data := await wire.read():
        await wire.send(data)
        passed += len(data)
        if word != "echo" and passed >= size:
            break
    if word == "reset":
        wire.reset()
    else:
        wire.finish()
        await wire.gone()


class TalkOrigin(Origin):
    async def talk(self, wire):
        await talk(wire)
