"""Deadlines: every phase has one, and its own word in status and log."""
import threading

from harness import main
from harness.rules import OK, Rules, answer, get, post

CONNECT = b"CONNECT ORIGIN HTTP/1.1\r\nHost: ORIGIN\r\n\r\n"


class Short(Rules):
    settings = {
        "connect_ports": ["1-65535"],
        "idle_timeout": "300ms",
        "request_head_timeout": "300ms",
        "body_timeout": "300ms",
        "connect_timeout": "300ms",
        "response_timeout": "300ms",
        "tunnel_idle_timeout": "300ms",
    }

    def silent(self, reply=b""):
        """An origin that reads what comes, says `reply` and then nothing."""

        def script(peer):
            peer.receive()
            peer.send(reply).expect_gone()

        origin = self.recorder()
        origin.script = script
        return origin

    def wait_reason(self, client, reason, ended_by):
        me = "%s:%d" % client.sock.getsockname()
        record = self.megaphone.wait_record(lambda record: record["client"] == me and record["reason"] == reason)
        self.assertEqual(record["ended_by"], ended_by)

    def test_request_head(self):
        """RFC 9110 15.5.9: a request line that does not come to its end is answered 408, and the connection is closed."""
        client = self.open()
        client.send(b"GET http://a.te")
        self.expect_refusal(client, 408, "request_head_timeout")

    def test_request_head_drop_by_drop(self):
        """RFC 9110 15.5.9: a head that comes byte by byte gains no time: 408."""
        client = self.open()
        stop = threading.Event()

        def drip():
            try:
                client.send(b"GET http://a.test/ HTTP/1.1\r\nX: ")
                while not stop.wait(0.02):
                    client.send(b"y")
            except OSError:
                pass

        thread = threading.Thread(target=drip)
        thread.start()
        try:
            self.assert_refused(client.read_response(), 408, "request_head_timeout")
        finally:
            stop.set()
            thread.join()

    def test_request_body(self):
        """RFC 9110 15.5.9: a body that stops coming is answered 408, and the origin gets no whole request."""
        origin = self.silent()
        client = self.open()
        client.send(origin.fill(post(b"Content-Length: 10", body=b"hello")))
        self.expect_refusal(client, 408, "request_body_timeout")

    def test_chunks_of_the_request(self):
        """RFC 9110 15.5.9: chunks that stop coming are answered 408."""
        origin = self.silent()
        client = self.open()
        client.send(origin.fill(post(b"Transfer-Encoding: chunked", body=b"5\r\nhel")))
        self.expect_refusal(client, 408, "request_body_timeout")

    def test_connect(self):
        """RFC 9110 15.6.5: a destination that does not accept is answered 504."""
        hole = self.blackhole()
        client = self.open()
        client.send(get().replace(b"ORIGIN", hole.authority.encode()))
        self.assert_refused(client.read_response(), 504, "connection_timeout")

    def test_connect_of_a_tunnel(self):
        """RFC 9110 15.6.5: a tunnel's destination that does not accept is answered 504."""
        hole = self.blackhole()
        client = self.open()
        client.send(CONNECT.replace(b"ORIGIN", hole.authority.encode()))
        self.expect_refusal(client, 504, "connection_timeout")

    def test_response_head(self):
        """RFC 9110 15.6.5: an origin that does not answer is answered for: 504."""
        origin = self.silent()
        client = self.open()
        client.send(origin.fill(get()))
        self.assert_refused(client.read_response(), 504, "http_response_timeout")

    def test_half_a_response_head(self):
        """RFC 9110 15.6.5: an origin that stops within its head is answered for: 504."""
        origin = self.silent(b"HTTP/1.1 200 OK\r\nX: ")
        client = self.open()
        client.send(origin.fill(get()))
        self.assert_refused(client.read_response(), 504, "http_response_timeout")

    def test_behind_an_interim_answer(self):
        """RFC 9110 15.6.5: an origin that stops behind an interim answer is answered for: 504."""
        origin = self.silent(b"HTTP/1.1 103 A\r\n\r\n")
        client = self.open()
        client.send(origin.fill(get()))
        self.assertEqual(client.read_head().status, 103)
        self.assert_refused(client.read_response(), 504, "http_response_timeout")

    def test_response_body(self):
        """RFC 9112 8: an answer's body that stops coming is cut for the client."""
        origin = self.silent(answer(b"Content-Length: 10", body=b"hello"))
        client = self.open()
        client.send(origin.fill(get()))
        self.assertEqual(client.read_head().status, 200)
        self.assertIn(client.expect_gone(), (b"hello", b""))
        self.wait_reason(client, "response_body_timeout", "origin")

    def test_chunks_of_the_answer(self):
        """RFC 9112 8: an answer's chunks that stop coming are cut for the client."""
        origin = self.silent(answer(b"Transfer-Encoding: chunked", body=b"5\r\nhello\r\n"))
        client = self.open()
        client.send(origin.fill(get()))
        self.assertFalse(client.expect_gone().endswith(b"\r\n0\r\n\r\n"))
        self.wait_reason(client, "response_body_timeout", "origin")

    def test_idle_client(self):
        """RFC 9112 9.5: a connection on which nothing is asked is closed without an answer."""
        client = self.open()
        self.assertEqual(client.expect_gone(), b"")

    def test_idle_client_behind_an_answer(self):
        """RFC 9112 9.5: a connection that is idle behind an answer is closed without another."""
        client = self.open()
        got = client.send(get().replace(b"ORIGIN", b"megaphone.internal")).read_response()
        self.assertEqual(got.status, 200)
        self.assertEqual(client.expect_gone(), b"")

    def test_empty_lines_gain_no_time(self):
        """RFC 9112 9.5: empty lines are no request: the connection is closed without an answer."""
        client = self.open()
        client.send(b"\r\n\r\n")
        self.assertEqual(client.expect_gone(), b"")

    def test_idle_tunnel(self):
        """RFC 9110 9.3.6: a tunnel in which nothing moves is closed on both sides."""
        gone = threading.Event()
        origin = self.recorder()
        origin.script = lambda peer: (peer.expect_gone(), gone.set())
        client = self.open()
        client.send(origin.fill(CONNECT))
        self.assertEqual(client.read_response("CONNECT").status, 200)
        self.assertEqual(client.expect_gone(), b"")
        self.assertTrue(gone.wait(20))
        self.wait_reason(client, "idle_timeout", "daemon")

    def test_a_client_that_does_not_read(self):
        """RFC 9112 9.5: an answer that a client does not take is given up."""
        body = bytes(1 << 20)

        def script(peer):
            peer.read_head()
            try:
                peer.send(answer(b"Content-Length: %d" % (64 << 20)))
                for _ in range(64):
                    peer.send(body)
            except OSError:
                pass

        origin = self.recorder()
        origin.script = script
        client = self.open()
        client.send(origin.fill(get()))
        self.wait_reason(client, "client_write_timeout", "client")

    def test_an_origin_that_does_not_read(self):
        """RFC 9110 15.6.5: an origin that does not take a request is answered for: 504."""
        done = threading.Event()
        origin = self.recorder()
        origin.script = lambda peer: done.wait(20)
        client = self.open()
        client.send(origin.fill(post(b"Content-Length: %d" % (64 << 20))))
        uploader = threading.Thread(target=self.upload, args=(client,))
        uploader.start()
        try:
            self.assert_refused(client.read_response(), 504, "connection_write_timeout")
        finally:
            done.set()
            client.close()
            uploader.join()

    def upload(self, client):
        try:
            for _ in range(64):
                client.send(bytes(1 << 20))
        except OSError:
            pass


class Total(Rules):
    settings = {"connect_ports": ["1-65535"], "total_timeout": "300ms"}

    def test_before_the_answer(self):
        """RFC 9110 15.6.5: an exchange that takes too long before its answer is answered 504."""
        origin = self.recorder(lambda peer, _: peer.expect_gone())
        client = self.open()
        client.send(origin.fill(get()))
        self.assert_refused(client.read_response(), 504, "exchange_timeout")

    def test_within_the_answer(self):
        """RFC 9112 8: an exchange that takes too long within its answer is cut, however busy it is."""
        stop = threading.Event()

        def script(peer):
            peer.read_head()
            peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
            try:
                while not stop.wait(0.02):
                    peer.send(b"x")
            except OSError:
                pass

        origin = self.recorder()
        origin.script = script
        client = self.open()
        client.send(origin.fill(get()))
        self.assertEqual(client.read_head().status, 200)
        client.expect_gone()
        stop.set()
        self.assertEqual(self.wait_record(origin)["reason"], "exchange_timeout")

    def test_of_a_tunnel(self):
        """RFC 9110 9.3.6: a tunnel that takes too long is closed, however busy it is."""
        origin = self.recorder()
        origin.script = lambda peer: peer.expect_gone()
        client = self.open()
        client.send(origin.fill(CONNECT))
        self.assertEqual(client.read_response("CONNECT").status, 200)
        self.assertEqual(client.expect_gone(), b"")

    def test_a_quick_exchange(self):
        """RFC 9112 9.3: exchanges that are quick enough are not disturbed."""
        origin = self.recorder(OK)
        client = self.open()
        for _ in range(3):
            self.assertEqual(client.send(origin.fill(get())).read_response().body, b"ok")


if __name__ == "__main__":
    main()
