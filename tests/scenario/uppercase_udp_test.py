"""The UDP uppercase listener."""
import socket
import threading

from harness import Datagrams, Scenario, main, spoof, wait_until

EVERY_BYTE = bytes(range(256))


class UppercaseUdp(Scenario):
    def start(self, access_log=None, **settings):
        return self.daemon(uppercase_udp=settings, access_log={"datagram_interval": "100ms", **(access_log or {})})

    def talk(self, daemon, name="uppercase-udp", **options):
        return self.datagrams(daemon.address(name), **options)

    def spoof(self, *arguments):
        try:
            spoof(*arguments)
        except PermissionError:
            self.skipTest("sending with a made-up source needs CAP_NET_RAW")

    def test_every_datagram_is_answered_from_the_empty_to_the_largest(self):
        client = self.talk(self.start())
        for size in (0, 1, 2, 512, 1472, 1473, 9000, 65506, 65507):
            question = (EVERY_BYTE * 256)[:size]
            self.assertTrue(client.ask(question) == question.upper(), size)

    def test_the_largest_datagram_of_ipv6_is_answered(self):
        client = self.talk(self.start(listen="[::1]:0"))
        self.assertTrue(client.ask(b"a" * 65527) == b"A" * 65527)

    def test_datagrams_keep_their_borders(self):
        client = self.talk(self.start())
        for number in range(50):
            client.send(b"number %d" % number)
        self.assertEqual({client.receive() for _ in range(50)}, {b"NUMBER %d" % number for number in range(50)})

    def test_a_wildcard_socket_answers_from_the_address_that_was_asked(self):
        daemon = self.start(listen="0.0.0.0:0")
        port = daemon.address("uppercase-udp")[1]
        for host in ("127.0.0.1", "127.0.0.5", "127.9.8.7"):
            self.assertEqual(self.datagrams((host, port)).ask(b"from where?"), b"FROM WHERE?")

    def test_a_dual_stack_wildcard_answers_both_families(self):
        daemon = self.start(listen="[::]:0")
        port = daemon.address("uppercase-udp")[1]
        self.assertEqual(self.datagrams(("::1", port)).ask(b"six"), b"SIX")

    def test_a_client_of_another_network_gets_no_answer(self):
        daemon = self.daemon(uppercase_udp=[{"name": "closed", "clients": ["192.0.2.0/24"]}, {"name": "open"}])
        closed, other = self.talk(daemon, "closed"), self.talk(daemon, "open")
        closed.send(b"anybody?")
        self.assertEqual(other.ask(b"hello"), b"HELLO")
        self.assertEqual(closed.drain(), [])

    def test_a_source_port_below_1024_gets_no_answer_unless_configured(self):
        daemon = self.daemon(uppercase_udp=[{"name": "strict"}, {"name": "lax", "answer_low_ports": True}])
        for port in range(1023, 900, -1):
            try:
                low = self.talk(daemon, "strict", host="127.0.0.1", port=port)
                break
            except PermissionError:
                self.skipTest("binding a port below 1024 needs a privilege")
            except OSError:
                continue
        low.send(b"x")
        self.assertEqual(low.drain(), [])
        low.close()
        self.assertEqual(self.talk(daemon, "lax", host="127.0.0.1", port=port).ask(b"x"), b"X")

    def test_source_port_0_and_its_own_endpoint_get_no_answer(self):
        daemon = self.start()
        address = daemon.address("uppercase-udp")
        self.spoof(("127.0.0.1", 0), address, b"zero")
        self.spoof(address, address, b"own")
        self.assertEqual(self.talk(daemon).ask(b"hello"), b"HELLO")
        wait_until(lambda: self.sum(daemon, "datagrams_in") >= 3, lambda: f"three datagrams: {daemon.records()}")
        self.assertEqual(self.sum(daemon, "datagrams_out"), 1)

    @staticmethod
    def sum(daemon, key):
        return sum(record.get(key) or 0 for record in daemon.records() if record["kind"] == "udp")

    def test_two_services_do_not_talk_to_each_other_for_ever(self):
        first, second = self.start(repeat_limit=20, silence="60s"), self.start(repeat_limit=20, silence="60s")
        self.spoof(second.address("uppercase-udp"), first.address("uppercase-udp"), b"ping")
        wait_until(lambda: self.sum(first, "datagrams_in") > 10, "the loop to begin")
        wait_until(lambda: "silenced" in first.stderr + second.stderr, "a line in the log about the silenced source")
        self.assertLess(self.sum(first, "datagrams_in"), 100)

    def test_a_repeating_source_is_silenced_for_a_while_and_others_are_not(self):
        daemon = self.start(repeat_limit=10, silence="700ms")
        loud, other = self.talk(daemon), self.talk(daemon)
        for _ in range(30):
            loud.send(b"ALREADY CAPITAL")
        answers = loud.drain()
        self.assertGreaterEqual(len(answers), 9)
        self.assertLess(len(answers), 30)
        self.assertEqual(other.ask(b"me too?"), b"ME TOO?")

        def speaks_again():
            loud.send(b"back?")
            return loud.drain(0.1)

        self.assertIn(b"BACK?", wait_until(speaks_again, "an end of the silence"))

    def test_identical_datagrams_that_change_are_always_answered(self):
        client = self.talk(self.start(repeat_limit=10))
        for _ in range(100):
            self.assertEqual(client.ask(b"small letters"), b"SMALL LETTERS")

    def test_the_rate_limit_spares_loopback_unless_configured(self):
        daemon = self.daemon(
            uppercase_udp=[
                {"name": "spared", "rate_limit": 10},
                {"name": "limited", "rate_limit": 10, "rate_limit_loopback": True},
            ]
        )
        spared = self.talk(daemon, "spared")
        for number in range(100):
            self.assertEqual(spared.ask(b"n%d" % number), b"N%d" % number)
        limited = self.talk(daemon, "limited")
        for number in range(100):
            limited.send(b"n%d" % number)
        answers = limited.drain()
        self.assertGreaterEqual(len(answers), 1)
        self.assertLess(len(answers), 60)

    def test_the_rate_limit_holds_for_all_loops_together(self):
        settings = {"rate_limit": 10, "rate_limit_loopback": True, "repeat_limit": 0}
        daemon = self.daemon(uppercase_udp=settings, daemon={"event_loops": 4})
        clients = [self.talk(daemon) for _ in range(40)]
        for client in clients:
            client.send(b"from many ports")
        answers = [answer for client in clients for answer in client.drain(0.05)]
        self.assertGreaterEqual(len(answers), 10)
        self.assertLess(len(answers), 40)

    def test_a_flood_does_not_starve_the_others_on_the_same_loop(self):
        daemon = self.daemon(uppercase_udp={}, uppercase_tcp={}, daemon={"event_loops": 1})
        stop = threading.Event()

        def flood():
            with Datagrams(daemon.address("uppercase-udp")) as client:
                while not stop.is_set():
                    try:
                        client.sock.send(b"flood", socket.MSG_DONTWAIT)
                    except OSError:
                        pass

        threads = [threading.Thread(target=flood) for _ in range(2)]
        for thread in threads:
            thread.start()
        try:
            client = self.client(daemon, "uppercase-tcp")
            for _ in range(100):
                self.assertEqual(client.send(b"through?").read_exact(8), b"THROUGH?")
        finally:
            stop.set()
            for thread in threads:
                thread.join()

    def test_datagrams_are_summed_in_the_access_log(self):
        daemon = self.start()
        client = self.talk(daemon)
        for _ in range(20):
            client.ask(b"12345")
        wait_until(lambda: self.sum(daemon, "datagrams_out") == 20, lambda: f"20 datagrams: {daemon.records()}")
        self.assertEqual([self.sum(daemon, key) for key in ("datagrams_in", "client_in", "client_out")], [20, 100, 100])
        self.assertLess(len(daemon.records()), 20)


if __name__ == "__main__":
    main()
