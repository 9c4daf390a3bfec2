"""`megaphone status` and `megaphone list`: how the daemon is, and who is there."""
import pathlib
import signal
import socket

from harness import main, request, thread, wait_until
from harness.control import ControlScenario
from harness.origin import echo

PAGE = request("http://megaphone.internal/")


class Status(ControlScenario):
    def test_it_tells_of_listeners_threads_and_totals(self):
        daemon = self.daemon(proxy={"name": "out", "max_connections": 7}, uppercase_tcp={}, uppercase_udp={})
        with daemon.client("out") as client:
            self.assertEqual(client.send(PAGE).read_response().status, 200)
            self.datagrams(daemon.address("uppercase-udp")).ask(b"x")
            daemon.wait_record(lambda record: record["kind"] == "http")
            status = self.status(daemon)
        self.assertEqual((status["state"], status["pid"], status["generation"]), ("serving", daemon.process.pid, 1))
        out = next(listener for listener in status["listeners"] if listener["name"] == "out")
        host, port = daemon.address("out")
        self.assertEqual(out, {"name": "out", "kind": "proxy", "addresses": [f"{host}:{port}"], "clients": 1,
                               "max_connections": 7, "accepted": 1, "refused": 0})
        self.assertEqual([listener["kind"] for listener in status["listeners"]],
                         ["uppercase-tcp", "uppercase-udp", "proxy"])
        self.assertEqual((len(status["loops"]), len(status["workers"])), (2, 2))
        self.assertEqual(sum(loop["accepted"] for loop in status["loops"]), 1)
        self.assertEqual((status["totals"]["requests"], status["silent"]), (1, []))
        self.assertEqual(status["access_log"], str(daemon.access_log))

    def test_the_service_manager_hears_nothing_of_it(self):
        daemon = self.proxy()
        daemon.status()  # empties what waits for him
        told = len(daemon.notified)
        for _ in range(12):  # more than wait unread, by default
            self.status(daemon)
        daemon.status()
        self.assertNotIn("WATCHDOG=1", daemon.notified[told:])

    def test_refused_clients_are_counted(self):
        daemon = self.daemon(proxy={"clients": "192.0.2.1"}, uppercase_tcp={"clients": "192.0.2.1"})
        self.assertEqual(self.fetch(daemon, PAGE).status, 403)
        self.client(daemon, "uppercase-tcp").expect_gone()
        counts = [(each["accepted"], each["refused"]) for each in self.status(daemon)["listeners"]]
        self.assertEqual(counts, [(0, 1), (0, 1)])

    def test_the_manual_has_every_member(self):
        page = pathlib.Path(__file__).resolve().parents[2] / "docs/man/megaphone-logs.5"
        _, _, section = page.read_text().partition(".Sh THE STATUS\n")
        section = section.partition("\n.Sh ")[0]
        status = self.status(self.proxy())
        self.assertEqual(status["schema"], 1)
        tagged = {line.removeprefix(".It Li ") for line in section.splitlines() if line.startswith(".It Li ")}
        self.assertLessEqual(set(status), tagged)
        self.assertLessEqual(tagged - set(status), {"reload"})
        words = section.replace(",", " ").split()
        for inside in (status["totals"], *status["listeners"], *status["loops"], *status["workers"]):
            self.assertLessEqual(set(inside), set(words))

    def test_a_refused_connect_is_a_request_and_no_tunnel(self):
        daemon, origin = self.proxy(connect_ports=["1-65535"]), self.origin(echo)
        refused = b"CONNECT 10.0.0.1:443 HTTP/1.1\r\nHost: 10.0.0.1\r\n\r\n"
        self.assertEqual(self.fetch(daemon, refused).status, 403)
        with daemon.client() as client:
            client.send(f"CONNECT {origin.authority} HTTP/1.1\r\nHost: {origin.authority}\r\n\r\n".encode())
            self.assertEqual(client.read_response("CONNECT").status, 200)
        wait_until(lambda: self.status(daemon)["totals"]["tunnels"] == 1, "the end of the tunnel")
        totals = self.status(daemon)["totals"]
        self.assertEqual((totals["requests"], totals["requests_refused"]), (1, 1))
        self.assertIn("requests refused\t1\n", daemon.command("status").stdout)

    def test_what_a_listener_has_counted_stays_when_it_is_gone(self):
        daemon = self.daemon(proxy=[{"name": "stays"}, {"name": "goes"}])

        def serve_one(name):
            with daemon.client(name) as client:
                client.send(PAGE).read_response()
            wait_until(lambda: not any(loop["connections"] for loop in self.status(daemon)["loops"]), "its end")

        def counted():
            status = self.status(daemon)
            accepted = {each["name"]: each["accepted"] for each in status["listeners"]}
            return accepted, status["totals"]["requests"], sum(loop["accepted"] for loop in status["loops"])

        serve_one("stays"), serve_one("goes")
        wait_until(lambda: counted() == ({"stays": 1, "goes": 1}, 2, 2), counted)
        daemon.sections["proxy"].pop()
        daemon.reload()
        self.assertEqual(counted(), ({"stays": 1}, 2, 2))
        daemon.sections["proxy"].append({"name": "comes", "listen": "127.0.0.1:0"})
        daemon.reload()
        self.assertEqual(counted(), ({"stays": 1, "comes": 0}, 2, 2))
        serve_one("comes")
        wait_until(lambda: counted() == ({"stays": 1, "comes": 1}, 3, 3), counted)

    def test_bytes_are_counted_as_they_pass(self):
        daemon = self.daemon(proxy={"allow_destinations": ["127.0.0.0/8"], "connect_ports": ["1-65535"]}, uppercase_tcp={})
        half = self.origin(lambda peer: (
            peer.receive(), peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n" + b"x" * 5000).expect_gone()))
        tunnelled = self.origin(echo)

        def moved(name, size):
            before = self.status(daemon)["totals"][name]
            return lambda: self.status(daemon)["totals"][name] >= before + size

        passed = moved("client_bytes_out", 5000)
        self.client(daemon).send(request(half.url())).read_until(b"x" * 5000)
        wait_until(passed, "the bytes of a download that goes on")
        client = self.client(daemon)
        client.send(f"CONNECT {tunnelled.authority} HTTP/1.1\r\nHost: {tunnelled.authority}\r\n\r\n".encode())
        client.read_response("CONNECT")
        passed = moved("origin_bytes_in", 3000)
        client.send(b"y" * 3000).read_exact(3000)
        wait_until(passed, "the bytes of a tunnel that is open")
        passed = moved("client_bytes_in", 2000)
        self.client(daemon, "uppercase-tcp").send(b"z" * 2000).read_exact(2000)
        wait_until(passed, "the bytes of a connection that is open")
        self.assertEqual(self.status(daemon)["totals"]["tunnels"], 0)

    def test_names_that_workers_remember_are_counted(self):
        names = self.name_server()
        names.add("origin.test", a=["127.0.0.1"])
        origin = self.origin()
        daemon = self.proxy(dns={"servers": [names.address], "hosts_file": False})
        answer = self.fetch(daemon, request(f"http://origin.test:{origin.port}/"))
        self.assertEqual(answer.status, 200)
        self.assertEqual(sum(worker["names_kept"] for worker in self.status(daemon)["workers"]), 1)

    def test_connects_to_addresses_are_the_loops(self):
        hole = self.blackhole()
        daemon = self.proxy(connect_ports=["any"])
        self.client(daemon).send(f"CONNECT {hole.authority} HTTP/1.1\r\nHost: {hole.authority}\r\n\r\n".encode())
        wait_until(lambda: self.status(daemon)["loops_pending"] == 1, "the connect")
        self.assertIn("loops\t1\t-\n", daemon.command("status").stdout)

    def test_into_a_pipe_it_is_plain(self):
        daemon = self.daemon(proxy={"max_connections": 500})
        lines = daemon.command("status").stdout.splitlines()
        self.assertIn("LISTENER\tKIND\tADDRESS\tCLIENTS\tAT MOST\tACCEPTED\tCONNECTIONS REFUSED", lines)
        host, port = daemon.address()
        self.assertIn(f"proxy\tproxy\t{host}:{port}\t0\t500\t0\t0", lines)
        self.assertIn("requests\t0", lines)

    def test_a_thread_that_hangs_is_named_and_holds_up_nobody(self):
        daemon = self.daemon(proxy={})
        try:
            with thread.stopped(thread.threads(daemon.process.pid)["loop-1"]):
                self.assertEqual(self.status(daemon)["silent"], ["loop-1"])
                done = daemon.command("list")
                self.assertIn("1 event loop", self.ask(self.socket_of(daemon), b"list\n"))
                self.assertEqual(done.returncode, 0)
        except PermissionError as error:
            self.skipTest(f"threads cannot be stopped: {error}")
        wait_until(lambda: self.status(daemon)["silent"] == [], "the thread to be back")

    def test_while_it_drains_it_says_so(self):
        origin = self.origin(echo)
        daemon = self.proxy(connect_ports=[origin.port])
        client = self.client(daemon)
        client.send(f"CONNECT {origin.authority} HTTP/1.1\r\nHost: {origin.authority}\r\n\r\n".encode())
        self.assertEqual(client.read_response("CONNECT").status, 200)
        daemon.signal(signal.SIGTERM)
        daemon.wait_notified("STOPPING=1")
        self.assertEqual(self.status(daemon)["state"], "stopping")
        done = daemon.command("reload")
        self.assertEqual((done.returncode, "is stopping" in done.stderr), (70, True))


class List(ControlScenario):
    def test_every_kind_of_connection_stands_in_it(self):
        held = self.origin(lambda peer: (peer.read_request(), peer.expect_gone()))
        tunnelled = self.origin(echo)
        daemon = self.proxy(connect_ports=[tunnelled.port], name="out")
        waiting, tunnel, idle = (self.client(daemon, "out") for _ in range(3))
        waiting.send(request(f"http://{held.authority}/a?secret=1"))
        tunnel.send(f"CONNECT {tunnelled.authority} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        self.assertEqual(tunnel.read_response("CONNECT").status, 200)
        tunnel.send(b"ping").read_exact(4)
        self.assertEqual(idle.send(PAGE).read_response().status, 200)
        seen = self.wait_listed(daemon, lambda each: each["phase"] == "answer")
        self.assertEqual((seen["kind"], seen["listener"], seen["method"]), ("http", "out", "GET"))
        self.assertEqual(seen["target"], f"http://{held.authority}/a?-")
        self.assertEqual(seen["origin"], held.authority)
        self.assertGreater(seen["origin_out"], 0)
        seen = self.wait_listed(daemon, lambda each: each["phase"] == "tunnel")
        self.assertEqual((seen["kind"], seen["client_in"] >= 4, seen["origin_in"]), ("connect", True, 4))
        waiting = self.wait_listed(daemon, lambda each: each["phase"] == "idle")
        self.assertNotIn("id", waiting)
        self.assertRegex(waiting["connection"], r"^[0-9a-z]{4}-[0-9]+-c[0-9]+$")
        self.assertIn(waiting["connection"], daemon.command("list").stdout)
        self.assertEqual(len(self.listed(daemon)), 3)

    def test_the_id_is_that_of_the_access_log(self):
        origin = self.origin(echo)
        daemon = self.proxy(connect_ports=[origin.port])
        with daemon.client() as client:
            client.send(f"CONNECT {origin.authority} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            client.read_response("CONNECT")
            number = self.wait_listed(daemon, lambda each: each["phase"] == "tunnel")["id"]
        self.assertEqual(daemon.wait_record(lambda record: record["id"] == number)["kind"], "connect")

    def test_the_oldest_come_first_and_no_more_than_asked_for(self):
        # On one loop: the clocks of two may tell clients of the same millisecond in either order.
        daemon = self.daemon(daemon={"event_loops": 1}, uppercase_tcp={})
        ports = []
        for _ in range(5):
            client = self.client(daemon, "uppercase-tcp")
            client.send(b"x").read_exact(1)
            ports.append(client.sock.getsockname()[1])
        listed = self.listed(daemon, "--limit", "3")
        self.assertEqual([int(each["client"].rsplit(":", 1)[1]) for each in listed], ports[:3])
        self.assertTrue(all(each["phase"] == "open" and each["client_out"] == 1 for each in listed), listed)
        text = self.ask(self.socket_of(daemon), b"list limit=3\n")
        self.assertIn("3 of 5 connections", text)
        self.assertIn("uppercase-tcp", text)
        self.assertIn("3 of 5 connections", self.ask(self.socket_of(daemon), b"list limit=3 form=plain\n"))
        self.assertNotIn(" of 5", self.ask(self.socket_of(daemon), b"list limit=5\n"))

    def test_what_a_client_sends_cannot_command_a_terminal(self):
        daemon = self.proxy(request_head_timeout="1h")
        origin = self.blackhole()
        self.client(daemon).send(f"GET http://{origin.authority}/\x9b31m HTTP/1.1\r\nHost: x\r\n\r\n".encode("latin-1"))
        self.client(daemon).send(request(f"http://{origin.authority}/"))
        self.wait_listed(daemon, lambda each: each["phase"] in ("connect", "ending"))
        with socket.socket(socket.AF_UNIX) as sock:
            sock.connect(str(self.socket_of(daemon)))
            sock.sendall(b"list\n")
            answer = b""
            while piece := sock.recv(65536):
                answer += piece
        self.assertNotIn(b"\x9b", answer)
        self.assertNotIn(b"\x1b", answer)


if __name__ == "__main__":
    main()
