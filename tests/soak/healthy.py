"""Traffic in which nothing goes wrong: every answer must be there, whole, and the right one."""
import asyncio
import contextlib
import zlib

from origins import path
from wire import chunked, content, read_answer, read_head
from world import check

SIZES = [0, 1, 2, 100, 1000, 4095, 4096, 16384, 65535, 65536, 65537, 200_000, 1_000_003]
SMALL = SIZES[:7]
METHODS = ["GET", "GET", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"]


@contextlib.asynccontextmanager
async def connection(world, address=None):
    wire = await world.open(address)
    try:
        yield wire
    finally:
        wire.close()


def fields_text(*fields):
    return "".join(f"{field}\r\n" for field in fields) + "\r\n"


def request(origin, number, plan, method="GET", fields=(), version="1.1"):
    target = f"http://127.0.0.1:{origin.port}{path(number, **plan)}"
    return (f"{method} {target} HTTP/{version}\r\n" + fields_text(f"Host: 127.0.0.1:{origin.port}", *fields)).encode()


def body_of(rng, number, sizes=SIZES):
    """(fields, framed body, what the origin must have seen)."""
    body = content(number, rng.choice(sizes))
    seen = f"{len(body)}-{zlib.crc32(body)}"
    if rng.random() < 0.5:
        return [f"Content-Length: {len(body)}"], body, seen
    return ["Transfer-Encoding: chunked"], chunked(body, rng.choice([1000, 16384, 100_000])), seen


def ordinary_plan(rng, sizes=SIZES):
    plan = {"s": rng.choice(sizes), "f": rng.choice(["length", "length", "chunked", "close"])}
    if rng.random() < 0.1:
        plan.update(st=rng.choice([204, 304]), s=0, f="none")
    if rng.random() < 0.1:
        plan["i"] = rng.choice([1, 3])
    if rng.random() < 0.1:
        plan.update(n=rng.choice([2, 5]), p=rng.choice([1, 20]))
    if rng.random() < 0.1:
        plan["c"] = "close"
    return plan


def check_answer(answer, number, plan, method, seen=None):
    check(answer.status == int(plan.get("st", 200)), lambda: f"{method} {number} {plan}: {answer}")
    check(answer.end == "whole", lambda: f"{method} {number} {plan}: {answer}")
    check(answer.head.get("x-number") == str(number), lambda: f"{method} {number} has another's answer: {answer.head}")
    expected = b"" if method == "HEAD" else content(number, plan["s"])
    check(answer.body == expected, lambda: f"{method} {number} {plan}: other content: {answer}")
    check(answer.interims == [103] * plan.get("i", 0), lambda: f"{method} {number} {plan}: {answer.interims}")
    if seen is not None:
        check(answer.head.get("x-body") == seen, lambda: f"{method} {number}: sent {seen}: {answer.head.get('x-body')}")


async def pages(world, rng):
    """A connection kept for several requests of every method and framing."""
    async with connection(world) as wire:
        for _ in range(rng.choice([1, 2, 5, 20])):
            method, plan = rng.choice(METHODS), ordinary_plan(rng)
            number, expected = world.expect("page", status=int(plan.get("st", 200)), whole=True)
            fields, body, seen = [], b"", "0-0"
            if method in ("POST", "PUT", "PATCH", "BREW"):
                fields, body, seen = body_of(rng, number)
            await wire.send(request(world.steady, number, plan, method, fields) + body[:100])
            await wire.send(body[100:])
            answer = await read_answer(wire, method)
            check_answer(answer, number, plan, method, seen)
            expected.size = len(answer.body)
            if answer.head.get("connection").lower() == "close":
                check(await wire.read() == b"", "more after an answer that said close")
                return


async def one_page_and_close(world, rng):
    """HTTP/1.0, or Connection: close: the daemon ends the connection after the answer."""
    plan, old = ordinary_plan(rng), rng.random() < 0.5
    plan.pop("i", None)  # not for HTTP/1.0
    number, _ = world.expect("page", status=int(plan.get("st", 200)), whole=True)
    async with connection(world) as wire:
        fields = [] if old else ["Connection: close"]
        await wire.send(request(world.steady, number, plan, fields=fields, version="1.0" if old else "1.1"))
        check_answer(await read_answer(wire), number, plan, "GET")
        check(await wire.read() == b"", "more after the last answer")


async def pipeline(world, rng):
    """Many requests before any answer is read; some connections are ended by the client after the last one."""
    async with connection(world) as wire:
        asked, text = [], b""
        for _ in range(rng.randint(2, 12)):
            method, plan = rng.choice(["GET", "GET", "HEAD", "POST"]), ordinary_plan(rng, SMALL)
            plan.pop("c", None)
            plan["f"] = "chunked" if plan["f"] == "close" else plan["f"]
            number, _ = world.expect("pipelined", status=int(plan.get("st", 200)), whole=True)
            fields, body, seen = body_of(rng, number, SMALL) if method == "POST" else ([], b"", "0-0")
            text += request(world.steady, number, plan, method, fields) + body
            asked.append((number, plan, method, seen))
        await wire.send_in_pieces(text, rng.choice([1, 1, 7]), 0.001)
        if rng.random() < 0.3:
            wire.finish()
        for number, plan, method, seen in asked:
            check_answer(await read_answer(wire, method), number, plan, method, seen)


async def asked_first(world, rng):
    """Expect: 100-continue, granted or answered at once."""
    final = rng.random() < 0.4
    plan = {"s": 100, "f": "length", "st": 403 if final else 200, "x": "final" if final else "100"}
    number, _ = world.expect("expectation", status=plan["st"], whole=None if final else True)
    fields, body, seen = body_of(rng, number)
    async with connection(world) as wire:
        await wire.send(request(world.steady, number, plan, "POST", [*fields, "Expect: 100-continue"]))
        head = await read_head(wire)
        check(head.status == (403 if final else 100), lambda: f"expectation {number}: {head}")
        if final:
            return
        await wire.send(body)
        check_answer(await read_answer(wire), number, plan, "POST", seen)


async def early_answer(world, rng):
    """An answer that comes while the upload still runs, and an upload that stops then."""
    plan = {"s": rng.choice(SMALL), "f": "length", "st": 413, "e": 1, "c": "close"}
    number, _ = world.expect("early answer", status=413)
    async with connection(world) as wire:
        await wire.send(request(world.steady, number, plan, "POST", [f"Content-Length: {1 << 30}"]))
        reading = asyncio.create_task(read_answer(wire))
        try:
            while not reading.done():
                await wire.send(content(number, 20_000))
                await asyncio.sleep(0.002)
            check_answer(await reading, number, plan, "POST")
        finally:
            reading.cancel()


async def slow_client(world, rng):
    """More than the kernel's buffers hold, read late and slowly: the daemon must hold the origin back."""
    async with connection(world) as wire:
        asked, text = [], b""
        for _ in range(6):
            plan = {"s": 1_900_000, "f": rng.choice(["length", "chunked"])}
            number, _ = world.expect("slow client", status=200, whole=True, size=plan["s"])
            text += request(world.steady, number, plan)
            asked.append((number, plan))
        await wire.send_in_pieces(text, 10, 0.01)
        await asyncio.sleep(0.2)
        for number, plan in asked:
            check_answer(await read_answer(wire, pause=0.005), number, plan, "GET")


async def half_closed_client(world, rng):
    """A client that ends its side after the request still gets the whole answer."""
    plan = ordinary_plan(rng)
    number, _ = world.expect("half close", status=int(plan.get("st", 200)), whole=True)
    async with connection(world) as wire:
        await wire.send(request(world.steady, number, plan))
        wire.finish()
        check_answer(await read_answer(wire), number, plan, "GET")
        check(await wire.read() == b"", "more after the last answer")


async def converse(world, wire, rng, number):
    """The bytes of a tunnel, and its end: both halves to their last byte."""
    if rng.random() < 0.3:
        size = rng.choice(SIZES)
        await wire.send(b"burst %d %d\r\n" % (number, size))
        received = b""
        while data := await wire.read():
            received += data
        check(received == content(number, size), lambda: f"tunnel {number}: {len(received)} of {size} bytes")
        await wire.send(b"more")
        wire.finish()
        return
    data = b"".join(content(number + turn, rng.choice(SIZES)) for turn in range(3))
    await wire.send(b"echo %d 0\r\n" % number)

    async def say():
        await wire.send_in_pieces(data, rng.choice([1, 3, 50]), 0.001)
        wire.finish()

    saying = asyncio.create_task(say())
    try:
        received = bytearray()
        while part := await wire.read():
            received += part
        await saying
    finally:
        saying.cancel()
    check(bytes(received) == data, lambda: f"tunnel {number}: {len(received)} of {len(data)} bytes came back")


async def tunnel(world, rng):
    number = next(world.numbers)
    world.ledger.tally(world.ledger.tunnels, 1)
    async with connection(world) as wire:
        authority = f"127.0.0.1:{world.talker.port}"
        await wire.send(f"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n".encode())
        answer = await read_answer(wire, "CONNECT")
        check(answer.status == 200, lambda: f"tunnel {number}: {answer}")
        await converse(world, wire, rng, number)


async def upgrade(world, rng):
    """Another protocol after 101, or an ordinary answer where the origin does not want it."""
    wanted = rng.random() < 0.7
    plan = {"up": "yes"} if wanted else {"s": 50, "f": "length"}
    number, _ = world.expect("upgrade", status=101 if wanted else 200, whole=True)
    async with connection(world) as wire:
        await wire.send(request(world.steady, number, plan, fields=["Upgrade: soak", "Connection: upgrade"]))
        answer = await read_answer(wire)
        if not wanted:
            check_answer(answer, number, plan, "GET")
            return
        check(answer.status == 101, lambda: f"upgrade {number}: {answer}")
        await converse(world, wire, rng, number)


TRAFFIC = {
    pages: 30,
    one_page_and_close: 8,
    pipeline: 8,
    asked_first: 4,
    early_answer: 2,
    slow_client: 2,
    half_closed_client: 4,
    tunnel: 8,
    upgrade: 4,
}
