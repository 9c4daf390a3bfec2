"""Forwarded requests: what reaches the origin, what reaches the client, and which connections are kept."""
import threading

from harness import Scenario, main, request
from harness.case import LOOPBACK
from harness.message import build
from harness.origin import serve_once


class Forwarding(Scenario):
    def exchange(self, text, answer=None, **settings):
        """One request through a proxy: the message as the origin saw it, and the answer as the client saw it."""
        seen = []

        def script(peer):
            seen.append(peer.read_request())
            peer.send(answer) if answer else peer.respond(200, [], b"hello")

        origin = self.origin(script)
        got = self.fetch(self.proxy(**settings), text.replace(b"ORIGIN", origin.authority.encode()))
        self.assertEqual(len(seen), 1)
        return seen[0].head, got

    # The request on its way

    def test_the_origin_gets_origin_form_and_a_via(self):
        head, answer = self.exchange(request("http://ORIGIN/path?query=1"))
        self.assertEqual(head.first_line, "GET /path?query=1 HTTP/1.1")
        self.assertRegex(head.get("Via"), r"^1\.1 ")
        self.assertEqual((answer.status, answer.body), (200, b"hello"))

    def test_a_target_without_a_path_becomes_a_slash(self):
        self.assertEqual(self.exchange(request("http://ORIGIN"))[0].target, "/")
        self.assertEqual(self.exchange(request("http://ORIGIN?q"))[0].target, "/?q")
        self.assertEqual(self.exchange(request("http://ORIGIN", method="OPTIONS"))[0].first_line, "OPTIONS * HTTP/1.1")

    def test_the_host_of_the_target_goes_before_the_host_field(self):
        head, _ = self.exchange(request("http://ORIGIN/", fields=[("Host", "other.test")]))
        self.assertEqual(len(head.all("Host")), 1)
        self.assertRegex(head.get("Host"), r"^127\.0\.0\.1:\d+$")

    def test_hop_by_hop_fields_of_the_request_end_here(self):
        fields = [
            ("Connection", "close, X-Mine"),
            ("X-Mine", "1"),
            ("Proxy-Connection", "keep-alive"),
            ("Keep-Alive", "5"),
            ("TE", "trailers"),
            ("Upgrade", "websocket"),
            ("Proxy-Authorization", "Basic c2VjcmV0"),
            ("X-Other", "2"),
        ]
        head, _ = self.exchange(request("http://ORIGIN/", fields=fields))
        for name in ("X-Mine", "Proxy-Connection", "Keep-Alive", "Upgrade", "Proxy-Authorization"):
            self.assertEqual(head.all(name), [], name)
        self.assertEqual(head.get("X-Other"), "2")

    def test_end_to_end_fields_keep_their_order_and_repetitions(self):
        fields = [
            ("X-A", "1"),
            ("Cookie", "a=b"),
            ("X-A", "2"),
            ("x-lower", " spaced  out ".strip()),
            ("Authorization", "Basic eA=="),
        ]
        head, _ = self.exchange(request("http://ORIGIN/", fields=fields))
        kept = [
            (name, value)
            for name, value in head.fields
            if name.lower() in {"x-a", "cookie", "x-lower", "authorization"}
        ]
        self.assertEqual(kept, fields)

    def test_an_unknown_method_is_forwarded(self):
        self.assertEqual(self.exchange(request("http://ORIGIN/", method="BREW"))[0].method, "BREW")

    def test_the_via_of_another_proxy_is_kept(self):
        head, _ = self.exchange(request("http://ORIGIN/", fields=[("Via", "1.0 other.test")]))
        self.assertTrue(head.get("Via").startswith("1.0 other.test, 1.1 "), head)

    def test_userinfo_in_a_target_is_dropped(self):
        head, answer = self.exchange(request("http://user:secret@ORIGIN/"))
        self.assertEqual(answer.status, 200)
        self.assertNotIn("secret", str((head.first_line, head.fields)))

    def test_via_is_left_away_where_it_is_off(self):
        head, answer = self.exchange(request("http://ORIGIN/"), via_header="off")
        self.assertEqual((answer.status, answer.head.get("Via"), head.get("Via")), (200, None, None))

    def test_a_loop_is_seen_without_a_via(self):
        daemon = self.proxy(via_header="off")
        url = "http://127.0.0.1:%d/" % daemon.address()[1]
        answer = self.fetch(daemon, request(url, method="POST", body=b""))
        self.assert_refused(answer, 502, "proxy_loop_detected")

    # The answer on its way back

    def test_hop_by_hop_fields_of_the_answer_end_here(self):
        answer = build(
            "HTTP/1.1 200 OK",
            [
                ("Connection", "X-Mine"),
                ("X-Mine", "1"),
                ("Keep-Alive", "timeout=5"),
                ("Proxy-Authenticate", "Basic"),
                ("Content-Length", "0"),
                ("X-Other", "2"),
            ],
        )
        head = self.exchange(request("http://ORIGIN/"), answer)[1].head
        self.assertEqual([head.get("X-Mine"), head.get("Keep-Alive"), head.get("X-Other")], [None, None, "2"])
        self.assertRegex(head.get("Via"), r"^1\.1 ")

    def test_repeated_fields_of_the_answer_stay_apart(self):
        answer = build("HTTP/1.1 200 OK", [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("Content-Length", "0")])
        self.assertEqual(self.exchange(request("http://ORIGIN/"), answer)[1].head.all("Set-Cookie"), ["a=1", "b=2"])

    def test_status_and_phrase_pass_unchanged(self):
        for line in ("HTTP/1.1 404 Gone Fishing", "HTTP/1.1 599 Odd", "HTTP/1.1 200 "):
            head = self.exchange(request("http://ORIGIN/"), build(line, [("Content-Length", "0")]))[1].head
            self.assertEqual(head.first_line, line)

    def test_answers_without_a_body_keep_the_connection_in_step(self):
        def script(peer):
            while True:
                asked = peer.read_request().head
                if asked.method == "HEAD":
                    peer.send(build("HTTP/1.1 200 OK", [("Content-Length", "1000")]))
                elif asked.target == "/end":
                    return peer.respond(200, [], b"end")
                else:
                    peer.send(build(f"HTTP/1.1 {asked.target[1:]} No", [("X-Number", asked.target[1:])]))

        origin, daemon = self.origin(script), self.proxy()
        client = self.client(daemon)
        self.assertEqual(
            client.send(request(origin.url("/"), method="HEAD")).read_response("HEAD").head.get("Content-Length"),
            "1000",
        )
        for status in (204, 304):
            self.assertEqual(client.send(request(origin.url(f"/{status}"))).read_response().status, status)
        self.assertEqual(client.send(request(origin.url("/end"))).read_response().body, b"end")

    def test_interim_answers_are_forwarded(self):
        answer = (
            build("HTTP/1.1 103 Early Hints", [("Link", "</a.css>")])
            + build("HTTP/1.1 100 Continue", [])
            + build("HTTP/1.1 200 OK", [("Content-Length", "2")], b"ok")
        )
        origin = self.origin(lambda peer: peer.read_request() and peer.send(answer))
        client = self.client(self.proxy())
        client.send(request(origin.url()))
        heads = [client.read_head().status]
        while heads[-1] < 200:
            heads.append(client.read_head().status)
        self.assertEqual((heads[0], heads[-1], client.read_exact(2)), (103, 200, b"ok"))

    def test_interim_answers_are_not_for_http_1_0(self):
        answer = build("HTTP/1.1 103 Early Hints", []) + build("HTTP/1.1 200 OK", [("Content-Length", "2")], b"ok")
        got = self.exchange(request("http://ORIGIN/", version="HTTP/1.0"), answer)[1]
        self.assertEqual((got.status, got.body), (200, b"ok"))

    def test_expect_100_continue_is_asked_of_the_origin(self):
        def script(peer):
            head = peer.read_head()
            self.assertEqual(head.get("Expect"), "100-continue")
            peer.send(build("HTTP/1.1 100 Continue", []))
            peer.respond(200, [], peer.read_exact(5))

        origin = self.origin(script)
        client = self.client(self.proxy())
        client.send(
            build(
                f"POST {origin.url()} HTTP/1.1",
                [("Host", origin.authority), ("Expect", "100-continue"), ("Content-Length", "5")],
            )
        )
        self.assertEqual(client.read_head().status, 100)
        self.assertEqual(client.send(b"hello").read_response().body, b"hello")

    # Connections

    def test_both_connections_are_kept_and_used_again(self):
        origin, daemon = self.origin(), self.proxy()
        client = self.client(daemon)
        for _ in range(10):
            self.assertEqual(client.send(request(origin.url())).read_response().status, 200)
        self.assertEqual(origin.accepted, 1)
        second = daemon.wait_record(lambda record: record["client_request"] == 2)
        self.assertTrue(second["reused"])

    def test_an_origin_connection_is_used_again_for_another_client(self):
        origin, daemon = self.origin(), self.proxy(daemon={"event_loops": 1})
        for _ in range(10):
            self.assertEqual(self.fetch(daemon, request(origin.url())).status, 200)
        self.assertEqual(origin.accepted, 1)

    def test_a_kept_connection_that_the_origin_has_closed_is_replaced(self):
        def script(peer):  # says nothing about closing, and closes
            peer.read_request()
            peer.respond(200, [], b"%d" % peer.number)

        origin = self.origin(script)
        client = self.client(self.proxy())
        bodies = [client.send(request(origin.url())).read_response().body for _ in range(20)]
        self.assertEqual(bodies, [b"%d" % number for number in range(1, 21)])

    def test_pipelined_requests_are_answered_in_order(self):
        def script(peer):
            while (data := peer.receive()) != b"":
                peer.pending = data + peer.pending
                peer.respond(200, [], peer.read_request().head.target.encode())

        origin = self.origin(script)
        client = self.client(self.proxy())
        client.send(b"".join(request(origin.url(f"/{number}")) for number in range(20)))
        self.assertEqual([client.read_response().body for _ in range(20)], [b"/%d" % number for number in range(20)])

    def test_connection_close_of_the_client_is_honoured(self):
        origin, daemon = self.origin(), self.proxy()
        client = self.client(daemon)
        answer = client.send(request(origin.url(), fields=[("Connection", "close")])).read_response()
        self.assertEqual((answer.status, answer.head.get("Connection")), (200, "close"))
        client.expect_end()

    def test_connection_close_of_the_origin_does_not_close_the_client(self):
        origin = self.origin(serve_once())
        client = self.client(self.proxy())
        for _ in range(3):
            self.assertEqual(client.send(request(origin.url())).read_response().body, b"hello")
        self.assertEqual(origin.accepted, 3)

    def test_an_http_1_0_client_is_closed_unless_it_asks_otherwise(self):
        origin, daemon = self.origin(), self.proxy()
        client = self.client(daemon)
        self.assertEqual(client.send(request(origin.url(), version="HTTP/1.0")).read_response().body, b"hello")
        client.expect_end()

    def test_a_client_that_finishes_its_side_still_gets_its_answer(self):
        origin = self.origin()
        client = self.client(self.proxy())
        self.assertEqual(client.send(request(origin.url())).finish().read_response().body, b"hello")
        client.expect_end()

    def test_a_client_that_leaves_takes_its_origin_connection_along(self):
        asked, gone = threading.Event(), threading.Event()

        def script(peer):
            peer.read_request()
            asked.set()
            peer.expect_gone()
            gone.set()

        origin = self.origin(script)
        client = self.client(self.proxy())
        client.send(request(origin.url()))
        self.assertTrue(asked.wait(20))
        client.reset()
        self.assertTrue(gone.wait(20))

    def test_a_slow_origin_holds_up_nobody_else(self):
        release = threading.Event()
        slow = self.origin(lambda peer: peer.read_request() and release.wait(20) and peer.respond(200, [], b"slow"))
        quick, daemon = self.origin(), self.proxy(daemon={"event_loops": 1})
        waiting = self.client(daemon)
        waiting.send(request(slow.url()))
        for _ in range(20):
            self.assertEqual(self.fetch(daemon, request(quick.url())).body, b"hello")
        release.set()
        self.assertEqual(waiting.read_response().body, b"slow")

    def test_a_request_may_come_byte_by_byte(self):
        origin = self.origin()
        client = self.client(self.proxy())
        for byte in request(origin.url("/slowly")):
            client.send(bytes([byte]))
        self.assertEqual(client.read_response().body, b"hello")

    def test_many_clients_at_once_are_served(self):
        origin, daemon = self.origin(), self.proxy()
        clients = [self.client(daemon) for _ in range(200)]
        for client in clients:
            client.send(request(origin.url()))
        self.assertEqual({client.read_response().status for client in clients}, {200})

    def test_an_ipv6_origin_is_reached(self):
        origin = self.origin(host="::1")
        self.assertEqual(self.fetch(self.proxy(), request(origin.url())).body, b"hello")

    # The daemon's own page

    def test_the_internal_name_is_answered_by_the_daemon(self):
        for daemon in (self.proxy(), self.daemon(proxy={})):
            answer = self.fetch(daemon, request("http://megaphone.internal/"))
            self.assertEqual(answer.status, 200)
            self.assertIn(b"megaphone", answer.body)

    def test_the_internal_page_keeps_the_connection(self):
        client = self.client(self.proxy())
        for method in ("GET", "HEAD", "GET"):
            self.assertEqual(
                client.send(request("http://megaphone.internal/", method=method)).read_response(method).status, 200
            )

    def test_two_proxies_of_one_daemon_are_served(self):
        origin = self.origin()
        daemon = self.daemon(
            proxy=[{"name": "one", "allow_destinations": LOOPBACK}, {"name": "two", "allow_destinations": LOOPBACK}]
        )
        for name in ("one", "two"):
            self.assertEqual(self.fetch(daemon, request(origin.url()), name).status, 200)
            daemon.wait_record(lambda record, name=name: record["listener"] == name)


if __name__ == "__main__":
    main()
