"""A network of three machines in network namespaces: client - router - server. Needs root and `ip`."""
import os
import pathlib
import shutil
import subprocess
import sys

CLIENT, ROUTER, SERVER = "10.77.1.2", "10.77.1.1", "10.77.2.2"
ABSENT_HERE, ABSENT_THERE = "10.77.1.99", "10.77.2.99"  # on the client's own network, and behind the router


def require_network():
    """Ends the test as skipped where no namespaces can be made."""
    if not shutil.which("ip"):
        print("ip is not installed")
        sys.exit(77)
    name = f"mp-try-{os.getpid()}"
    if os.geteuid() != 0 or subprocess.run(["ip", "netns", "add", name], capture_output=True).returncode != 0:
        print("no permission to make network namespaces")
        sys.exit(77)
    subprocess.run(["ip", "netns", "del", name], check=True)


class Network:
    def __init__(self):
        self.names = {who: f"mp-{who}-{os.getpid()}" for who in ("client", "router", "server")}
        self.resolv = pathlib.Path("/etc/netns") / self.names["client"]  # ip-netns(8) puts it in the place of /etc
        try:
            self._build()
        except BaseException:
            self.close()
            raise

    def _build(self):
        for who, name in self.names.items():
            self._ip("netns", "add", name)
            # Addresses are of use at once, without asking whether somebody else has them.
            self.run(who, "sysctl", "-qw", "net.ipv6.conf.default.accept_dad=0")
        for here, there in (("client", "router"), ("router", "server")):
            peer = ["peer", "name", here, "netns", self.names[there]]
            self._ip("link", "add", there, "netns", self.names[here], "type", "veth", *peer)
        self._addresses("client", "router", "10.77.1.2/24", "fd77:1::2/64")
        self._addresses("router", "client", "10.77.1.1/24", "fd77:1::1/64")
        self._addresses("router", "server", "10.77.2.1/24", "fd77:2::1/64")
        self._addresses("server", "router", "10.77.2.2/24", "fd77:2::2/64")
        forwarding = ["net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1"]
        self.run("router", "sysctl", "-qw", *forwarding, "net.ipv4.icmp_ratelimit=0", "net.ipv6.icmp.ratelimit=0")
        for who, gateway in (("client", "1::1"), ("server", "2::1")):
            other = {"client": 2, "server": 1}[who]
            self.route(who, f"10.77.{other}.0/24", "via", f"10.77.{gateway[0]}.1")
            self.route(who, f"fd77:{other}::/64", "via", f"fd77:{gateway}")

    def _addresses(self, who, device, *addresses):
        self.ip(who, "link", "set", "lo", "up")
        self.ip(who, "link", "set", device, "up")
        for address in addresses:
            self.ip(who, "address", "add", address, "dev", device, *(["nodad"] if ":" in address else []))
        # An absent neighbour is given up after three tries; ten times sooner than usual.
        for family in ("ipv4", "ipv6"):
            self.run(who, "sysctl", "-qw", f"net.{family}.neigh.{device}.retrans_time_ms=100")

    @staticmethod
    def _ip(*words):
        subprocess.run(["ip", *words], check=True, capture_output=True, text=True)

    def ip(self, who, *words):
        self._ip("-n", self.names[who], *words)

    def route(self, who, *words):
        self.ip(who, "route", "add", *words)

    def name_server(self, address):
        """The client asks this one from now on."""
        self.resolv.mkdir(parents=True, exist_ok=True)
        (self.resolv / "resolv.conf").write_text(f"nameserver {address}\n")

    def command(self, who, *words):
        return ["ip", "netns", "exec", self.names[who], *map(str, words)]

    def run(self, who, *words):
        return subprocess.run(self.command(who, *words), capture_output=True, text=True, timeout=60)

    def close(self):
        for name in self.names.values():
            subprocess.run(["ip", "netns", "del", name], capture_output=True)
        shutil.rmtree(self.resolv, ignore_errors=True)
