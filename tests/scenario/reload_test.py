"""SIGHUP reads the configuration again: all or nothing, and nobody who is being served notices."""
import os
import signal
import socket
import threading

from harness import Scenario, connect, main, refuses, request, wait_until
from harness.origin import echo

PAGE = request("http://megaphone.internal/")


class Reload(Scenario):
    def served(self, client):
        return client.send(PAGE).read_response().status

    def assert_serves_without_remark(self, daemon):
        self.assertRegex(daemon.status(), r"^STATUS=serving(: [^;]*)?$")

    def tunnel(self, daemon, origin):
        client = self.client(daemon)
        client.send(f"CONNECT {origin.authority} HTTP/1.1\r\nHost: {origin.authority}\r\n\r\n".encode())
        self.assertEqual(client.read_response("CONNECT").status, 200)
        return client

    def assert_closed(self, address):
        wait_until(lambda: refuses(address), "the port to be closed")


class Nothing(Reload):
    def test_a_reload_that_changes_nothing_is_not_noticed(self):
        daemon = self.daemon(proxy={}, uppercase_tcp={}, uppercase_udp={})
        proxy, upper = self.client(daemon), self.client(daemon, "uppercase-tcp")
        self.assertEqual(self.served(proxy), 200)
        self.assertEqual(upper.send(b"a").read_exact(1), b"A")
        daemon.reload()
        self.assertIn("3 addresses kept, 0 opened, 0 closed", daemon.stderr)
        self.assertEqual(self.served(proxy), 200)
        self.assertEqual(upper.send(b"b").read_exact(1), b"B")
        self.assertEqual(self.datagrams(daemon.address("uppercase-udp")).ask(b"c"), b"C")
        self.assertTrue(any(line.startswith("MONOTONIC_USEC=") for line in daemon.notified), daemon.notified)
        self.assert_serves_without_remark(daemon)

    def test_without_a_file_only_the_logs_are_opened_anew(self):
        daemon = self.daemon(proxy={})
        quick = type(daemon)({}, ["--proxy", "127.0.0.1:0"])
        self.addCleanup(quick.stop)
        wait_until(lambda: quick.listeners(), "its listener")
        quick.signal(signal.SIGHUP)
        quick.wait_logged("nothing to read again")
        self.assertEqual(self.fetch(quick, PAGE).status, 200)


class Mistakes(Reload):
    def assert_unchanged(self, daemon, said):
        self.assertIn(said, daemon.stderr)
        self.assertIn("everything stays as it was", daemon.stderr)
        self.assertIn("reload failed", daemon.status())
        self.assertIn(said, daemon.status())
        self.assertEqual(self.fetch(daemon, PAGE).status, 200)

    def test_a_broken_file_changes_nothing_and_is_logged_with_its_position(self):
        daemon = self.daemon(proxy={})
        kept = self.client(daemon)
        self.assertEqual(self.served(kept), 200)
        daemon.reload('[daemon]\n[[proxy]]\nlisten = "127.0.0.1:0"\nconnect_timeout = "soon"\nclient = "any"\n')
        self.assert_unchanged(daemon, "megaphone.toml:4:19: ")
        self.assertIn("megaphone.toml:5:1: ", daemon.stderr)
        self.assertEqual(self.served(kept), 200)
        daemon.reload()
        self.assert_serves_without_remark(daemon)

    def test_a_file_that_is_gone_changes_nothing(self):
        daemon = self.daemon(proxy={})
        (daemon.path / "megaphone.toml").unlink()
        daemon.read_again()
        self.assert_unchanged(daemon, "megaphone.toml")

    def test_a_file_without_end_or_bottom_changes_nothing(self):
        daemon = self.daemon(proxy={})
        for text, said in ((f"[x-a{'.b' * 50_000}]\nc = 1\n", "nested deeper than"), ("#" * (1 << 21), "longer than 1 MiB")):
            daemon.reload(text)
            self.assert_unchanged(daemon, said)

    def test_a_pipe_that_nobody_writes_into_holds_up_nothing(self):
        daemon = self.daemon(proxy={})
        path = daemon.path / "megaphone.toml"
        path.unlink()
        os.mkfifo(path)
        writer = os.open(path, os.O_RDWR)
        self.addCleanup(os.close, writer)
        daemon.read_again()
        self.assert_unchanged(daemon, "is a pipe, not a regular file")

    def test_a_file_for_two_things_changes_nothing(self):
        daemon = self.daemon(proxy={})
        configuration = daemon.path / "megaphone.toml"
        (daemon.path / "link").symlink_to("megaphone.toml")
        for sections in ({"log": {"path": str(daemon.path / "link")}},
                         {"proxy": [{**daemon.sections["proxy"][0], "capture": str(daemon.path / "./megaphone.toml")}]},
                         {"proxy": [{**daemon.sections["proxy"][0], "capture": str(daemon.path / "link")}]}):
            before = dict(daemon.sections)
            daemon.sections.update(sections)
            daemon.reload()
            written = configuration.read_text()
            self.assert_unchanged(daemon, "are one file")
            self.assertEqual(configuration.read_text(), written)
            daemon.sections = before

    def test_an_address_that_is_taken_changes_nothing(self):
        daemon = self.daemon(proxy={}, uppercase_tcp={})
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            address = "127.0.0.1:%d" % taken.getsockname()[1]
            daemon.sections["uppercase_tcp"] = []
            daemon.sections["proxy"][0]["listen"] = ["127.0.0.1:0", "127.0.0.2:0", address]
            daemon.sections["proxy"][0]["clients"] = ["192.0.2.1"]
            before = daemon.descriptors()
            daemon.reload()
        self.assert_unchanged(daemon, address)
        wait_until(lambda: daemon.descriptors() <= before, "what was opened to be closed")
        self.assertEqual(self.client(daemon, "uppercase-tcp").send(b"x").read_exact(1), b"X")

    def test_a_log_that_cannot_be_opened_changes_nothing(self):
        daemon = self.daemon(proxy={})
        daemon.sections["log"] = {"path": "/nonexistent/folder/log"}
        daemon.sections["proxy"].append({"name": "second", "listen": "127.0.0.1:0"})
        before = daemon.descriptors()
        daemon.reload()
        self.assert_unchanged(daemon, "/nonexistent/folder/log")
        wait_until(lambda: daemon.descriptors() <= before, "what was opened to be closed")

    def test_what_is_read_at_the_start_only_is_named_and_the_rest_is_taken(self):
        daemon = self.daemon(proxy={})
        daemon.sections["daemon"].update(event_loops=3, connect_workers=5)
        daemon.sections["proxy"][0]["clients"] = ["192.0.2.1"]
        daemon.reload()
        for text in (daemon.stderr, daemon.status()):
            self.assertRegex(text, "read at the start only: .*event_loops.*connect_workers")
        self.assert_refused(self.fetch(daemon, PAGE), 403, "http_request_denied")


class Listeners(Reload):
    def test_listeners_come_stay_and_go(self):
        daemon = self.daemon(
            uppercase_tcp=[{"name": "stays"}, {"name": "goes"}], uppercase_udp=[{"name": "stays-udp"}, {"name": "goes-udp"}]
        )
        stays, goes, goes_udp = daemon.address("stays"), daemon.address("goes"), daemon.address("goes-udp")
        waiting = self.client(daemon, "goes")
        self.assertEqual(waiting.send(b"a").read_exact(1), b"A")
        del daemon.sections["uppercase_tcp"][1], daemon.sections["uppercase_udp"][1]
        daemon.sections["uppercase_tcp"].append({"name": "comes", "listen": "127.0.0.1:0"})
        daemon.sections["uppercase_udp"].append({"name": "comes-udp", "listen": "127.0.0.1:0"})
        daemon.reload()
        daemon.wait_logged("2 addresses kept, 2 opened, 2 closed")
        self.assert_closed(goes)
        waiting.expect_end()
        self.assertEqual(daemon.addresses("stays"), [stays])
        for name in ("stays", "comes"):
            self.assertEqual(self.client(daemon, name).send(b"x").read_exact(1), b"X")
        for name in ("stays-udp", "comes-udp"):
            self.assertEqual(self.datagrams(daemon.address(name)).ask(b"x"), b"X")
        with self.assertRaises(ConnectionRefusedError):
            self.datagrams(goes_udp).ask(b"x")
        record = daemon.wait_record(lambda r: r["listener"] == "goes")
        self.assertEqual(record["reason"], "configuration_changed")

    def test_what_has_arrived_at_a_listener_that_goes_is_answered(self):
        daemon = self.daemon(proxy=[{"name": "stays"}, {"name": "goes"}])
        busy = self.client(daemon, "goes")
        self.assertEqual(self.served(busy), 200)
        del daemon.sections["proxy"][1]
        daemon.write_configuration()
        daemon.signal(signal.SIGSTOP)
        clients = [self.client(daemon, "goes").send(PAGE) for _ in range(20)]
        busy.send(PAGE)
        daemon.signal(signal.SIGHUP)
        daemon.signal(signal.SIGCONT)
        for client in [busy, *clients]:
            self.assertEqual(client.read_response().status, 200)
            client.expect_end()

    def test_an_exchange_and_a_tunnel_of_a_listener_that_goes_end_by_themselves(self):
        asked, release = threading.Event(), threading.Event()

        def script(peer):
            if peer.read_request().head.target.endswith("slow"):
                asked.set()
                release.wait(20)
            peer.respond(200, [], b"in the end")

        origin, echoes = self.origin(script), self.origin(echo)
        daemon = self.proxy(connect_ports=["any"])
        tunnel, client = self.tunnel(daemon, echoes), self.client(daemon)
        client.send(request(origin.url("/slow")))
        self.assertTrue(asked.wait(20))
        daemon.sections["proxy"] = [{"name": "other", "listen": "127.0.0.2:0"}]
        daemon.reload()
        release.set()
        answer = client.read_response()
        self.assertEqual((answer.body, answer.head.get("Connection")), (b"in the end", "close"))
        client.expect_end()
        self.assertEqual(tunnel.send(b"still").read_exact(5), b"still")

    def test_an_address_may_become_wider_and_narrower(self):
        for loops in (1, 2):
            daemon = self.daemon(daemon={"event_loops": loops}, uppercase_tcp={}, uppercase_udp={})
            tcp, udp = daemon.address("uppercase-tcp"), daemon.address("uppercase-udp")
            for listen in ("0.0.0.0", "127.0.0.1", "0.0.0.0"):
                with self.subTest(listen, loops=loops):
                    daemon.sections["uppercase_tcp"][0]["listen"] = f"{listen}:{tcp[1]}"
                    daemon.sections["uppercase_udp"][0]["listen"] = f"{listen}:{udp[1]}"
                    daemon.reload()
                    self.assert_serves_without_remark(daemon)
                    with connect(tcp) as client:
                        self.assertEqual(client.send(b"x").read_exact(1), b"X")
                    self.assertEqual(self.datagrams(udp).ask(b"x"), b"X")

    def test_an_address_may_change_its_kind(self):
        daemon = self.daemon(uppercase_tcp={})
        address = daemon.address("uppercase-tcp")
        daemon.sections["uppercase_tcp"][0]["listen"] = "%s:%d" % address
        daemon.sections["uppercase_tcp"][0]["name"] = "fixed"
        # The same number by name and by port 0 are two addresses to a configuration: this one is opened beside the other.
        daemon.reload()
        self.assert_serves_without_remark(daemon)
        upper = connect(address)
        self.addCleanup(upper.close)
        self.assertEqual(upper.send(b"x").read_exact(1), b"X")
        daemon.sections["proxy"] = [{**daemon.sections.pop("uppercase_tcp")[0]}]
        daemon.reload()
        daemon.wait_logged("1 addresses kept, 0 opened, 0 closed")
        upper.expect_end()
        with connect(address) as client:
            self.assertEqual(self.served(client), 200)

    def test_a_proxy_that_has_come_is_known_to_be_ourselves(self):
        daemon = self.proxy()
        daemon.sections["proxy"].append({"name": "second", "listen": "127.0.0.1:0"})
        daemon.reload()
        url = "http://localhost:%d/" % daemon.address("second")[1]
        self.assertEqual(self.fetch(daemon, request(url)).head.proxy_error, "proxy_loop_detected")


class Judged(Reload):
    def test_idle_clients_whose_address_is_no_longer_allowed_have_to_leave(self):
        daemon = self.daemon(proxy={}, uppercase_tcp={})
        stranger, friend = self.client(daemon, source=("127.0.0.9", 0)), self.client(daemon)
        upper = self.client(daemon, "uppercase-tcp", source=("127.0.0.9", 0))
        silent = self.client(daemon, source=("127.0.0.9", 0))
        for client in (stranger, friend):
            self.assertEqual(self.served(client), 200)
        self.assertEqual(upper.send(b"x").read_exact(1), b"X")
        for kind in ("proxy", "uppercase_tcp"):
            daemon.sections[kind][0]["clients"] = ["127.0.0.1"]
        daemon.reload()
        for client in (stranger, upper, silent):
            client.expect_end()
        self.assertEqual(self.served(friend), 200)
        again = self.client(daemon, source=("127.0.0.9", 0))
        self.assert_refused(again.send(PAGE).read_response(), 403, "http_request_denied")

    def test_a_client_that_is_no_longer_allowed_gets_the_answer_that_is_under_way(self):
        asked, release = threading.Event(), threading.Event()

        def script(peer):
            peer.read_request()
            asked.set()
            release.wait(20)
            peer.respond(200, [], b"in the end")

        origin, daemon = self.origin(script), self.proxy()
        client = self.client(daemon)
        client.send(request(origin.url()))
        self.assertTrue(asked.wait(20))
        daemon.sections["proxy"][0]["clients"] = ["192.0.2.1"]
        daemon.reload()
        release.set()
        self.assertEqual(client.read_response().body, b"in the end")
        client.expect_end()

    def test_kept_origin_connections_that_are_no_longer_allowed_are_closed(self):
        gone = threading.Event()

        def script(peer):
            peer.read_request()
            peer.respond(200, [], b"hello")
            peer.expect_gone()
            gone.set()

        origin, daemon = self.origin(script), self.proxy()
        self.assertEqual(self.fetch(daemon, request(origin.url())).status, 200)
        daemon.reload()
        self.assertFalse(gone.wait(0.1))
        daemon.sections["proxy"][0]["allow_destinations"] = []
        daemon.reload()
        self.assertTrue(gone.wait(20))
        self.assert_refused(self.fetch(daemon, request(origin.url())), 403, "destination_ip_prohibited")

    def test_connections_count_on_when_the_limit_changes(self):
        daemon = self.daemon(proxy={"max_connections": 4})
        clients = [self.client(daemon) for _ in range(3)]
        for client in clients:
            self.assertEqual(self.served(client), 200)
        daemon.sections["proxy"][0]["max_connections_per_client"] = 3
        daemon.reload()
        self.assert_refused(self.fetch(daemon, PAGE), 503, "connection_limit_reached")
        clients[0].close()
        wait_until(lambda: self.fetch(daemon, PAGE).status == 200, "a free place")

    def test_connections_count_on_when_the_listener_gets_another_name(self):
        daemon = self.daemon(proxy={"max_connections": 4, "max_connections_per_client": 3})
        daemon.sections["proxy"][0]["listen"] = "%s:%d" % daemon.address()  # port 0 would go with the name
        daemon.reload()
        clients = [self.client(daemon) for _ in range(3)]
        for client in clients:
            self.assertEqual(self.served(client), 200)
        daemon.sections["proxy"][0]["name"] = "renamed"
        daemon.reload()
        self.assert_refused(self.fetch(daemon, PAGE), 503, "connection_limit_reached")


class Settings(Reload):
    def test_the_next_request_of_a_connection_is_under_the_new_settings(self):
        origin, daemon = self.origin(), self.proxy(max_fields=128)
        daemon.sections["proxy"][0]["listen"] = "%s:%d" % daemon.address()  # port 0 would go with the name
        daemon.reload()
        idle, fresh = self.client(daemon), self.client(daemon)
        for client in (idle, fresh):
            self.assertEqual(client.send(request(origin.url())).read_response().status, 200)
        daemon.sections["proxy"][0].update(max_fields=8, name="renamed", idle_timeout="300ms")
        daemon.reload()
        self.assertEqual(idle.send(request(origin.url())).read_response().status, 200)
        daemon.wait_record(lambda r: r["listener"] == "renamed")
        many = [("X", "1")] * 20
        self.assert_refused(
            idle.send(request(origin.url(), fields=many)).read_response(), 431, "request_head_too_large"
        )
        fresh.expect_end()  # idle for too long

    def test_the_request_that_is_under_way_goes_on_under_the_old_ones(self):
        daemon = self.proxy(daemon={"event_loops": 1})  # one client's answer says that the other was heard
        client = self.client(daemon)
        client.send(PAGE[:20])
        self.assertEqual(self.fetch(daemon, PAGE).status, 200)
        daemon.sections["proxy"][0].update(max_fields=8)
        daemon.reload()
        many = b"".join(b"X: 1\r\n" for _ in range(20))
        rest = PAGE[20:-2] + many + b"\r\n"
        self.assertEqual(client.send(rest).read_response().status, 200)
        self.assert_refused(client.send(PAGE[:-2] + many + b"\r\n").read_response(), 431, "request_head_too_large")

    def test_name_servers_and_limits_change(self):
        first, second, origin = self.name_server(), self.name_server(), self.origin()
        first.add("here.test", a=["127.0.0.9"])
        second.add("here.test", a=["127.0.0.1"])
        daemon = self.proxy(dns={"servers": [first.address], "min_ttl": "1h"}, connect_timeout="5s")
        url = f"http://here.test:{origin.port}/"
        self.assertEqual(self.fetch(daemon, request(url)).status, 502)
        daemon.sections["dns"]["servers"] = [second.address]
        daemon.reload()
        self.assertEqual(self.fetch(daemon, request(url)).status, 200)

    def test_the_level_and_the_place_of_the_log_change(self):
        daemon = self.daemon(proxy={})
        path = daemon.path / "daemon.log"
        daemon.sections["log"] = {"path": str(path)}
        daemon.reload()
        wait_until(lambda: path.exists() and "reloaded" in path.read_text(), "the new log")


class Storm(Reload):
    def test_no_request_fails_in_a_storm_of_reloads(self):
        origin = self.origin()
        daemon = self.proxy(connect_ports=["any"])
        done, failures, answers = threading.Event(), [], [0, 0]

        def load(number, keep):
            client = None
            while not done.is_set():
                try:
                    client = client or daemon.client()
                    answer = client.send(request(origin.url(f"/{number}"))).read_response()
                    if answer.status != 200 or answer.head.get("Connection") == "close":
                        failures.append(answer)
                    answers[keep] += 1
                    if not keep:
                        client.close()
                        client = None
                except (OSError, AssertionError) as error:
                    failures.append(error)
                    return
            if client:
                client.close()

        threads = [threading.Thread(target=load, args=(n, n % 2)) for n in range(6)]
        for thread in threads:
            thread.start()
        try:
            for n in range(60):
                daemon.sections["proxy"][0].update(max_head=f"{60 + n % 5}KiB", replay_buffer=f"{n}KiB")
                extra = {"listen": "127.0.0.1:0"}
                daemon.sections["uppercase_tcp"] = [{**extra, "name": "extra-tcp"}] * (n % 2)
                daemon.sections["uppercase_udp"] = [{**extra, "name": "extra-udp"}] * (n % 2)
                daemon.reload()
            for _ in range(200):  # faster than they can be carried out
                daemon.signal(signal.SIGHUP)
            before = sum(answers)
            wait_until(lambda: sum(answers) > before + 50, "answers after the storm")
        finally:
            done.set()
            for thread in threads:
                thread.join()
        self.assertEqual(failures, [])
        self.assertGreater(min(answers), 0)

    def test_a_reload_while_it_stops_does_no_harm(self):
        origin = self.origin(echo)
        daemon = self.proxy(connect_ports=["any"], daemon={"drain_time": "10min"})
        tunnel = self.tunnel(daemon, origin)
        daemon.signal(signal.SIGHUP)
        daemon.signal(signal.SIGTERM)
        daemon.wait_notified("STOPPING=1")
        daemon.signal(signal.SIGHUP)
        daemon.wait_logged("but stopping")
        self.assertEqual(tunnel.send(b"still").read_exact(5), b"still")
        tunnel.finish().expect_end()
        self.assertEqual(daemon.wait(), 0)


if __name__ == "__main__":
    main()
