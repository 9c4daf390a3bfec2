"""Interim answers: 1xx go on to those who know them, in order, and never in place of the final one."""
from harness import main
from harness.rules import OK, VIA, Rules, get

FINAL = OK.replace(b"\r\n\r\n", b"\r\n" + VIA + b"\r\n")
HINT = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n"


class Interims(Rules):
    def test_hints(self):
        """RFC 9110 15.2: 103 goes on, with its fields and our Via."""
        self.answered(HINT + b"\r\n" + OK, HINT + VIA + b"\r\n" + FINAL)

    def test_continue_unasked(self):
        """RFC 9110 15.2.1: 100 goes on even if nobody expects it."""
        reply = b"HTTP/1.1 100 Continue\r\n"
        self.answered(reply + b"\r\n" + OK, reply + VIA + b"\r\n" + FINAL)

    def test_processing(self):
        """RFC 9110 15.2: 102 goes on."""
        reply = b"HTTP/1.1 102 Processing\r\n"
        self.answered(reply + b"\r\n" + OK, reply + VIA + b"\r\n" + FINAL)

    def test_unknown_interim(self):
        """RFC 9110 15.2: an unknown 1xx goes on."""
        reply = b"HTTP/1.1 199 Odd\r\nX: y\r\n"
        self.answered(reply + b"\r\n" + OK, reply + VIA + b"\r\n" + FINAL)

    def test_several(self):
        """RFC 9110 15.2: several interim answers go on in order."""
        replies = [b"HTTP/1.1 100 Continue\r\n", HINT, b"HTTP/1.1 102 Processing\r\n", HINT]
        sent = b"".join(reply + b"\r\n" for reply in replies)
        expected = b"".join(reply + VIA + b"\r\n" for reply in replies)
        self.answered(sent + OK, expected + FINAL)

    def test_hop_by_hop_fields(self):
        """RFC 9110 7.6.1: hop-by-hop fields of an interim answer end here."""
        lines = b"Connection: X-Hop\r\nX-Hop: y\r\nKeep-Alive: 5\r\n"
        self.answered(HINT + lines + b"\r\n" + OK, HINT + VIA + b"\r\n" + FINAL)

    def test_length(self):
        """RFC 9110 8.6: an interim answer has no length, and nothing behind it is taken for a body."""
        self.answered(HINT + b"Content-Length: 5\r\n\r\n" + OK, HINT + VIA + b"\r\n" + FINAL)

    def test_coding(self):
        """RFC 9112 6.1: an interim answer has no transfer coding."""
        self.answered(HINT + b"Transfer-Encoding: chunked\r\n\r\n" + OK, HINT + VIA + b"\r\n" + FINAL)

    def test_blank_before_colon(self):
        """RFC 9112 5.1: a blank before the colon of an interim answer is removed."""
        self.answered(HINT.replace(b"Link:", b"Link :") + b"\r\n" + OK, HINT + VIA + b"\r\n" + FINAL)

    def test_for_head(self):
        """RFC 9110 15.2: an interim answer to HEAD goes on."""
        final = OK[:-2]
        expected = final.replace(b"\r\n\r\n", b"\r\n" + VIA + b"\r\n")
        self.answered(HINT + b"\r\n" + final, HINT + VIA + b"\r\n" + expected, request=get(method=b"HEAD"))

    def test_of_http_1_0(self):
        """RFC 9110 15.2: an interim answer goes on whatever the final one's version."""
        origin = self.recorder(HINT + b"\r\n" + OK.replace(b"HTTP/1.1", b"HTTP/1.0"))
        client = self.open()
        client.send(origin.fill(get()))
        self.assertEqual([client.read_head().status, client.read_response().body], [103, b"ok"])

    def test_not_for_http_1_0(self):
        """RFC 9110 15.2: interim answers are not sent to HTTP/1.0 clients."""
        origin = self.recorder(b"HTTP/1.1 100 Continue\r\n\r\n" + HINT + b"\r\n" + OK)
        client = self.open()
        client.send(origin.fill(get(version=b"1.0")))
        self.assertEqual(client.read_response().body, b"ok")
        self.assertNotIn(b" 103 ", bytes(client.heard))

    def test_the_connection_lives_on(self):
        """RFC 9112 9.3: interim answers do not disturb the order of a kept connection."""
        origin = self.recorder(HINT + b"\r\n" + OK)
        client = self.open()
        for _ in range(3):
            client.send(origin.fill(get()))
            self.assertEqual([client.read_head().status, client.read_response().body], [103, b"ok"])
        self.assertEqual(origin.accepted, 1)

    def test_byte_by_byte(self):
        """RFC 9112 2.2: interim answers may come byte by byte."""

        def talk(peer, asked):
            for byte in OK if asked.head.target == "/fence" else HINT + b"\r\n" + OK:
                peer.send(bytes([byte]))

        origin = self.recorder(talk)
        client = self.open()
        client.send(origin.fill(get()))
        self.assertEqual([client.read_head().status, client.read_response().body], [103, b"ok"])

    def test_flood(self):
        """RFC 9110 15.2: a flood of interim answers is refused: 502."""
        origin = self.recorder(lambda peer, _: peer.send((HINT + b"\r\n") * 2000).expect_gone())
        client = self.open()
        client.send(origin.fill(get()))
        got = client.read_response()
        while got.status == 103:
            got = client.read_response()
        self.assert_refused(got, 502, "http_protocol_error")
        self.assertTrue(origin.connections[0].gone.wait(20))


if __name__ == "__main__":
    main()
