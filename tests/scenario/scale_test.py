"""The sizes that the daemon is made for: a gibibyte each way, thousands of tunnels, a hundred mebibytes in capitals."""
import resource
import threading

from harness import Scenario, main, request, wait_until
from harness.case import sanitized

MEBIBYTE = bytes(range(256)) * 4096
CAPITALS = MEBIBYTE.upper()
GROWTH = 2 << 20  # memory that may come and go with the allocator's mood


class Scale(Scenario):
    def setUp(self):
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

    def assert_memory_stays(self, daemon, before):
        if not sanitized():
            self.assertLess(daemon.resident() - before, GROWTH)

    def test_a_gibibyte_comes_down_in_flat_memory(self):
        count = 1024

        def script(peer):
            peer.read_head()
            peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (count * len(MEBIBYTE)))
            for _ in range(count):
                peer.send(MEBIBYTE)

        daemon = self.proxy()
        client = self.client(daemon)
        origin = self.origin(script)
        before = daemon.resident()
        head = client.send(request(origin.url())).read_head()
        self.assertEqual(int(head.get("Content-Length")), count * len(MEBIBYTE))
        for _ in range(count):
            self.assertTrue(client.read_exact(len(MEBIBYTE)) == MEBIBYTE)
        self.assert_memory_stays(daemon, before)

    def test_a_gibibyte_goes_up_in_flat_memory(self):
        count = 1024

        def script(peer):
            peer.read_head()
            for _ in range(count):
                if peer.read_exact(len(MEBIBYTE)) != MEBIBYTE:
                    return
            peer.respond(200, [], b"whole")

        daemon = self.proxy()
        client = self.client(daemon)
        origin = self.origin(script)
        before = daemon.resident()
        client.send(request(origin.url(), method="PUT", fields=[("Content-Length", count * len(MEBIBYTE))]))
        for _ in range(count):
            client.send(MEBIBYTE)
        self.assertEqual(client.read_response().body, b"whole")
        self.assert_memory_stays(daemon, before)

    def test_a_hundred_mebibytes_come_back_in_capitals(self):
        daemon = self.daemon(uppercase_tcp={})
        client = self.client(daemon, "uppercase-tcp")
        sender = threading.Thread(target=lambda: [client.send(MEBIBYTE) for _ in range(100)] and client.finish())
        sender.start()
        for _ in range(100):
            self.assertTrue(client.read_exact(len(MEBIBYTE)) == CAPITALS)
        sender.join()
        client.expect_end()

    def test_five_thousand_idle_tunnels_are_cheap_and_all_alive(self):
        count = 5000
        daemon = self.proxy(connect_ports=["any"])
        held, release = [], threading.Event()

        def script(peer):
            held.append(peer)
            release.wait(300)

        origin = self.origin(script)
        before = daemon.resident()
        ask = request(origin.authority, method="CONNECT")
        clients = []
        for _ in range(count):
            client = self.client(daemon)
            self.assertEqual(client.send(ask).read_head().status, 200)
            clients.append(client)
        wait_until(lambda: len(held) == count, "all tunnels")
        if not sanitized():
            self.assertLess((daemon.resident() - before) / count, 4096)
        for number, client in enumerate(clients):
            client.send(b"%08d" % number)
        self.assertEqual({int(peer.read_exact(8)) for peer in held}, set(range(count)))
        release.set()


if __name__ == "__main__":
    main()
