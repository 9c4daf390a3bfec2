"""Bodies of every framing, in both directions: whole, in bounded memory, and honest about being cut short."""
import threading

from harness import Scenario, main, request
from harness.case import sanitized
from harness.message import build, chunked

SIZES = (0, 1, 2, 4095, 65536, 65537, 1_000_003)
BLOCK = bytes(range(256)) * 4096  # 1 MiB


def content(size):
    return (BLOCK * (size // len(BLOCK) + 1))[:size]


class RequestBodies(Scenario):
    def echo_origin(self):
        """Answers each request with its own body."""

        def script(peer):
            while (data := peer.receive()) != b"":
                peer.pending = data + peer.pending
                got = peer.read_request()
                peer.respond(200, [("X-Trailers", len(got.trailers))], got.body)

        return self.origin(script)

    def test_bodies_with_a_length_arrive_whole(self):
        origin, client = self.echo_origin(), self.client(self.proxy())
        for size in SIZES:
            answer = client.send(request(origin.url(), method="POST", body=content(size))).read_response()
            self.assertTrue(answer.body == content(size), size)
        self.assertEqual(origin.accepted, 1)

    def test_chunked_bodies_arrive_whole(self):
        origin, client = self.echo_origin(), self.client(self.proxy())
        for size in SIZES:
            body = content(size)
            head = request(origin.url(), method="PUT", fields=[("Transfer-Encoding", "chunked")])
            client.send(head + chunked(*(body[at : at + 7001] for at in range(0, size, 7001))))
            self.assertTrue(client.read_response().body == body, size)

    def test_a_chunked_body_may_come_byte_by_byte_with_extensions_and_trailers(self):
        origin, client = self.echo_origin(), self.client(self.proxy())
        text = request(origin.url(), method="POST", fields=[("Transfer-Encoding", "chunked")])
        for byte in text + b'3;name="value"\r\nabc\r\n0A\r\n0123456789\r\n0\r\nX-Sum: 1\r\n\r\n':
            client.send(bytes([byte]))
        self.assertEqual(client.read_response().body, b"abc0123456789")
        self.assertEqual(client.send(request(origin.url(), method="POST", body=b"next")).read_response().body, b"next")

    def test_an_origin_that_does_not_read_holds_the_client_back(self):
        release = threading.Event()
        total = 48 << 20

        def script(peer):
            head = peer.read_head()
            release.wait(20)
            self.assertEqual(len(peer.read_exact(total)), int(head.get("Content-Length")))
            peer.respond(200, [], b"got it")

        origin, daemon = self.origin(script), self.proxy()
        client = self.client(daemon)
        before = daemon.resident()
        client.send(build(f"POST {origin.url()} HTTP/1.1", [("Host", origin.authority), ("Content-Length", total)]))
        sent = client.fill(40 << 20)
        if not sanitized():
            self.assertLess(daemon.resident() - before, 4 << 20)
        release.set()
        client.send(bytes(total - sent))
        self.assertEqual(client.read_response().body, b"got it")

    def test_a_client_that_stops_in_its_body_is_answered_408(self):
        origin = self.origin(lambda peer: peer.read_head() and peer.expect_gone())
        client = self.client(self.proxy(body_timeout="200ms"))
        client.send(
            build(f"POST {origin.url()} HTTP/1.1", [("Host", origin.authority), ("Content-Length", 10)], b"half")
        )
        self.assert_refused(client.read_response(), 408, "request_body_timeout")
        client.expect_gone()

    def test_an_early_answer_reaches_a_client_that_is_still_sending(self):
        def script(peer):
            peer.read_head()
            peer.respond(413, [("Connection", "close")], b"too much", phrase="Too Large")
            peer.finish().expect_gone()

        origin, daemon = self.origin(script), self.proxy()
        client = self.client(daemon)
        client.send(
            build(f"POST {origin.url()} HTTP/1.1", [("Host", origin.authority), ("Content-Length", 1 << 30)], BLOCK)
        )
        answer = client.read_response()
        self.assertEqual((answer.status, answer.body), (413, b"too much"))
        client.expect_gone()

    def test_a_client_that_vanishes_in_its_body_is_not_taken_as_complete(self):
        seen = []
        done = threading.Event()

        def script(peer):
            peer.read_head()
            seen.append(peer.expect_gone())
            done.set()

        origin, daemon = self.origin(script), self.proxy()
        client = self.client(daemon)
        client.send(request(origin.url(), method="POST", fields=[("Transfer-Encoding", "chunked")]) + b"5\r\nhello\r\n")
        client.close()
        self.assertTrue(done.wait(20))
        self.assertNotIn(b"0\r\n\r\n", seen[0])
        self.assertNotEqual(daemon.wait_record()["reason"] or "", "")


class AnswerBodies(Scenario):
    def answering(self, text, end="close"):
        """An origin that answers with `text` and then closes, resets or waits."""

        def script(peer):
            peer.read_request()
            peer.send(text)
            if end == "reset":
                peer.reset()
            elif end == "wait":
                peer.expect_gone()

        return self.origin(script)

    def test_answers_of_every_framing_arrive_whole(self):
        def script(peer):
            while (data := peer.receive()) != b"":
                peer.pending = data + peer.pending
                _, framing, size = peer.read_request().head.target.split("/")
                body = content(int(size))
                if framing == "length":
                    peer.respond(200, [], body)
                elif framing == "chunked":
                    peer.send(build("HTTP/1.1 200 OK", [("Transfer-Encoding", "chunked")]))
                    peer.send(chunked(*(body[at : at + 5003] for at in range(0, len(body), 5003))))
                else:
                    peer.send(build("HTTP/1.1 200 OK", [], body))
                    return

        origin, daemon = self.origin(script), self.proxy()
        for framing in ("length", "chunked", "close"):
            for size in SIZES:
                answer = self.fetch(daemon, request(origin.url(f"/{framing}/{size}")))
                self.assertEqual(answer.status, 200)
                self.assertTrue(answer.body == content(size), (framing, size))

    def test_trailers_of_an_answer_do_not_break_the_connection(self):
        text = build("HTTP/1.1 200 OK", [("Transfer-Encoding", "chunked")]) + chunked(
            b"body", trailers=[("X-Sum", "7")]
        )
        origin = self.answering(text)
        client = self.client(self.proxy())
        for _ in range(2):
            self.assertEqual(client.send(request(origin.url())).read_response().body, b"body")

    def test_an_http_1_0_client_gets_a_chunked_answer_without_chunks(self):
        origin = self.answering(build("HTTP/1.1 200 OK", [("Transfer-Encoding", "chunked")]) + chunked(b"one", b"two"))
        answer = self.fetch(self.proxy(), request(origin.url(), version="HTTP/1.0"))
        self.assertEqual((answer.body, answer.head.get("Transfer-Encoding")), (b"onetwo", None))

    def test_a_part_of_an_answer_is_passed_on_before_the_rest_exists(self):
        more = threading.Event()

        def script(peer):
            peer.read_request()
            peer.send(build("HTTP/1.1 200 OK", [("Content-Length", "10")], b"first"))
            more.wait(20)
            peer.send(b"after")

        client = self.client(self.proxy())
        client.send(request(self.origin(script).url()))
        self.assertEqual(client.read_head().status, 200)
        self.assertEqual(client.read_exact(5), b"first")
        more.set()
        self.assertEqual(client.read_exact(5), b"after")

    def test_a_client_that_does_not_read_holds_the_origin_back(self):
        total, taken, stuck = 48 << 20, [], threading.Event()

        def script(peer):
            peer.read_request()
            peer.send(build("HTTP/1.1 200 OK", [("Content-Length", total)]))
            taken.append(peer.fill(40 << 20))
            stuck.set()
            peer.send(bytes(total - taken[0]))

        origin, daemon = self.origin(script), self.proxy()
        client = self.client(daemon)
        before = daemon.resident()
        client.send(request(origin.url()))
        self.assertTrue(stuck.wait(20), "the origin could send everything although the client does not read")
        if not sanitized():
            self.assertLess(daemon.resident() - before, 4 << 20)
        self.assertEqual(self.fetch(daemon, request("http://megaphone.internal/")).status, 200)
        self.assertEqual(len(client.read_response().body), total)

    def test_a_large_body_each_way_needs_no_more_memory(self):
        blocks = 64

        def script(peer):
            head = peer.read_head()
            for _ in range(blocks):
                peer.read_exact(len(BLOCK))
            peer.send(build("HTTP/1.1 200 OK", [("Content-Length", head.get("Content-Length"))]))
            for _ in range(blocks):
                peer.send(BLOCK)

        origin, daemon = self.origin(script), self.proxy()
        client = self.client(daemon)
        before = daemon.resident()
        client.send(
            build(f"POST {origin.url()} HTTP/1.1", [("Host", origin.authority), ("Content-Length", blocks << 20)])
        )
        for _ in range(blocks):
            client.send(BLOCK)
        self.assertEqual(client.read_head().status, 200)
        for _ in range(blocks):
            self.assertTrue(client.read_exact(len(BLOCK)) == BLOCK)
        if not sanitized():
            self.assertLess(daemon.resident() - before, 4 << 20)

    def test_an_answer_cut_short_is_cut_short_for_the_client(self):
        part_of_length = build("HTTP/1.1 200 OK", [("Content-Length", "10")], b"half")
        part_of_chunks = build("HTTP/1.1 200 OK", [("Transfer-Encoding", "chunked")], b"4\r\nhalf\r\n")
        for text, end in (
            (part_of_length, "close"),
            (part_of_length, "reset"),
            (part_of_chunks, "close"),
            (part_of_chunks, "reset"),
        ):
            with self.subTest(text=text, end=end):
                origin, daemon = self.answering(text, end), self.proxy()
                client = self.client(daemon)
                client.send(request(origin.url()))
                got = client.expect_gone()
                self.assertFalse(got.endswith(b"0\r\n\r\n"), got)
                self.assertIn(daemon.wait_record()["reason"], ("http_response_incomplete", "connection_terminated"))

    def test_a_reset_of_a_close_delimited_answer_never_looks_like_its_end(self):
        reset = threading.Event()

        def script(peer):
            peer.read_request()
            peer.send(build("HTTP/1.1 200 OK", [], b"half"))
            reset.wait(20)
            peer.reset()

        origin, daemon = self.origin(script), self.proxy()
        clients = {version: self.client(daemon) for version in ("HTTP/1.0", "HTTP/1.1")}
        for version, client in clients.items():
            client.send(request(origin.url(), version=version))
            client.read_until(b"half")
        reset.set()
        clients["HTTP/1.0"].expect_reset()  # the end of the connection is all that it knows
        self.assertNotIn(b"0\r\n\r\n", clients["HTTP/1.1"].expect_gone())

    def test_an_origin_that_stops_in_its_body_is_given_up(self):
        origin = self.answering(build("HTTP/1.1 200 OK", [("Content-Length", "10")], b"half"), "wait")
        daemon = self.proxy(body_timeout="200ms")
        client = self.client(daemon)
        client.send(request(origin.url()))
        self.assertTrue(client.expect_gone().endswith(b"half"))
        self.assertEqual(daemon.wait_record()["reason"], "response_body_timeout")

    def test_bytes_beyond_the_length_are_not_another_answer(self):
        extra = build(
            "HTTP/1.1 200 OK", [("Content-Length", "2")], b"okHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nsmoke"
        )
        origin = self.answering(extra)
        client = self.client(self.proxy())
        for _ in range(3):
            self.assertEqual(client.send(request(origin.url())).read_response().body, b"ok")
        self.assertEqual(origin.accepted, 3)


if __name__ == "__main__":
    main()
