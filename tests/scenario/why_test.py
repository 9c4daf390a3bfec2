"""The why page: a client is shown why its last requests failed, and never what others asked for."""
from harness import Scenario, main, request

NAME = "http://megaphone.internal/why"


def connect_to(authority):
    return f"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n".encode()


class Why(Scenario):
    def why(self, daemon, url=NAME, accept="text/plain", source=None):
        client = self.client(daemon, source=source)
        host = "megaphone.internal" if url == NAME else "%s:%d" % daemon.address()
        answer = client.send(request(url, fields=[("Host", host), ("Accept", accept)])).read_response()
        self.assertEqual(answer.status, 200)
        return answer.body.decode()

    def ask(self, daemon, text, source=None):
        return self.client(daemon, source=source).send(text).read_response()

    def refused_origin(self):
        origin = self.origin()
        origin.close()
        return origin

    def test_a_refused_connect_is_explained_at_once(self):
        daemon, origin = self.proxy(connect_ports=["any"]), self.refused_origin()
        answer = self.ask(daemon, connect_to(origin.authority))
        self.assert_refused(answer, 502, "connection_refused")
        self.assertIn(f'{NAME} tells more"', answer.head.get("Proxy-Status"))
        number = daemon.wait_record()["id"]
        for url in (NAME, "/why"):
            why = self.why(daemon, url)
            for part in (f"CONNECT {origin.authority}", "connection_refused", "answered 502", f"exchange {number})"):
                self.assertIn(part, why)

    def test_the_rule_is_named_with_its_line(self):
        daemon = self.daemon(proxy={"connect_ports": [443]})
        lines = (daemon.path / "megaphone.toml").read_text().splitlines()
        line = next(number for number, text in enumerate(lines, 1) if text.startswith("connect_ports"))
        self.ask(daemon, connect_to("a.test:25"))
        self.ask(daemon, connect_to("10.1.2.3:443"))
        why = self.why(daemon)
        self.assertIn(f"a.test:25 is denied by connect_ports, line {line}\n", why)
        self.assertIn("10.1.2.3:443 is denied by private network 10.0.0.0/8\n", why)

    def test_an_address_is_told_to_who_has_named_it_and_to_nobody_else(self):
        names, origin = self.name_server(), self.refused_origin()
        names.add("denied.test", a=["10.1.2.3"])
        names.add("refused.test", a=["127.0.0.1"])
        daemon = self.proxy(connect_ports=["any"], dns={"servers": names.address, "hosts_file": False})
        for host, address, detail in (("denied.test", "10.1.2.3", "denied by private network 10.0.0.0/8"),
                                      ("refused.test", "127.0.0.1", "127.0.0.1:%d: Connection refused" % origin.port)):
            for asked in (host, address):
                answer = self.ask(daemon, request(f"http://{asked}:{origin.port}/"))
                for text in (answer.body.decode(), self.why(daemon).split("\n\n")[1]):
                    self.assertIn(asked, text)
                    self.assertEqual((detail in text, address in text), (asked == address,) * 2, text)

    def test_the_newest_come_first_and_old_ones_go(self):
        daemon = self.daemon(proxy={"failures_per_client": 3})
        for number in range(1, 6):
            self.ask(daemon, connect_to(f"a{number}.test:25"))
        why = self.why(daemon)
        self.assertEqual([line for line in why.splitlines() if line.startswith("CONNECT")],
                         [f"CONNECT a{number}.test:25" for number in (5, 4, 3)])

    def test_nobody_is_shown_the_failures_of_another(self):
        daemon = self.daemon(proxy={}, daemon={"event_loops": 4})
        sources = [(f"127.0.0.{number}", 0) for number in range(2, 6)]
        for _ in range(3):  # on all loops
            for source in sources:
                self.ask(daemon, connect_to(f"of-{source[0]}.test:25"), source)
        for source in sources:
            why = self.why(daemon, source=source)
            asked = {line.split("of-")[1] for line in why.splitlines() if line.startswith("CONNECT")}
            self.assertEqual(asked, {f"{source[0]}.test:25"})
        self.assertIn("Nothing that 127.0.0.1 asked this proxy for has failed lately.", self.why(daemon))

    def test_listeners_keep_their_failures_apart_and_over_a_reload(self):
        daemon = self.daemon(proxy=[{"name": "one"}, {"name": "two"}])
        self.ask(daemon, connect_to("a.test:25"))
        daemon.sections["proxy"][0]["idle_timeout"] = "30s"
        daemon.reload()
        self.assertIn("CONNECT a.test:25", self.why(daemon))
        with daemon.client("two") as client:
            self.assertNotIn(b"a.test", client.send(request(NAME)).read_response().body)

    def test_secrets_are_left_out_and_markup_is_shown_as_text(self):
        daemon, origin = self.proxy(), self.refused_origin()
        self.ask(daemon, request(origin.url("/<script>alert('x')</script>?token=secret")))
        page = self.why(daemon, accept="text/html,*/*")
        self.assertIn("/&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;", page)
        self.assertNotIn("<script", page)
        self.assertNotIn("secret", page)

    def test_it_is_answered_under_our_names_alone(self):
        daemon = self.daemon(proxy={"own_names": ["proxy.lan", ".corp.test"]})
        port = daemon.address()[1]
        for host in (f"127.0.0.1:{port}", f"localhost:{port}", "megaphone.internal", "proxy.lan", f"proxy.lan:{port}", "a.corp.test:80"):
            for url in ("/why", f"http://{host}/why"):
                self.assertEqual(self.ask(daemon, request(url, fields=[("Host", host)])).status, 200, (url, host))
        for host in (f"evil.test:{port}", "evil.test", "localhost", f"127.0.0.2:{port}", f"proxy.lan.evil.test:{port}", "corp.test"):
            for path in ("/", "/why", "/setup", "/proxy.pac"):
                answer = self.ask(daemon, request(path, fields=[("Host", host)]))
                self.assert_refused(answer, 400, "http_request_error")
                self.assertIn(f"http://127.0.0.1:{port}/", answer.body.decode())

    def test_the_pages_themselves_are_no_failures(self):
        daemon = self.daemon(proxy={})
        for text in (request("/favicon.ico", fields=[("Host", "a.test")]), connect_to("megaphone.internal:443"), request(NAME)):
            self.ask(daemon, text)
        self.assertIn("Nothing that", self.why(daemon))

    def test_a_tunnel_that_was_cut_is_explained(self):
        origin = self.origin(lambda peer: peer.expect_gone())
        daemon = self.proxy(connect_ports=["any"], tunnel_idle_timeout="50ms")
        client = self.client(daemon)
        self.assertEqual(client.send(connect_to(origin.authority)).read_response("CONNECT").status, 200)
        client.expect_gone()
        self.assertIn("idle_timeout", self.why(daemon))

    def test_none_are_kept_where_none_are_wanted(self):
        daemon = self.daemon(proxy={"failures_per_client": 0})
        answer = self.ask(daemon, connect_to("a.test:25"))
        self.assertNotIn("tells more", answer.head.get("Proxy-Status"))
        self.assertEqual(self.why(daemon), "This proxy keeps no failures (failures_per_client = 0).\n")


if __name__ == "__main__":
    main()
