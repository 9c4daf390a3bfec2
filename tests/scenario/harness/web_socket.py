"""WebSockets (RFC 6455) as far as tests need them: the handshake, frames both ways, and an origin that echoes."""
import base64
import contextlib
import hashlib
import os
import struct

from .message import build

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def accept_for(key):
    return base64.b64encode(hashlib.sha1((key + GUID).encode()).digest()).decode()


def upgrade_request(url, fields=()):
    """(request, the Sec-WebSocket-Accept that its answer must have), in absolute-form."""
    key = base64.b64encode(os.urandom(16)).decode()
    authority = url.partition("://")[2].split("/")[0]
    wanted = [("Host", authority), ("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Key", key)]
    return build(f"GET {url} HTTP/1.1", [*wanted, ("Sec-WebSocket-Version", "13"), *fields]), accept_for(key)


def frame(opcode, data=b"", masked=False, final=True):
    size, mask = len(data), os.urandom(4) if masked else b""
    head = bytes([(0x80 if final else 0) | opcode])
    flag = 0x80 if masked else 0
    if size < 126:
        head += bytes([flag | size])
    elif size < 65536:
        head += bytes([flag | 126]) + struct.pack("!H", size)
    else:
        head += bytes([flag | 127]) + struct.pack("!Q", size)
    return head + mask + (apply(mask, data) if masked else data)


def apply(mask, data):
    repeated = (mask * (len(data) // 4 + 1))[: len(data)]
    return (int.from_bytes(data, "big") ^ int.from_bytes(repeated, "big")).to_bytes(len(data), "big")


def read_message(peer):
    """(opcode, data), whether it came in one frame or in several."""
    opcode, data, final = read_frame(peer)
    while not final:
        _, more, final = read_frame(peer)
        data += more
    return opcode, data


def read_frame(peer):
    """(opcode, data, whether it is the last of its message)."""
    first, second = peer.read_exact(2)
    size = second & 0x7F
    if size == 126:
        (size,) = struct.unpack("!H", peer.read_exact(2))
    elif size == 127:
        (size,) = struct.unpack("!Q", peer.read_exact(8))
    mask = peer.read_exact(4) if second & 0x80 else None
    data = peer.read_exact(size)
    return first & 0x0F, apply(mask, data) if mask else data, first >= 0x80


def accept(peer, head):
    fields = [("Upgrade", "websocket"), ("Connection", "Upgrade")]
    fields.append(("Sec-WebSocket-Accept", accept_for(head.get("Sec-WebSocket-Key"))))
    return peer.send(build("HTTP/1.1 101 Switching Protocols", fields))


def echo(peer):
    """The messages of a WebSocket come back until it is closed, or the client is gone."""
    with contextlib.suppress(OSError, AssertionError):
        while True:
            opcode, data = read_message(peer)
            peer.send(frame(PONG if opcode == PING else opcode, data))
            if opcode == CLOSE:
                peer.finish()
                return peer.expect_gone()


def serve(peer):
    """The script of an origin: a handshake, then echo."""
    head = peer.read_request().head
    accept(peer, head)
    echo(peer)
