"""Resets and ends in every phase, on either side, release everything at once."""
import threading

from harness import main, wait_until
from harness.rules import DATE, OK, Rules, answer, chunked_post, each, get, post

CONNECT = b"CONNECT ORIGIN HTTP/1.1\r\nHost: ORIGIN\r\n\r\n"
LONG = b"HTTP/1.1 200 OK\r\n" + DATE + b"Content-Length: 1000000000\r\n\r\n"


class Rests(Rules):
    """Every test ends with the descriptors that the daemon had before."""

    settings = {"connect_ports": ["1-65535"], "idle_timeout": "10min"}

    def setUp(self):
        wait_until(lambda: self.megaphone.descriptors() <= self.baseline(), "the daemon to be at rest")
        type(self).rest = self.megaphone.descriptors()  # fewer than at the start, where a thread had read a file

    def baseline(self):
        """Of the class: what is open when nobody is connected."""
        cls = type(self)
        if "rest" not in vars(cls):
            with self.megaphone.client() as client:  # the first one: whatever is opened once is open now
                client.send(get().replace(b"ORIGIN", b"megaphone.internal")).read_response()
                cls.rest = self.megaphone.descriptors() - 1
        return cls.rest

    def expect_rest(self):
        wait_until(
            lambda: self.megaphone.descriptors() <= self.baseline(),
            lambda: f"{self.baseline()} descriptors; there are {self.megaphone.descriptors()}",
        )

    def leave(self, client, how):
        getattr(client, {"reset": "reset", "close": "close"}[how])()

    def expect_alive(self):
        with self.megaphone.client() as client:
            got = client.send(get().replace(b"ORIGIN", b"megaphone.internal")).read_response()
            self.assertEqual(got.status, 200)


WAYS = {"reset": "resets", "close": "closes"}


def leaving(table, ways=("reset", "close")):
    """A row for each way. The end of a client whose request is whole is none: it may still listen."""
    return {
        f"{name}_{how}": (f"RFC 9112 8: {rule} a client that {WAYS[how]}.", how, *rest)
        for name, (rule, *rest) in table.items()
        for how in ways
    }


class Clients(Rests):
    @each(
        leaving(
            {
                "before_a_byte": ("nothing is left of", b""),
                "in_the_request_line": ("nothing is left, within its request line, of", b"GET http://OR"),
                "in_a_field": ("nothing is left, within a field, of", get()[:-8]),
                "behind_a_refusal": ("nothing is left, behind a refusal, of", b"GET\r\n\r\n"),
            }
        )
    )
    def client_leaves_before_a_request(self, how, text):
        client = self.open()
        client.send(text)
        self.leave(client, how)
        self.expect_rest()
        self.expect_alive()

    @each(
        leaving(
            {
                "in_the_upload": ("the origin's upload ends with", post(b"Content-Length: 1000", body=b"hello"), b""),
                "in_chunks": ("the origin's chunks end, without the last, with", chunked_post(b"5\r\nhello\r\n"), b""),
                "in_the_download": ("the origin's download ends with", get(), LONG + bytes(100000)),
                "expecting_100": (
                    "an exchange that waits for 100 ends with",
                    post(b"Expect: 100-continue", b"Content-Length: 5"),
                    b"",
                ),
                "in_a_tunnel": ("a tunnel ends with", CONNECT + b"hello", b"hello"),
                "behind_101": (
                    "a changed protocol ends with",
                    get(b"/", b"Connection: Upgrade", b"Upgrade: x"),
                    b"HTTP/1.1 101 A\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nhello",
                ),
            }
        )
        | leaving(
            {
                "awaiting_the_answer": ("the origin's connection ends with", get(), b""),
                "in_chunks_of_the_answer": (
                    "the origin's chunked answer ends with",
                    get(),
                    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
                ),
                "until_the_close": ("an answer without a length ends with", get(), b"HTTP/1.1 200 OK\r\n\r\nhello"),
                "behind_an_interim_answer": (
                    "an exchange with an interim answer ends with",
                    get(),
                    b"HTTP/1.1 103 A\r\n\r\n",
                ),
                "with_pipelined_requests": ("requests that wait end with", get() + get(b"/2") * 50, b""),
            },
            ["reset"],
        )
    )
    def client_leaves(self, how, text, reply):
        answered, gone, heard = threading.Event(), threading.Event(), []

        def script(peer):
            heard.append(peer.receive())
            peer.send(reply)
            answered.set()
            heard.append(peer.expect_gone())
            gone.set()

        origin = self.recorder()
        origin.script = script
        client = self.open()
        client.send(origin.fill(text))
        self.assertTrue(answered.wait(20))
        if reply:
            client.receive()
        self.leave(client, how)
        self.assertTrue(gone.wait(20))
        self.assertFalse(b"".join(heard).endswith(b"\r\n0\r\n\r\n"))
        self.expect_rest()
        self.expect_alive()

    @each(leaving({"idle": ("nothing but the origin's idle connection is left of",)}))
    def idle_client_leaves(self, how):
        origin = self.recorder()
        client = self.open()
        client.send(origin.fill(get())).read_response()
        self.leave(client, how)
        wait_until(lambda: self.megaphone.descriptors() <= self.baseline() + 1, "the client's descriptor")
        origin.close()
        self.expect_rest()

    @each(leaving({"while_connecting": ("an attempt to connect ends with",)}, ["reset"]))
    def client_leaves_while_connecting(self, how):
        hole = self.blackhole()
        client = self.open()
        client.send(get().replace(b"ORIGIN", hole.authority.encode()))
        wait_until(lambda: self.megaphone.descriptors() > self.baseline() + 1, "an attempt to connect")
        self.leave(client, how)
        self.expect_rest()

    def test_half_a_body_and_the_end(self):
        """RFC 9112 8: a client that ends its side within its body gets no answer, and the origin no whole request."""
        gone = threading.Event()

        def script(peer):
            peer.read_head()
            peer.expect_gone()
            gone.set()

        origin = self.recorder()
        origin.script = script
        client = self.open()
        client.send(origin.fill(post(b"Content-Length: 10", body=b"hello"))).finish()
        self.assertNotIn(b" 200 ", client.expect_gone())
        self.assertTrue(gone.wait(20))
        self.expect_rest()

    def test_half_a_chunk_and_the_end(self):
        """RFC 9112 8: a client that ends its side within a chunk is not completed."""
        origin = self.recorder()
        client = self.open()
        client.send(origin.fill(chunked_post(b"5\r\nhe"))).finish()
        self.assertNotIn(b" 200 ", client.expect_gone())
        self.expect_rest()
        for number in range(len(origin.connections)):
            self.assertFalse(origin.heard(number).endswith(b"\r\n0\r\n\r\n"))

    def test_many_at_once(self):
        """RFC 9112 8: nothing is left of two hundred clients that reset."""
        origin = self.recorder(lambda peer, _: peer.expect_gone())
        clients = [self.open() for _ in range(200)]
        for client in clients:
            client.send(origin.fill(get()))
        wait_until(lambda: origin.accepted >= 100, "the origin's connections")
        for client in clients:
            client.reset()
        self.expect_rest()


class Origins(Rests):
    @each(
        {
            f"{name}_{how}": (f"RFC 9112 8: nothing is left of an origin that {what} {rule}.", text, reply, how)
            for name, (rule, text, reply) in {
                "before_the_answer": ("before its answer", get(), b""),
                "in_the_status_line": ("within its status line", get(), b"HTTP/1.1 20"),
                "in_the_head": ("within its head", get(), b"HTTP/1.1 200 OK\r\nX: y\r\n"),
                "behind_an_interim_answer": ("behind an interim answer", get(), b"HTTP/1.1 103 A\r\n\r\n"),
                "in_the_body": ("within its body", get(), LONG + b"hello"),
                "in_a_chunk": (
                    "within a chunk",
                    get(),
                    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe",
                ),
                "without_a_length": ("within a body without a length", get(), b"HTTP/1.1 200 OK\r\n\r\nhello"),
                "in_the_upload": ("within an upload", post(b"Content-Length: 1000", body=b"hello"), b""),
                "behind_an_early_answer": (
                    "behind an early answer",
                    post(b"Content-Length: 1000", body=b"hello"),
                    answer(b"Content-Length: 2", body=b"no", status=b"403 Forbidden"),
                ),
                "in_a_tunnel": ("within a tunnel", CONNECT + b"hello", b"hello"),
                "behind_101": (
                    "behind 101",
                    get(b"/", b"Connection: Upgrade", b"Upgrade: x"),
                    b"HTTP/1.1 101 A\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n",
                ),
            }.items()
            for how, what in (("reset", "resets"), ("close", "closes"))
        }
    )
    def origin_leaves(self, text, reply, how):
        def script(peer):
            peer.receive()
            peer.send(reply)
            if how == "reset":
                peer.reset()

        origin = self.recorder()
        origin.script = script
        client = self.open()
        client.send(origin.fill(text))
        self.assertNotEqual(client.receive() if reply or how else b"", None)
        client.close()
        self.expect_rest()
        self.expect_alive()

    @each(
        {
            "idle_reset": ("RFC 9112 9.3.1: nothing is left of an idle origin that resets.", "reset"),
            "idle_close": ("RFC 9112 9.3.1: nothing is left of an idle origin that closes.", "close"),
        }
    )
    def idle_origin_leaves(self, how):
        leave = threading.Event()

        def talk(peer, _):
            peer.send(OK)
            leave.wait(20)
            if how == "reset":
                peer.reset()
            raise AssertionError("the end")

        origin = self.recorder(talk)
        with self.megaphone.client() as client:
            client.send(origin.fill(get())).read_response()
        wait_until(lambda: self.megaphone.descriptors() <= self.baseline() + 1, "the client's descriptor")
        leave.set()
        self.expect_rest()

    def test_bytes_from_an_idle_origin(self):
        """RFC 9112 9.2: nothing is left of an idle origin that sends bytes unasked."""
        origin = self.recorder()
        with self.megaphone.client() as client:
            client.send(origin.fill(get())).read_response()
        origin.connections[0].send(OK)
        self.assertTrue(origin.connections[0].gone.wait(20))
        self.expect_rest()

    def test_refused_connections(self):
        """RFC 9110 15.6.3: nothing is left of connections that are refused."""
        origin = self.recorder()
        origin.close()
        for _ in range(20):
            with self.megaphone.client() as client:
                self.assertEqual(client.send(origin.fill(get())).read_response().status, 502)
        self.expect_rest()


if __name__ == "__main__":
    main()
