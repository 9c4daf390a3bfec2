"""CONNECT: bytes both ways, each direction with an end of its own."""
import select
import threading

from harness import Scenario, main, request
from harness.origin import echo

ANY_PORT = ["1-65535"]


class ConnectTunnel(Scenario):
    def start(self, **settings):
        return self.proxy(connect_ports=ANY_PORT, **settings)

    def ask(self, daemon, authority, early=b""):
        client = self.client(daemon)
        client.send(f"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n".encode() + early)
        return client

    def tunnel(self, daemon, origin, early=b""):
        client = self.ask(daemon, origin.authority, early)
        self.assertEqual(client.read_response("CONNECT").status, 200)
        return client

    def test_bytes_pass_both_ways_unchanged(self):
        client = self.tunnel(self.start(), self.origin(echo))
        every_byte = bytes(range(256))
        self.assertEqual(client.send(every_byte).read_exact(256), every_byte)

    def test_the_answer_has_no_framing_of_a_body(self):
        client = self.ask(self.start(), self.origin(echo).authority)
        head = client.read_head()
        self.assertEqual(head.status, 200)
        self.assertEqual([head.get("Content-Length"), head.get("Transfer-Encoding")], [None, None])

    def test_bytes_that_come_along_with_the_request_reach_the_origin(self):
        client = self.tunnel(self.start(), self.origin(echo), early=b"too early")
        self.assertEqual(client.read_exact(9), b"too early")

    def test_an_origin_may_speak_first(self):
        def script(peer):
            peer.send(b"220 welcome\r\n")
            peer.expect_gone()

        client = self.tunnel(self.start(), self.origin(script))
        self.assertEqual(client.read_until(b"\r\n"), b"220 welcome\r\n")

    def test_when_the_client_ends_the_origin_may_still_send(self):
        def script(peer):
            question = peer.read_to_end()
            peer.send(b"after the end: " + question)

        client = self.tunnel(self.start(), self.origin(script))
        self.assertEqual(client.send(b"question").finish().read_to_end(), b"after the end: question")

    def test_when_the_origin_ends_the_client_may_still_send(self):
        got, done = [], threading.Event()

        def script(peer):
            peer.send(b"that is all").finish()
            got.append(peer.read_to_end())
            done.set()

        client = self.tunnel(self.start(), self.origin(script))
        self.assertEqual(client.read_to_end(), b"that is all")
        client.send(b"one more word").finish()
        self.assertTrue(done.wait(20))
        self.assertEqual(got, [b"one more word"])

    def test_much_passes_both_ways_at_once(self):
        size, block = 24, bytes(range(256)) * 4096

        def script(peer):
            def read():
                for _ in range(size):
                    assert peer.read_exact(len(block)) == block

            reader = threading.Thread(target=read)
            reader.start()
            for _ in range(size):
                peer.send(block)
            reader.join()
            peer.send(b"all read")

        client = self.tunnel(self.start(), self.origin(script))
        sender = threading.Thread(target=lambda: [client.send(block) for _ in range(size)])
        sender.start()
        for _ in range(size):
            self.assertTrue(client.read_exact(len(block)) == block)
        sender.join()
        self.assertEqual(client.read_exact(8), b"all read")

    def test_a_side_that_does_not_read_holds_the_other_back(self):
        release, got = threading.Event(), []

        def script(peer):
            release.wait(20)
            got.append(len(peer.read_to_end()))

        origin = self.origin(script)
        client = self.tunnel(self.start(), origin)
        sent = client.fill(64 << 20)
        release.set()
        client.finish().expect_end()
        origin.threads[-1].join()
        self.assertEqual(got, [sent])

    def test_a_reset_of_the_origin_ends_the_client(self):
        daemon = self.start()
        client = self.tunnel(daemon, self.origin(lambda peer: peer.read_exact(1) and peer.reset()))
        client.send(b"x").expect_reset()
        daemon.wait_record(lambda record: record["kind"] == "connect")

    def test_a_reset_of_the_client_ends_the_origin(self):
        gone = threading.Event()

        def script(peer):
            peer.expect_gone()
            gone.set()

        client = self.tunnel(self.start(), self.origin(script))
        client.reset()
        self.assertTrue(gone.wait(20))

    def test_a_reset_of_a_client_that_has_ended_ends_the_origin_too(self):
        ended, gone = threading.Event(), threading.Event()

        def script(peer):
            peer.expect_end()
            ended.set()
            poll = select.poll()
            poll.register(peer.sock, 0)  # tells of a reset only
            if poll.poll(20_000):
                gone.set()

        client = self.tunnel(self.start(), self.origin(script)).finish()
        self.assertTrue(ended.wait(20))
        client.reset()
        self.assertTrue(gone.wait(20))

    def test_a_tunnel_in_which_nothing_moves_is_closed(self):
        daemon = self.start(tunnel_idle_timeout="300ms")
        client = self.tunnel(daemon, self.origin(echo))
        self.assertEqual(client.send(b"x").read_exact(1), b"x")
        client.expect_gone()
        self.assertEqual(daemon.wait_record()["reason"], "idle_timeout")

    def test_only_port_443_is_allowed_unless_configured(self):
        origin = self.origin(echo)
        answer = self.ask(self.proxy(), origin.authority).read_response("CONNECT")
        self.assert_refused(answer, 403, "http_request_denied")
        self.assertEqual(origin.accepted, 0)

    def test_a_range_of_ports_can_be_allowed(self):
        origin = self.origin(echo)
        daemon = self.proxy(connect_ports=[443, f"{origin.port}-{origin.port}"])
        self.assertEqual(self.tunnel(daemon, origin).send(b"x").read_exact(1), b"x")

    def test_a_target_without_a_port_is_a_bad_request(self):
        for target in ("127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:99999", "http://127.0.0.1:443/"):
            answer = self.ask(self.start(), target).read_response("CONNECT")
            self.assertEqual(answer.status, 400, target)

    def test_a_refused_tunnel_says_why(self):
        with_closed_port = self.origin(echo)
        with_closed_port.close()
        daemon = self.start()
        self.assert_refused(
            self.ask(daemon, with_closed_port.authority).read_response("CONNECT"), 502, "connection_refused"
        )
        hole = self.blackhole()
        daemon = self.start(connect_timeout="300ms")
        self.assert_refused(self.ask(daemon, hole.authority).read_response("CONNECT"), 504, "connection_timeout")

    def test_a_tunnel_may_follow_a_forwarded_request(self):
        origin, daemon = self.origin(echo), self.start()
        client = self.client(daemon)
        self.assertEqual(client.send(request("http://megaphone.internal/")).read_response().status, 200)
        client.send(f"CONNECT {origin.authority} HTTP/1.1\r\nHost: {origin.authority}\r\n\r\n".encode())
        self.assertEqual(client.read_response("CONNECT").status, 200)
        self.assertEqual(client.send(b"through").read_exact(7), b"through")

    def test_many_idle_tunnels_stay_open_and_work(self):
        origin, daemon = self.origin(echo), self.start()
        tunnels = [self.tunnel(daemon, origin) for _ in range(200)]
        for number, client in enumerate(tunnels):
            client.send(b"%03d" % number)
        self.assertEqual([client.read_exact(3) for client in tunnels], [b"%03d" % number for number in range(200)])

    def test_a_tunnel_is_one_record(self):
        origin, daemon = self.origin(echo), self.start()
        client = self.tunnel(daemon, origin)
        client.send(b"12345").finish().read_to_end()
        record = daemon.wait_record()
        self.assertEqual(
            (record["kind"], record["method"], record["target"], record["status"], record["origin"]),
            ("connect", "CONNECT", origin.authority, 200, origin.authority),
        )
        self.assertEqual((record["origin_in"], record["origin_out"]), (5, 5))
        self.assertGreaterEqual(record["ms_total"], record["ms_head"] + record["ms_connect"])
        self.assertGreater(record["client_in"], 5)


if __name__ == "__main__":
    main()
