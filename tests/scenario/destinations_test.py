"""Who may use the proxy, and where it may go: judged after resolution, and only judged addresses are dialled."""
from harness import Scenario, connect, main, request
from harness.case import LOOPBACK
from harness.origin import serve_once


class Destinations(Scenario):
    def connect_text(self, authority):
        return f"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n".encode()

    def test_addresses_inside_are_denied_by_default(self):
        origin, daemon = self.origin(), self.daemon(proxy={"connect_timeout": "2s"})
        hosts = [
            "127.0.0.1",
            "127.1.2.3",
            "0.0.0.0",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "[::1]",
            "[::]",
            "[fe80::1]",
            "[fd00::1]",
            "[ff02::1]",
            "[::ffff:127.0.0.1]",
            "[64:ff9b::7f00:1]",
            "[2002:7f00:1::]",
            "localhost",
        ]
        for host in hosts:
            with self.subTest(host=host):
                answer = self.fetch(daemon, request(origin.url(host=host)))
                self.assert_refused(answer, 403, "destination_ip_prohibited")
        self.assertEqual(origin.accepted, 0)

    def test_other_spellings_of_a_loopback_address_do_not_pass(self):
        origin, daemon = self.origin(), self.daemon(proxy={"connect_timeout": "2s"})
        for host in ("2130706433", "0x7f000001", "017700000001", "127.1", "127.0.0.1.", "0177.0.0.1"):
            with self.subTest(host=host):
                answer = self.fetch(daemon, request(origin.url(host=host)))
                self.assertIn(answer.status, (400, 403, 502), answer)
        self.assertEqual(origin.accepted, 0)

    def test_a_tunnel_to_an_address_inside_is_denied_by_default(self):
        origin, daemon = self.origin(), self.daemon(proxy={"connect_ports": ["1-65535"]})
        self.assert_refused(self.fetch(daemon, self.connect_text(origin.authority)), 403, "destination_ip_prohibited")
        self.assertEqual(origin.accepted, 0)

    def test_a_name_is_judged_by_its_address(self):
        origin, server = self.origin(), self.name_server()
        server.add("inside.test", a=["127.0.0.1"], aaaa=["::ffff:127.0.0.1"])
        daemon = self.daemon(proxy={}, dns={"servers": [server.address]})
        answer = self.fetch(daemon, request(origin.url(host="inside.test")))
        self.assert_refused(answer, 403, "destination_ip_prohibited")
        self.assertEqual(origin.accepted, 0)

    def test_of_several_addresses_only_the_allowed_ones_are_dialled(self):
        server, allowed = self.name_server(), self.origin(host="127.0.0.2")
        denied = self.origin(host="127.0.0.3", port=allowed.port)
        server.add("both.test", a=["127.0.0.3", "127.0.0.2"])
        daemon = self.daemon(proxy={"allow_destinations": ["127.0.0.2/32"]}, dns={"servers": [server.address]})
        for _ in range(5):
            self.assertEqual(self.fetch(daemon, request(allowed.url(host="both.test"))).status, 200)
        self.assertEqual((denied.accepted, allowed.accepted > 0), (0, True))

    def test_a_denied_port_is_denied_for_every_request(self):
        origin = self.origin()
        daemon = self.proxy(deny_ports=[origin.port], connect_ports=["1-65535"])
        for text in (request(origin.url()), self.connect_text(origin.authority)):
            self.assert_refused(self.fetch(daemon, text), 403, "http_request_denied")
        self.assertEqual(origin.accepted, 0)

    def test_a_client_of_another_network_is_denied(self):
        daemon = self.daemon(proxy={"clients": ["192.0.2.0/24", "127.0.0.77/32"]})
        text = request("http://megaphone.internal/")
        self.assert_refused(self.fetch(daemon, text), 403, "http_request_denied")
        allowed = self.client(daemon, source=("127.0.0.77", 0))
        self.assertEqual(allowed.send(text).read_response().status, 200)

    def test_a_kept_connection_is_judged_again_for_another_listener(self):
        origin = self.origin()
        daemon = self.daemon(
            daemon={"event_loops": 1}, proxy=[{"name": "open", "allow_destinations": LOOPBACK}, {"name": "strict"}]
        )
        self.assertEqual(self.fetch(daemon, request(origin.url()), "open").status, 200)
        self.assert_refused(self.fetch(daemon, request(origin.url()), "strict"), 403, "destination_ip_prohibited")
        self.assertEqual(self.fetch(daemon, request(origin.url()), "open").status, 200)


class Loops(Scenario):
    def assert_loop(self, daemon, url, **more):
        answer = self.fetch(daemon, request(url, **more))
        self.assert_refused(answer, 502, "proxy_loop_detected")

    def test_the_own_address_is_a_loop(self):
        daemon = self.proxy()
        port = daemon.address()[1]
        for path in ("/index.html", "/why/", "/setup/x", "/favicon.ico?x"):
            self.assert_loop(daemon, f"http://127.0.0.1:{port}{path}")
        for method in ("POST", "PUT", "DELETE"):
            self.assert_loop(daemon, f"http://127.0.0.1:{port}/", method=method)

    def test_an_own_page_by_its_url_is_none(self):
        daemon = self.proxy()
        for host in ("127.0.0.1", "localhost"):
            for path in ("", "/", "/why", "/setup", "/proxy.pac?x"):
                self.assertEqual(self.fetch(daemon, request(f"http://{host}:{daemon.address()[1]}{path}")).status, 200)

    def test_the_own_address_by_name_is_a_loop(self):
        server = self.name_server()
        server.add("me.test", a=["127.0.0.1"])
        daemon = self.proxy(dns={"servers": [server.address]})
        self.assert_loop(daemon, "http://me.test:%d/" % daemon.address()[1])
        self.assert_loop(daemon, "http://localhost:%d/index.html" % daemon.address()[1])

    def test_any_address_of_a_wildcard_listener_is_a_loop(self):
        daemon = self.proxy(listen="0.0.0.0:0")
        port = daemon.address()[1]
        for host in ("127.0.0.1", "127.0.0.9", "[::ffff:127.0.0.1]"):
            with connect(("127.0.0.1", port)) as client:
                answer = client.send(request(f"http://{host}:{port}/index.html")).read_response()
                self.assert_refused(answer, 502, "proxy_loop_detected")

    def test_another_listener_of_the_same_daemon_is_a_loop(self):
        daemon = self.daemon(
            proxy=[{"name": "one", "allow_destinations": LOOPBACK}, {"name": "two", "allow_destinations": LOOPBACK}]
        )
        self.assert_refused(
            self.fetch(daemon, request("http://127.0.0.1:%d/" % daemon.address("two")[1]), "one"),
            502,
            "proxy_loop_detected",
        )

    def test_a_tunnel_to_itself_is_a_loop(self):
        daemon = self.proxy(connect_ports=["1-65535"])
        authority = "127.0.0.1:%d" % daemon.address()[1]
        answer = self.fetch(daemon, f"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n".encode())
        self.assert_refused(answer, 502, "proxy_loop_detected")

    def test_the_own_via_is_a_loop(self):
        vias = []

        def script(peer):
            vias.append(peer.read_request().head.get("Via"))
            peer.respond(200, [("Connection", "close")], b"")

        origin, daemon = self.origin(script), self.proxy()
        self.assertEqual(self.fetch(daemon, request(origin.url())).status, 200)
        answer = self.fetch(daemon, request(origin.url(), fields=[("Via", "1.1 other.test, " + vias[0])]))
        self.assert_refused(answer, 502, "proxy_loop_detected")
        self.assertEqual(origin.accepted, 1)

    def test_two_proxies_in_a_row_are_no_loop(self):
        origin = self.origin(serve_once())
        outer, inner = self.proxy(), self.proxy(connect_ports=["1-65535"])
        client = self.client(outer)
        self.assertEqual(client.send(request(origin.url())).read_response().status, 200)
        # Through a tunnel of the inner one to the outer one: one program, two identities.
        authority = "127.0.0.1:%d" % outer.address()[1]
        client = self.client(inner)
        client.send(f"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n".encode())
        self.assertEqual(client.read_response("CONNECT").status, 200)
        self.assertEqual(client.send(request(origin.url())).read_response().status, 200)


if __name__ == "__main__":
    main()
