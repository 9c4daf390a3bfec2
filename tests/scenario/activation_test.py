"""Sockets that systemd has opened: handed over by name, served by all loops, and never lost."""
import contextlib
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import unittest

from harness import Daemon, Scenario, connect, main, program, request, wait_until
from harness.daemon import toml_file

PAGE = request("http://megaphone.internal/")


class Activation(Scenario):
    def tcp(self, address="127.0.0.1", family=socket.AF_INET):
        return self.opened(family, socket.SOCK_STREAM, (address, 0))

    def udp(self, address="127.0.0.1", family=socket.AF_INET):
        return self.opened(family, socket.SOCK_DGRAM, (address, 0))

    def opened(self, family, kind, address):
        sock = socket.socket(family, kind)
        self.addCleanup(sock.close)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)  # as systemd does unless told otherwise
        sock.bind(address)
        if kind == socket.SOCK_STREAM:
            sock.listen()
        return sock

    def assert_serves(self, *socks):
        for sock in socks:
            with connect(sock.getsockname()[:2]) as client:
                self.assertEqual(client.send(PAGE).read_response().status, 200)

    def ask(self, sock, text, host=None):
        datagrams = self.datagrams((host or sock.getsockname()[0], sock.getsockname()[1]))
        return datagrams.ask(text)


class Serving(Activation):
    def test_one_name_may_stand_for_tcp_and_udp(self):
        stream, datagram = self.tcp(), self.udp()
        daemon = self.daemon(
            uppercase_tcp={"listen": "systemd:capitals"},
            uppercase_udp={"listen": "systemd:capitals"},
            handed=[("capitals", datagram), ("capitals", stream)],
        )
        with connect(stream.getsockname()) as client:
            self.assertEqual(client.send(b"a").read_exact(1), b"A")
        self.assertEqual(self.ask(datagram, b"b"), b"B")
        self.assertEqual(daemon.stderr.count(" from=systemd:capitals"), 2)

    def test_a_name_may_stand_for_several_addresses_and_a_listener_may_have_others(self):
        socks = [self.tcp(), self.tcp()]
        daemon = self.daemon(
            proxy={"listen": ["systemd:web", "127.0.0.1:0"]}, handed=[("web", sock) for sock in socks]
        )
        self.assertEqual(len(daemon.addresses("proxy")), 3)
        self.assert_serves(*socks)
        self.assertEqual(self.fetch(daemon, PAGE).status, 200)

    def test_several_loops_share_it_and_none_is_held_up(self):
        stream, datagram = self.tcp(), self.udp()
        daemon = self.daemon(
            proxy={"listen": "systemd:web"},
            uppercase_udp={"listen": "systemd:dns"},
            daemon={"event_loops": 4},
            handed=[("web", stream), ("dns", datagram)],
        )
        own = self.client(daemon)
        for number in range(50):
            self.assert_serves(stream)
            self.assertEqual(self.ask(datagram, b"x%d" % number), b"X%d" % number)
            self.assertEqual(own.send(PAGE).read_response().status, 200)

    def test_a_socket_of_both_families_answers_both(self):
        try:
            stream, datagram = self.tcp("::", socket.AF_INET6), self.udp("::", socket.AF_INET6)
        except OSError:
            self.skipTest("no IPv6 here")
        self.daemon(
            proxy={"listen": "systemd:web"},
            uppercase_udp={"listen": "systemd:web"},
            handed=[("web", stream), ("web", datagram)],
        )
        for host in ("127.0.0.1", "::1"):
            with connect((host, stream.getsockname()[1])) as client:
                self.assertEqual(client.send(PAGE).read_response().status, 200)
            self.assertEqual(self.ask(datagram, b"x", host), b"X")

    def test_who_came_before_it_started_is_served(self):
        stream, datagram = self.tcp(), self.udp()
        early = connect(stream.getsockname()).send(PAGE)
        self.addCleanup(early.close)
        asking = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(asking.close)
        asking.settimeout(20)
        asking.sendto(b"early", datagram.getsockname())
        self.daemon(
            proxy={"listen": "systemd:web"},
            uppercase_udp={"listen": "systemd:dns"},
            handed=[("web", stream), ("dns", datagram)],
        )
        self.assertEqual(early.read_response().status, 200)
        self.assertEqual(asking.recv(100), b"EARLY")

    def test_a_restart_loses_nobody(self):
        stream = self.tcp()
        first = self.daemon(proxy={"listen": "systemd:web"}, handed=[("web", stream)])
        self.assert_serves(stream)
        first.stop()
        between = connect(stream.getsockname()).send(PAGE)
        self.addCleanup(between.close)
        self.daemon(proxy={"listen": "systemd:web"}, handed=[("web", stream)])
        self.assertEqual(between.read_response().status, 200)


class Reload(Activation):
    def test_it_is_kept_and_may_go_to_another_listener(self):
        stream = self.tcp()
        daemon = self.daemon(proxy={"listen": "systemd:web"}, handed=[("web", stream)])
        daemon.reload()
        daemon.wait_logged("1 addresses kept, 0 opened, 0 closed")
        self.assert_serves(stream)
        daemon.reload('[[proxy]]\nname = "other"\nlisten = "systemd:web"\nclients = "127.0.0.0/8"\n')
        self.assert_serves(stream)
        daemon.reload('[[uppercase_tcp]]\nlisten = ["systemd:web", "127.0.0.1:0"]\n')
        with connect(stream.getsockname()) as client:
            self.assertEqual(client.send(b"a").read_exact(1), b"A")

    def test_one_that_is_left_over_is_a_mistake_and_changes_nothing(self):
        stream = self.tcp()
        daemon = self.daemon(proxy={"listen": "systemd:web"}, handed=[("web", stream)])
        daemon.reload('[[proxy]]\nlisten = "127.0.0.1:0"\n')
        self.assertIn("systemd hands over a socket that no listener takes", daemon.status())
        self.assert_serves(stream)


class Mistakes(Activation):
    def refused(self, handed, **sections):
        """What it says; `handed`: none at all when that is None."""
        daemon = self.daemon(ready=False, handed=handed, **sections)
        self.assertEqual(daemon.wait(), 78, daemon.stderr)
        text = daemon.stderr
        daemon.kill()  # it has ended by itself
        return text

    def test_a_listener_without_a_socket(self):
        stream = self.tcp()
        text = self.refused([("web", stream)], proxy={"listen": ["systemd:web", "systemd:wbe"]})
        self.assertRegex(text, r'megaphone\.toml:\d+:\d+: error: systemd hands over no TCP socket with the name "wbe"')
        self.assertIn('help: there is "web" (TCP 127.0.0.1:%d)' % stream.getsockname()[1], text)

    def test_no_sockets_at_all(self):
        text = self.refused(None, proxy={"listen": "systemd:web"})
        self.assertIn('no TCP socket with the name "web"', text)
        self.assertIn("none is handed over at all: start it by a .socket unit with FileDescriptorName=web", text)

    def test_a_socket_without_a_listener(self):
        text = self.refused([("web", self.tcp()), ("dns", self.udp())], proxy={"listen": "systemd:web"})
        self.assertIn('a socket that no listener takes: "dns" (UDP 127.0.0.1:', text)
        self.assertIn('give an [[uppercase_udp]] listen = "systemd:dns"', text)

    def test_a_socket_of_the_wrong_type(self):
        text = self.refused([("web", self.udp())], proxy={"listen": "systemd:web"})
        self.assertIn('no TCP socket with the name "web"', text)
        self.assertIn('there is "web" (UDP 127.0.0.1:', text)

    def test_sockets_that_cannot_be_served(self):
        with tempfile.TemporaryDirectory() as folder:
            unix = self.opened(socket.AF_UNIX, socket.SOCK_STREAM, folder + "/socket")
        silent = socket.socket()
        self.addCleanup(silent.close)
        silent.bind(("127.0.0.1", 0))
        for sock in (unix, silent):
            text = self.refused([("web", self.tcp()), ("odd", sock)], proxy={"listen": "systemd:web"})
            self.assertIn('"odd", which is neither a listening TCP socket nor a UDP socket', text)

    def test_a_client_who_waits_has_a_broken_file_tried_every_now_and_then_only(self):
        sock = self.tcp()
        with connect(sock.getsockname()):
            daemon = self.daemon(ready=False, proxy={"listen": "systemd:web", "nonsense": 1}, handed=[("web", sock)])
            daemon.wait_logged("1 error")
            self.assertIsNone(daemon.process.poll())
            daemon.signal(signal.SIGTERM)  # who stops it does not wait
            self.assertEqual(daemon.wait(), 78)
        daemon.kill()

    def test_options_cannot_name_them(self):
        daemon = Daemon({}, ["--proxy", "127.0.0.1:0"], ready=False, handed=[("web", self.tcp())])
        self.assertEqual(daemon.wait(), 64)
        self.assertIn("hands over sockets", daemon.stderr)
        daemon.kill()

    def test_sockets_of_another_process_are_not_touched(self):
        daemon = self.daemon(proxy={}, environment={"LISTEN_FDS": "3", "LISTEN_PID": "1", "LISTEN_FDNAMES": "a:b:c"})
        self.assertEqual(self.fetch(daemon, PAGE).status, 200)


class Checking(Activation):
    def check(self, text):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "m.toml")
            path.write_text(text)
            return subprocess.run([program("megaphoned"), "--check", path], capture_output=True, text=True, timeout=60)

    def test_before_the_start_nobody_has_the_sockets(self):
        done = self.check('[[proxy]]\nlisten = "systemd:web"\n')
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_two_listeners_cannot_have_the_same(self):
        done = self.check('[[proxy]]\nlisten = "systemd:web"\n[[uppercase_tcp]]\nlisten = "systemd:web"\n')
        self.assertEqual(done.returncode, 78)
        self.assertIn("systemd:web (TCP) is taken by another listen", done.stderr)

    def test_a_name_is_needed(self):
        done = self.check('[[proxy]]\nlisten = "systemd:"\n')
        self.assertIn('help: for a socket of systemd write "systemd:NAME"', done.stderr)


@unittest.skipUnless(shutil.which("systemd-socket-activate"), "systemd-socket-activate is not here")
class Real(Activation):
    """The sockets come from systemd itself."""

    @contextlib.contextmanager
    def activated(self, name, options, sections):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "m.toml")
            path.write_text(toml_file(sections))
            with open(pathlib.Path(folder, "stderr"), "w+b") as stderr:
                process = subprocess.Popen(
                    ["systemd-socket-activate", f"--fdname={name}", *options, program("megaphoned"), "--config", path],
                    stdout=stderr,
                    stderr=stderr,
                )
                try:
                    yield process
                    process.send_signal(signal.SIGTERM)
                    code = process.wait(20)
                finally:
                    process.kill()
                    process.wait()
                stderr.seek(0)
                self.assertEqual(code, 0, stderr.read().decode())

    def address(self, kind):
        """One that is free now."""
        with socket.socket(socket.AF_INET, kind) as sock:
            sock.bind(("127.0.0.1", 0))
            return sock.getsockname()

    def test_tcp(self):
        host, port = self.address(socket.SOCK_STREAM)
        sections = {"proxy": [{"listen": "systemd:web"}]}
        with self.activated("web", ["-l", f"{host}:{port}"], sections):

            def there():
                with contextlib.suppress(ConnectionRefusedError):
                    return connect((host, port))

            with wait_until(there, "the socket") as client:
                self.assertEqual(client.send(PAGE).read_response().status, 200)

    def test_udp(self):
        host, port = self.address(socket.SOCK_DGRAM)
        sections = {"uppercase_udp": [{"listen": "systemd:dns"}]}
        with self.activated("dns", ["-d", "-l", f"{host}:{port}"], sections):

            def answered():
                with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
                    sock.connect((host, port))
                    sock.settimeout(1)
                    sock.send(b"hello")
                    return sock.recv(100)

            self.assertEqual(wait_until(answered, "an answer"), b"HELLO")


if __name__ == "__main__":
    main()
