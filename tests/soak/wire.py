"""Connections and messages of the soak: small, strict, and independent of the daemon's parser. Both sides use it."""
import asyncio
import dataclasses
import itertools
import random
import socket
import struct

BIG = random.Random(0).randbytes((2 << 20) + 65536)
BODILESS = (204, 304)


def content(number, size):
    """Returns the content of message `number`: different for each, and known to both sides."""
    start = number * 7919 % 65536
    return BIG[start : start + size]


class Cut(Exception):
    """The peer ended where a message was not whole; `how` is "end" or "reset"."""

    def __init__(self, how):
        super().__init__(how)
        self.how = how


class Wire:
    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer
        self.sock = writer.get_extra_info("socket")
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    @classmethod
    async def open(cls, address):
        sock = socket.socket()
        sock.setblocking(False)
        try:
            await asyncio.get_running_loop().sock_connect(sock, address)
            return cls(*await asyncio.open_connection(sock=sock))
        except BaseException:
            sock.close()
            raise

    # Sending

    async def send(self, data):
        try:
            self.writer.write(data)
            await self.writer.drain()
        except ConnectionError:
            raise Cut("reset") from None

    async def send_in_pieces(self, data, pieces, pause):
        size = len(data) // pieces + 1
        for at in range(0, len(data), size):
            if at:
                await asyncio.sleep(pause)
            await self.send(data[at : at + size])

    # Receiving

    async def read(self, size=65536):
        """Returns the bytes received, b"" at the end."""
        try:
            return await self.reader.read(size)
        except ConnectionError:
            raise Cut("reset") from None

    async def exactly(self, size):
        try:
            return await self.reader.readexactly(size)
        except asyncio.IncompleteReadError:
            raise Cut("end") from None
        except ConnectionError:
            raise Cut("reset") from None

    async def line(self):
        try:
            line = await self.reader.readuntil(b"\r\n")
        except asyncio.IncompleteReadError:
            raise Cut("end") from None
        except ConnectionError:
            raise Cut("reset") from None
        return line[:-2].decode("latin-1")

    async def gone(self):
        """Waits until the peer has ended or reset, and returns the bytes received before."""
        parts = []
        try:
            while data := await self.read():
                parts.append(data)
        except Cut:
            pass
        return b"".join(parts)

    # Ending

    def finish(self):
        try:
            self.writer.write_eof()
        except OSError:
            pass  # the peer was faster

    def close(self):
        self.writer.close()

    def reset(self):
        if self.sock.fileno() >= 0:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


@dataclasses.dataclass
class Head:
    first_line: str
    fields: list

    def get(self, name, default=""):
        return next((value for key, value in self.fields if key == name), default)

    @property
    def status(self):
        return int(self.first_line.split(" ")[1])

    @property
    def error(self):
        """The error word of Proxy-Status."""
        return self.get("proxy-status").partition("error=")[2].split(";")[0]


@dataclasses.dataclass
class Answer:
    head: Head
    interims: list
    body: bytes = b""
    end: str = "whole"  # or how it was cut: "end", "reset"

    @property
    def status(self):
        return self.head.status

    def __str__(self):
        return f"{self.head.first_line} {self.head.error} with {len(self.body)} bytes, {self.end}"


async def read_head(wire):
    first, fields = await wire.line(), []
    while line := await wire.line():
        name, _, value = line.partition(":")
        fields.append((name.lower(), value.strip()))
    return Head(first, fields)


async def read_chunks(wire, pace):
    while size := int((await wire.line()).split(";")[0], 16):
        left = size
        while left:
            data = await pace(min(left, 65536))
            left -= len(data)
            yield data
        if await wire.exactly(2) != b"\r\n":
            raise ValueError("a chunk does not end where it says")
    while await wire.line():
        pass


async def read_body(wire, head, is_answer, pause=0):
    """(body, end): never fails, so that what came of a cut body can be looked at."""

    parts, taken = [], 0

    async def pace(size):
        """A pause for every 64 KiB, however small the parts are."""
        nonlocal taken
        if pause and taken >= 65536:
            taken = 0
            await asyncio.sleep(pause)
        data = await wire.read(size)
        if not data:
            raise Cut("end")
        taken += len(data)
        return data

    try:
        if "chunked" in head.get("transfer-encoding"):
            async for data in read_chunks(wire, pace):
                parts.append(data)
        elif length := head.get("content-length"):
            left = int(length)
            while left:
                parts.append(await pace(left))
                left -= len(parts[-1])
        elif is_answer:
            while data := await wire.read():
                parts.append(data)
    except Cut as cut:
        return b"".join(parts), cut.how
    return b"".join(parts), "whole"


async def read_answer(wire, method="GET", pause=0):
    interims = []
    for _ in itertools.count():
        head = await read_head(wire)
        if head.status >= 200 or head.status == 101:
            break
        interims.append(head.status)
    answer = Answer(head, interims)
    tunnel = head.status == 101 or (method == "CONNECT" and head.status == 200)
    if method != "HEAD" and head.status not in BODILESS and not tunnel:
        answer.body, answer.end = await read_body(wire, head, True, pause)
    return answer


def chunked(body, size):
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
