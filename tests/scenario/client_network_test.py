"""What the client says when the network says something: each case for real, in network namespaces."""
import subprocess
import sys
import unittest

from harness import main, program
from harness.network import ABSENT_HERE, ABSENT_THERE, ROUTER, SERVER, Network, require_network

NO_SUCH_NAME = """
import socket
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("10.77.2.2", 53))
print("ready", flush=True)
while True:
    query, client = server.recvfrom(4096)
    server.sendto(query[:2] + b"\\x81\\x83" + query[4:], client)
"""


class ClientNetwork(unittest.TestCase):
    def setUp(self):
        # Anew for each, because a router tells one client only so often.
        self.network = Network()
        self.addCleanup(self.network.close)

    def expect(self, arguments, code, *words):
        """Runs the client; its one remark is a sentence of cause and one of advice, with these words."""
        done = self.network.run("client", program("megaphone"), *arguments)
        self.assertEqual((done.returncode, done.stdout), (code, ""), done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertRegex(done.stderr, r"^megaphone: .+\. .+[.?]", done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)

    def test_nothing_listens_at_a_host_that_is_up(self):
        self.expect(["tcp", SERVER, 7, "x"], 69, f"{SERVER}:7 refused the connection", "Is the server started")
        self.expect(["udp", SERVER, 7, "x"], 69, "the host answered: port unreachable", "Is the server started")
        self.expect(["tcp", "fd77:2::2", 7, "x"], 69, "[fd77:2::2]:7 refused the connection")
        self.expect(["udp", "fd77:2::2", 7, "x"], 69, "the host answered: port unreachable")

    def test_an_absent_host_on_the_own_network(self):
        for host in (ABSENT_HERE, "fd77:1::99"):
            for protocol in ("tcp", "udp"):
                self.expect([protocol, "--timeout", "9s", host, 7, "x"], 69, "No machine answers", "switched off")

    def test_an_absent_host_behind_a_router(self):
        for host, router in ((ABSENT_THERE, ROUTER), ("fd77:2::99", "fd77:1::1")):
            for protocol in ("tcp", "udp"):
                self.expect([protocol, "--timeout", "9s", host, 7, "x"], 69, f"{router} says that the host")

    def test_no_route_from_here(self):
        for host in ("203.0.113.1", "2001:db8::1"):
            for protocol in ("tcp", "udp"):
                self.expect([protocol, host, 7, "x"], 69, "There is no route to", "ip route")

    def test_no_route_from_a_router_on_the_way(self):
        self.network.route("client", "203.0.114.0/24", "via", ROUTER)
        self.network.route("client", "2001:db8:114::/64", "via", "fd77:1::1")
        for host, router in (("203.0.114.1", ROUTER), ("2001:db8:114::1", "fd77:1::1")):
            for protocol in ("tcp", "udp"):
                self.expect([protocol, host, 7, "x"], 69, f"{router} says that it has no route")

    def test_a_firewall_on_the_way(self):
        self.network.route("client", "198.51.100.0/24", "via", ROUTER)
        self.network.route("router", "prohibit", "198.51.100.0/24")
        for protocol in ("tcp", "udp"):
            self.expect([protocol, "198.51.100.1", 7, "x"], 69, f"{ROUTER} forbids talking to", "firewall")

    def test_packets_that_are_dropped(self):
        self.network.route("client", "192.0.2.0/24", "via", ROUTER)
        self.network.route("router", "blackhole", "192.0.2.0/24")
        self.expect(["tcp", "--timeout", "300ms", "192.0.2.1", 7, "x"], 75, "did not answer within 0.3 s", "firewall")
        self.expect(["udp", "--timeout", "300ms", "192.0.2.1", 7, "x"], 75, "No answer from 192.0.2.1:7", "lost")
        self.network.name_server("192.0.2.53")
        self.expect(["tcp", "--timeout", "300ms", "host.test", 7, "x"], 75, "name server was silent", "resolv.conf")

    def test_routes_of_this_machine_that_forbid(self):
        for kind, code, words in (
            ("prohibit", 77, "does not permit"),
            ("blackhole", 69, "black hole"),
            ("unreachable", 69, "A route of this machine says"),
        ):
            self.network.route("client", kind, "198.51.101.0/24")
            for protocol in ("tcp", "udp"):
                self.expect([protocol, "198.51.101.1", 7, "x"], code, words)
            self.network.ip("client", "route", "del", kind, "198.51.101.0/24")

    def test_a_name_that_does_not_exist(self):
        self.network.name_server(SERVER)
        command = self.network.command("server", sys.executable, "-c", NO_SUCH_NAME)
        with subprocess.Popen(command, stdout=subprocess.PIPE) as server:
            try:
                server.stdout.readline()
                self.expect(["tcp", "nosuch.test", 7, "x"], 68, 'The host "nosuch.test" is unknown', "spelling")
                self.expect(["udp", "nosuch.test", 7, "x"], 68, 'The host "nosuch.test" is unknown', "spelling")
            finally:
                server.kill()

    def test_a_name_server_that_cannot_be_reached(self):
        self.network.name_server("203.0.113.53")
        self.expect(["tcp", "host.test", 7, "x"], 75, "name server cannot be reached", "resolv.conf")


if __name__ == "__main__":
    require_network()
    main()
