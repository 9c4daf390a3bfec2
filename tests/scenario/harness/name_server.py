"""A scripted name server on UDP."""
import collections
import contextlib
import socket
import struct
import threading

A, CNAME, SOA, AAAA = 1, 5, 6, 28
NXDOMAIN, SERVFAIL, REFUSED = 3, 2, 5


class NameServer:
    """Answers from `zone`: what is not in it does not exist.

    server.add("www.test", a=["127.0.0.1"], aaaa=["::1"], ttl=60)
    server.add("alias.test", cname="www.test")
    server.add("broken.test", code=SERVFAIL)
    server.add("silent.test", silent=True)
    server.add("later.test", a=["127.0.0.1"], after=event)     # held back until the event is set
    server.add("half.test", a=["127.0.0.1"], silent_for={AAAA})
    server.add("odd.test", records=[("*.b.test", A, "127.0.0.1"), ("odd.test", CNAME, "*.b.test")])  # in this order
    server.standard = {"code": SERVFAIL}                       # for what is not in the zone
    """

    def __init__(self, port=0):
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(("127.0.0.1", port))
        self.address = "127.0.0.1:%d" % self.sock.getsockname()[1]
        self.zone = {}
        self.standard = {"code": NXDOMAIN}
        self.queries = collections.Counter()  # by (name, type)
        self.seen = threading.Condition()
        self.closing = threading.Event()
        self.threads = [threading.Thread(target=self._serve, daemon=True)]
        self.threads[0].start()

    def add(self, name, **what):
        self.zone[name.lower()] = what

    def count(self, name, kind=A):
        with self.seen:
            return self.queries[(name.lower(), kind)]

    def wait_for(self, name, kind=A, at_least=1, patience=20):
        with self.seen:
            assert self.seen.wait_for(
                lambda: self.queries[(name.lower(), kind)] >= at_least, patience
            ), f"{name} was not asked for"

    def _serve(self):
        while not self.closing.is_set():
            query, client = self.sock.recvfrom(4096)
            if len(query) < 17:
                continue
            name, kind = self._question(query)
            with self.seen:
                self.queries[(name, kind)] += 1
                self.seen.notify_all()
            what = self.zone.get(name, self.standard)
            if what.get("silent") or kind in what.get("silent_for", ()):
                continue
            if "after" in what:
                thread = threading.Thread(target=self._answer_later, args=(what["after"], query, client), daemon=True)
                self.threads.append(thread)
                thread.start()
            else:
                self._answer(query, client)

    def _answer_later(self, event, query, client):
        event.wait(20)
        self._answer(query, client)

    @staticmethod
    def _question(query):
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1 : at + 1 + query[at]].decode("latin-1").lower())
            at += 1 + query[at]
        return ".".join(labels), struct.unpack_from("!H", query, at + 1)[0]

    @staticmethod
    def _encode(name):
        return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"

    def _record(self, name, kind, ttl, data):
        return self._encode(name) + struct.pack("!HHIH", kind, 1, ttl, len(data)) + data

    def _answer(self, query, client):
        name, kind = self._question(query)
        what = self.zone.get(name, self.standard)
        code, answers = what.get("code", 0), []
        for owner, type_, value in what.get("records", ()):
            data = self._encode(value) if type_ == CNAME else socket.inet_aton(value)
            if type_ in (CNAME, kind):
                answers.append(self._record(owner, type_, 60, data))
        while cname := what.get("cname"):
            answers.append(self._record(name, CNAME, what.get("ttl", 60), self._encode(cname)))
            name, what = cname, self.zone.get(cname, {})
        family = {A: ("a", socket.AF_INET), AAAA: ("aaaa", socket.AF_INET6)}.get(kind)
        if family and not code:
            for address in what.get(family[0], ()):
                answers.append(self._record(name, kind, what.get("ttl", 60), socket.inet_pton(family[1], address)))
        end = query.index(b"\0", 12) + 5
        authority = b""
        if not answers and code in (0, NXDOMAIN):  # a negative answer carries its lifetime
            soa = self._encode("ns.test") + self._encode("root.test") + struct.pack("!IIIII", 1, 60, 60, 60, 60)
            authority = self._record("test", SOA, 60, soa)
        header = query[:2] + struct.pack("!HHHHH", 0x8180 | code, 1, len(answers), 1 if authority else 0, 0)
        with contextlib.suppress(OSError):
            self.sock.sendto(header + query[12:end] + b"".join(answers) + authority, client)

    def close(self):
        self.closing.set()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
            waker.sendto(b"", self.sock.getsockname())
        self.threads[0].join()
        self.sock.close()
