"""Workloads: the tasks of the load generator, and how they grow."""
from dataclasses import dataclass, field

HTTP = range(18100, 18110)  # ports of the HTTP origin
RAW = range(18110, 18120)  # of the service behind tunnels
MANY = range(19000, 27000)  # of HTTP origins, for growth
DNS = 18120  # of a name server to which every name is 127.0.0.1
IDLE_TUNNELS = 9500  # two descriptors each: stays below a hard limit of 20000


@dataclass(frozen=True)
class Workload:
    name: str
    serves: str  # the listener that it needs
    unit: str
    load: tuple  # arguments of the load generator
    about: str
    pinned: bool = True  # the server on one CPU, load and origin on another
    settings: dict = field(default_factory=dict)  # of our configuration: what it has instead of the usual
    series: str = ""  # growth: what grows, and its size
    size: int = 0
    warm_up: float = 0.4  # seconds

    @property
    def is_idle(self):
        return self.name == "P6"

    def work(self, answer):
        """Returns the amount of work done, in the workload's unit."""
        return answer["bytes"] / 1e9 if self.unit == "GB" else answer["ok"]


def span(ports):
    return f"{ports[0]}-{ports[-1]}"


def get(size, connections, origins, *more):
    return ("http", "--size", str(size), "--conns", str(connections), "--origins", span(origins), *more)


def post(*more):
    return ("http", "--post", "65536", "--conns", "32", "--origins", span(HTTP[:1]), *more)


def tunnel(mode, connections, origins):
    return ("tunnel", "--mode", mode, "--conns", str(connections), "--origins", span(origins))


def upper(mode, connections, *more):
    return ("upper", "--mode", mode, "--conns", str(connections), *more)


def datagrams(size):
    return ("udp", "--conns", "8", "--window", "64", "--size", str(size))


_ALL = [
    Workload("P1", "proxy", "req", get(1024, 64, HTTP[:1]), "keep-alive GET 1 KiB, 64 connections, one origin"),
    Workload(
        "P2", "proxy", "req", get(65536, 64, HTTP), "keep-alive GET 64 KiB, 64 connections, ten origins in rotation"
    ),
    Workload("P2b", "proxy", "GB", get(10485760, 8, HTTP[:1]), "GET 10 MiB, 8 connections"),
    Workload(
        "P3",
        "proxy",
        "req",
        get(1024, 64, HTTP, "--close", "1"),
        "a connection for each request, GET 1 KiB, 64 at a time, ten origins",
    ),
    Workload("P4", "proxy", "tunnel", tunnel("rate", 64, RAW), "CONNECT, 16 bytes echoed, closed; 64 at a time"),
    Workload("P5d", "proxy", "GB", tunnel("down", 8, RAW[:1]), "8 CONNECT tunnels, origin to client"),
    Workload("P5u", "proxy", "GB", tunnel("up", 8, RAW[:1]), "8 CONNECT tunnels, client to origin"),
    Workload("P6", "proxy", "tunnel", tunnel("idle", IDLE_TUNNELS, RAW), "idle CONNECT tunnels: memory of each"),
    Workload("P7l", "proxy", "req", post(), "POST 64 KiB with a length, 32 connections"),
    Workload("P7c", "proxy", "req", post("--chunk", "8192"), "POST 64 KiB in chunks of 8 KiB, 32 connections"),
    Workload("P8", "proxy", "req", get(1024, 1, HTTP[:1]), "latency: one connection, one GET of 1 KiB at a time"),
    Workload(
        "U1", "tcp", "msg", upper("ping", 64, "--size", "64"), "TCP uppercase, 64 bytes there and back, 64 connections"
    ),
    Workload("U2", "tcp", "GB", upper("stream", 8), "TCP uppercase, a stream, 8 connections"),
    Workload(
        "U3",
        "tcp",
        "msg",
        upper("once", 64, "--size", "32"),
        "TCP uppercase, a connection for each 32 bytes, 64 at a time",
    ),
    Workload("U4", "udp", "msg", datagrams(64), "UDP uppercase, 64 bytes, 8 sockets with 64 in flight"),
    Workload("U5", "udp", "msg", datagrams(1400), "UDP uppercase, 1,400 bytes, 8 sockets with 64 in flight"),
]
WORKLOADS = {workload.name: workload for workload in _ALL}


def networks(usual, count):
    """A TOML list of `count` networks that begins with the usual ones."""
    names = list(usual)
    for number in range(count - len(names)):
        names.append(f"10.{number // 256}.{number % 256}.0/24")
    return ", ".join(f'"{name}"' for name in names)


def _growth():
    for count in (1, 64, 1000, 8000):
        yield Workload(
            f"connections-{count}",
            "proxy",
            "req",
            get(1024, count, HTTP[:1], "--active", "64"),
            f"GET 1 KiB, {count:,} client connections, at most 64 of them asking",
            series="client connections",
            size=count,
        )
    for count in (1, 10, 1000, 8000):
        yield Workload(
            f"origins-{count}",
            "proxy",
            "req",
            get(1024, 64, MANY[:count]),
            f"GET 1 KiB, 64 connections, {count:,} origins in rotation",
            series="origins",
            size=count,
            settings={"IDLE_ORIGINS": 8192},
            warm_up=0.4 + count / 2000,
        )
    for count in (64, 1000, 20000):
        yield Workload(
            f"names-{count}",
            "proxy",
            "req",
            get(1024, 64, HTTP, "--names", str(count)),
            f"GET 1 KiB, 64 connections, {count:,} names in rotation, a connection to the origin for each request",
            series="names",
            size=count,
            settings={"IDLE_ORIGINS": 1, "CACHED_NAMES": 20000},
            warm_up=0.4 + count / 2000,
        )
    for count in (1, 100, 10000):
        yield Workload(
            f"destinations-{count}",
            "proxy",
            "req",
            get(1024, 64, HTTP[:1]),
            f"GET 1 KiB, {count:,} entries in allow_destinations",
            series="entries in allow_destinations",
            size=count,
            settings={"ALLOWED": networks(["127.0.0.0/8"], count)},
        )
    for count in (1, 100, 10000):
        yield Workload(
            f"clients-{count}",
            "proxy",
            "req",
            get(1024, 64, HTTP, "--close", "1"),
            f"a connection for each GET, {count:,} entries in clients",
            series="entries in clients",
            size=count,
            settings={"CLIENTS": networks(["127.0.0.0/8"], count)},
        )
    for base in (WORKLOADS["P1"], WORKLOADS["P4"]):
        for count in (1, 2, 3, 4):
            yield Workload(
                f"loops-{base.name}-{count}",
                "proxy",
                base.unit,
                base.load,
                f"{base.about}; {count} event loops, nothing pinned",
                pinned=False,
                series=f"event loops, {base.name}",
                size=count,
                settings={"CPUS": count},
            )


GROWTH = {workload.name: workload for workload in _growth()}
