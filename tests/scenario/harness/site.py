"""A web site for real clients: Python's own HTTP server, plain or with TLS.

`answer(request)` gives (status, fields, body). A body of bytes is sent with its length, any other iterable in chunks.
"""
import contextlib
import dataclasses
import email.utils
import http.server
import mimetypes
import pathlib
import socket
import ssl
import subprocess
import threading

from .wait import PATIENCE


@dataclasses.dataclass
class Request:
    command: str
    path: str
    headers: object  # like a dict, without regard to case
    body: bytes
    chunked: bool  # how the body came


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = PATIENCE
    disable_nagle_algorithm = True

    def version_string(self):
        return "site"

    def read_body(self):
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return b"".join(parts)

    def serve(self):
        chunked = "chunked" in self.headers.get("Transfer-Encoding", "")
        request = Request(self.command, self.path, self.headers, self.read_body(), chunked)
        self.server.site.requests.append(request)
        status, fields, body = self.server.site.answer(request)
        self.gather(True)
        self.send_response(status)
        for name, value in fields:
            self.send_header(name, value)
        whole = isinstance(body, bytes)
        if whole and status not in (204, 304) and "Content-Length" not in dict(fields):
            self.send_header("Content-Length", str(len(body)))
        elif not whole:
            self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body) if whole else self.send_chunks(body)
        self.gather(False)

    def gather(self, on):
        """Sets whether written bytes wait for more, so that head and body are sent together."""
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, on)

    def send_chunks(self, parts):
        self.gather(False)
        for part in filter(None, parts):
            self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
        self.wfile.write(b"0\r\n\r\n")

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = serve

    def log_message(self, format, *args):  # pylint: disable=redefined-builtin
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 512

    def process_request_thread(self, request, client_address):
        with self.site.lock:
            self.site.connections += 1
        super().process_request_thread(request, client_address)

    def finish_request(self, request, client_address):
        if not self.site.tls:
            return super().finish_request(request, client_address)
        with self.site.tls.wrap_socket(request, server_side=True) as secured:
            return super().finish_request(secured, client_address)

    def handle_error(self, request, client_address):
        """A client that goes is its own affair; clients judge what they got."""


class Site:
    def __init__(self, answer, certificate=None, port=0):
        self.answer = answer
        self.requests, self.connections, self.lock = [], 0, threading.Lock()
        self.tls = None
        if certificate:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(certificate)
        self.server = Server(("127.0.0.1", port), Handler)
        self.server.site = self
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def url(self, path="/", host="127.0.0.1"):
        return f"http{'s' if self.tls else ''}://{host}:{self.port}{path}"

    def close(self):
        with contextlib.suppress(OSError):
            self.server.socket.shutdown(socket.SHUT_RDWR)
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def self_signed(path, *names):
    """A new certificate with its key in one file, which clients can trust as their only authority. Needs openssl."""
    path, key = pathlib.Path(path), pathlib.Path(f"{path}.key")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={names[0]}"]
    subject = ",".join(["IP:127.0.0.1", *(f"DNS:{name}" for name in names)])
    command += ["-addext", f"subjectAltName={subject}", "-keyout", key, "-out", path]
    subprocess.run(command, check=True, capture_output=True)
    path.write_bytes(path.read_bytes() + key.read_bytes())
    key.unlink()
    return path


def echo(request):
    """A body comes back as it is; a request without one is answered with its own path."""
    return 200, [("X-Method", request.command)], request.body or request.path.encode()


def folder(root):
    """The files below `root`, with ranges and conditions; "/" ends stand for index.html."""
    root = pathlib.Path(root)

    def answer(request):
        path = request.path.split("?")[0]
        file = root / (path + "index.html" if path.endswith("/") else path).lstrip("/")
        if not file.is_file():
            return 404, [], b"no such file"
        data, modified = file.read_bytes(), email.utils.formatdate(file.stat().st_mtime, usegmt=True)
        fields = [("Last-Modified", modified), ("Accept-Ranges", "bytes")]
        fields.append(("Content-Type", mimetypes.guess_type(file)[0] or "application/octet-stream"))
        if request.headers.get("If-Modified-Since") == modified:
            return 304, fields, b""
        if ranged := request.headers.get("Range"):
            first, _, last = ranged.partition("=")[2].partition("-")
            start, end = int(first), min(int(last or len(data)), len(data) - 1)
            if start >= len(data):
                return 416, [*fields, ("Content-Range", f"bytes */{len(data)}")], b""
            return 206, [*fields, ("Content-Range", f"bytes {start}-{end}/{len(data)}")], data[start : end + 1]
        return 200, fields, data

    return answer
