"""Classes whose tests each prove one rule, with one daemon for all of them and a recording origin for each.

A rule stands in the docstring of its test as "RFC 9112 6.3: what must happen." scripts/conformance makes a table of
them. In texts, ORIGIN stands for the authority of the origin and PORT for its port.
"""
import contextlib
import re
import threading

from .case import Scenario
from .origin import Origin

DATE = b"Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
VIA = b"Via: 1.1 megaphone\r\n"
VIA_1_0 = b"Via: 1.0 megaphone\r\n"
OK = b"HTTP/1.1 200 OK\r\n" + DATE + b"Content-Length: 2\r\n\r\nok"


def get(path=b"/", *lines, method=b"GET", version=b"1.1"):
    """A request to the proxy with these field lines behind Host."""
    head = b"%s http://ORIGIN%s HTTP/%s\r\nHost: ORIGIN\r\n" % (method, path, version)
    return head + b"".join(line + b"\r\n" for line in lines) + b"\r\n"


def post(*lines, body=b"", version=b"1.1"):
    return get(b"/", *lines, method=b"POST", version=version) + body


def chunked_post(body, *lines):
    return post(b"Transfer-Encoding: chunked", *lines, body=body)


def answer(*lines, body=b"", status=b"200 OK", version=b"1.1"):
    head = b"HTTP/%s %s\r\n%s" % (version, status, DATE)
    return head + b"".join(line + b"\r\n" for line in lines) + b"\r\n" + body


def on(head, via=VIA):
    """A head as it goes on: with our Via as its last field."""
    start, rest = head.split(b"\r\n\r\n", 1)
    return start + b"\r\n" + via + b"\r\n" + rest


def at_origin(text, via=VIA):
    """The same request in origin-form."""
    return on(text.replace(b" http://ORIGIN", b" ", 1), via)


def each(table):
    """Makes a test of every row of `table`, which is {name: (rule, arguments of the decorated check...)}."""

    def decorate(check):
        return _Rows(table, check)

    return decorate


class _Rows:
    def __init__(self, table, check):
        self.table, self.check = table, check

    def __set_name__(self, owner, name):
        setattr(owner, name, self.check)
        for row, (rule, *arguments) in self.table.items():
            assert not hasattr(owner, f"test_{row}"), f"two tests are called {row}"
            setattr(owner, f"test_{row}", self._test(rule, arguments))

    def _test(self, rule, arguments):
        check = self.check

        def test(self):
            check(self, *arguments)

        test.__doc__ = rule
        return test


class Recorder(Origin):
    """Writes down what each connection sends, byte by byte, and answers every whole request with `reply`.

    `reply` is bytes, or called with (peer, request) to do the talking itself; then it may raise to end the connection.
    """

    def __init__(self, reply=OK, **options):
        self.reply = reply
        self.requests = []  # whole ones, in the order of their ends
        self.connections = []
        super().__init__(self._serve, **options)

    def _serve(self, peer):
        peer.heard = bytearray()
        peer.gone = threading.Event()
        self.connections.append(peer)
        with contextlib.suppress(AssertionError, OSError):  # cut within a request, or at its end
            while True:
                request = peer.read_request()
                self.requests.append(request)
                if callable(self.reply):
                    self.reply(peer, request)
                else:
                    peer.send(self.reply)
        peer.gone.set()

    def fill(self, text):
        return text.replace(b"ORIGIN", self.authority.encode()).replace(b"PORT", b"%d" % self.port)

    def paths(self):
        return [request.head.target for request in self.requests]

    def heard(self, number=0):
        """All that came on a connection, with the port and our tag taken out."""
        return self.plain(bytes(self.connections[number].heard))

    def plain(self, text):
        text = re.sub(rb"(Via: 1\.[01] megaphone)[^\r,]*", rb"\1", text)
        return text.replace(self.authority.encode(), b"ORIGIN").replace(b":%d" % self.port, b":PORT")


class Rules(Scenario):
    settings = {}  # of [[proxy]]

    @classmethod
    def setUpClass(cls):
        cls.used_ports = set()
        cls.megaphone = cls().proxy(daemon={"event_loops": 1}, **cls.settings)

    @classmethod
    def tearDownClass(cls):
        cls.megaphone.stop()

    def recorder(self, reply=OK, **options):
        """Never on a port twice: records of the access log are known by it."""
        while True:
            origin = Recorder(reply, **options)
            self.addCleanup(origin.close)
            if origin.port not in self.used_ports:
                self.used_ports.add(origin.port)
                return origin

    def open(self):
        client = self.client(self.megaphone)
        client.heard = bytearray()
        return client

    def fence(self, origin, path=b"/fence"):
        """One more request. When it is answered, all that the daemon had to do before is done."""
        with self.megaphone.client() as client:
            self.assertEqual(client.send(origin.fill(get(path))).read_response().status, 200)

    def wait_record(self, origin, path="/"):
        return self.megaphone.wait_record(lambda record: record["target"] == origin.url(path))

    # What is checked in the same way by many rows

    def expect_refusal(self, client, status=400, error="http_request_error", method="GET"):
        """The daemon's own answer, and the end."""
        refusal = client.read_response(method)
        self.assert_refused(refusal, status, error)
        self.assertEqual(refusal.head.get("Connection"), "close")
        self.assertEqual(client.expect_gone(), b"")

    def refused(self, text, status=400, error="http_request_error"):
        """Refused and closed, with nothing forwarded, alone and behind a valid request."""
        origin = self.recorder()
        method = "HEAD" if text.startswith(b"HEAD ") else "GET"
        client = self.open()
        client.send(origin.fill(text))
        self.expect_refusal(client, status, error, method)
        self.assertEqual(origin.accepted, 0)
        client = self.open()
        client.send(origin.fill(get(b"/first") + text))
        self.assertEqual(client.read_response().body, b"ok")
        self.expect_refusal(client, status, error, method)
        self.fence(origin)
        self.assertEqual(origin.paths(), ["/first", "/fence"])
        self.assertEqual(
            sum(len(peer.heard) for peer in origin.connections), self.lengths(origin, b"/first", b"/fence")
        )

    def lengths(self, origin, *paths):
        """Returns the size in bytes of plain requests for these paths, as the origin receives them."""
        tag = re.search(rb"Via: 1\.1 ([^\r]*)", bytes(origin.connections[0].heard)).group(1)
        head = len(origin.fill(b"GET  HTTP/1.1\r\nHost: ORIGIN\r\nVia: 1.1 \r\n\r\n")) + len(tag)
        return sum(head + len(path) for path in paths)

    def forwarded(self, text, expected, reply=OK):
        """Asserts what the origin receives, byte by byte."""
        origin = self.recorder(reply)
        client = self.open()
        method = text.split(b" ")[0].decode()
        got = client.send(origin.fill(text)).read_response(method)
        self.assertEqual(got.status, 200, got)
        self.fence(origin)
        heard = b"".join(origin.heard(number) for number in range(len(origin.connections)))
        self.assertEqual(heard, expected + b"GET /fence HTTP/1.1\r\nHost: ORIGIN\r\n" + VIA + b"\r\n")

    def answered(self, reply, expected, request=get(), closes=False, ends=False):
        """Asserts what the client receives for an answer, byte by byte, and that its connection stays open (or `closes`).

        `ends`: the origin ends its connection behind the answer, as it must when nothing else tells the length."""

        def talk(peer, asked):
            if asked.head.target == "/fence":
                peer.send(OK)
            else:
                peer.send(reply)
                if ends:
                    raise AssertionError("the end")

        origin = self.recorder(talk)
        client = self.open()
        client.send(origin.fill(request))
        got = client.read_response(request.split(b" ")[0].decode())
        while got.status < 200 and got.status != 101:
            got = client.read_response(request.split(b" ")[0].decode())
        if closes:
            self.assertEqual(client.expect_gone(), b"")
            self.assertEqual(origin.plain(bytes(client.heard)), expected)
        else:
            client.send(origin.fill(get(b"/fence", b"Connection: close")))
            client.read_response()
            client.expect_end()
            fence = OK.replace(b"\r\n\r\n", b"\r\n" + VIA + b"Connection: close\r\n\r\n")
            self.assertEqual(origin.plain(bytes(client.heard)), expected + fence)
        return origin
