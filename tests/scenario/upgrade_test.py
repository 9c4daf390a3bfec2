"""Upgrade: a change of protocol passes, any protocol, and what is refused is an ordinary answer."""
from harness import main
from harness.rules import OK, VIA, Rules, answer, each, get, post

ASK = [b"Connection: Upgrade", b"Upgrade: websocket"]
SWITCH = b"HTTP/1.1 101 Switching Protocols\r\n"


def asking(*lines, **more):
    return get(b"/", *ASK, *lines, **more)


class Upgrades(Rules):
    def switching(self, reply, then=b""):
        """An origin that answers 101 and then sends back what comes."""

        def talk(peer, asked):
            if asked.head.target == "/fence":
                peer.send(OK)
                return
            peer.send(reply + then)
            while data := peer.receive():
                peer.send(data)
            raise AssertionError("the end")

        return self.recorder(talk)

    @each(
        {
            "websocket": (
                "RFC 6455 1.3: a WebSocket handshake passes both ways, field by field.",
                [
                    b"Connection: Upgrade",
                    b"Upgrade: websocket",
                    b"Sec-WebSocket-Key: dGhlIHNhbXBsZQ==",
                    b"Sec-WebSocket-Version: 13",
                ],
                [b"Connection: Upgrade", b"Upgrade: websocket", b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9k="],
            ),
            "any_token": (
                "RFC 9110 7.8: any protocol passes.",
                [b"Connection: upgrade", b"Upgrade: foo/2"],
                [b"Connection: upgrade", b"Upgrade: foo/2"],
            ),
            "any_case": (
                "RFC 9110 7.8: Upgrade and its nomination are read in any case.",
                [b"cONNECTION: uPGRADE", b"uPGRADE: WebSocket"],
                [b"connection: upgrade", b"upgrade: websocket"],
            ),
            "in_a_list": (
                "RFC 9110 7.8: Upgrade may be nominated beside others.",
                [b"Connection: keep-alive, X-Hop, Upgrade", b"X-Hop: y", b"Upgrade: websocket"],
                [b"Connection: Upgrade", b"Upgrade: websocket"],
            ),
            "several_offers": (
                "RFC 9110 7.8: the origin chooses among several protocols.",
                [b"Connection: Upgrade", b"Upgrade: foo, websocket"],
                [b"Connection: Upgrade", b"Upgrade: websocket"],
            ),
        }
    )
    def protocol_changes(self, asked, answered):
        reply = SWITCH + b"".join(line + b"\r\n" for line in answered) + b"\r\n"
        origin = self.switching(reply)
        client = self.open()
        client.send(origin.fill(get(b"/", *asked)))
        head = client.read_head()
        self.assertEqual((head.status, head.get("Connection")), (101, "Upgrade"))
        for data in (b"hello", b"\x81\x05\x00\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n"):
            self.assertEqual(client.send(data).read_exact(len(data)), data)
        heard = origin.requests[0].head
        self.assertEqual(heard.get("Connection"), "Upgrade")
        wanted = [line.split(b": ")[1].decode() for line in asked if line.lower().startswith(b"upgrade:")]
        self.assertEqual(heard.all("Upgrade"), wanted)
        self.assertIsNone(heard.get("X-Hop"))

    def test_websocket_byte_by_byte(self):
        """RFC 6455 4: what the origin gets of a handshake, byte by byte."""
        origin = self.switching(SWITCH + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
        client = self.open()
        client.send(origin.fill(asking(b"Sec-WebSocket-Key: a", b"Origin: http://a.test")))
        self.assertEqual(client.read_head().status, 101)
        expected = b"GET / HTTP/1.1\r\nHost: ORIGIN\r\nSec-WebSocket-Key: a\r\nOrigin: http://a.test\r\n"
        expected += b"Connection: Upgrade\r\nUpgrade: websocket\r\n" + VIA + b"\r\n"
        self.assertEqual(origin.heard(), expected)

    def test_the_answer_byte_by_byte(self):
        """RFC 9110 7.8: what the client gets of 101, byte by byte."""
        origin = self.switching(SWITCH + b"X: y\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
        client = self.open()
        client.send(origin.fill(asking()))
        client.read_head()
        expected = SWITCH + b"X: y\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" + VIA + b"\r\n"
        self.assertEqual(origin.plain(bytes(client.heard)), expected)

    def test_the_origin_speaks_at_once(self):
        """RFC 9110 7.8: what the origin sends along with 101 reaches the client."""
        origin = self.switching(SWITCH + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n", b"at once")
        client = self.open()
        client.send(origin.fill(asking()))
        self.assertEqual((client.read_head().status, client.read_exact(7)), (101, b"at once"))

    def test_the_client_speaks_early(self):
        """RFC 9110 7.8: what the client sends before 101 reaches the origin behind the change."""
        origin = self.switching(SWITCH + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
        client = self.open()
        client.send(origin.fill(asking()) + b"early")
        self.assertEqual((client.read_head().status, client.read_exact(5)), (101, b"early"))

    def test_with_a_body(self):
        """RFC 9110 7.8: a request with a body may ask for another protocol; the change comes behind the body."""
        origin = self.switching(SWITCH + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
        client = self.open()
        client.send(origin.fill(post(*ASK, b"Content-Length: 5", body=b"hello")))
        self.assertEqual(client.read_head().status, 101)
        self.assertEqual(client.send(b"x").read_exact(1), b"x")
        self.assertEqual(origin.requests[0].body, b"hello")

    def test_behind_an_interim_answer(self):
        """RFC 9110 15.2: an interim answer may come before 101."""
        reply = b"HTTP/1.1 103 Early Hints\r\n\r\n" + SWITCH + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
        origin = self.switching(reply)
        client = self.open()
        client.send(origin.fill(asking()))
        self.assertEqual([client.read_head().status, client.read_head().status], [103, 101])

    def test_behind_other_requests(self):
        """RFC 9112 9.3.2: a change of protocol may follow ordinary requests."""
        origin = self.switching(SWITCH + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
        client = self.open()
        client.send(origin.fill(get(b"/fence") + asking()))
        self.assertEqual((client.read_response().body, client.read_head().status), (b"ok", 101))
        self.assertEqual(client.send(b"x").read_exact(1), b"x")

    def test_the_client_ends(self):
        """RFC 9110 7.8: behind 101 the end of one direction passes, and the other goes on."""
        origin = self.switching(SWITCH + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
        client = self.open()
        client.send(origin.fill(asking()))
        client.read_head()
        self.assertEqual(client.send(b"bye").finish().read_to_end(), b"bye")

    def test_ws_url(self):
        """RFC 6455 3: a handshake for a ws URL is one for the same http URL."""
        origin = self.switching(SWITCH + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
        client = self.open()
        client.send(origin.fill(asking().replace(b"http://", b"ws://")))
        self.assertEqual(client.read_head().status, 101)
        self.assertEqual(client.send(b"hello").read_exact(5), b"hello")
        self.assertEqual(origin.requests[0].head.target, "/")

    @each(
        {
            "not_modified": ("RFC 9110 7.8: an origin may ignore the offer; 200 is an ordinary answer.", b"200 OK"),
            "forbidden": ("RFC 9110 7.8: a refused change is an ordinary answer.", b"403 Forbidden"),
            "required": ("RFC 9110 15.5.22: 426 is an ordinary answer.", b"426 Upgrade Required"),
        }
    )
    def offer_is_ignored(self, status):
        origin = self.recorder(answer(b"Content-Length: 2", body=b"no", status=status))
        client = self.open()
        for _ in range(2):
            got = client.send(origin.fill(asking())).read_response()
            self.assertEqual((got.status, got.body), (int(status[:3]), b"no"))
        self.assertEqual(client.send(origin.fill(get())).read_response().body, b"no")

    def test_a_request_behind_an_ignored_offer(self):
        """RFC 9112 9.3.2: what follows a request whose offer is ignored is the next request."""
        origin = self.recorder()
        client = self.open()
        client.send(origin.fill(asking() + get(b"/next")))
        self.assertEqual([client.read_response().body for _ in range(2)], [b"ok", b"ok"])
        self.assertEqual(origin.paths(), ["/", "/next"])

    @each(
        {
            "without_nomination": (
                "RFC 9110 7.8: Upgrade without its nomination is not forwarded.",
                [b"Upgrade: websocket"],
            ),
            "nomination_alone": (
                "RFC 9110 7.8: a nomination without Upgrade is not forwarded.",
                [b"Connection: Upgrade"],
            ),
            "empty": ("RFC 9110 7.8: an empty Upgrade is not forwarded.", [b"Connection: Upgrade", b"Upgrade:"]),
            "h2c": (
                "RFC 9113 3.1: h2c, by which requests could pass unseen, is not forwarded.",
                [b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c", b"HTTP2-Settings: AAMAAABkAAQAAP__"],
            ),
        }
    )
    def no_offer(self, lines):
        self.forwarded(get(b"/", *lines), b"GET / HTTP/1.1\r\nHost: ORIGIN\r\n" + VIA + b"\r\n")

    def test_http_1_0(self):
        """RFC 9110 7.8: Upgrade in a request of HTTP/1.0 is ignored."""
        expected = b"GET / HTTP/1.1\r\nHost: ORIGIN\r\nVia: 1.0 megaphone\r\n\r\n"
        self.forwarded(asking(version=b"1.0"), expected)

    @each(
        {
            "unasked": ("RFC 9110 15.2.2: 101 that nobody asked for is refused: 502.", get(), b"websocket"),
            "another": ("RFC 9110 7.8: 101 to a protocol that was not offered is refused: 502.", asking(), b"other"),
            "without_upgrade": ("RFC 9110 15.2.2: 101 without Upgrade is refused: 502.", asking(), None),
            "to_http_1_0": (
                "RFC 9110 7.8: 101 to a request of HTTP/1.0 is refused: 502.",
                asking(version=b"1.0"),
                b"websocket",
            ),
        }
    )
    def change_is_refused(self, text, protocol):
        reply = SWITCH + (b"Connection: Upgrade\r\nUpgrade: " + protocol + b"\r\n\r\n" if protocol else b"\r\n")
        origin = self.recorder(lambda peer, _: peer.send(reply + b"poisoned").expect_gone())
        client = self.open()
        client.send(origin.fill(text))
        got = client.read_response()
        self.assert_refused(got, 502, "http_upgrade_failed")
        self.assertTrue(origin.connections[0].gone.wait(20))
        self.assertNotIn(b"poisoned", bytes(client.heard))

    def test_before_the_request_is_whole(self):
        """RFC 9110 7.8: 101 before the request is whole is refused: 502."""

        def script(peer):
            peer.read_head()
            peer.send(SWITCH + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n").expect_gone()

        origin = self.recorder()
        origin.script = script
        client = self.open()
        client.send(origin.fill(post(*ASK, b"Content-Length: 10", body=b"hello")))
        self.assert_refused(client.read_response(), 502, "http_upgrade_failed")


if __name__ == "__main__":
    main()
