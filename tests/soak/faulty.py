"""Traffic in which one side misbehaves: the effects that the other side may see, and their deadlines."""
import asyncio
import contextlib
import time

from healthy import SIZES, SMALL, body_of, check_answer, connection, converse, request
from origins import MALFORMED, answer_text
from wire import Cut, content, read_answer
from world import check

SLACK = 10  # seconds that a busy machine may add to a deadline
HOST = "Host: 127.0.0.1\r\n"

# Each is refused and its connection closed. (head, statuses)
BAD_REQUESTS = [
    (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", {400}),
    (b"GET / HTTP/1.1\r\n\r\n", {400}),
    (b"GET URL HTTP/1.1\r\n\r\n", {400}),
    (b"GET URL HTTP/2.0\r\nHost: x\r\n\r\n", {505, 400}),
    (b"GET URL HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", {400}),
    (b"GET URL HTTP/1.1\r\nHost : x\r\n\r\n", {400}),
    (b"GET URL HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n", {400}),
    (b"GET URL HTTP/1.1\nHost: x\n\n", {400}),
    (b"GET URL HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n", {400}),
    (b"POST URL HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", {400}),
    (b"POST URL HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\nhello", {400}),
    (b"POST URL HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", {400}),
    (b"POST URL HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", {400, 501}),
    (b"GET URL" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", {414}),
    (b"GET URL HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 70_000 + b"\r\n\r\n", {431}),
    (b"GET URL HTTP/1.1\r\nHost: x\r\n" + b"X: a\r\n" * 300 + b"\r\n", {431}),
    (b"CONNECT 127.0.0.1:0 HTTP/1.1\r\nHost: x\r\n\r\n", {400}),
    (b"CONNECT 127.0.0.1:65536 HTTP/1.1\r\nHost: x\r\n\r\n", {400}),
    (b"CONNECT 127.0.0.1/a HTTP/1.1\r\nHost: x\r\n\r\n", {400}),
]
BAD_CHUNKS = [
    b"-5\r\nhello\r\n",
    b"0x5\r\nhello\r\n",
    b"5 \r\nhello\r\n",
    b"5\r\nhelloX\r\n",
    b"f" * 20 + b"\r\n",
    b"5\nhello",
]


async def client_leaves(world, rng):
    """A client that ends or resets at any moment: in its request, in the answer, or while it waits."""
    plan = {"s": rng.choice(SIZES), "f": rng.choice(["length", "chunked", "close"]), "n": 3, "p": rng.choice([0, 30])}
    method = rng.choice(["GET", "POST"])
    number, expected = world.expect("client leaves", at_least=0)
    async with connection(world) as wire:
        fields, body, _ = body_of(rng, number) if method == "POST" else ([], b"", "")
        text = request(world.steady, number, plan, method, fields) + body
        sent = rng.choice([len(text), rng.randrange(len(text)), rng.randrange(min(len(text), 60))])
        if sent < text.index(b"\r\n"):
            world.ledger.tally(world.ledger.nameless, 0)
        with contextlib.suppress(Cut):
            await wire.send(text[:sent])
            left = rng.randrange(plan["s"] + 50) if sent == len(text) and rng.random() < 0.7 else 0
            while left > 0 and (data := await wire.read(left)):
                expected.at_least = 1
                left -= len(data)
            if rng.random() < 0.3:
                await asyncio.sleep(rng.random() / 20)
        if rng.random() < 0.5:
            wire.reset()


async def origin_leaves(world, rng):
    """An origin that ends or resets at any byte of its answer: the client sees 502, or a body that is cut."""
    plan = {"s": rng.choice(SIZES[1:]), "f": rng.choice(["length", "chunked", "close"]), "i": rng.choice([0, 0, 1])}
    method = rng.choice(["GET", "POST"])
    number, expected = world.expect("origin leaves")
    fields, body, _ = body_of(rng, number, SMALL) if method == "POST" else ([], b"", "")
    how, head, size = rng.choice(["end", "reset"]), *answer_size(
        number, plan, body if method == "POST" else None, fields
    )
    plan.update(k=rng.choice([0, rng.randrange(head), rng.randrange(head, size)]), how=how, n=rng.choice([1, 2]), p=10)
    async with connection(world) as wire:
        await wire.send(request(world.steady, number, plan, method, fields) + body)
        await see_cut(wire, number, plan, method, head, expected)


def answer_size(number, plan, body, fields):
    """(bytes of interim answers and head, at least; bytes altogether, at most)."""
    interims, lines, framed = answer_text(number, plan)
    # "X-Body: 0-0" and "X-Body: 16384-4294967295" are what the origin adds.
    least = len(interims) + sum(len(line) + 2 for line in lines) + len("X-Body: 0-0\r\n\r\n")
    return least, least + len(framed)


async def see_cut(wire, number, plan, method, head, expected):
    what = f"{method} {number} {plan}"
    try:
        answer = await read_answer(wire, method)
    except Cut as cut:
        check(plan["how"] == "reset" and plan["k"] >= head, lambda: f"{what}: no answer but {cut.how}")
        return  # a reset of a begun answer may overtake its head
    if answer.status == 502:
        check(plan["k"] < head + 20 or plan["how"] == "reset", lambda: f"{what}: {answer}")
        expected.status, expected.whole = 502, False
        return
    check(answer.status == 200 and plan["k"] >= head, lambda: f"{what}: {answer}")
    check(content(number, plan["s"]).startswith(answer.body), lambda: f"{what}: other content")
    if plan["f"] == "close" and plan["how"] == "end":
        check(answer.end == "whole", lambda: f"{what}: {answer}")
    else:
        check(answer.end != "whole", lambda: f"{what}: a cut answer looks whole: {answer}")
        expected.whole = False


async def origin_stalls(world, rng):
    """An origin that sends nothing, or stops in its answer."""
    plan = {"s": 5000, "f": rng.choice(["length", "chunked", "close"])}
    number, expected = world.expect("origin stalls", whole=False)
    head, size = answer_size(number, plan, None, [])
    plan.update(k=rng.choice([0, rng.randrange(head), rng.randrange(head + 20, size)]), how="stall")
    began = time.monotonic()
    async with connection(world, world.hasty) as wire:
        await wire.send(request(world.steady, number, plan))
        answer = await read_answer(wire)
    if answer.status == 200:
        check(plan["k"] >= head and answer.end != "whole", lambda: f"stall {number} {plan}: {answer}")
    else:
        check((answer.status, answer.end) == (504, "whole"), lambda: f"stall {number} {plan}: {answer}")
    expected.status = answer.status
    check(time.monotonic() - began < SLACK, lambda: f"stall {number} {plan} took {time.monotonic() - began}")


async def client_stalls(world, rng):
    """A client that stops in its head, in its body, between requests, or in a tunnel."""
    began, where = time.monotonic(), rng.choice(["head", "body", "idle", "tunnel"])
    number, expected = world.expect("client stalls", at_least=int(where in ("body", "idle")))
    async with connection(world, world.hasty) as wire:
        if where == "head":
            world.ledger.tally(world.ledger.nameless, 1)
            await wire.send(f"GET http://127.0.0.1:{world.steady.port}/ HTTP/1.1\r\nHo".encode()[: rng.randint(1, 50)])
            answer = await read_answer(wire)
            check(answer.status == 408, lambda: f"silent head: {answer}")
        elif where == "body":
            await wire.send(request(world.steady, number, {"s": 1}, "POST", ["Content-Length: 5"]) + b"hel")
            answer = await read_answer(wire)
            check(answer.status == 408, lambda: f"silent body {number}: {answer}")
            expected.status, expected.whole = 408, False
        elif where == "idle":
            await wire.send(request(world.steady, number, {"s": 1}))
            check_answer(await read_answer(wire), number, {"s": 1}, "GET")
        else:
            world.ledger.tally(world.ledger.tunnels, 1)
            await wire.send(b"CONNECT 127.0.0.1:%d HTTP/1.1\r\nHost: x:1\r\n\r\n" % world.talker.port)
            answer = await read_answer(wire, "CONNECT")
            check(answer.status == 200, lambda: f"silent tunnel: {answer}")
            await wire.send(b"silent 1 0\r\n")
        await wire.gone()
    check(time.monotonic() - began < SLACK, lambda: f"{where} of a silent client took {time.monotonic() - began}")


async def bad_answer(world, rng):
    plan = {"bad": rng.randrange(len(MALFORMED))}
    number, _ = world.expect("bad answer", status=502, whole=False)
    async with connection(world) as wire:
        await wire.send(request(world.steady, number, plan))
        answer = await read_answer(wire)
        check(answer.status == 502, lambda: f"{MALFORMED[plan['bad']][:100]}: {answer}")


async def bad_request(world, rng):
    """Bad requests behind good ones, or alone: refused, closed, and the bytes after them are ignored."""
    text, statuses = rng.choice(BAD_REQUESTS)
    number, expected = world.expect("bad request", at_least=0)
    before = rng.random() < 0.5
    url = f"http://127.0.0.1:{world.steady.port}/{number}/s=1".encode()
    async with connection(world) as wire:
        if before:
            good, _ = world.expect("page before a bad request", status=200, whole=True)
            await wire.send(request(world.steady, good, {"s": 10}))
            check_answer(await read_answer(wire), good, {"s": 10}, "GET")
        world.ledger.tally(world.ledger.nameless, 0)
        if text.startswith(b"CONNECT"):
            world.ledger.tally(world.ledger.tunnels, 0)
        await wire.send(text.replace(b"URL", url) + request(world.steady, 0, {"smuggled": 1}))
        answer = await read_answer(wire)
        check(answer.status in statuses, lambda: f"{text[:100]}: {answer}")
        check(await wire.gone() == b"", lambda: f"{text[:100]}: more after a refusal")
    expected.status = answer.status
    check(world.steady.requests[number] == 0, lambda: f"{text[:100]} was forwarded")


async def bad_chunk(world, rng):
    text = rng.choice(BAD_CHUNKS)
    number, _ = world.expect("bad chunk", status=400, whole=False)
    async with connection(world) as wire:
        start = request(world.steady, number, {"s": 1}, "POST", ["Transfer-Encoding: chunked"]) + b"3\r\nabc\r\n"
        await wire.send(start + text + b"0\r\n\r\n")
        answer = await read_answer(wire)
        check(answer.status == 400, lambda: f"{text}: {answer}")
        await wire.gone()


async def dead_origin(world, rng):
    """A closed port, or one that does not accept; by request and by CONNECT."""
    refused, tunnel = rng.random() < 0.7, rng.random() < 0.3
    port, status = (world.dead_port, 502) if refused else (world.blackhole_port, 504)
    began = time.monotonic()
    async with connection(world, world.hasty) as wire:
        if tunnel:
            world.ledger.tally(world.ledger.tunnels, 1)
            await wire.send(b"CONNECT 127.0.0.1:%d HTTP/1.1\r\nHost: x:1\r\n\r\n" % port)
        else:
            number, _ = world.expect("dead origin", status=status, whole=False)
            await wire.send(f"GET http://127.0.0.1:{port}/{number}/ HTTP/1.1\r\n{HOST}\r\n".encode())
        answer = await read_answer(wire)
        check(answer.status == status, lambda: f"dead origin: {answer}")
    check(time.monotonic() - began < SLACK, lambda: f"a dead origin took {time.monotonic() - began}")


async def dying_connections(world, rng):
    """Kept origin connections that end silently: only what may be sent twice is sent twice."""
    for _ in range(5):
        method = rng.choice(["GET", "GET", "DELETE", "PUT", "POST"])
        plan = {"s": rng.choice(SMALL), "c": rng.choice(["silent", "late"]), "p": rng.choice([0, 1, 5, 50])}
        number, expected = world.expect("dying connection")
        fields, body, seen = body_of(rng, number, SMALL) if method in ("PUT", "POST") else ([], b"", "0-0")
        async with connection(world) as wire:
            await wire.send(request(world.flaky, number, plan, method, fields) + body)
            answer = await read_answer(wire)
        expected.status, expected.whole = answer.status, answer.status == 200
        if answer.status == 502 and method == "POST":
            check(answer.head.error == "kept_connection_lost", lambda: f"{method} {number}: {answer}")
        else:
            check_answer(answer, number, plan, method, seen)
        if method == "POST":
            check(
                world.flaky.requests[number] <= 1,
                lambda: f"POST {number} was sent {world.flaky.requests[number]} times",
            )


STRAYS = asyncio.Lock()


async def stray_answer(world, _):
    """An idle origin connection that sends unasked bytes is closed, and no client gets them."""
    async with STRAYS, connection(world) as wire:
        for _ in range(2):
            plan = {"s": 10, "c": "stray"}
            number, _ = world.expect("stray answer", status=200)
            await wire.send(request(world.strays, number, plan))
            check_answer(await read_answer(wire), number, plan, "GET")
            await asyncio.wait_for(world.strays.closed_by_peer.wait(), SLACK)


async def tunnel_breaks(world, rng):
    """A reset in a tunnel ends it for the other side, and nothing looks whole."""
    data = content(rng.randrange(10_000), rng.choice(SIZES[3:]))
    world.ledger.tally(world.ledger.tunnels, 1)
    async with connection(world) as wire:
        await wire.send(b"CONNECT 127.0.0.1:%d HTTP/1.1\r\nHost: x:1\r\n\r\n" % world.talker.port)
        answer = await read_answer(wire, "CONNECT")
        check(answer.status == 200, lambda: f"tunnel: {answer}")
        if rng.random() < 0.5:
            await wire.send(b"echo 1 0\r\n" + data[: rng.randrange(len(data))])
            wire.reset()
            return
        received, end = 0, "end"
        with contextlib.suppress(Cut):
            await wire.send(b"reset 1 %d\r\n" % rng.randint(1, len(data)) + data)
        try:
            while part := await wire.read():
                check(data[received : received + len(part)] == part, "other content in a tunnel")
                received += len(part)
        except Cut as cut:
            end = cut.how
        check(end == "reset", lambda: f"a reset tunnel looks whole after {received} of {len(data)} bytes")


async def tunnel_refused_halfway(world, rng):
    """A client that gives its tunnel up before, while or after it is made."""
    world.ledger.tally(world.ledger.tunnels, 0)
    world.ledger.tally(world.ledger.nameless, 0)
    async with connection(world) as wire:
        text = b"CONNECT 127.0.0.1:%d HTTP/1.1\r\nHost: x:1\r\n\r\n" % rng.choice(
            [world.talker.port, world.blackhole_port]
        )
        await wire.send(text[: rng.randint(1, len(text))])
        if rng.random() < 0.5:
            await asyncio.sleep(rng.random() / 20)
        if rng.random() < 0.5:
            wire.reset()


TRAFFIC = {
    client_leaves: 12,
    origin_leaves: 10,
    origin_stalls: 3,
    client_stalls: 3,
    bad_answer: 4,
    bad_request: 6,
    bad_chunk: 3,
    dead_origin: 4,
    dying_connections: 6,
    stray_answer: 2,
    tunnel_breaks: 5,
    tunnel_refused_halfway: 4,
}
