"""What is no proper HTTP is refused on either side, and the answer says what failed without repeating it."""
from harness import Scenario, main, request
from harness.message import build

GOOD = "GET http://megaphone.internal/ HTTP/1.1\r\nHost: megaphone.internal\r\n"

MALFORMED = {
    "no request": "hello\r\n\r\n",
    "a control byte in the method": "G\x01T http://a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n",
    "two spaces": "GET  http://a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n",
    "a space in the target": "GET http://a.test/a b HTTP/1.1\r\nHost: a.test\r\n\r\n",
    "no version": "GET http://a.test/\r\nHost: a.test\r\n\r\n",
    "another protocol": "GET http://a.test/ RTSP/1.0\r\nHost: a.test\r\n\r\n",
    "no Host": "GET http://a.test/ HTTP/1.1\r\n\r\n",
    "two Hosts": "GET http://a.test/ HTTP/1.1\r\nHost: a.test\r\nHost: b.test\r\n\r\n",
    "a space before the colon": GOOD + "X : 1\r\n\r\n",
    "no colon": GOOD + "X\r\n\r\n",
    "an empty name": GOOD + ": 1\r\n\r\n",
    "a folded line": GOOD + "X: 1\r\n 2\r\n\r\n",
    "a bare CR in a value": GOOD + "X: 1\r2\r\n\r\n",
    "a bare LF": "GET http://a.test/ HTTP/1.1\nHost: a.test\n\n",
    "a NUL": GOOD + "X: 1\x002\r\n\r\n",
    "length and chunks": GOOD + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "two lengths": GOOD + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    "a negative length": GOOD + "Content-Length: -1\r\n\r\n",
    "a length with a sign": GOOD + "Content-Length: +1\r\n\r\nx",
    "a huge length": GOOD + "Content-Length: 99999999999999999999999\r\n\r\n",
    "chunked not last": GOOD + "Transfer-Encoding: chunked, gzip\r\n\r\n",
    "chunked twice": GOOD + "Transfer-Encoding: chunked, chunked\r\n\r\n",
    "an unknown scheme": "GET gopher://a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n",
    "no host in the target": "GET http:/// HTTP/1.1\r\nHost: a.test\r\n\r\n",
    "a bad port": "GET http://a.test:70000/ HTTP/1.1\r\nHost: a.test\r\n\r\n",
    "a bad IPv6 address": "GET http://[::g]/ HTTP/1.1\r\nHost: a.test\r\n\r\n",
}


class BadRequests(Scenario):
    def test_malformed_requests_are_refused_and_the_connection_is_closed(self):
        daemon = self.proxy()
        for what, text in MALFORMED.items():
            with self.subTest(what), daemon.client() as client:
                answer = client.send(text.encode("latin-1")).read_response()
                self.assert_refused(answer, 400, "http_request_error")
                self.assertEqual(answer.head.get("Connection"), "close")
                self.assertEqual(client.expect_gone(), b"")

    def test_nothing_after_a_malformed_request_is_answered(self):
        client = self.client(self.proxy())
        client.send((MALFORMED["length and chunks"] + GOOD + "\r\n").encode())
        self.assertEqual(client.read_response().status, 400)
        self.assertEqual(client.expect_gone(), b"")

    def test_a_tls_client_on_the_plain_port_is_refused(self):
        client = self.client(self.proxy())
        client.send(bytes.fromhex("16030100c8010000c40303") + bytes(100))
        self.assertIn(client.expect_gone()[:12], (b"HTTP/1.1 400", b""))

    def test_a_malformed_chunk_is_refused_and_not_completed(self):
        seen = []
        origin = self.origin(lambda peer: seen.append(peer.expect_gone()))
        client = self.client(self.proxy())
        client.send(
            request(origin.url(), method="POST", fields=[("Transfer-Encoding", "chunked")]) + b"zz\r\nhello\r\n"
        )
        client.expect_gone()
        origin.close()
        self.assertFalse(any(data.endswith(b"0\r\n\r\n") for data in seen), seen)

    def test_an_unknown_expectation_is_refused(self):
        answer = self.fetch(self.proxy(), request("http://a.test/", fields=[("Expect", "miracles")]))
        self.assert_refused(answer, 417, "request_expectation_failed")


class Pages(Scenario):
    def refused(self, method="GET", path="/"):
        origin = self.origin()
        origin.close()
        return self.fetch(self.proxy(), request(origin.url(path), method=method))

    def test_an_error_page_is_for_people(self):
        answer = self.refused()
        self.assertEqual(answer.status, 502)
        self.assertGreater(len(answer.body), 50)
        self.assertIn(b"refused", answer.body)
        self.assertRegex(answer.head.get("Content-Type"), "^text/")
        self.assertEqual(int(answer.head.get("Content-Length")), len(answer.body))

    def test_the_answer_to_head_has_no_body(self):
        answer = self.refused("HEAD")
        self.assertEqual((answer.status, answer.head.proxy_error), (502, "connection_refused"))

    def test_nothing_of_the_request_is_repeated_unescaped(self):
        answer = self.refused(path="/<script>alert(1)</script>?\"'<b>")
        self.assertNotIn(b"<script>", answer.body)
        self.assertNotIn(b"<b>", answer.body.lower().replace(b"<body", b""))

    def test_an_error_page_is_not_stored(self):
        self.assertEqual(self.refused().head.get("Cache-Control"), "no-store")


class BadAnswers(Scenario):
    def answered(self, text):
        origin = self.origin(lambda peer: peer.read_request() and peer.send(text))
        return self.fetch(self.proxy(), request(origin.url()))

    def test_an_answer_that_is_no_http_is_a_protocol_error(self):
        for text in (
            b"garbage\r\n\r\n",
            b"SSH-2.0-OpenSSH\r\n",
            b"HTTP/1.1 abc OK\r\n\r\n",
            b"HTTP/3.0 200 OK\r\n\r\n",
            build("HTTP/1.1 200 OK", [("Content-Length", "3"), ("Content-Length", "4")], b"abcd"),
            build("HTTP/1.1 200 OK", [("Content-Length", "x")]),
            b"HTTP/1.1 200 OK\r\nX: a\x00b\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nX: a\rb\r\n\r\n",
        ):
            with self.subTest(text):
                self.assert_refused(self.answered(text), 502, "http_protocol_error")

    def test_an_unknown_transfer_coding_is_said_so(self):
        answer = self.answered(build("HTTP/1.1 200 OK", [("Transfer-Encoding", "rot13")], b"uryyb"))
        self.assert_refused(answer, 502, "http_response_transfer_coding")

    def test_an_answer_before_the_request_is_not_taken_for_the_next(self):
        def script(peer):
            peer.send(build("HTTP/1.1 200 OK", [("Content-Length", "2")], b"no")).receive()

        origin = self.origin(script)
        client = self.client(self.proxy())
        for _ in range(2):
            self.assertIn(client.send(request(origin.url())).read_response().status, (200, 502))


if __name__ == "__main__":
    main()
