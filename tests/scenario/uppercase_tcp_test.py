"""The TCP uppercase listener."""
import socket
import threading

from harness import Scenario, main, wait_until
from harness.case import sanitized

EVERY_BYTE = bytes(range(256))


class UppercaseTcp(Scenario):
    def start(self, **settings):
        return self.daemon(uppercase_tcp=settings)

    def talk(self, daemon):
        return self.client(daemon, "uppercase-tcp")

    def test_every_byte_value_comes_back_and_only_small_letters_change(self):
        client = self.talk(self.start())
        answer = client.send(EVERY_BYTE).read_exact(256)
        self.assertEqual(answer, EVERY_BYTE.replace(b"abcdefghijklmnopqrstuvwxyz", b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"))

    def test_utf8_is_left_alone(self):
        client = self.talk(self.start())
        text = "stra\u00dfe \u00e4\u00f6\u00fc \u03b1\u03b2 \U0001f4e3"
        expected = "STRA\u00dfE \u00e4\u00f6\u00fc \u03b1\u03b2 \U0001f4e3"
        self.assertEqual(client.send(text.encode()).read_exact(len(expected.encode())), expected.encode())

    def test_each_byte_is_answered_as_soon_as_it_comes(self):
        client = self.talk(self.start())
        for byte in b"hello, w\0rld":
            self.assertEqual(client.send(bytes([byte])).read_exact(1), bytes([byte]).upper())

    def test_half_close_is_answered_by_half_close_after_everything(self):
        client = self.talk(self.start())
        self.assertEqual(client.send(b"last words").finish().read_to_end(), b"LAST WORDS")

    def test_end_without_a_byte_is_answered_by_end(self):
        self.talk(self.start()).finish().expect_end()

    def test_a_long_stream_comes_back_whole(self):
        client = self.talk(self.start())
        block = EVERY_BYTE * 4096

        def send():
            for _ in range(16):
                client.send(block)
            client.finish()

        sender = threading.Thread(target=send)
        sender.start()
        expected = block.upper()
        for _ in range(16):
            self.assertTrue(client.read_exact(len(block)) == expected)
        client.expect_end()
        sender.join()

    def test_a_client_that_never_reads_costs_a_bounded_buffer_and_loses_nothing(self):
        daemon = self.start()
        client = self.talk(daemon)
        self.assertEqual(client.send(b"x").read_exact(1), b"X")
        before = daemon.resident()
        sent = client.fill(64 << 20)
        if not sanitized():
            self.assertLess(daemon.resident() - before, 4 << 20)
        self.assertEqual(self.talk(daemon).send(b"still there?").read_exact(12), b"STILL THERE?")
        client.finish()
        self.assertEqual(len(client.read_to_end()), sent)

    def test_an_idle_client_is_closed_and_the_log_says_why(self):
        daemon = self.start(idle_timeout="200ms")
        self.talk(daemon).expect_gone()
        self.assertEqual(daemon.wait_record()["reason"], "idle_timeout")

    def test_one_more_than_max_connections_is_refused_until_another_leaves(self):
        daemon = self.start(max_connections=2)
        clients = [self.talk(daemon) for _ in range(2)]
        for client in clients:
            self.assertEqual(client.send(b"a").read_exact(1), b"A")
        self.assertEqual(self.talk(daemon).expect_gone(), b"")
        self.assertEqual(clients[0].send(b"b").read_exact(1), b"B")
        clients[1].finish().expect_end()
        clients[1].close()
        daemon.wait_record(lambda record: record["client_in"] == 1)
        self.assertEqual(self.talk(daemon).send(b"c").read_exact(1), b"C")

    def test_reply_once_answers_the_first_message_and_closes(self):
        client = self.talk(self.start(reply="once"))
        self.assertEqual(client.send(b"the lab server").read_to_end(), b"THE LAB SERVER")

    def test_a_client_of_another_network_is_closed_at_once(self):
        daemon = self.start(clients=["192.0.2.0/24"])
        self.assertEqual(self.talk(daemon).expect_gone(), b"")

    def test_a_reset_harms_nobody_else(self):
        daemon = self.start()
        other = self.talk(daemon)
        broken = self.talk(daemon)
        broken.send(b"x" * 100_000)
        broken.reset()
        daemon.wait_record(lambda record: record["reason"] == "client_reset")
        self.assertEqual(other.send(b"fine").read_exact(4), b"FINE")

    def test_many_clients_are_served_at_once(self):
        daemon = self.start()
        clients = [self.talk(daemon) for _ in range(300)]
        for number, client in enumerate(clients):
            client.send(b"client %d" % number)
        for number, client in enumerate(clients):
            expected = b"CLIENT %d" % number
            self.assertEqual(client.read_exact(len(expected)), expected)

    def test_several_addresses_are_served_ipv6_too(self):
        daemon = self.start(listen=["127.0.0.1:0", "127.0.0.2:0", "[::1]:0"])
        self.assertEqual([host for host, _ in daemon.addresses("uppercase-tcp")], ["127.0.0.1", "127.0.0.2", "::1"])
        for address in daemon.addresses("uppercase-tcp"):
            with socket.create_connection(address, timeout=20) as sock:
                sock.sendall(b"hi")
                self.assertEqual(sock.recv(2, socket.MSG_WAITALL), b"HI")

    def test_urgent_bytes_stay_in_line(self):
        client = self.talk(self.start())
        client.sock.send(b"!", socket.MSG_OOB)
        self.assertEqual(client.send(b"ordinary").finish().read_to_end(), b"!ORDINARY")

    def test_a_session_is_one_record(self):
        daemon = self.start(name="loud")
        client = self.client(daemon, "loud")
        client.send(b"12345").finish().expect_gone()
        record = daemon.wait_record()
        seen = {key: record[key] for key in ("listener", "kind", "client_in", "client_out")}
        self.assertEqual(seen, {"listener": "loud", "kind": "tcp", "client_in": 5, "client_out": 5})
        self.assertTrue(record["client"].startswith("127.0.0.1:"))

    def test_descriptors_are_given_back(self):
        daemon = self.start()
        self.talk(daemon).send(b"a").finish().read_to_end()
        daemon.wait_record()
        before = daemon.descriptors()
        for _ in range(50):
            client = self.talk(daemon)
            client.send(b"a").finish().read_to_end()
            client.close()
        for _ in range(50):
            self.talk(daemon).reset()
        wait_until(lambda: daemon.descriptors() <= before, lambda: f"{before} descriptors, not {daemon.descriptors()}")


if __name__ == "__main__":
    main()
