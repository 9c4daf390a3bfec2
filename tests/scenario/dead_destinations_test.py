"""Destinations that refuse, hang or leave: the right answer in time, and nobody else notices."""
import select

from harness import Scenario, main, request, wait_until
from harness.origin import serve_once


class DeadDestinations(Scenario):
    def closed_port(self):
        origin = self.origin()
        origin.close()
        return origin

    def test_a_closed_port_is_connection_refused(self):
        self.assert_refused(self.fetch(self.proxy(), request(self.closed_port().url())), 502, "connection_refused")

    def test_the_connection_of_the_client_survives_a_refused_destination(self):
        origin, client = self.origin(), self.client(self.proxy())
        self.assertEqual(client.send(request(self.closed_port().url())).read_response().status, 502)
        self.assertEqual(client.send(request(origin.url())).read_response().status, 200)

    def test_a_destination_that_hangs_is_a_connection_timeout(self):
        hole, daemon = self.blackhole(), self.proxy(connect_timeout="300ms")
        self.assert_refused(self.fetch(daemon, request(f"http://{hole.authority}/")), 504, "connection_timeout")

    def test_many_dead_destinations_hold_up_nobody_else(self):
        hole, origin = self.blackhole(), self.origin(serve_once())
        daemon = self.proxy(connect_timeout="20s", daemon={"event_loops": 1, "connect_workers": 1})
        stuck = [self.client(daemon) for _ in range(300)]
        for client in stuck:
            client.send(request(f"http://{hole.authority}/"))
        for _ in range(10):
            self.assertEqual(self.fetch(daemon, request(origin.url())).body, b"hello")

    def test_an_origin_that_closes_without_a_word_is_connection_terminated(self):
        for end in ("close", "reset"):
            origin = self.origin(lambda peer, end=end: peer.read_request() and getattr(peer, end)())
            self.assert_refused(self.fetch(self.proxy(), request(origin.url())), 502, "connection_terminated")

    def test_an_origin_that_says_nothing_is_a_response_timeout(self):
        origin = self.origin(lambda peer: peer.read_request() and peer.expect_gone())
        answer = self.fetch(self.proxy(response_timeout="300ms"), request(origin.url()))
        self.assert_refused(answer, 504, "http_response_timeout")

    def test_an_origin_that_stops_within_its_head_is_a_response_timeout(self):
        origin = self.origin(lambda peer: peer.read_request() and peer.send(b"HTTP/1.1 200 OK\r\nA:").expect_gone())
        answer = self.fetch(self.proxy(response_timeout="300ms"), request(origin.url()))
        self.assert_refused(answer, 504, "http_response_timeout")

    def test_a_request_that_may_not_be_repeated_is_not_sent_twice(self):
        bodies = []

        def script(peer):
            if peer.number == 1:
                bodies.append(peer.read_request().body)
                peer.respond(200, [], b"first")
            bodies.append(peer.read_request().body)

        origin = self.origin(script)
        client = self.client(self.proxy())
        self.assertEqual(client.send(request(origin.url(), method="POST", body=b"1")).read_response().status, 200)
        answer = client.send(request(origin.url(), method="POST", body=b"2")).read_response()
        self.assert_refused(answer, 502, "kept_connection_lost")
        self.assertEqual(bodies, [b"1", b"2"])


class SeveralAddresses(Scenario):
    def start(self, addresses, **settings):
        server = self.name_server()
        server.add("many.test", a=[a for a in addresses if ":" not in a], aaaa=[a for a in addresses if ":" in a])
        return self.proxy(dns={"servers": [server.address]}, **settings)

    def test_a_refusing_address_is_followed_by_the_next(self):
        origin = self.origin(serve_once(), host="127.0.0.3")
        daemon = self.start(["127.0.0.1", "127.0.0.2", "127.0.0.3"])
        self.assertEqual(self.fetch(daemon, request(origin.url(host="many.test"))).body, b"hello")

    def test_a_hanging_address_is_overtaken_by_the_next(self):
        hole = self.blackhole(host="127.0.0.2")
        origin = self.origin(serve_once(), host="127.0.0.3", port=hole.port)
        daemon = self.start(["127.0.0.2", "127.0.0.3"], connect_timeout="20s")
        self.assertEqual(self.fetch(daemon, request(origin.url(host="many.test"))).body, b"hello")

    def test_a_hanging_family_is_overtaken_by_the_other(self):
        hole = self.blackhole(host="::1")
        origin = self.origin(serve_once(), host="127.0.0.1", port=hole.port)
        daemon = self.start(["::1", "127.0.0.1"], connect_timeout="20s")
        self.assertEqual(self.fetch(daemon, request(origin.url(host="many.test"))).body, b"hello")

    def test_when_all_refuse_the_answer_says_so(self):
        closed = self.origin(host="127.0.0.2")
        closed.close()
        daemon = self.start(["127.0.0.2", "127.0.0.3", "127.0.0.4"])
        self.assert_refused(self.fetch(daemon, request(closed.url(host="many.test"))), 502, "connection_refused")


class BoundedQueue(Scenario):
    def test_what_waits_for_one_destination_is_bounded_and_others_are_not_affected(self):
        hole, origin = self.blackhole(), self.origin(serve_once())
        daemon = self.proxy(connect_timeout="20s", daemon={"max_pending_per_destination": 5, "connect_workers": 1})
        stuck = [self.client(daemon) for _ in range(5)]
        for client in stuck:
            client.send(request(f"http://{hole.authority}/"))
        self.refused_soon(daemon, hole)
        self.assertEqual(self.fetch(daemon, request(origin.url())).body, b"hello")

    def refused_soon(self, daemon, hole):
        """One more is refused; which one of them is a matter of arrival, so ask until one is."""
        extra = [self.client(daemon) for _ in range(3)]
        for client in extra:
            client.send(request(f"http://{hole.authority}/"))
        record = daemon.wait_record(lambda record: record["status"] == 503)
        self.assertEqual(record["reason"], "connection_limit_reached")

    def test_what_waits_for_one_client_is_bounded_and_other_clients_are_not_affected(self):
        hole, origin = self.blackhole(), self.origin(serve_once())
        daemon = self.proxy(connect_timeout="20s", daemon={"max_pending_per_client": 5, "connect_workers": 1})
        stuck = [self.client(daemon) for _ in range(5)]
        for client in stuck:
            client.send(request(f"http://{hole.authority}/"))
        self.refused_soon(daemon, hole)
        other = self.client(daemon, source=("127.0.0.9", 0))
        self.assertEqual(other.send(request(origin.url())).read_response().body, b"hello")

    def test_a_client_that_leaves_gives_its_place_back(self):
        hole, origin = self.blackhole(), self.origin(serve_once())
        daemon = self.proxy(connect_timeout="20s", daemon={"max_pending_per_client": 1, "connect_workers": 1})
        waiting = self.client(daemon)
        waiting.send(request(f"http://{hole.authority}/"))

        def taken():
            """A look may itself have been in the place when the waiting client came: then that one asks again."""
            if select.select([waiting.sock], [], [], 0)[0]:
                self.assertEqual(waiting.read_response().status, 503)
                waiting.send(request(f"http://{hole.authority}/"))
            return self.fetch(daemon, request(origin.url())).status == 503

        wait_until(taken, "the place to be taken")
        waiting.reset()
        wait_until(lambda: self.fetch(daemon, request(origin.url())).status == 200, "the place to be free again")


if __name__ == "__main__":
    main()
