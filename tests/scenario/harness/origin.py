"""A scripted origin: a TCP server that does with each connection what the test says."""
import contextlib
import socket
import threading

from .peer import Peer


class Origin:
    """Calls script(peer) in a thread for each connection; what a script raises fails the test at close().

    `peer.number` counts the connections from 1. The connection is closed when the script returns.
    """

    def __init__(self, script, host="127.0.0.1", port=0):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.listener = socket.create_server((host, port), family=family, backlog=1024)
        self.host, self.port = self.listener.getsockname()[:2]
        self.script = script
        self.accepted = 0
        self.failures = []
        self.peers = []
        self.closing = threading.Event()
        self.threads = [threading.Thread(target=self._accept, daemon=True)]
        self.threads[0].start()

    @property
    def authority(self):
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def url(self, path="/", host=None):
        return f"http://{f'{host}:{self.port}' if host else self.authority}{path}"

    def _accept(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            self.accepted += 1
            peer = Peer(sock)
            peer.number = self.accepted
            self.peers.append(peer)
            thread = threading.Thread(target=self._run, args=(peer,), daemon=True)
            self.threads.append(thread)
            thread.start()

    def _run(self, peer):
        try:
            self.script(peer)
        except Exception as failure:  # pylint: disable=broad-except
            if not self.closing.is_set():
                self.failures.append(failure)
        finally:
            peer.close()

    def close(self):
        self.closing.set()
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for peer in self.peers:
            with contextlib.suppress(OSError):
                peer.sock.shutdown(socket.SHUT_RDWR)
        for thread in self.threads:
            thread.join()
        if self.failures:
            raise self.failures[0]


# Scripts that many tests share.


def serve(body=b"hello", fields=(), status=200):
    """Answers every request of a connection in the same way, for as long as the connection lasts."""

    def script(peer):
        while (data := peer.receive()) != b"":
            peer.pending = data + peer.pending
            peer.read_request()
            peer.respond(status, fields, body)

    return script


def serve_once(body=b"hello", fields=()):
    """Answers one request and closes."""

    def script(peer):
        peer.read_request()
        peer.respond(200, [*fields, ("Connection", "close")], body)

    return script


def echo(peer):
    """Sends back what comes, and ends when the other side ends or is cut."""
    with contextlib.suppress(OSError):
        while data := peer.receive():
            peer.send(data)
        peer.finish()
