"""Names: asked of the configured servers, once for many, remembered as long as allowed, and never in the way."""
import threading

from harness import Scenario, main, request, wait_until
from harness.name_server import A, AAAA, CNAME, REFUSED, SERVFAIL
from harness.origin import serve_once


class Dns(Scenario):
    def setUp(self):
        self.server = self.name_server()
        self.web = self.origin(serve_once())  # closes: a kept connection would need no name

    def start(self, dns=None, **settings):
        return self.proxy(dns={"servers": [self.server.address], "timeout": "300ms", **(dns or {})}, **settings)

    def get(self, daemon, host):
        return self.fetch(daemon, request(self.web.url(host=host)))

    def test_a_name_is_resolved_by_the_configured_server(self):
        self.server.add("www.test", a=["127.0.0.1"])
        self.assertEqual(self.get(self.start(), "www.test").body, b"hello")

    def test_names_are_the_same_in_capitals(self):
        self.server.add("www.test", a=["127.0.0.1"])
        daemon = self.start()
        for host in ("www.test", "WWW.Test", "www.test."):
            self.assertEqual(self.get(daemon, host).body, b"hello", host)
        self.assertEqual(self.server.count("www.test"), 1)

    def test_a_chain_of_aliases_is_followed(self):
        self.server.add("alias.test", cname="second.test")
        self.server.add("second.test", cname="www.test")
        self.server.add("www.test", a=["127.0.0.1"])
        self.assertEqual(self.get(self.start(), "alias.test").body, b"hello")

    def test_an_address_of_ipv6_alone_is_enough(self):
        self.web = self.origin(serve_once(), host="::1")
        self.server.add("six.test", aaaa=["::1"])
        self.assertEqual(self.get(self.start(), "six.test").body, b"hello")

    def test_one_family_does_not_wait_for_the_other_for_ever(self):
        self.server.add("half.test", a=["127.0.0.1"], silent_for={AAAA})
        self.assertEqual(self.get(self.start(dns={"timeout": "5s"}), "half.test").body, b"hello")

    def test_an_answer_is_remembered_for_its_time(self):
        self.server.add("www.test", a=["127.0.0.1"], ttl=60)
        daemon = self.start()
        for _ in range(10):
            self.assertEqual(self.get(daemon, "www.test").status, 200)
        self.assertEqual(self.server.count("www.test"), 1)

    def test_an_answer_is_forgotten_after_its_time(self):
        self.server.add("www.test", a=["127.0.0.1"], ttl=0)
        daemon = self.start(dns={"min_ttl": "50ms"})

        def asked_again():
            self.assertEqual(self.get(daemon, "www.test").status, 200)
            return self.server.count("www.test") >= 2

        wait_until(asked_again, "a second query")

    def test_that_a_name_does_not_exist_is_remembered_and_forgotten(self):
        daemon = self.start(dns={"negative_ttl": "60s"})
        for _ in range(5):
            self.assert_refused(self.get(daemon, "missing.test"), 502, "dns_error")
        self.assertEqual(self.server.count("missing.test"), 1)
        forgetful = self.start(dns={"negative_ttl": "50ms"})

        def asked_again():
            self.assert_refused(self.get(forgetful, "absent.test"), 502, "dns_error")
            return self.server.count("absent.test") >= 2

        wait_until(asked_again, "a second query")

    def test_many_who_want_the_same_name_share_one_query(self):
        answer = threading.Event()
        self.server.add("www.test", a=["127.0.0.1"], after=answer)
        daemon = self.start(dns={"timeout": "20s"})
        clients = [self.client(daemon) for _ in range(30)]
        for client in clients:
            client.send(request(self.web.url(host="www.test")))
        self.server.wait_for("www.test")
        answer.set()
        self.assertEqual([client.read_response().status for client in clients], [200] * 30)
        self.assertEqual(self.server.count("www.test"), 1)

    def test_one_of_them_who_leaves_does_not_take_the_query_along(self):
        answer = threading.Event()
        self.server.add("www.test", a=["127.0.0.1"], after=answer)
        daemon = self.start(dns={"timeout": "20s"})
        first, second = self.client(daemon), self.client(daemon)
        for client in (first, second):
            client.send(request(self.web.url(host="www.test")))
        self.server.wait_for("www.test")
        first.reset()
        daemon.wait_record(lambda record: (record["reason"] or "").startswith("client_"))
        answer.set()
        self.assertEqual(second.read_response().status, 200)

    def test_a_broken_zone_is_a_dns_error(self):
        self.server.add("broken.test", code=SERVFAIL)
        self.assert_refused(self.get(self.start(), "broken.test"), 502, "dns_error")

    def test_a_silent_server_is_a_dns_timeout(self):
        self.server.add("silent.test", silent=True)
        answer = self.get(self.start(dns={"timeout": "100ms", "tries": 2}), "silent.test")
        self.assert_refused(answer, 504, "dns_timeout")
        self.assertGreaterEqual(self.server.count("silent.test", A), 2)

    def test_a_silent_zone_holds_up_no_other_name(self):
        self.server.add("silent.test", silent=True)
        self.server.add("www.test", a=["127.0.0.1"])
        daemon = self.start(dns={"timeout": "20s"}, connect_timeout="20s", daemon={"connect_workers": 1})
        waiting = [self.client(daemon) for _ in range(50)]
        for client in waiting:
            client.send(request(self.web.url(host="silent.test")))
        self.server.wait_for("silent.test")
        self.assertEqual(self.get(daemon, "www.test").body, b"hello")

    def test_the_connect_deadline_ends_a_lookup_too(self):
        self.server.add("silent.test", silent=True)
        daemon = self.start(dns={"timeout": "20s"}, connect_timeout="300ms")
        self.assert_refused(self.get(daemon, "silent.test"), 504, "dns_timeout")

    def test_a_second_server_is_asked_when_the_first_is_silent(self):
        silent = self.name_server()
        silent.add("www.test", silent=True)
        self.server.add("www.test", a=["127.0.0.1"])
        daemon = self.proxy(dns={"servers": [silent.address, self.server.address], "timeout": "200ms"})
        self.assertEqual(self.get(daemon, "www.test").body, b"hello")

    def test_the_server_that_answers_is_asked_first(self):
        for standard in ({"silent": True}, {"code": SERVFAIL}, {"code": REFUSED}):
            first = self.name_server()
            first.standard = standard
            for name in ("one.test", "two.test", "three.test"):
                self.server.add(name, a=["127.0.0.1"])
            daemon = self.proxy(dns={"servers": [first.address, self.server.address], "timeout": "500ms"})
            self.assertEqual(self.get(daemon, "one.test").body, b"hello")
            for name in ("two.test", "three.test"):
                self.assertEqual(self.get(daemon, name).body, b"hello")
                self.assertEqual(first.count(name), 0, standard)

    def test_an_alias_may_lead_to_any_name_and_stand_behind_its_address(self):
        for target in ("*.b.test", "_x_.b.test", "1/2.b.test", "a b.test"):
            self.server.add("odd.test", records=[(target, A, "127.0.0.1"), ("odd.test", CNAME, target)])
            self.assertEqual(self.get(self.start(), "odd.test").body, b"hello", target)

    def test_many_dead_addresses_hide_no_live_one(self):
        self.server.add("many.test", a=[f"127.9.9.{last}" for last in range(1, 18)] + ["127.0.0.1"])
        self.assertEqual(self.get(self.start(), "many.test").body, b"hello")

    def test_only_a_name_that_does_not_exist_is_about_spelling(self):
        self.server.add("silent.test", silent=True)
        self.server.add("broken.test", code=SERVFAIL)
        self.server.add("closed.test", code=REFUSED)
        daemon = self.start(dns={"timeout": "100ms", "tries": 1})
        self.assertIn(b"Check the spelling", self.get(daemon, "missing.test").body)
        for name in ("silent.test", "broken.test", "closed.test"):
            body = self.get(daemon, name).body
            self.assertIn(b"not the fault of the name", body)
            self.assertNotIn(b"spelling", body)

    def test_domains_are_searched_only_where_that_is_configured(self):
        self.server.add("intranet.corp.test", a=["127.0.0.1"])
        self.assert_refused(self.get(self.start(), "intranet"), 502, "dns_error")
        self.assertEqual(self.server.count("intranet.corp.test"), 0)
        daemon = self.start(dns={"search": ["corp.test"]})
        self.assertEqual(self.get(daemon, "intranet").body, b"hello")
        self.assert_refused(self.get(daemon, "intranet."), 502, "dns_error")

    def test_the_hosts_file_goes_first_unless_configured(self):
        self.server.add("localhost", a=["127.0.0.1"])
        self.assertEqual(self.get(self.start(), "localhost").body, b"hello")
        self.assertEqual(self.server.count("localhost"), 0)

    def test_a_name_that_cannot_be_one_is_refused(self):
        daemon = self.start()
        for host in ("a..test", "-" * 300, "x" * 64 + ".test"):
            self.assertIn(self.get(daemon, host).status, (400, 502), host)


if __name__ == "__main__":
    main()
