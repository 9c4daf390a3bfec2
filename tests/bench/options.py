"""Options of scripts/bench, and the servers and workloads that they choose."""

import argparse
import difflib
import pathlib
import sys

from targets import is_there, specifications
from workloads import GROWTH, WORKLOADS

ROOT = pathlib.Path(__file__).resolve().parents[2]
EPILOG = """\
For a verdict between two servers name only those two and --reps 9, and read the paired ratios.
For daily use: scripts/bench --against nginx,haproxy --workloads P1,P4"""

FLAGS = (
    ("--growth", "only how cost grows with connections, origins, rules and event loops"),
    ("--calls", "only the system calls and instructions of one request"),
    ("--add", "add to the results of before; what is measured again replaces what was"),
    ("--publish", "write docs/performance.md and docs/performance/ from the results afterwards"),
    ("--only-publish", "measure nothing"),
    ("--list", "show the servers and workloads"),
    ("--packages", argparse.SUPPRESS),  # tell those of the peers that are asked for
)
VALUES = (
    (
        "--against",
        "NAMES",
        str,
        None,
        "peers and limits, with commas; their packages are installed (all that are there)",
    ),
    ("--workloads", "NAMES", str, None, "with commas (all but those of growth)"),
    ("--reps", "N", int, 3, "repetitions (3)"),
    ("--secs", "S", float, 2, "seconds of each repetition (2)"),
    ("--megaphone", "PATH", str, None, "this megaphoned instead of a new release build"),
    ("--patience", "S", float, 6, "seconds to wait for a quiet machine before each repetition (6)"),
    ("--most-foreign", "CPUS", float, 0.15, "a repetition in which others had more is done again (0.15)"),
    ("--again", "N", int, 3, "repetitions done again at most, of each server under each workload (3)"),
    ("--build", "DIR", str, str(ROOT / "build-bench"), argparse.SUPPRESS),
)


def read_options(arguments):
    parser = argparse.ArgumentParser(
        prog="scripts/bench",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Runs megaphone, its peers and the limits of the machine under the same loads.",
        epilog=EPILOG,
    )
    text = "install missing packages without asking; system services are not started"
    parser.add_argument("--yes", "-y", action="store_true", help=text)
    for name, metavar, kind, default, text in VALUES:
        parser.add_argument(name, metavar=metavar, type=kind, default=default, help=text)
    for name, text in FLAGS:
        parser.add_argument(name, action="store_true", help=text)
    return parser.parse_args(arguments)


def choose(given, known, what):
    """The names of a list with commas; of known ones in their order. Exits with advice for a wrong one."""
    names = given.split(",")
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1, 0.4) or [n for n in known if n.lower() == name.lower()]
            advice = f"did you mean {near[0]}?" if near else "--list shows all"
            sys.exit(f"bench: there is no {what} {name}: {advice}")
    return [name for name in known if name in names]


def wanted_packages(options):
    known = specifications()
    if options.workloads:
        choose(options.workloads, [*WORKLOADS, *GROWTH], "workload")
    names = choose(options.against, list(known), "target") if options.against else []
    return [known[name]["package"] for name in names if "package" in known[name]]


def chosen_targets(options):
    known = specifications()
    if options.against is None:
        names = [name for name in known if is_there(known[name])]
    else:
        names = choose(options.against, list(known), "target")
    missing = [name for name in names if not is_there(known[name])]
    if missing:
        sys.exit(f"bench: {', '.join(missing)} cannot be installed here")
    if "megaphone" not in names:
        names.insert(0, "megaphone")
    if options.growth and options.against is None:
        names = ["megaphone"]
    if not options.growth and "direct" not in names:
        names.append("direct")  # P8 is told beside it
    return {name: known[name] for name in names}


def chosen_workloads(options):
    known = {**WORKLOADS, **GROWTH}
    if options.workloads:
        return [known[name] for name in choose(options.workloads, list(known), "workload")]
    return list((GROWTH if options.growth else WORKLOADS).values())
