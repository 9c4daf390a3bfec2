"""Pipelining: requests that come together are answered in order, and what follows the last is left alone."""
import threading

from harness import main
from harness.rules import OK, Rules, answer, chunked_post, each, get, post


def numbered(peer, asked):
    """Answers with the path, so that answers can be told apart."""
    peer.send(answer(b"Content-Length: %d" % len(asked.head.target), body=asked.head.target.encode()))


class Pipelining(Rules):
    @each(
        {
            "two": ("RFC 9112 9.3.2: two requests are answered in order.", [get(b"/1"), get(b"/2")]),
            "twenty": ("RFC 9112 9.3.2: twenty requests are answered in order.", [get(b"/%d" % n) for n in range(20)]),
            "two_hundred": (
                "RFC 9112 9.3.2: two hundred requests are answered in order.",
                [get(b"/%d" % n) for n in range(200)],
            ),
            "behind_a_post": (
                "RFC 9112 9.3.2: a request behind a body with a length is answered.",
                [
                    get(method=b"POST", path=b"/1").replace(b"\r\n\r\n", b"\r\nContent-Length: 5\r\n\r\nhello"),
                    get(b"/2"),
                ],
            ),
            "behind_chunks": (
                "RFC 9112 9.3.2: a request behind a chunked body is answered.",
                [chunked_post(b"5\r\nhello\r\n0\r\n\r\n"), get(b"/2")],
            ),
            "behind_trailers": (
                "RFC 9112 9.3.2: a request behind trailer fields is answered.",
                [chunked_post(b"0\r\nX: y\r\n\r\n"), get(b"/2")],
            ),
            "behind_an_empty_body": (
                "RFC 9112 9.3.2: a request behind a length of zero is answered.",
                [post(b"Content-Length: 0"), get(b"/2")],
            ),
            "behind_an_empty_line": (
                "RFC 9112 2.2: an empty line between requests is ignored.",
                [get(b"/1") + b"\r\n", get(b"/2")],
            ),
            "behind_an_empty_line_of_a_post": (
                "RFC 9112 2.2: an empty line behind a body is ignored.",
                [post(b"Content-Length: 5", body=b"hello\r\n"), get(b"/2")],
            ),
        }
    )
    def requests_are_answered_in_order(self, requests):
        origin = self.recorder(numbered)
        client = self.open()
        client.send(origin.fill(b"".join(requests)))
        paths = [text.split(b" ")[1][len(b"http://ORIGIN") :] for text in requests]
        self.assertEqual([client.read_response().body for _ in requests], paths)
        self.assertEqual([path.encode() for path in origin.paths()], paths)

    def test_heads_and_gets(self):
        """RFC 9112 9.3.2: HEAD among GET is answered in order."""
        origin = self.recorder(lambda peer, asked: peer.send(OK[:-2] if asked.head.method == "HEAD" else OK))
        client = self.open()
        methods = [b"HEAD", b"GET", b"HEAD", b"HEAD", b"GET"]
        client.send(origin.fill(b"".join(get(method=method) for method in methods)))
        bodies = [client.read_response(method.decode()).body for method in methods]
        self.assertEqual(bodies, [b"", b"ok", b"", b"", b"ok"])

    def test_two_origins(self):
        """RFC 9112 9.3.2: requests for two origins in turn are answered in order."""
        origins = [self.recorder(numbered), self.recorder(numbered)]
        client = self.open()
        client.send(b"".join(origins[n % 2].fill(get(b"/%d" % n)) for n in range(10)))
        self.assertEqual([client.read_response().body for _ in range(10)], [b"/%d" % n for n in range(10)])

    def test_a_slow_first(self):
        """RFC 9112 9.3.2: a quick second answer waits for a slow first one."""
        release = threading.Event()
        slow = self.recorder(lambda peer, _: release.wait(20) and peer.send(OK))
        quick = self.recorder(numbered)
        client = self.open()
        client.send(slow.fill(get()) + quick.fill(get(b"/quick")))
        self.fence(quick)
        self.assertEqual(quick.paths(), ["/fence"])
        release.set()
        self.assertEqual([client.read_response().body for _ in range(2)], [b"ok", b"/quick"])

    def test_cut_at_every_byte(self):
        """RFC 9112 2.2: requests may be cut into segments anywhere."""
        origin = self.recorder(numbered)
        text = origin.fill(chunked_post(b"2;a\r\nhi\r\n0\r\nX: y\r\n\r\n") + get(b"/2"))
        client = self.open()
        for cut in range(1, len(text)):
            client.send(text[:cut]).send(text[cut:])
            self.assertEqual([client.read_response().body for _ in range(2)], [b"/", b"/2"])
        self.assertEqual({request.body for request in origin.requests[::2]}, {b"hi"})

    def test_behind_an_error_of_ours(self):
        """RFC 9112 9.3: a request behind one that could not be served is answered."""
        dead = self.recorder()
        dead.close()
        origin = self.recorder(numbered)
        client = self.open()
        client.send(dead.fill(get()) + origin.fill(get(b"/2")))
        self.assertEqual(client.read_response().status, 502)
        self.assertEqual(client.read_response().body, b"/2")

    def test_behind_an_origin_that_closes(self):
        """RFC 9112 9.3.2: a request behind an answer with which the origin closes goes to a new connection."""

        def talk(peer, asked):
            peer.send(answer(b"Connection: close", b"Content-Length: 2", body=b"ok"))
            raise AssertionError("the end")

        origin = self.recorder(talk)
        client = self.open()
        client.send(origin.fill(get(b"/1") + get(b"/2") + get(b"/3")))
        self.assertEqual([client.read_response().body for _ in range(3)], [b"ok"] * 3)
        self.assertEqual(origin.accepted, 3)

    @each(
        {
            "close": (
                "RFC 9112 9.6: nothing behind Connection: close is answered or forwarded.",
                get(b"/1", b"Connection: close"),
            ),
            "close_in_a_list": (
                "RFC 9112 9.6: close is found in a list.",
                get(b"/1", b"Connection: X , Close"),
            ),
            "close_on_a_second_line": (
                "RFC 9112 9.6: close is found on a second line.",
                get(b"/1", b"Connection: X", b"Connection: close"),
            ),
            "http_1_0": (
                "RFC 9112 9.3: nothing behind a request of HTTP/1.0 is answered or forwarded.",
                get(b"/1", version=b"1.0"),
            ),
        }
    )
    def last_request(self, first):
        origin = self.recorder(numbered)
        client = self.open()
        client.send(origin.fill(first + get(b"/2")))
        got = client.read_response()
        self.assertEqual((got.body, got.head.get("Connection")), (b"/1", "close"))
        self.assertEqual(client.expect_gone(), b"")
        self.fence(origin)
        self.assertEqual(origin.paths(), ["/1", "/fence"])

    @each(
        {
            "body_without_framing": (
                "RFC 9112 6.3: bytes behind a request without framing are the next request: 400.",
                post(body=b"a=b&c=d\r\n"),
            ),
            "longer_than_its_length": (
                "RFC 9112 6.3: bytes behind the length are the next request: 400.",
                post(b"Content-Length: 2", body=b"hello world\r\n"),
            ),
            "behind_the_last_chunk": (
                "RFC 9112 6.3: bytes behind the last chunk are the next request: 400.",
                chunked_post(b"0\r\n\r\nhello world\r\n"),
            ),
            "body_of_get": (
                "RFC 9112 6.3: a body of GET without framing is the next request: 400.",
                get() + b'{"a": 1}\r\n',
            ),
        }
    )
    def bytes_behind_are_no_request(self, text):
        origin = self.recorder()
        client = self.open()
        client.send(origin.fill(text))
        self.assertEqual(client.read_response().body, b"ok")
        self.expect_refusal(client)
        self.fence(origin)
        self.assertEqual(origin.paths(), ["/", "/fence"])

    def test_half_a_second_request(self):
        """RFC 9112 8: a second head that is cut short is not forwarded, and the first answer arrives."""
        origin = self.recorder()
        client = self.open()
        client.send(origin.fill(get(b"/1") + get(b"/2")[:-2])).finish()
        self.assertEqual(client.read_response().body, b"ok")
        client.expect_gone()
        self.fence(origin)
        self.assertEqual(origin.paths(), ["/1", "/fence"])

    def test_a_tunnel_behind_a_request(self):
        """RFC 9110 9.3.6: CONNECT behind a request begins its tunnel behind the first answer."""
        origin = self.recorder()
        client = self.open()
        client.send(origin.fill(get(b"/1") + b"CONNECT ORIGIN HTTP/1.1\r\nHost: ORIGIN\r\n\r\n"))
        self.assertEqual(client.read_response().body, b"ok")
        self.assertIn(client.read_response("CONNECT").status, (200, 403))


if __name__ == "__main__":
    main()
