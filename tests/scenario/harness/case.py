"""The base class of scenario tests: it starts what a test needs and takes it down again."""
import os
import sys
import unittest

from .blackhole import Blackhole
from .daemon import Daemon
from .datagram import Datagrams
from .name_server import NameServer
from .origin import Origin, serve

LOOPBACK = ["127.0.0.0/8", "::1/128"]
COPIES = os.environ.get("MEGAPHONE_SPLICE") == "off"  # daemons move no bytes by pipes


def listeners(value, name):
    """One dict, or a list of them, with a name and a free port where the test does not care."""
    tables = value if isinstance(value, list) else [value]
    return [{"name": name, "listen": "127.0.0.1:0", **table} for table in tables]


class Scenario(unittest.TestCase):
    maxDiff = 4000

    def daemon(self, arguments=(), ready=True, preexec=None, environment=None, handed=None, **sections):
        """A daemon with these sections; self.daemon(proxy={}) is one with a proxy on a free port."""
        for kind in ("uppercase_tcp", "uppercase_udp", "proxy"):
            if kind in sections:
                sections[kind] = listeners(sections[kind], kind.replace("_", "-"))
        roads = {"splice": False} if COPIES else {}
        sections["daemon"] = {"event_loops": 2, **roads, **sections.get("daemon", {})}
        daemon = Daemon(sections, arguments, ready, preexec, environment, handed)
        self.addCleanup(daemon.stop)
        return daemon

    def proxy(self, daemon=None, dns=None, access_log=None, **settings):
        """A daemon with one proxy that may connect to loopback addresses."""
        sections = {"daemon": daemon or {}}
        if dns:
            sections["dns"] = dns
        if access_log:
            sections["access_log"] = access_log
        return self.daemon(proxy={"allow_destinations": LOOPBACK, **settings}, **sections)

    def origin(self, script=None, **options):
        origin = Origin(script or serve(), **options)
        self.addCleanup(origin.close)
        return origin

    def name_server(self):
        server = NameServer()
        self.addCleanup(server.close)
        return server

    def blackhole(self, **options):
        hole = Blackhole(**options)
        self.addCleanup(hole.close)
        return hole

    def client(self, daemon, name="proxy", source=None):
        client = daemon.client(name, source)
        self.addCleanup(client.close)
        return client

    def datagrams(self, address, **options):
        datagrams = Datagrams(address, **options)
        self.addCleanup(datagrams.close)
        return datagrams

    def fetch(self, daemon, text, name="proxy", method=None):
        """Sends one request on a connection of its own and returns the answer."""
        with daemon.client(name) as client:
            return client.send(text).read_response(method or text.split(b" ")[0].decode())

    def assert_refused(self, answer, status, error):
        """An answer of the daemon itself, with its reason."""
        self.assertEqual((answer.status, answer.head.proxy_error), (status, error), answer)
        self.assertTrue(answer.head.get("Proxy-Status").startswith("megaphone"), answer.head)


def sanitized():
    """Returns whether the daemon is built with a sanitizer, so that its memory figures mean nothing."""
    return os.environ.get("MEGAPHONE_SANITIZED", "none") != "none"


def main():
    unittest.main(argv=[sys.argv[0], *(sys.argv[1:] or ["-v"])])
