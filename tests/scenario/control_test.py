"""The control socket: megaphone status, list and reload, and who may use them."""
import contextlib
import grp
import json
import os
import pathlib
import signal
import socket
import stat
import struct
import subprocess
import tempfile

from harness import Daemon, Scenario, main, program, request, thread, wait_until
from harness.origin import echo, serve

PAGE = request("http://megaphone.internal/")


class Control(Scenario):
    def ask(self, path, line, whole=True):
        """What the socket answers to these bytes."""
        with socket.socket(socket.AF_UNIX) as sock:
            sock.settimeout(30)
            sock.connect(str(path))
            sock.sendall(line)
            if whole:
                sock.shutdown(socket.SHUT_WR)
            answer = b""
            while piece := sock.recv(65536):
                answer += piece
            return answer.decode()

    def socket_of(self, daemon):
        return daemon.path / "megaphone/control.sock"

    def status(self, daemon):
        done = daemon.command("status", "--json")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return json.loads(done.stdout)

    def listed(self, daemon, *options):
        done = daemon.command("list", "--json", *options)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return [json.loads(line) for line in done.stdout.splitlines()]

    def wait_listed(self, daemon, test):
        return wait_until(
            lambda: next((each for each in self.listed(daemon) if test(each)), None),
            lambda: f"a connection; there are {self.listed(daemon)}",
        )


class Status(Control):
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


class List(Control):
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


class Reload(Control):
    def test_it_waits_until_the_new_configuration_is_in_force(self):
        daemon = self.daemon(proxy={})
        daemon.sections["uppercase_tcp"] = [{"name": "new", "listen": "127.0.0.1:0"}]
        daemon.write_configuration()
        done = daemon.command("reload")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"^reloaded .*: 1 addresses kept, 1 opened, 0 closed\n$")
        self.assertEqual(self.client(daemon, "new").send(b"x").read_exact(1), b"X")
        status = self.status(daemon)
        self.assertEqual((status["generation"], status["reload"]["done"]), (2, True))

    def test_a_mistake_is_told_with_its_place_and_changes_nothing(self):
        daemon = self.daemon(proxy={})
        daemon.write_configuration('[[proxy]]\nlisten = "127.0.0.1:0"\nmax_conections = 3\n')
        done = daemon.command("reload")
        self.assertEqual((done.returncode, done.stdout), (70, ""))
        self.assertRegex(done.stderr, r"megaphone\.toml:3:1: .*max_conections.*did you mean")
        self.assertIn("everything stays as it was", done.stderr)
        status = self.status(daemon)
        self.assertEqual((status["generation"], status["reload"]["done"]), (1, False))
        self.assertIn("max_conections", status["reload"]["text"])

    def test_what_needs_a_restart_is_told(self):
        daemon = self.daemon(proxy={})
        daemon.sections["daemon"]["event_loops"] = 3
        daemon.sections["control"] = {"group": "root"}
        daemon.write_configuration()
        done = daemon.command("reload")
        self.assertEqual(done.returncode, 0)
        self.assertIn("read at the start only: [daemon] event_loops, [control] group", done.stdout)

    def test_many_at_once_are_all_answered(self):
        daemon = self.daemon(proxy={})
        running = [
            subprocess.Popen([program("megaphone"), "reload"], env=daemon.surroundings(), stdout=subprocess.PIPE)
            for _ in range(8)
        ]
        wait_until(lambda: daemon.status() and all(each.poll() is not None for each in running), "answers to all")
        for each in running:
            self.assertIn(b"reloaded", each.communicate()[0])
            self.assertEqual(each.returncode, 0)


class Capture(Control):
    def start(self, daemon, *arguments, listener="proxy", **pipes):
        """`megaphone capture`, running; back when the daemon shows it."""
        running = subprocess.Popen(
            [program("megaphone"), "capture", listener, *arguments], env=daemon.surroundings(),
            stdout=pipes.get("stdout", subprocess.PIPE), stderr=subprocess.PIPE,
        )
        self.addCleanup(running.stderr.close)
        self.addCleanup(running.wait)
        self.addCleanup(running.kill)
        return running

    def wait_captures(self, daemon, count):
        wait_until(lambda: len(self.status(daemon)["captures"]) == count, f"{count} captures")

    def blocks(self, data):
        """The types of the blocks of a pcapng file, which is whole."""
        kinds = []
        while data:
            kind, size = struct.unpack_from("<II", data)
            self.assertGreaterEqual(len(data), size, "a block is cut short")
            kinds.append(kind)
            data = data[size:]
        return kinds

    def fetched(self, daemon, origin):
        self.assertEqual(self.fetch(daemon, request(origin.url("/captured"))).status, 200)

    def test_ctrl_c_and_sigterm_end_it_with_a_whole_packet(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number):
                self.end_by(number)

    def end_by(self, number):
        daemon, origin = self.proxy(), self.origin()
        running = self.start(daemon)
        self.wait_captures(daemon, 1)
        self.fetched(daemon, origin)
        wait_until(lambda: self.status(daemon)["captures"][0]["packets"] > 10, "packets")
        running.send_signal(number)
        data = running.stdout.read()
        running.stdout.close()
        self.assertEqual((running.wait(60), running.stderr.read()), (0, b""))
        kinds = self.blocks(data)
        self.assertEqual(kinds[0], 0x0A0D0D0A)
        self.assertGreater(kinds.count(6), 10)
        self.assertIn(b"GET /captured", data)
        self.wait_captures(daemon, 0)
        daemon.wait_logged("capture ended listener=proxy")

    def test_it_ends_by_itself_in_a_file_of_its_own(self):
        daemon, origin = self.proxy(), self.origin()
        path = daemon.path / "new.pcapng"
        running = self.start(daemon, "--max", "2kB", "--write", path, stdout=subprocess.DEVNULL)
        self.wait_captures(daemon, 1)
        for _ in range(4):
            self.fetched(daemon, origin)
        said = b"megaphone: capturing into %s; Ctrl-C ends it\n" % str(path).encode()
        self.assertEqual((running.wait(60), running.stderr.read()), (0, said))
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        self.blocks(path.read_bytes())
        self.wait_captures(daemon, 0)

    def free_port(self):
        with socket.create_server(("127.0.0.1", 0)) as free:
            return free.getsockname()[1]

    def serving(self, daemon, *arguments):
        """`megaphone capture --serve`, running, and the connection of its reader."""
        port = self.free_port()
        running = self.start(daemon, "--serve", str(port), *arguments, stdout=subprocess.DEVNULL)
        self.assertIn(b"wireshark -k -i TCP@127.0.0.1:%d" % port, running.stderr.readline())
        reader = socket.create_connection(("127.0.0.1", port))
        self.addCleanup(reader.close)
        self.wait_captures(daemon, 1)
        return running, reader

    def test_one_reader_is_served_on_a_port_and_it_ends_with_him(self):
        daemon, origin = self.proxy(), self.origin()
        running, reader = self.serving(daemon)
        self.fetched(daemon, origin)
        data = b""
        while b"GET /captured" not in data:
            data += reader.recv(65536)
        reader.close()
        self.assertEqual(running.wait(60), 0)
        self.wait_captures(daemon, 0)

    def test_ctrl_c_ends_it_though_its_reader_takes_nothing(self):
        daemon, origin = self.proxy(), self.origin(serve(body=b"x" * 2_000_000))
        running, _ = self.serving(daemon)

        def is_full():
            self.fetched(daemon, origin)
            return self.status(daemon)["captures"][0]["lost"] > 0

        wait_until(is_full, "packets that a reader does not take")
        daemon.wait_logged("the capture of proxy to a reader loses packets: they come too fast for it")
        self.assertGreater(self.status(daemon)["capture_packets_lost"], 0)
        running.send_signal(signal.SIGINT)
        self.assertEqual(running.wait(60), 74)
        self.assertIn(b"has taken nothing for 2 s", running.stderr.read())
        self.wait_captures(daemon, 0)
        self.assertGreater(self.status(daemon)["capture_packets_lost"], 0)
        self.assertRegex(daemon.command("status").stdout, r"captured packets lost\t[1-9]")

    def test_its_time_ends_it_though_its_reader_takes_nothing(self):
        daemon, origin = self.proxy(), self.origin(serve(body=b"x" * 2_000_000))
        running, _ = self.serving(daemon, "--for", "3s")
        while "capture ended" not in daemon.stderr:
            self.fetched(daemon, origin)
        self.assertRegex(daemon.stderr, r'why="time over".* lost=[1-9]')
        self.assertEqual(running.wait(60), 74)
        self.assertIn(b"has taken nothing for 2 s", running.stderr.read())

    def test_scope_and_secrets_are_the_askers_choice(self):
        daemon, origin = self.proxy(), self.origin()
        with_all, other_host, heads = (daemon.path / name for name in ("all", "other", "heads"))
        first = self.start(daemon, "--with-secrets", "--client", "127.0.0.0/8", "--write", with_all)
        second = self.start(daemon, "--host", "elsewhere.test", "--write", other_host)
        third = self.start(daemon, "--headers-only", "--write", heads)
        self.wait_captures(daemon, 3)
        running = self.status(daemon)["captures"]
        self.assertEqual(sorted((each["with_secrets"], each["headers_only"]) for each in running),
                         [(False, False), (False, True), (True, False)])
        self.fetch(daemon, request(origin.url("/captured"), fields=[("Authorization", "Basic c2VjcmV0")]))
        for running in (first, second, third):
            running.send_signal(signal.SIGINT)
            self.assertEqual(running.wait(60), 0)
            running.stdout.close()
        self.assertIn(b"c2VjcmV0", with_all.read_bytes())
        self.assertNotIn(b"captured", other_host.read_bytes())
        self.assertIn(b"GET /captured", heads.read_bytes())
        self.assertIn(b"hello", with_all.read_bytes())
        self.assertNotIn(b"hello", heads.read_bytes())

    def test_what_comes_once_it_has_begun_is_in_it(self):
        daemon = self.daemon(uppercase_udp={"name": "udp"}, daemon={"event_loops": 4})
        where = daemon.path / "datagram.pcapng"
        for number in range(20):
            running = self.start(daemon, "--write", where, "--force", listener="udp")
            self.assertIn(b"capturing into", running.stderr.readline())
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
                sock.settimeout(30)
                sock.sendto(b"first %d" % number, daemon.address("udp"))
                sock.recv(100)
            running.send_signal(signal.SIGINT)
            self.assertEqual(running.wait(60), 0)
            running.stdout.close()
            self.assertIn(b"first %d" % number, where.read_bytes())
            self.assertIn(b"FIRST %d" % number, where.read_bytes())

    def test_what_is_refused_touches_no_file_and_waits_for_no_reader(self):
        daemon = self.proxy()
        older = daemon.path / "older.pcapng"
        older.write_bytes(b"worth keeping")
        for where in (("--write", older), ("--serve", str(self.free_port()))):
            done = daemon.command("capture", "prxy", *where)
            self.assertEqual((done.returncode, done.stderr.count('there is no listener "prxy"')), (70, 1), done.stderr)
            self.assertEqual(older.read_bytes(), b"worth keeping")
        running = self.start(daemon, "--write", older, listener="prxy", stdout=self.nobody())
        self.assertEqual(running.wait(60), 70)
        self.assertEqual(older.read_bytes(), b"worth keeping")

    def test_a_file_is_new_and_its_owners_alone(self):
        daemon = self.proxy()
        there, kept, link = (daemon.path / name for name in ("there.pcapng", "kept", "link.pcapng"))
        for path in (there, kept):
            path.write_bytes(b"worth keeping")
            path.chmod(0o644)
        link.symlink_to(kept)
        for where in (there, link):
            done = daemon.command("capture", "proxy", "--for", "1ms", "--write", where)
            self.assertEqual((done.returncode, "is there already" in done.stderr), (74, True), done.stderr)
            self.assertIn("--force", done.stderr)
            self.assertEqual(where.read_bytes(), b"worth keeping")
        with there.open("rb") as opened:
            for where in (there, link, daemon.path / "new.pcapng"):
                done = daemon.command("capture", "proxy", "--for", "1ms", "--write", where, "--force")
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(where.lstat().st_mode, stat.S_IFREG | 0o600)
                self.blocks(where.read_bytes())
            self.assertEqual(opened.read(), b"worth keeping")
        self.assertEqual((kept.read_bytes(), stat.S_IMODE(kept.stat().st_mode)), (b"worth keeping", 0o644))
        for place in ("/dev/null", daemon.path):
            done = daemon.command("capture", "proxy", "--for", "1ms", "--write", place, "--force")
            self.assertEqual((done.returncode, "not a regular file" in done.stderr), (74, True), done.stderr)
        self.assertEqual(len(list(daemon.path.glob("*.pcapng*"))), 3, "nothing else is left")

    def nobody(self):
        """A pipe that nobody reads."""
        reader, writer = os.pipe()
        os.close(reader)
        self.addCleanup(os.close, writer)
        return writer

    def test_mistakes_are_told(self):
        daemon = self.proxy()
        for arguments, code, said in (
            (["prxy"], 70, 'there is no listener "prxy"'), ([], 64, "LISTENER is missing"),
            (["proxy", "--client", "x"], 64, "a network such as"), (["proxy", "--host", "a b"], 64, "without blanks"),
            (["proxy", "--for", "soon"], 64, "--for cannot be"), (["proxy", "--serve", "0"], 64, "is not a port number"),
            (["proxy", "--write", "/no-such/file"], 74, "cannot be written"),
            (["proxy", "--write", "x", "--serve", "1"], 64, "do not go together"),
            (["proxy", "--force"], 64, "is for a file"),
        ):
            done = daemon.command("capture", *arguments)
            self.assertEqual((done.returncode, said in done.stderr), (code, True), done.stderr)


class Socket(Control):
    def start(self, ready=True, **control):
        return self.daemon(proxy={}, ready=ready, control=control)

    def test_only_the_owner_may_use_it(self):
        daemon = self.start()
        self.assertEqual(stat.S_IMODE(self.socket_of(daemon).stat().st_mode), 0o600)

    def test_a_group_may_be_let_in(self):
        group = grp.getgrgid(os.getgid()).gr_name
        daemon = self.start(group=group)
        status = self.socket_of(daemon).stat()
        self.assertEqual((stat.S_IMODE(status.st_mode), status.st_gid), (0o660, os.getgid()))

    def test_an_unknown_group_is_an_error_of_the_start(self):
        daemon = self.start(ready=False, group="no-such-group", path="./c.sock")
        self.assertEqual(daemon.wait(), 71)
        self.assertIn("[control] group: there is no group no-such-group", daemon.stderr)
        daemon.kill()

    def test_it_is_gone_when_the_daemon_has_ended(self):
        daemon = self.start()
        path = self.socket_of(daemon)
        self.assertTrue(path.exists())
        folder = list(path.parent.iterdir())
        self.assertEqual(folder, [path])
        daemon.signal(signal.SIGTERM)
        daemon.wait()
        self.assertFalse(path.exists())

    def test_what_a_dead_daemon_left_is_replaced(self):
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/c.sock"
            with socket.socket(socket.AF_UNIX) as dead:
                dead.bind(path)
            daemon = self.start(path=path)
            self.assertIn('"state":"serving"', daemon.command("status", "--json", "--socket", path).stdout)

    def test_a_living_daemon_keeps_its_socket(self):
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/c.sock"
            first = self.start(path=path)
            second = self.start(ready=False, path=path)
            self.assertEqual(second.wait(), 71)
            self.assertIn("another megaphoned listens there", second.stderr)
            second.kill()
            self.assertEqual(json.loads(first.command("status", "--json", "--socket", path).stdout)["pid"],
                             first.process.pid)

    def test_a_guessed_place_that_is_taken_is_only_a_warning(self):
        first = self.start()
        second = Daemon({}, ["--proxy", "127.0.0.1:0"], environment={"XDG_RUNTIME_DIR": str(first.path)})
        self.addCleanup(second.stop)
        second.wait_logged("there is no control socket")
        self.assertEqual(self.status(first)["pid"], first.process.pid)

    def test_a_file_that_is_no_socket_is_left_alone(self):
        with tempfile.NamedTemporaryFile() as file:
            file.write(b"mine")
            file.flush()
            daemon = self.start(ready=False, path=file.name)
            self.assertEqual(daemon.wait(), 71)
            self.assertIn("is not a socket", daemon.stderr)
            daemon.kill()
            self.assertEqual(pathlib.Path(file.name).read_bytes(), b"mine")

    def test_there_may_be_none(self):
        daemon = self.start(path="none")
        daemon.wait_logged("control socket: none")
        self.assertFalse(self.socket_of(daemon).exists())
        done = daemon.command("status", "--socket", self.socket_of(daemon))  # another daemon's may be in a usual place
        self.assertEqual((done.returncode, done.stdout), (69, ""))
        self.assertIn("There is no control socket at", done.stderr)

    def test_a_socket_without_a_daemon_is_explained(self):
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/c.sock"
            with socket.socket(socket.AF_UNIX) as dead:
                dead.bind(path)
            daemon = self.start()
            done = daemon.command("status", "--socket", path)
            self.assertEqual(done.returncode, 69)
            self.assertIn("Nobody listens on", done.stderr)


class Requests(Control):
    def setUp(self):
        self.served = self.daemon(proxy={})
        self.path = self.socket_of(self.served)

    def test_misspelt_words_are_understood_but_not_obeyed(self):
        for line, meant in ((b"staus\n", "did you mean status?"), (b"list limt=3\n", "did you mean limit?"),
                            (b"status form=xml\n", "there are table, plain, json"), (b"\n", "there are capture, list, reload, status"),
                            (b"list limit=0\n", "it can be from 1 to"), (b"list limit\n", "NAME=VALUE"),
                            (b"list limit=1 limit=2\n", "give it once")):
            answer = self.ask(self.path, line)
            self.assertTrue(answer.startswith("failed\n"), answer)
            self.assertIn(meant, answer)

    def test_a_line_may_lack_its_end(self):
        self.assertTrue(self.ask(self.path, b"status").startswith("ok\nmegaphoned "))

    def test_a_request_is_bounded(self):
        self.assertTrue(self.ask(self.path, b"x" * 4096, whole=False).startswith("failed\nthe request is too long"))

    def test_too_many_at_once_are_told_so_and_the_others_go_on(self):
        with contextlib.ExitStack() as stack:
            silent = []
            for _ in range(32):
                sock = stack.enter_context(socket.socket(socket.AF_UNIX))
                sock.connect(str(self.path))
                silent.append(sock)

            def busy():
                try:
                    return self.ask(self.path, b"", whole=False).startswith("failed\ntoo many commands")
                except OSError:  # no room to wait in, or cut off
                    return False

            wait_until(busy, "a refusal")
            silent[0].sendall(b"status\n")
            self.assertTrue(silent[0].recv(3).startswith(b"ok"))
        wait_until(lambda: self.served.command("status").returncode == 0, "room again")

    def test_options_that_are_wrong_are_found_by_the_command_itself(self):
        for arguments, said in ((["list", "x"], "takes no argument"), (["stats"], "did you mean megaphone status"),
                                (["list", "--limit", "a b"], "--limit cannot be")):
            done = self.served.command(*arguments)
            self.assertEqual((done.returncode, said in done.stderr), (64, True), done.stderr)


if __name__ == "__main__":
    main()
