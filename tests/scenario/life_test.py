"""From the start to the end of the daemon: options, configuration, signals, drain."""
import contextlib
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import threading

from harness import Daemon, Scenario, main, program, refuses, request, wait_until
from harness.origin import echo

PAGE = request("http://megaphone.internal/")


def run(*arguments):
    return subprocess.run([program("megaphoned"), *map(str, arguments)], capture_output=True, text=True, timeout=60)


class Start(Scenario):
    def test_it_is_ready_when_everything_listens(self):
        daemon = self.daemon(proxy={}, uppercase_tcp=[{"name": "a"}, {"name": "b"}], uppercase_udp={})
        self.assertEqual({name for name, _, _ in daemon.listeners()}, {"proxy", "a", "b", "uppercase-udp"})
        self.assertEqual({kind for _, kind, _ in daemon.listeners()}, {"proxy", "uppercase-tcp", "uppercase-udp"})

    def test_options_are_enough_for_a_quick_try(self):
        daemon = Daemon(
            {}, ["--proxy", "127.0.0.1:0", "--uppercase-tcp", "127.0.0.1:0", "--uppercase-udp", "127.0.0.1:0"]
        )
        self.addCleanup(daemon.stop)
        wait_until(lambda: len(daemon.listeners()) == 3, lambda: f"three listeners:\n{daemon.stderr}")
        self.assertEqual(self.fetch(daemon, PAGE).status, 200)
        self.assertEqual(self.client(daemon, "uppercase-tcp").send(b"x").read_exact(1), b"X")
        self.assertEqual(self.datagrams(daemon.address("uppercase-udp")).ask(b"x"), b"X")

    def test_a_taken_port_is_a_clear_error_and_nothing_is_served(self):
        stream, datagram = socket.SOCK_STREAM, socket.SOCK_DGRAM
        for kind, taken in (("proxy", stream), ("uppercase_tcp", stream), ("uppercase_udp", datagram)):
            with self.subTest(kind), socket.socket(socket.AF_INET, taken) as sock:
                sock.bind(("127.0.0.1", 0))
                if taken == stream:
                    sock.listen()
                address = "127.0.0.1:%d" % sock.getsockname()[1]
                with tempfile.TemporaryDirectory() as folder:
                    path = pathlib.Path(folder, "m.toml")
                    path.write_text(
                        '[[uppercase_tcp]]\nname = "free"\nlisten = "127.0.0.1:0"\n'
                        f'[[{kind}]]\nname = "busy"\nlisten = "{address}"\n'
                    )
                    done = run("--config", path)
                self.assertNotIn(done.returncode, (0, 78))
                self.assertGreater(done.returncode, 0, "ended by a signal")
                self.assertIn(address, done.stderr)
                self.assertIn("in use", done.stderr)

    def test_why_it_cannot_start_is_said_on_the_terminal_wherever_the_log_goes(self):
        with socket.create_server(("127.0.0.1", 0)) as sock, tempfile.TemporaryDirectory() as folder:
            port = sock.getsockname()[1]
            log, path = pathlib.Path(folder, "log"), pathlib.Path(folder, "m.toml")
            path.write_text(f'[log]\npath = "{log}"\n[[proxy]]\nlisten = "127.0.0.1:{port}"\n')
            done = run("--config", path)
            self.assertEqual(done.returncode, 71)
            for text in (done.stderr, log.read_text()):
                self.assertIn(f"cannot start: proxy: listen on TCP 127.0.0.1:{port}: Address already in use", text)
                self.assertIn(f"port {port} is taken: is another megaphoned running?", text)

    def test_the_log_begins_with_the_version_and_the_configuration(self):
        daemon = self.daemon(proxy={}, daemon={"event_loops": 1, "connect_workers": 1})
        version = run("--version").stdout.split()[-1]
        first = daemon.stderr.splitlines()[0]
        self.assertIn(f"megaphoned {version} starts, process {daemon.process.pid}, configuration ", first)
        self.assertIn(str(daemon.path / "megaphone.toml"), first)
        daemon.wait_logged("ready: 1 event loop, 1 connect worker\n")

    def test_signals_of_no_meaning_do_not_end_it_and_usr1_leaves_a_line(self):
        daemon = self.daemon(proxy={})
        daemon.signal(signal.SIGUSR2)
        daemon.signal(signal.SIGUSR1)
        daemon.wait_logged("told to open the log files anew")
        self.assertEqual(self.fetch(daemon, PAGE).status, 200)

    def test_a_second_daemon_does_not_share_the_port_of_the_first(self):
        for kind in ("proxy", "uppercase_tcp", "uppercase_udp"):
            first = self.daemon(**{kind: {}})
            address = "%s:%d" % first.address(kind.replace("_", "-"))
            done = run("--" + kind.replace("_", "-"), address)
            self.assertNotEqual(done.returncode, 0, kind)
            self.assertIn(address, done.stderr)

    def test_after_a_violent_end_the_port_can_be_taken_at_once(self):
        first = self.daemon(proxy={})
        address = "%s:%d" % first.address()
        client = self.client(first)
        self.assertEqual(client.send(PAGE).read_response().status, 200)
        first.kill()
        client.expect_gone()
        second = self.daemon(proxy={"listen": address})
        self.assertEqual(self.fetch(second, PAGE).status, 200)


class Configuration(Scenario):
    def check(self, text, *options):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "broken.toml")
            path.write_text(text)
            return run("--config", path, *options)

    def test_a_broken_file_ends_with_78_and_says_where(self):
        broken = {
            "no TOML": ("[daemon\n", 1),
            "an unknown key": ("[daemon]\nevent_lops = 2\n", 2),
            "an unknown section": ("\n[demon]\n", 2),
            "a wrong type": ('[daemon]\nevent_loops = "two"\n', 2),
            "a wrong duration": ('[[proxy]]\nlisten = "127.0.0.1:0"\nconnect_timeout = "10 lightyears"\n', 3),
            "a wrong address": ('[[proxy]]\nname = "p"\nlisten = "127.0.0.1:70000"\n', 3),
            "a wrong network": ('[[proxy]]\nlisten = "127.0.0.1:0"\nclients = ["10.0.0.0/99"]\n', 3),
        }
        for what, (text, line) in broken.items():
            for options in ((), ("--check",)):
                with self.subTest(what, options=options):
                    done = self.check(text, *options)
                    self.assertEqual(done.returncode, 78, done.stderr)
                    self.assertRegex(done.stderr, rf"broken\.toml:{line}\b")

    def test_all_problems_are_said_at_once(self):
        done = self.check('[daemon]\nevent_lops = 2\n[log]\nlevle = "info"\n')
        self.assertRegex(done.stderr, r"(?s)broken\.toml:2\b.*broken\.toml:4\b")

    def test_a_file_that_is_not_there_ends_with_78(self):
        done = run("--config", "/nonexistent/megaphone.toml")
        self.assertEqual(done.returncode, 78)
        self.assertIn("/nonexistent/megaphone.toml", done.stderr)

    def test_a_good_file_is_found_good_without_starting(self):
        done = self.check('[[proxy]]\nname = "p"\nlisten = "127.0.0.1:0"\n', "--check")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_help_and_version_are_on_standard_output(self):
        self.assertIn("--config", run("--help").stdout)
        self.assertRegex(run("--version").stdout, r"megaphone\S* \d+\.\d+")

    def test_an_unknown_option_is_refused(self):
        done = run("--frobnicate")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("frobnicate", done.stderr)


class Signals(Scenario):
    def test_sigterm_and_sigint_end_an_idle_daemon(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            daemon = self.daemon(proxy={}, uppercase_tcp={}, uppercase_udp={})
            daemon.signal(number)
            self.assertEqual(daemon.wait(), 0)
            daemon.wait_notified("STOPPING=1")

    def test_hangup_and_pipe_do_not_end_it(self):
        daemon = self.daemon(proxy={})
        for number in (signal.SIGHUP, signal.SIGPIPE, signal.SIGUSR1, signal.SIGHUP):
            daemon.signal(number)
            self.assertEqual(self.fetch(daemon, PAGE).status, 200)
        self.assertIsNone(daemon.process.poll())


class Drain(Scenario):
    def tunnel(self, daemon, origin):
        client = self.client(daemon)
        client.send(f"CONNECT {origin.authority} HTTP/1.1\r\nHost: {origin.authority}\r\n\r\n".encode())
        self.assertEqual(client.read_response("CONNECT").status, 200)
        return client

    def assert_refuses(self, address):
        wait_until(lambda: refuses(address), "the port to be closed")

    def test_an_exchange_in_flight_is_finished_and_nothing_new_is_accepted(self):
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
        daemon.signal(signal.SIGTERM)
        daemon.wait_notified("STOPPING=1")
        self.assert_refuses(daemon.address())
        release.set()
        answer = client.read_response()
        self.assertEqual((answer.body, answer.head.get("Connection")), (b"in the end", "close"))
        client.expect_end()
        self.assertEqual(daemon.wait(), 0)

    def test_an_idle_client_connection_does_not_hold_up_the_end(self):
        daemon = self.proxy()
        client = self.client(daemon)
        self.assertEqual(client.send(PAGE).read_response().status, 200)
        daemon.signal(signal.SIGTERM)
        client.expect_end()
        self.assertEqual(daemon.wait(), 0)

    def test_a_tunnel_may_end_by_itself(self):
        origin, daemon = self.origin(echo), self.proxy(connect_ports=["1-65535"])
        client = self.tunnel(daemon, origin)
        daemon.signal(signal.SIGTERM)
        daemon.wait_notified("STOPPING=1")
        self.assertEqual(client.send(b"still").read_exact(5), b"still")
        client.finish().expect_end()
        self.assertEqual(daemon.wait(), 0)

    def test_what_does_not_end_is_cut_after_the_drain_time(self):
        origin = self.origin(echo)
        daemon = self.proxy(connect_ports=["1-65535"], daemon={"drain_time": "300ms"})
        client = self.tunnel(daemon, origin)
        daemon.signal(signal.SIGTERM)
        client.expect_reset()
        self.assertEqual(daemon.wait(), 0)

    def endless(self, head):
        """An origin whose answer has no end in sight."""

        def script(peer):
            peer.read_request()
            peer.send(head)
            with contextlib.suppress(OSError):
                while True:
                    peer.send(bytes(1 << 16))

        return self.origin(script)

    def test_an_answer_that_the_client_does_not_read_is_cut_and_in_the_log(self):
        origin = self.endless(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
        with tempfile.TemporaryDirectory() as folder:
            log = pathlib.Path(folder, "access.log")
            daemon = self.proxy(daemon={"drain_time": "300ms"}, access_log={"path": str(log)})
            client = self.client(daemon)
            client.send(request(origin.url())).read_head()
            daemon.signal(signal.SIGTERM)
            self.assertEqual(daemon.wait(), 0)
            records = [json.loads(line) for line in log.read_text().splitlines()]
        self.assertEqual([(r["status"], r["reason"]) for r in records], [(200, "daemon_stopping")])

    def test_an_answer_without_a_length_is_cut_so_that_it_is_seen(self):
        origin = self.endless(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        daemon = self.proxy(daemon={"drain_time": "300ms"})
        client = self.client(daemon)
        client.send(f"GET {origin.url()} HTTP/1.0\r\n\r\n".encode()).read_head()
        daemon.signal(signal.SIGTERM)
        self.assertEqual(daemon.wait(), 0)
        client.expect_reset()

    def test_requests_that_have_arrived_are_answered(self):
        daemon = self.proxy()
        kept = self.client(daemon)
        self.assertEqual(kept.send(PAGE).read_response().status, 200)
        daemon.signal(signal.SIGSTOP)
        clients = [kept.send(PAGE), *(self.client(daemon).send(PAGE) for _ in range(20))]
        daemon.signal(signal.SIGTERM)
        daemon.signal(signal.SIGCONT)
        for client in clients:
            self.assertEqual(client.read_response().status, 200)
            client.expect_end()
        self.assertEqual(daemon.wait(), 0)

    def test_new_clients_come_in_during_the_delay(self):
        daemon = self.proxy(daemon={"drain_delay": "1500ms"})
        kept = self.client(daemon)
        self.assertEqual(kept.send(PAGE).read_response().status, 200)
        daemon.signal(signal.SIGTERM)
        daemon.wait_notified("STOPPING=1")
        for client in (kept, self.client(daemon)):
            answer = client.send(PAGE).read_response()
            self.assertEqual((answer.status, answer.head.get("Connection")), (200, None))
        kept.expect_end()
        self.assertEqual(daemon.wait(), 0)
        self.assert_refuses(daemon.address())

    def test_the_delay_ends_with_a_second_signal(self):
        daemon = self.proxy(daemon={"drain_delay": "10min"})
        daemon.signal(signal.SIGTERM)
        daemon.wait_notified("STOPPING=1")
        self.assertEqual(self.fetch(daemon, PAGE).status, 200)
        daemon.signal(signal.SIGTERM)
        self.assertEqual(daemon.wait(), 0)

    def test_systemd_is_asked_for_the_time_that_it_may_take(self):
        daemon = self.proxy(daemon={"drain_delay": "10s", "drain_time": "2min"})
        daemon.signal(signal.SIGTERM)
        daemon.wait_notified("STOPPING=1")
        self.assertIn("EXTEND_TIMEOUT_USEC=135000000", daemon.notified)

    def test_what_is_cut_stands_in_the_log_and_a_crowd_is_summed_up(self):
        origin = self.origin(echo)
        daemon = self.proxy(
            connect_ports=["1-65535"], daemon={"drain_time": "300ms", "event_loops": 1}, max_connections=200
        )
        tunnels = [self.tunnel(daemon, origin) for _ in range(60)]
        idle = self.client(daemon)
        self.assertEqual(idle.send(PAGE).read_response().status, 200)
        tunnels[0].send(b"abc").read_exact(3)
        daemon.signal(signal.SIGTERM)
        self.assertEqual(daemon.wait(), 0)
        cuts = [line for line in daemon.stderr.splitlines() if " cut id=" in line]
        self.assertEqual(len(cuts), 50)
        self.assertTrue(all(" kind=connect listener=proxy client=127.0.0.1:" in line for line in cuts), cuts)
        self.assertTrue(all(f" origin={origin.authority} " in line for line in cuts), cuts)
        received = [int(re.search(r" client_in=(\d+) ", line).group(1)) for line in cuts]
        self.assertEqual(received[0], received[1] + 3, cuts)
        daemon.wait_logged("cut 10 more of the same event loop")

    def test_a_second_signal_ends_it_at_once(self):
        for first, second in ((signal.SIGTERM, signal.SIGTERM), (signal.SIGINT, signal.SIGTERM)):
            origin = self.origin(echo)
            daemon = self.proxy(connect_ports=["1-65535"], daemon={"drain_time": "10min"})
            client = self.tunnel(daemon, origin)
            daemon.signal(first)
            daemon.wait_notified("STOPPING=1")
            self.assertEqual(client.send(b"still").read_exact(5), b"still")
            daemon.signal(second)
            self.assertEqual(daemon.wait(), 0)
            client.expect_gone()

    def test_the_end_in_the_middle_of_everything_is_clean(self):
        hole, server = self.blackhole(), self.name_server()
        server.add("silent.test", silent=True)
        origin = self.origin(echo)
        daemon = self.daemon(
            uppercase_tcp={},
            uppercase_udp={},
            dns={"servers": [server.address], "timeout": "20s"},
            proxy={"allow_destinations": ["127.0.0.0/8"], "connect_ports": ["1-65535"], "connect_timeout": "20s"},
        )
        for _ in range(20):
            self.client(daemon).send(request(f"http://{hole.authority}/"))
            self.client(daemon).send(request("http://silent.test/"))
            self.client(daemon).send(b"GET http://half")
            self.client(daemon, "uppercase-tcp").send(b"x" * 100_000)
            self.tunnel(daemon, origin).send(b"x" * 100_000)
        server.wait_for("silent.test")
        daemon.stop()


class Violence(Scenario):
    def test_a_daemon_that_is_killed_leaves_no_half_line_for_its_successor(self):
        with tempfile.TemporaryDirectory() as folder:
            log = os.path.join(folder, "access.log")
            first = self.proxy(access_log={"path": log})
            self.assertEqual(self.fetch(first, PAGE).status, 200)
            first.kill()
            second = self.proxy(access_log={"path": log})
            self.assertEqual(self.fetch(second, PAGE).status, 200)
            second.stop()
            with open(log, encoding="utf-8") as lines:
                self.assertTrue(all(line.startswith("{") and line.endswith("}\n") for line in lines))


if __name__ == "__main__":
    main()
