"""One end of a TCP connection: a client of the daemon, or the connection that an origin accepted."""
import socket
import struct

from .message import Head, Message, response
from .wait import PATIENCE


class Peer:
    def __init__(self, sock):
        self.sock = sock
        self.sock.settimeout(PATIENCE)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.pending = b""
        self.heard = None  # a bytearray here gathers all that comes

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # Sending

    def send(self, data):
        self.sock.sendall(data)
        return self

    def respond(self, status=200, fields=(), body=None, **more):
        return self.send(response(status, fields, body, **more))

    def fill(self, limit, quiet=0.5):
        """Sends zeros until nothing has been taken for `quiet` seconds; how many were taken. Fails beyond `limit`."""
        sent, block = 0, bytes(65536)
        self.sock.settimeout(quiet)
        try:
            while sent <= limit:
                sent += self.sock.send(block)
        except TimeoutError:
            return sent
        finally:
            self.sock.settimeout(PATIENCE)
        raise AssertionError(f"{sent} bytes were taken although nobody reads them")

    # Ending

    def finish(self):
        """No more from here; the other direction stays open."""
        self.sock.shutdown(socket.SHUT_WR)
        return self

    def close(self):
        self.sock.close()

    def reset(self):
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    # Receiving

    def receive(self, size=65536):
        if self.pending:
            data, self.pending = self.pending[:size], self.pending[size:]
            return data
        data = self.sock.recv(size)
        if self.heard is not None:
            self.heard += data
        return data

    def read_exact(self, size):
        parts, have = [], 0
        while have < size:
            data = self.receive(min(size - have, 1 << 18))  # a buffer for all the rest, each time, takes minutes to make
            if not data:
                raise AssertionError(f"the peer ended after {have} of {size} bytes: {b''.join(parts)[-200:]!r}")
            parts.append(data)
            have += len(data)
        return b"".join(parts)

    def read_until(self, delimiter):
        data = b""
        while delimiter not in data:
            more = self.receive()
            if not more:
                raise AssertionError(f"the peer ended before {delimiter!r}: {data[-500:]!r}")
            data += more
        cut = data.index(delimiter) + len(delimiter)
        data, self.pending = data[:cut], data[cut:] + self.pending
        return data

    def read_to_end(self):
        parts = []
        while data := self.receive():
            parts.append(data)
        return b"".join(parts)

    def expect_end(self):
        data = self.receive()
        assert data == b"", f"expected the end, got {data[:500]!r}"

    def expect_reset(self):
        try:
            data = self.read_to_end()
        except ConnectionResetError:
            return
        raise AssertionError(f"expected a reset, got the end after {data[-200:]!r}")

    def expect_gone(self):
        """Ended or reset, no matter which; what came before."""
        parts = []
        try:
            while data := self.receive():
                parts.append(data)
        except (ConnectionResetError, BrokenPipeError):
            pass
        return b"".join(parts)

    # Messages

    def read_head(self):
        return Head.parse(self.read_until(b"\r\n\r\n")[:-4])

    def read_chunked(self):
        parts = []
        while size := int(self.read_until(b"\r\n").split(b";")[0], 16):
            parts.append(self.read_exact(size))
            assert self.read_exact(2) == b"\r\n"
        trailers = []
        while (line := self.read_until(b"\r\n")) != b"\r\n":
            name, _, value = line.decode("latin-1").partition(":")
            trailers.append((name, value.strip()))
        return b"".join(parts), trailers

    def read_body(self, head, is_response):
        if "chunked" in head.get("Transfer-Encoding", ""):
            return self.read_chunked()
        if (length := head.get("Content-Length")) is not None:
            return self.read_exact(int(length)), []
        return (self.read_to_end() if is_response else b""), []

    def read_request(self):
        head = self.read_head()
        return Message(head, *self.read_body(head, is_response=False))

    def read_response(self, method="GET"):
        head = self.read_head()
        bodiless = method == "HEAD" or head.status < 200 or head.status in (204, 304)
        if bodiless or (method == "CONNECT" and head.status == 200):
            return Message(head)
        return Message(head, *self.read_body(head, is_response=True))


def connect(address, source=None):
    return Peer(socket.create_connection(address, timeout=PATIENCE, source_address=source))


def refuses(address):
    """Returns whether the address refuses connections."""
    try:
        connect(address).close()
    except ConnectionRefusedError:
        return True
    except ConnectionResetError:  # it was closed while the connection was being made
        pass
    return False
