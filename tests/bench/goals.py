"""The goals of megaphone, and whether they are reached. Pure."""
import statistics
from dataclasses import dataclass

import pairing
import tables


@dataclass(frozen=True)
class Ratio:
    """Paired ratio of work per CPU-second, ours to theirs."""

    workload: str
    other: str
    least: float


RATIOS = (
    Ratio("P1", "nginx", 1.10),
    Ratio("P2", "nginx", 1.30),
    Ratio("P2b", "haproxy", 1.0),
    Ratio("P3", "nginx", 1.0),
    Ratio("P4", "haproxy", 1.20),
    Ratio("P5d", "haproxy", 1.0),
    Ratio("P5u", "haproxy", 1.0),
    Ratio("P7l", "nginx", 1.3),
    Ratio("P7c", "nginx", 1.3),
    Ratio("U1", "upper", 0.95),
    Ratio("U2", "upper", 0.97),
    Ratio("U3", "upper", 0.95),
    Ratio("U4", "udp", 0.95),
    Ratio("U5", "udp", 0.95),
)
LOOPS = (("P1", 0.9), ("P4", 0.9))  # two event loops to one
TUNNEL_BYTES = 2048
BASE_MIB = 12


def _verdict(reached):
    return "yes" if reached else "**no**"


def _ratio_rows(runs, ours):
    for goal in RATIOS:
        values = pairing.ratios(runs, goal.workload, ours).get(goal.other)
        if values:
            yield [
                goal.workload,
                f"at least {goal.least:.2f} x {goal.other}",
                tables.ratio(values),
                _verdict(statistics.median(values) >= goal.least),
            ]


def _result(runs, workload, target, key):
    found = [run for run in runs if run["workload"] == workload and run["target"] == target and not run.get("errors")]
    return pairing.median(pairing.usable(found), key)


def added_latency(runs, target):
    """Microseconds that a target adds to the median of a request, beside no proxy at all."""
    through, direct = _result(runs, "P8", target, "p50_us"), _result(runs, "P8", "direct", "p50_us")
    return through - direct if through and direct else None


def _latency_rows(runs, ours):
    mine, theirs = added_latency(runs, ours), added_latency(runs, "nginx")
    if mine and theirs:
        yield [
            "P8",
            "at most 1.00 x the latency that nginx adds",
            f"{mine / theirs:.2f} ({mine:.1f} to {theirs:.1f} µs)",
            _verdict(mine <= theirs),
        ]


def _memory_rows(runs, ours):
    each, base = _result(runs, "P6", ours, "proportional_each"), _result(runs, "P6", ours, "resident_base")
    idle = _result(runs, "P6", ours, "idle_cpu")
    if each is not None:
        yield [
            "P6",
            f"at most {TUNNEL_BYTES:,} bytes of PSS for an idle tunnel",
            f"{each:,.0f}",
            _verdict(each <= TUNNEL_BYTES),
        ]
        yield ["P6", "no CPU time while idle", f"{idle:.2f} s per second", _verdict(idle < 0.005)]
        yield [
            "memory",
            f"at most {BASE_MIB} MiB resident before",
            f"{base / 2**20:.1f} MiB",
            _verdict(base <= BASE_MIB * 2**20),
        ]


def _loop_rows(runs, ours):
    for workload, least in LOOPS:
        one = _result(runs, f"loops-{workload}-1", ours, "work_per_cpu")
        two = _result(runs, f"loops-{workload}-2", ours, "work_per_cpu")
        if one and two:
            yield [
                workload,
                f"two event loops: at least {least:.2f} of the work per CPU-second of one",
                f"{two / one:.2f}",
                _verdict(two / one >= least),
            ]


def table(runs, ours):
    rows = [*_ratio_rows(runs, ours), *_latency_rows(runs, ours), *_memory_rows(runs, ours), *_loop_rows(runs, ours)]
    return tables.table(["workload", "to reach", "median of the pairs (smallest-largest)", "reached"], rows)
