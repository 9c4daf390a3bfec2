"""Bulk on the fast road, by pipes, and without it: the same bytes, the same ends, and no pipe that stays."""
import os
import socket
import threading

from harness import Scenario, main, request
from harness.message import build
from harness.wait import PATIENCE, wait_until

MANY = 24 << 20
BLOCK = bytes(range(251)) * 4177  # 1 MiB about; its length divides no buffer's


def content(size):
    return (BLOCK * (size // len(BLOCK) + 1))[:size]


def pipes(daemon):
    """How many pipe ends the daemon has open. It has some of its own."""
    folder = f"/proc/{daemon.process.pid}/fd"
    count = 0
    for name in os.listdir(folder):
        try:
            count += os.readlink(f"{folder}/{name}").startswith("pipe:")
        except FileNotFoundError:
            pass
    return count


class Bulk:
    """Every test here runs with splicing on and off."""

    splice = True

    def bulk_proxy(self, **settings):
        return self.proxy(daemon={"splice": self.splice, "event_loops": 1}, connect_ports=["any"], **settings)

    def tunnel(self, daemon, origin):
        client = self.client(daemon)
        client.send(request(origin.authority, method="CONNECT"))
        self.assertEqual(client.read_head().status, 200)
        return client

    def assert_road(self, daemon, before):
        """A pipe is in use exactly where splicing is on."""
        if self.splice:
            wait_until(lambda: pipes(daemon) > before, "a pipe")
        self.assertEqual(pipes(daemon) > before, self.splice)

    def test_urgent_bytes_keep_their_place_and_stop_nothing(self):
        got, done = bytearray(), threading.Event()

        def script(peer):
            got.extend(peer.read_to_end())
            done.set()

        origin, daemon = self.origin(script), self.bulk_proxy()
        client = self.tunnel(daemon, origin)
        block = content(1 << 20)
        for _ in range(8):
            client.send(block)
            client.sock.send(b"!", socket.MSG_OOB)
        client.finish()
        self.assertTrue(done.wait(PATIENCE), f"{len(got)} bytes arrived")
        self.assertEqual(bytes(got), (block + b"!") * 8)

    def test_a_large_answer_arrives_whole_and_its_connections_serve_on(self):
        body = content(MANY)

        def script(peer):
            for _ in range(2):
                peer.read_request()
                peer.send(build("HTTP/1.1 200 OK", [("Content-Length", len(body))]) + body)
            peer.read_request()
            peer.respond(200, [], b"small")

        origin, daemon = self.origin(script), self.bulk_proxy()
        client = self.client(daemon)
        for _ in range(2):
            self.assertTrue(client.send(request(origin.url())).read_response().body == body)
        self.assertEqual(client.send(request(origin.url())).read_response().body, b"small")
        self.assertEqual(origin.accepted, 1)
        record = daemon.wait_record(lambda r: r["client_request"] == 2)
        self.assertGreater(record["client_out"], len(body))
        self.assertGreater(record["origin_in"], len(body))
        self.assertLess(record["client_out"], len(body) + 500)

    def test_a_large_upload_arrives_whole(self):
        body = content(MANY)

        def script(peer):
            for _ in range(2):
                self.assertTrue(peer.read_request().body == body)
                peer.respond(200, [], b"thanks")

        origin, daemon = self.origin(script), self.bulk_proxy()
        client = self.client(daemon)
        for _ in range(2):
            client.send(request(origin.url(), method="PUT", body=body))
            self.assertEqual(client.read_response().body, b"thanks")
        self.assertGreater(daemon.wait_record()["origin_out"], len(body))

    def test_a_tunnel_carries_much_both_ways_at_once_and_its_ends(self):
        up, down = content(MANY), content(MANY + 12345)[::-1]

        def script(peer):
            sender = threading.Thread(target=lambda: peer.send(down).finish())
            sender.start()
            self.assertTrue(peer.read_to_end() == up)
            sender.join()

        origin, daemon = self.origin(script), self.bulk_proxy()
        client = self.tunnel(daemon, origin)
        sender = threading.Thread(target=lambda: client.send(up).finish())
        sender.start()
        self.assertTrue(client.read_to_end() == down)
        sender.join()
        record = daemon.wait_record()
        self.assertEqual((record["end"], record["client_in"] >= len(up)), ("complete", True))
        self.assertGreaterEqual(record["client_out"], len(down))

    def test_a_slow_client_gets_all_and_holds_the_origin_back(self):
        body = content(MANY)

        def script(peer):
            peer.read_request()
            peer.send(build("HTTP/1.1 200 OK", [("Content-Length", len(body))]) + body)

        origin, daemon = self.origin(script), self.bulk_proxy()
        before = pipes(daemon)
        client = self.client(daemon)
        client.send(request(origin.url())).read_head()
        self.assert_road(daemon, before)
        self.assertTrue(client.read_exact(len(body)) == body)

    def test_a_body_cut_by_its_origin_is_seen_as_cut(self):
        part = content(8 << 20)

        def script(peer):
            peer.read_request()
            peer.send(build("HTTP/1.1 200 OK", [("Content-Length", MANY)]) + part)

        origin, daemon = self.origin(script), self.bulk_proxy()
        client = self.client(daemon)
        client.send(request(origin.url())).read_head()
        self.assertTrue(client.expect_gone() == part)
        record = daemon.wait_record()
        self.assertEqual((record["reason"], record["ended_by"]), ("http_response_incomplete", "origin"))

    def test_a_client_that_leaves_within_a_body_gives_everything_back(self):
        gone = threading.Event()

        def script(peer):
            peer.read_request()
            try:
                peer.send(build("HTTP/1.1 200 OK", [("Content-Length", MANY)]) + content(MANY))
                peer.expect_end()
            except OSError:
                pass
            gone.set()

        origin, daemon = self.origin(script), self.bulk_proxy()
        before = daemon.descriptors()
        client = self.client(daemon)
        client.send(request(origin.url())).read_head()
        client.read_exact(2 << 20)
        client.reset()
        self.assertTrue(gone.wait(20))
        self.assertEqual(daemon.wait_record()["reason"], "client_reset")
        wait_until(lambda: daemon.descriptors() <= before, lambda: f"{daemon.descriptors()} descriptors")

    def test_a_tunnel_that_is_reset_within_bulk_is_reset_on_both_sides(self):
        def script(peer):
            peer.read_exact(1 << 20)
            peer.reset()

        origin, daemon = self.origin(script), self.bulk_proxy()
        client = self.tunnel(daemon, origin)
        try:
            client.send(content(MANY))
        except OSError:
            pass
        client.expect_gone()
        self.assertEqual(daemon.wait_record()["reason"], "connection_terminated")

    def test_small_talk_behind_bulk_is_not_delayed(self):
        body = content(MANY)

        def script(peer):
            self.assertTrue(peer.read_exact(len(body)) == body)
            peer.send(b"done")
            while data := peer.receive():
                peer.send(data.upper())

        origin, daemon = self.origin(script), self.bulk_proxy()
        client = self.tunnel(daemon, origin).send(body)
        self.assertEqual(client.read_exact(4), b"done")
        for word in (b"a", b"few", b"small", b"words"):
            self.assertEqual(client.send(word).read_exact(len(word)), word.upper())


class Spliced(Bulk, Scenario):
    pass


class Copied(Bulk, Scenario):
    splice = False


if __name__ == "__main__":
    main()
