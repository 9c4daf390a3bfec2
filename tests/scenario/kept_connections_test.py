"""Kept connections: used again after every kind of body, and by whom; replaced unnoticed where that is safe, never used twice where not."""
import contextlib
import ctypes
import socket
import struct
import threading

from harness import Scenario, main, wait_until
from harness.rules import OK, Rules, answer, chunked_post, each, get, post


class UsedAgain(Rules):
    @each(
        {
            "get": ("RFC 9112 9.3: a connection is used again after GET.", get(), OK),
            "head": ("RFC 9112 9.3: a connection is used again after HEAD.", get(method=b"HEAD"), OK[:-2]),
            "empty_post": (
                "RFC 9112 9.3: a connection is used again after POST without content.",
                post(b"Content-Length: 0"),
                OK,
            ),
            "unknown_method": (
                "RFC 9112 9.3: a connection is used again after an unknown method.",
                get(method=b"BREW"),
                OK,
            ),
            "http_1_0_client": (
                "RFC 9112 9.3: an HTTP/1.0 client's origin connection is used again.",
                get(version=b"1.0"),
                OK,
            ),
            "client_close": (
                "RFC 9112 9.6: a client's close does not end the origin's connection.",
                get(b"/", b"Connection: close"),
                OK,
            ),
            "chunked_answer": (
                "RFC 9112 9.3: a connection is used again after a chunked answer.",
                get(),
                answer(b"Transfer-Encoding: chunked", body=b"2\r\nok\r\n0\r\nX: y\r\n\r\n"),
            ),
            "no_content": (
                "RFC 9112 9.3: a connection is used again after 204.",
                get(),
                answer(status=b"204 No Content"),
            ),
            "not_modified": (
                "RFC 9112 9.3: a connection is used again after 304.",
                get(),
                answer(b"Content-Length: 9", status=b"304 Not Modified"),
            ),
            "length_zero": (
                "RFC 9112 9.3: a connection is used again after a length of zero.",
                get(),
                answer(b"Content-Length: 0"),
            ),
            "error": (
                "RFC 9112 9.3: a connection is used again after an error.",
                get(),
                answer(b"Content-Length: 2", body=b"no", status=b"500 A"),
            ),
            "interim": (
                "RFC 9112 9.3: a connection is used again after an interim answer.",
                get(),
                b"HTTP/1.1 103 A\r\n\r\n" + OK,
            ),
            "http_1_0_keep_alive": (
                "RFC 9112 9.3: a connection of HTTP/1.0 with keep-alive is used again.",
                get(),
                answer(b"Connection: keep-alive", b"Content-Length: 2", body=b"ok", version=b"1.0"),
            ),
        }
    )
    def connection_is_used_again(self, text, reply):
        origin = self.recorder(reply)
        for _ in range(3):
            with self.megaphone.client() as client:
                got = client.send(origin.fill(text)).read_response(text.split(b" ")[0].decode())
                while got.status == 103:
                    got = client.read_response()
        self.assertEqual((origin.accepted, len(origin.requests)), (1, 3))

    @each(
        {
            "close": (
                "RFC 9112 9.6: a connection with close is not used again.",
                answer(b"Connection: close", b"Content-Length: 0"),
            ),
            "close_in_a_list": (
                "RFC 9112 9.6: close of an answer is found in a list.",
                answer(b"Connection: X, Close", b"Content-Length: 0"),
            ),
            "close_beside_keep_alive": (
                "RFC 9112 9.3: close goes before keep-alive.",
                answer(b"Connection: keep-alive, close", b"Content-Length: 0"),
            ),
            "timeout_of_zero": (
                "RFC 9112 9.3: a connection that the origin keeps for no time is not used again.",
                answer(b"Keep-Alive: timeout=0", b"Content-Length: 0"),
            ),
            "no_request_more": (
                "RFC 9112 9.3: a connection that serves no request more is not used again.",
                answer(b"Keep-Alive: timeout=5, max=0", b"Content-Length: 0"),
            ),
            "request_timeout": (
                "RFC 9110 15.5.9: a connection is not used again after 408.",
                answer(b"Content-Length: 0", status=b"408 A"),
            ),
            "http_1_0": (
                "RFC 9112 9.3: a connection of HTTP/1.0 is not used again.",
                answer(b"Content-Length: 0", version=b"1.0"),
            ),
        }
    )
    def connection_is_closed(self, reply):
        origin = self.recorder(reply)
        client = self.open()
        for number in range(2):
            client.send(origin.fill(get())).read_response()
            self.assertTrue(origin.connections[number].gone.wait(20))
        self.assertEqual(origin.accepted, 2)


SO_ATTACH_FILTER = 26
CONTENT = {
    "post": ("POST", post(b"Content-Length: 5", body=b"hello")),
    "chunked_post": ("a chunked POST", chunked_post(b"1\r\nx\r\n0\r\n\r\n")),
    "put": ("PUT", get(b"/", b"Content-Length: 5", method=b"PUT") + b"hello"),
    "get_with_content": ("GET with content", get(b"/", b"Content-Length: 5") + b"hello"),
}


class Bound(Rules):
    """Connections that serve the client's session of which they were, and nobody else."""

    @each(
        {
            name: (f"RFC 9112 9.3: a connection is used again by the same client after {what}.", text)
            for name, (what, text) in CONTENT.items()
        }
    )
    def own_client_uses_it_again(self, text):
        origin = self.recorder()
        client = self.open()
        for _ in range(3):
            self.assertEqual(client.send(origin.fill(text)).read_response().body, b"ok")
        self.assertEqual((origin.accepted, len(origin.requests)), (1, 3))

    @each(
        {
            f"{name}_and_others": (
                f"RFC 9112 11.2: a connection serves no other client after {what}: the origin may have ignored content.",
                text,
            )
            for name, (what, text) in CONTENT.items()
        }
    )
    def others_get_another(self, text):
        origin = self.recorder()
        client = self.open()
        self.assertEqual(client.send(origin.fill(text)).read_response().body, b"ok")
        self.fence(origin)
        self.assertEqual(origin.accepted, 2)
        client.close()
        self.assertTrue(origin.connections[0].gone.wait(15))  # and nobody will

    def test_content_that_the_origin_takes_for_a_request(self):
        """RFC 9112 11.2: what an origin makes of content that it ignores is no answer to another client's request."""

        def script(peer):
            with contextlib.suppress(AssertionError):  # the connection ends in the middle of what looks like a request
                while True:
                    peer.send(answer(b"X-Path: " + peer.read_head().target.encode(), b"Content-Length: 0"))

        origin = self.origin(script)
        url = origin.authority.encode()
        poison = b"GET /poison HTTP/1.1\r\nX: "
        with self.megaphone.client() as alice, self.megaphone.client() as bob:
            alice.send(post(b"Content-Length: %d" % len(poison), body=poison).replace(b"ORIGIN", url))
            self.assertEqual(alice.read_response().head.get("X-Path"), "/")
            bob.send(get(b"/bob").replace(b"ORIGIN", url))
            self.assertEqual(bob.read_response().head.get("X-Path"), "/bob")

    def test_refused_upgrade(self):
        """RFC 9110 7.8: a connection serves no other client after an offer that was refused."""
        origin = self.recorder()
        client = self.open()
        client.send(origin.fill(get(b"/", b"Connection: Upgrade", b"Upgrade: websocket"))).read_response()
        self.fence(origin)
        self.assertEqual(origin.accepted, 2)

    def test_no_more_than_eight(self):
        """RFC 9112 9.3: a client has eight idle connections of its own at most; its oldest gives way."""
        origins = [self.recorder() for _ in range(9)]
        client = self.open()
        for origin in origins:
            client.send(origin.fill(post(b"Content-Length: 1", body=b"x"))).read_response()
        self.assertTrue(origins[0].connections[0].gone.wait(15))
        self.assertFalse(origins[1].connections[0].gone.is_set())


class Login(Rules):
    """Schemes that log in the connection, not the request."""

    def logging_in(self, scheme=b"NTLM"):
        """Knows who speaks by the connection, as origins with these schemes do."""

        def talk(peer, request):
            said = request.head.get("Authorization", "").encode()
            if said.startswith(scheme + b" user-"):
                peer.user = said.split(b"-")[1]
            if getattr(peer, "user", None):
                return peer.send(answer(b"X-User: " + peer.user, b"Content-Length: 2", body=b"ok"))
            challenge = scheme + (b" challenge" if said == scheme + b" hello" else b"")
            peer.send(answer(b"WWW-Authenticate: " + challenge, b"Content-Length: 0", status=b"401 A"))

        return self.recorder(talk)

    @each(
        {
            scheme.lower().decode(): (
                f"RFC 4559 6: a connection that {scheme.decode()} has logged in serves its own client only.",
                scheme,
            )
            for scheme in (b"NTLM", b"Negotiate", b"Kerberos")
        }
    )
    def login_stays_with_its_client(self, scheme):
        origin = self.logging_in(scheme)

        def ask(client, *lines):
            got = client.send(origin.fill(get(b"/", *lines))).read_response()
            return got.status, got.head.get("X-User")

        alice, bob = self.open(), self.open()
        self.assertEqual(ask(alice), (401, None))
        self.assertEqual(ask(bob), (401, None))
        self.assertEqual(ask(alice, b"Authorization: " + scheme + b" hello"), (401, None))
        self.assertEqual(ask(bob, b"Authorization: " + scheme + b" hello"), (401, None))
        self.assertEqual(ask(alice, b"Authorization: " + scheme + b" user-alice"), (200, "alice"))
        self.assertEqual(ask(bob), (401, None))
        self.assertEqual(ask(alice), (200, "alice"))
        self.assertEqual(origin.accepted, 2)
        alice.close()
        self.assertTrue(origin.connections[0].gone.wait(15))
        self.assertEqual(ask(bob), (401, None))
        self.assertEqual(ask(self.open()), (401, None))

    def test_login_that_is_offered(self):
        """RFC 4559 6: the client is told that the connection will be its own, for one hop."""
        origin = self.logging_in()
        head = self.open().send(origin.fill(get())).read_response().head
        self.assertEqual(head.get("Proxy-Support"), "Session-Based-Authentication")
        self.assertEqual(head.get("Connection"), "Proxy-Support")

    def test_login_of_the_request(self):
        """RFC 9110 11.1: a scheme that logs in the request leaves the connection to all."""
        origin = self.recorder(answer(b'WWW-Authenticate: Basic realm="NTLM, Negotiate"', b"Content-Length: 0"))
        got = self.open().send(origin.fill(get(b"/", b"Authorization: Basic YTpi"))).read_response()
        self.assertIsNone(got.head.get("Proxy-Support"))
        self.fence(origin)
        self.assertEqual(origin.accepted, 1)


class OneAfterTheOther(Scenario):
    """Origins that serve a connection to its end before the next: an idle one of ours must hold up no request."""

    def origin_of_one(self, first=None):
        busy = threading.Lock()

        def script(peer):
            with busy, contextlib.suppress(AssertionError, OSError):
                while True:
                    peer.read_request()
                    if first:
                        first(peer)
                    peer.send(OK)

        return self.origin(script)

    def megaphone(self, loops):
        return self.proxy(daemon={"event_loops": loops, "origin_idle_timeout": "10min"})

    def ask(self, client, origin, text=None):
        return client.send((text or get()).replace(b"ORIGIN", origin.authority.encode()))

    def test_of_another_client(self):
        """RFC 9112 9.3: an idle connection that may not serve a request gives way to the one that does."""
        origin, megaphone = self.origin_of_one(), self.megaphone(1)
        with megaphone.client() as alice, megaphone.client() as bob:
            self.ask(alice, origin, post(b"Content-Length: 1", body=b"x")).read_response()
            self.assertEqual(self.ask(bob, origin).read_response().body, b"ok")

    def test_of_another_loop(self):
        """RFC 9112 9.3: an idle connection of one event loop gives way to a request of another."""
        origin, megaphone = self.origin_of_one(), self.megaphone(2)
        for _ in range(8):
            with megaphone.client() as client:
                self.assertEqual(self.ask(client, origin).read_response().body, b"ok")

    def test_that_becomes_idle_later(self):
        """RFC 9112 9.3: a connection that becomes idle while a request waits gives way, too."""
        go = threading.Event()
        origin, megaphone = self.origin_of_one(lambda peer: go.wait(20)), self.megaphone(1)
        with megaphone.client() as alice, megaphone.client() as bob:
            self.ask(alice, origin)
            wait_until(lambda: origin.accepted == 1, "the first request")
            self.ask(bob, origin)
            wait_until(lambda: origin.accepted == 2, "the second connection")
            go.set()
            self.assertEqual(alice.read_response().body, b"ok")
            self.assertEqual(bob.read_response().body, b"ok")


class Died(Rules):
    """The origin's first connection serves one request; how it ends with the second is the row's."""

    def dying(self, end, rest=OK):
        def talk(peer, _):
            if peer.number == 1 and peer.served:
                if end == "reset":
                    peer.reset()
                elif end == "half":
                    peer.send(b"HTTP/1.1 20")
                raise AssertionError("the end")
            peer.served = True
            peer.send(rest)

        origin = self.recorder(talk)
        serve = origin.script

        def script(peer):
            peer.served = False
            serve(peer)

        origin.script = script
        return origin

    @each(
        {
            f"{method.lower()}_{end}": (
                f"RFC 9112 9.3.1: {method} is sent again when a kept connection {what}.",
                get(method=method.encode()),
                end,
            )
            for method in ("GET", "HEAD", "OPTIONS", "DELETE", "TRACE")
            for end, what in (("close", "closes"), ("reset", "is reset"))
        }
        | {
            "put_close": (
                "RFC 9112 9.3.1: PUT is sent again with its body.",
                get(b"/", b"Content-Length: 5", method=b"PUT") + b"hello",
                "close",
            ),
            "chunked_put_close": (
                "RFC 9112 9.3.1: a chunked PUT is sent again with its chunks.",
                get(b"/", b"Transfer-Encoding: chunked", method=b"PUT") + b"5\r\nhello\r\n0\r\nX: y\r\n\r\n",
                "close",
            ),
        }
    )
    def request_is_sent_again(self, text, end):
        method = text.split(b" ")[0].decode()
        origin = self.dying(end, OK[:-2] if method == "HEAD" else OK)
        client = self.open()
        self.assertEqual(client.send(origin.fill(get(b"/", method=method.encode()))).read_response(method).status, 200)
        self.assertEqual(client.send(origin.fill(text)).read_response(method).status, 200)
        self.assertEqual(origin.accepted, 2)
        first, second = origin.requests[1:]
        self.assertEqual((first.head, first.body, first.trailers), (second.head, second.body, second.trailers))

    @each(
        {
            "post_close": (
                "RFC 9112 9.3.1: POST is never sent twice: 502 with a word of its own.",
                post(b"Content-Length: 5", body=b"hello"),
                "close",
            ),
            "post_reset": (
                "RFC 9112 9.3.1: POST is not sent again after a reset.",
                post(b"Content-Length: 5", body=b"hello"),
                "reset",
            ),
            "empty_post": (
                "RFC 9112 9.3.1: POST without a body is not sent again.",
                post(b"Content-Length: 0"),
                "close",
            ),
            "chunked_post": (
                "RFC 9112 9.3.1: a chunked POST is not sent again.",
                chunked_post(b"5\r\nhello\r\n0\r\n\r\n"),
                "close",
            ),
            "patch": (
                "RFC 9112 9.3.1: PATCH is not sent again.",
                get(b"/", b"Content-Length: 5", method=b"PATCH") + b"hello",
                "close",
            ),
            "unknown_method": ("RFC 9112 9.3.1: an unknown method is not sent again.", get(method=b"BREW"), "close"),
            "get_in_lower_case": (
                "RFC 9110 9.1: get is an unknown method, and not sent again.",
                get(method=b"get"),
                "close",
            ),
        }
    )
    def request_is_not_sent_again(self, text, end):
        origin = self.dying(end)
        client = self.open()
        client.send(origin.fill(get())).read_response()
        client.send(origin.fill(text))
        self.assert_refused(client.read_response(), 502, "kept_connection_lost")
        self.fence(origin)
        method = text.split(b" ")[0].decode()
        self.assertEqual([request.head.method for request in origin.requests], ["GET", method, "GET"])
        record = self.megaphone.wait_record(lambda record: record["target"] == origin.url() and record["reason"])
        self.assertEqual((record["reason"], record["method"], record["reused"]), ("kept_connection_lost", method, True))

    def test_forgotten(self):
        """RFC 9112 9.5: a request that nobody acknowledges on a kept connection is sent again on a new one."""
        drop_all = struct.pack("HBBI", 0x06, 0, 0, 0)  # BPF: return 0
        memory = ctypes.create_string_buffer(drop_all)

        def talk(peer, _):
            if peer.number == 1:
                program = struct.pack("HL", 1, ctypes.addressof(memory))
                peer.sock.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, program)
            peer.send(OK)

        origin = self.recorder(talk)
        client = self.open()
        client.send(origin.fill(get())).read_response()
        self.assertEqual(client.send(origin.fill(get(b"/again"))).read_response().body, b"ok")
        self.assertEqual((origin.accepted, origin.paths()), (2, ["/", "/again"]))

    def late(self):
        """Its first connection says 408 to a second request, as if it had not come."""

        def talk(peer, _):
            first = not getattr(peer, "served", False)
            peer.served = True
            if first or peer.number > 1:
                return peer.send(OK)
            peer.send(answer(b"Connection: close", b"Content-Length: 0", status=b"408 A"))
            raise AssertionError("the end")

        return self.recorder(talk)

    def test_late_timeout(self):
        """RFC 9110 15.5.9: a 408 that crosses a request is no answer to it: it is sent again."""
        origin = self.late()
        client = self.open()
        client.send(origin.fill(get())).read_response()
        self.assertEqual(client.send(origin.fill(get(b"/again"))).read_response().body, b"ok")
        self.assertEqual(origin.paths(), ["/", "/again", "/again"])

    def test_late_timeout_of_post(self):
        """RFC 9110 9.2.2: POST is not sent again after a 408 that crosses it."""
        origin = self.late()
        client = self.open()
        client.send(origin.fill(get())).read_response()
        client.send(origin.fill(post(b"Content-Length: 5", body=b"hello")))
        self.assert_refused(client.read_response(), 502, "kept_connection_lost")
        self.assertEqual(len(origin.requests), 2)

    def test_half_an_answer(self):
        """RFC 9112 9.3.1: what has begun to be answered is not sent again."""
        origin = self.dying("half")
        client = self.open()
        client.send(origin.fill(get())).read_response()
        self.assertEqual(client.send(origin.fill(get())).read_response().status, 502)
        self.assertEqual(len(origin.requests), 2)

    def test_a_new_connection_that_dies(self):
        """RFC 9112 9.3.1: what went out on a new connection is not sent again."""

        def talk(peer, _):
            raise AssertionError("the end")

        origin = self.recorder(talk)
        self.assertEqual(self.open().send(origin.fill(get())).read_response().status, 502)
        self.assertEqual(len(origin.requests), 1)

    def test_only_once(self):
        """RFC 9112 9.3.1: what went out twice is not sent a third time."""

        def talk(peer, _):
            if len(origin.requests) > 1:
                raise AssertionError("the end")
            peer.send(OK)

        origin = self.recorder(talk)
        client = self.open()
        client.send(origin.fill(get())).read_response()
        self.assertEqual(client.send(origin.fill(get())).read_response().status, 502)
        self.assertEqual(len(origin.requests), 3)

    def test_closed_while_idle(self):
        """RFC 9112 9.3.1: a connection that closed while it was idle is not used, for POST neither."""
        origin = self.dying("close", answer(b"Content-Length: 2", body=b"ok"))
        client = self.open()
        client.send(origin.fill(get())).read_response()
        origin.connections[0].finish()
        self.assertTrue(origin.connections[0].gone.wait(20))
        self.assertEqual(
            client.send(origin.fill(post(b"Content-Length: 5", body=b"hello"))).read_response().body, b"ok"
        )
        self.assertEqual(origin.accepted, 2)


class LittleHeld(Rules):
    settings = {"replay_buffer": "1KiB"}

    def test_a_body_beyond_the_buffer(self):
        """RFC 9112 9.3.1: a body that is not held any more is not sent again."""

        def talk(peer, asked):
            if asked.head.method == "PUT" and peer.number == 1:
                raise AssertionError("the end")
            peer.send(OK)

        origin = self.recorder(talk)
        client = self.open()
        client.send(origin.fill(get())).read_response()
        client.send(origin.fill(get(b"/", b"Content-Length: 5000", method=b"PUT")) + bytes(5000))
        self.assert_refused(client.read_response(), 502, "kept_connection_lost")
        self.assertEqual(len(origin.requests), 2)


if __name__ == "__main__":
    main()
