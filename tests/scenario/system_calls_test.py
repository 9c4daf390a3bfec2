"""The system calls of the daemon, as strace sees them: the shipped unit allows them all; a short tunnel takes few.

Skipped without strace or systemd-analyze, and where no process may be traced."""
import collections
import os
import pathlib
import re
import shutil
import signal
import subprocess

from harness import Scenario, main, program, request
from harness.origin import echo
from harness.tracing import tracing

UNIT = pathlib.Path(__file__).resolve().parents[2] / "systemd/megaphone.service.in"
PAGE = request("http://megaphone.internal/")


def assignments(key):
    return re.findall(rf"^{key}=(.*)$", UNIT.read_text(), re.M)


def members(name):
    """The system calls of a name, which may be that of a group."""
    if not name.startswith("@"):
        return {name}
    lines = subprocess.run(["systemd-analyze", "syscall-filter", name], capture_output=True, text=True, check=True).stdout
    names = [line.strip() for line in lines.splitlines()[1:] if line.strip() and not line.strip().startswith("#")]
    return set().union(*map(members, names))


def allowed_calls():
    allowed = set()
    for value in assignments("SystemCallFilter"):
        named = set().union(*map(members, value.lstrip("~").split()))
        allowed = allowed - named if value.startswith("~") else allowed | named
    return allowed


class SystemCalls(Scenario):
    def setUp(self):
        if not shutil.which("systemd-analyze"):
            self.skipTest("no systemd-analyze")

    def exercise(self, daemon, origin):
        self.assertEqual(self.fetch(daemon, PAGE).status, 200)
        self.assertEqual(self.fetch(daemon, request(origin.url())).status, 200)
        self.assertEqual(self.fetch(daemon, request("http://no.such.name.invalid/")).status, 502)
        tunnels = self.origin(echo)
        tunnel = self.client(daemon)
        tunnel.send(f"CONNECT {tunnels.authority} HTTP/1.1\r\nHost: {tunnels.authority}\r\n\r\n".encode())
        self.assertEqual(tunnel.read_response("CONNECT").status, 200)
        much = b"x" * (1 << 20)
        tunnel.send(much)
        self.assertEqual(tunnel.read_exact(len(much)), much)
        tunnel.finish().expect_end()
        self.assertEqual(self.client(daemon, "uppercase-tcp").send(b"x").read_exact(1), b"X")
        self.assertEqual(self.datagrams(daemon.address("uppercase-udp")).ask(b"x"), b"X")
        daemon.signal(signal.SIGUSR1)
        for command in (["status"], ["list"], ["reload"]):
            self.assertEqual(daemon.command(*command).returncode, 0)
        self.capture(daemon, origin)

    def capture(self, daemon, origin):
        path = daemon.path / "capture.pcapng"
        command = [program("megaphone"), "capture", "proxy", "--write", str(path)]
        with subprocess.Popen(command, env=daemon.surroundings(), stderr=subprocess.PIPE, text=True) as running:
            self.assertIn("capturing into", running.stderr.readline())
            self.assertEqual(self.fetch(daemon, request(origin.url())).status, 200)
            running.send_signal(signal.SIGINT)
            self.assertEqual(running.wait(60), 0)
        daemon.wait_logged("capture ended")

    def test_all_are_in_the_unit(self):
        with tracing() as trace:
            daemon = self.daemon(
                proxy={"allow_destinations": ["127.0.0.0/8", "::1/128"], "connect_ports": ["1-65535"]},
                uppercase_tcp={},
                uppercase_udp={},
                control={"group": str(os.getgid())},
                dns={"servers": [self.name_server().address]},
                log={"level": "debug"},
            )
            self.exercise(daemon, self.origin())
            daemon.signal(signal.SIGTERM)
            self.assertEqual(daemon.wait(), 0)
            text = trace.whole()
        calls = set(re.findall(r"^\d+ +(\w+)\(", text, re.M))
        self.assertLess({"accept4", "chown", "epoll_wait", "splice", "recvmmsg"}, calls)
        self.assertEqual(calls - allowed_calls(), set())
        families = set(re.findall(r"\bsocket(?:pair)?\((AF_\w+)", text))
        self.assertLessEqual({"AF_INET", "AF_UNIX"}, families)
        self.assertEqual(families - set(" ".join(assignments("RestrictAddressFamilies")).split()), set())


class ShortTunnel(Scenario):
    COUNT = 20
    # The port of this origin is one that the kernel might have chosen for us: getsockname(2) tells.
    MOST = 18 + 1

    def test_takes_few_calls(self):
        with tracing() as trace:
            daemon = self.daemon(proxy={"allow_destinations": ["127.0.0.0/8"], "connect_ports": ["any"]}, daemon={"event_loops": 1})
            origin = self.origin(echo)
            for _ in range(self.COUNT):
                client = self.client(daemon)
                client.send(request(origin.authority, method="CONNECT"))
                self.assertEqual(client.read_response("CONNECT").status, 200)
                self.assertEqual(client.send(b"x").read_exact(1), b"x")
                client.finish().expect_end()
                client.close()
            daemon.signal(signal.SIGTERM)
            self.assertEqual(daemon.wait(), 0)
            text = trace.whole()
        first = re.search(r"^(\d+) +accept4\(.*\) = \d+$", text, re.M)
        served = text[first.start() : text.rindex(" shutdown(")]
        calls = re.findall(rf"^{first[1]} +(\w+)\((?!.*EAGAIN)", served, re.M)  # of that loop
        waits = {"epoll_wait", "restart_syscall"}  # there are fewer when there is more to do
        each = len([call for call in calls if call not in waits]) / self.COUNT
        self.assertGreater(each, 10)
        self.assertLessEqual(each, self.MOST, collections.Counter(calls))


if __name__ == "__main__":
    main()
