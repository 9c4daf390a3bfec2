"""The state that all traffic of the soak shares: addresses, numbers, expected log lines, anomalies."""
import collections
import dataclasses
import itertools
import re

from wire import Wire

NUMBER = re.compile(r"^(?:\w+://[^/]+)?/(\d+)/")


class Anomaly(Exception):
    """An event that must not happen."""


def check(condition, what):
    if not condition:
        raise Anomaly(what() if callable(what) else str(what))


@dataclasses.dataclass
class Expected:
    kind: str
    at_least: int = 1
    status: object = None  # None: any
    whole: object = None  # whether the record must say "complete"; None: either
    size: int = 0  # that went to the client at least


class Ledger:
    """The expected records of the access log: by number if the target has one, else by count."""

    def __init__(self):
        self.expected = {}
        self.nameless = collections.Counter()  # requests of which no target can be read: at least, at most
        self.tunnels = collections.Counter()

    def tally(self, counter, certain):
        counter["at least"] += certain
        counter["at most"] += 1

    def problems(self, records):
        found, tunnels, nameless = collections.defaultdict(list), 0, 0
        for record in records:
            if match := NUMBER.match(record.get("target", "")):
                found[int(match[1])].append(record)
            elif record.get("method") == "CONNECT":
                tunnels += 1
            else:
                nameless += 1
        for number, expected in self.expected.items():
            yield from self._compare(number, expected, found.pop(number, []))
        for number, lines in found.items():
            yield f"the log has a request that nobody sent: {number}: {lines}"
        for name, seen, told in (("tunnels", tunnels, self.tunnels), ("nameless", nameless, self.nameless)):
            if not told["at least"] <= seen <= told["at most"]:
                yield f"the log has {seen} {name}, expected {told['at least']} to {told['at most']}"

    @staticmethod
    def _compare(number, expected, lines):
        if not expected.at_least <= len(lines) <= 1:
            yield f"{expected.kind} {number} has {len(lines)} records: {lines}"
        for record in lines:
            whole = record["end"] == "complete"
            if expected.status is not None and record.get("status") != expected.status:
                yield f"{expected.kind} {number} was answered {expected.status}: {record}"
            if expected.whole is not None and whole != expected.whole:
                yield f"{expected.kind} {number} was {'' if expected.whole else 'not '}whole: {record}"
            if record["client_out"] < expected.size:
                yield f"{expected.kind} {number} has taken {expected.size} bytes: {record}"


class World:
    def __init__(self, patient, hasty, steady, flaky, strays, talker, dead_port, blackhole_port):
        self.patient, self.hasty = patient, hasty  # addresses of the proxy with long and with short deadlines
        self.steady, self.flaky, self.strays, self.talker = steady, flaky, strays, talker
        self.dead_port, self.blackhole_port = dead_port, blackhole_port
        self.ledger = Ledger()
        self.done = collections.Counter()
        self.numbers = itertools.count(1)
        self.wires = []

    def expect(self, kind, **more):
        """Returns a new number, whose request must be found in the log."""
        number = next(self.numbers)
        self.ledger.expected[number] = Expected(kind, **more)
        return number, self.ledger.expected[number]

    async def open(self, address=None):
        return await Wire.open(address or self.patient)
