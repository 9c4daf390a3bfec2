"""Expectations: 100-continue from end to end, and an early final answer while the upload still runs."""
import threading

from harness import main
from harness.rules import DATE, OK, VIA, VIA_1_0, Rules, answer, each, get, post

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


def expecting(*lines, version=b"1.1", value=b"100-continue"):
    return post(b"Expect: " + value, b"Content-Length: 5", *lines, version=version)


class Expectations(Rules):
    def asked(self, talk):
        """An origin whose script gets the peer and the head before any body."""
        origin = self.recorder()
        origin.heads = []

        def script(peer):
            peer.heard = bytearray()
            origin.connections.append(peer)
            head = peer.read_head()
            if head.target == "/fence":
                peer.send(OK)
                return
            origin.heads.append(head)
            talk(peer)

        origin.script = script
        return origin

    def test_continue(self):
        """RFC 9110 10.1.1: the expectation goes on, 100 comes back, the body follows."""
        origin = self.asked(lambda peer: peer.send(CONTINUE).read_exact(5) and peer.send(OK))
        client = self.open()
        client.send(origin.fill(expecting()))
        self.assertEqual(client.read_head().status, 100)
        self.assertEqual(client.send(b"hello").read_response().body, b"ok")
        self.assertEqual(origin.heads[0].get("Expect"), "100-continue")

    def test_continue_with_chunks(self):
        """RFC 9110 10.1.1: 100-continue before a chunked body."""
        origin = self.asked(lambda peer: peer.send(CONTINUE).read_until(b"0\r\n\r\n") and peer.send(OK))
        client = self.open()
        client.send(origin.fill(post(b"Expect: 100-continue", b"Transfer-Encoding: chunked")))
        self.assertEqual(client.read_head().status, 100)
        self.assertEqual(client.send(b"5\r\nhello\r\n0\r\n\r\n").read_response().body, b"ok")

    def test_in_any_case(self):
        """RFC 9110 10.1.1: 100-continue is read in any case and goes on as it is."""
        origin = self.asked(lambda peer: peer.send(CONTINUE).read_exact(5) and peer.send(OK))
        client = self.open()
        client.send(origin.fill(expecting(value=b"100-Continue")))
        self.assertEqual(client.read_head().status, 100)
        self.assertEqual(client.send(b"hello").read_response().body, b"ok")
        self.assertEqual(origin.heads[0].get("Expect"), "100-Continue")

    def test_the_client_does_not_wait(self):
        """RFC 9110 10.1.1: a client that sends its body at once is served."""
        origin = self.asked(lambda peer: peer.send(CONTINUE).read_exact(5) and peer.send(OK))
        client = self.open()
        client.send(origin.fill(expecting()) + b"hello")
        self.assertEqual([client.read_head().status, client.read_response().body], [100, b"ok"])

    def test_the_origin_knows_no_continue(self):
        """RFC 9110 10.1.1: an origin that sends no 100 gets the body of a client that waits no longer."""
        origin = self.asked(lambda peer: peer.read_exact(5) and peer.send(OK.replace(b"HTTP/1.1", b"HTTP/1.0")))
        client = self.open()
        client.send(origin.fill(expecting()))
        client.send(b"hello")
        self.assertEqual(client.read_response().body, b"ok")

    @each(
        {
            "refused": ("RFC 9110 10.1.1: a final answer instead of 100 reaches the client.", b"403 Forbidden"),
            "too_large": ("RFC 9110 15.5.14: 413 instead of 100 reaches the client.", b"413 Content Too Large"),
            "failed": ("RFC 9110 15.5.18: 417 of the origin reaches the client.", b"417 Expectation Failed"),
            "authentication": ("RFC 9110 15.5.2: 401 instead of 100 reaches the client.", b"401 Unauthorized"),
        }
    )
    def final_answer_instead(self, status):
        reply = answer(b"Content-Length: 2", body=b"no", status=status)
        origin = self.asked(lambda peer: peer.send(reply).expect_gone())
        client = self.open()
        client.send(origin.fill(expecting()))
        got = client.read_response()
        self.assertEqual((got.status, got.body, got.head.get("Connection")), (int(status[:3]), b"no", "close"))
        self.assertEqual(client.expect_gone(), b"")

    def test_a_final_answer_and_the_body_all_the_same(self):
        """RFC 9112 9.6: a body that comes behind an early final answer is read away, not taken for a request."""
        reply = answer(b"Content-Length: 2", body=b"no", status=b"403 Forbidden")
        origin = self.asked(lambda peer: peer.send(reply).expect_gone())
        client = self.open()
        text = post(b"Expect: 100-continue", b"Content-Length: %d" % len(get(b"/within")))
        client.send(origin.fill(text))
        self.assertEqual(client.read_response().status, 403)
        client.send(get(b"/within"))
        self.assertEqual(client.expect_gone(), b"")
        self.assertEqual(len(origin.heads), 1)

    def test_http_1_0(self):
        """RFC 9110 10.1.1: an expectation of HTTP/1.0 is ignored and ends here."""
        origin = self.recorder()
        client = self.open()
        client.send(origin.fill(expecting(version=b"1.0")) + b"hello")
        self.assertEqual(client.read_response().body, b"ok")
        expected = b"POST / HTTP/1.1\r\nHost: ORIGIN\r\nContent-Length: 5\r\n" + VIA_1_0 + b"\r\nhello"
        self.assertEqual(origin.heard(), expected)

    def test_unknown_of_http_1_0(self):
        """RFC 9110 10.1.1: an unknown expectation of HTTP/1.0 is ignored, too."""
        origin = self.recorder()
        client = self.open()
        client.send(origin.fill(expecting(version=b"1.0", value=b"x")) + b"hello")
        self.assertEqual(client.read_response().body, b"ok")

    @each(
        {
            "unknown": ("RFC 9110 10.1.1: an unknown expectation is refused: 417.", [b"Expect: x"]),
            "unknown_in_a_list": (
                "RFC 9110 10.1.1: an unknown expectation in a list is refused: 417.",
                [b"Expect: 100-continue, x"],
            ),
            "unknown_on_a_second_line": (
                "RFC 9110 10.1.1: an unknown expectation on a second line is refused: 417.",
                [b"Expect: 100-continue", b"Expect: x"],
            ),
            "with_value": ("RFC 9110 10.1.1: an expectation with a value is refused: 417.", [b"Expect: x=y"]),
            "with_parameter": (
                "RFC 9110 10.1.1: 100-continue with a parameter is another expectation: 417.",
                [b"Expect: 100-continue;a=b"],
            ),
        }
    )
    def expectation_is_refused(self, lines):
        origin = self.recorder()
        client = self.open()
        client.send(origin.fill(get(b"/", *lines)))
        self.assert_refused(client.read_response(), 417, "request_expectation_failed")
        self.assertEqual(origin.accepted, 0)

    def test_without_a_body(self):
        """RFC 9110 10.1.1: an expectation without a body goes on, and is answered."""
        text = get(b"/", b"Expect: 100-continue")
        self.forwarded(text, b"GET / HTTP/1.1\r\nHost: ORIGIN\r\nExpect: 100-continue\r\n" + VIA + b"\r\n")


class EarlyAnswers(Rules):
    def early(self, reply, talk=lambda peer: peer.expect_gone()):
        origin = self.recorder()

        def script(peer):
            peer.read_head()
            peer.send(reply)
            talk(peer)

        origin.script = script
        return origin

    def test_while_the_upload_runs(self):
        """RFC 9112 9.5: an early answer reaches a client that is still uploading."""
        reply = answer(b"Content-Length: 2", body=b"no", status=b"413 Content Too Large")
        origin = self.early(reply)
        client = self.open()
        client.send(origin.fill(post(b"Content-Length: 100000000")) + bytes(1000))
        got = client.read_response()
        self.assertEqual((got.status, got.body, got.head.get("Connection")), (413, b"no", "close"))

    def test_and_the_origin_closes(self):
        """RFC 9112 9.6: an early answer of an origin that closes reaches a client that sends much more."""
        reply = answer(b"Connection: close", b"Content-Length: 2", body=b"no", status=b"413 Content Too Large")
        origin = self.early(reply, lambda peer: None)
        client = self.open()
        client.send(origin.fill(post(b"Content-Length: 100000000")))
        sender = threading.Thread(target=self.upload, args=(client,))
        sender.start()
        got = client.read_response()
        self.assertEqual((got.status, got.body), (413, b"no"))
        sender.join()

    def upload(self, client):
        try:
            for _ in range(40):
                client.send(bytes(10000))
        except OSError:
            pass  # the daemon has read enough

    def test_chunked_upload(self):
        """RFC 9112 9.6: an early answer reaches a client whose chunks still come."""
        reply = answer(b"Content-Length: 2", body=b"no", status=b"403 Forbidden")
        origin = self.early(reply)
        client = self.open()
        client.send(origin.fill(post(b"Transfer-Encoding: chunked")) + b"5\r\nhello\r\n")
        got = client.read_response()
        self.assertEqual((got.status, got.body), (403, b"no"))

    def test_of_our_own(self):
        """RFC 9112 9.6: a refusal of our own reaches a client that is still uploading."""
        origin = self.recorder()
        origin.close()
        client = self.open()
        client.send(origin.fill(post(b"Content-Length: 300000")))
        self.upload(client)
        self.assertEqual(client.read_response().status, 502)

    def test_the_upload_goes_on(self):
        """RFC 9112 9.5: the upload goes on behind an early head of an answer that is not whole yet."""
        whole = threading.Event()

        def talk(peer):
            peer.read_exact(10)
            whole.set()
            peer.send(b"ok")

        reply = b"HTTP/1.1 200 OK\r\n" + DATE + b"Content-Length: 2\r\n\r\n"
        origin = self.early(reply, talk)
        client = self.open()
        client.send(origin.fill(post(b"Content-Length: 10")) + b"hello")
        self.assertEqual(client.read_head().status, 200)
        client.send(b"world")
        self.assertEqual(client.read_exact(2), b"ok")
        self.assertTrue(whole.wait(20))


if __name__ == "__main__":
    main()
