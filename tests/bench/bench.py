#!/usr/bin/env python3
"""Runs megaphone, its peers and the limits of the machine under the same loads. Use scripts/bench, which builds first."""
import argparse
import dataclasses
import difflib
import json
import os
import pathlib
import signal
import sys
import time

import calls
import page
import tables
from campaign import Campaign, origin, workplace
from machine import facts
from targets import Target, is_there, specifications
from workloads import GROWTH, WORKLOADS

ROOT = pathlib.Path(__file__).resolve().parents[2]
TRACED = ("P1", "P3", "P4")


def choose(given, known, what):
    """The names of a list with commas; of known ones in their order. Exits with advice for a wrong one."""
    names = given.split(",")
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1, 0.4) or [n for n in known if n.lower() == name.lower()]
            advice = f"did you mean {near[0]}?" if near else "--list shows all"
            sys.exit(f"bench: there is no {what} {name}: {advice}")
    return [name for name in known if name in names]


def read_options(arguments):
    parser = argparse.ArgumentParser(
        prog="scripts/bench", formatter_class=argparse.RawDescriptionHelpFormatter, description=__doc__.split(". ")[0] + ".",
        epilog="For a verdict between two servers name only those two and --reps 9, and read the paired ratios.\n"
               "For daily use: scripts/bench --against nginx,haproxy --workloads P1,P4")
    add = parser.add_argument
    add("--yes", "-y", action="store_true", help="install missing packages without asking; system services are not started")
    add("--against", metavar="NAMES", help="peers and limits, with commas (default: all that are installed); their packages are installed")
    add("--workloads", metavar="NAMES", help="with commas (default: all but those of growth)")
    add("--growth", action="store_true", help="only how cost grows with connections, origins, rules and event loops")
    add("--calls", action="store_true", help=f"only the system calls of one request ({', '.join(TRACED)})")
    add("--reps", type=int, default=3, metavar="N", help="repetitions (3)")
    add("--secs", type=float, default=2, metavar="S", help="seconds of each repetition (2)")
    add("--megaphone", metavar="PATH", help="this megaphoned instead of a new release build")
    add("--patience", type=float, default=6, metavar="S", help="seconds to wait for a quiet machine before each repetition (6)")
    add("--most-foreign", type=float, default=0.15, metavar="CPUS", help="a repetition in which others had more is done again (0.15)")
    add("--add", action="store_true", help="add to the results of before; what is measured again replaces what was")
    add("--publish", action="store_true", help="write docs/performance.md and docs/performance/ from the results afterwards")
    add("--only-publish", action="store_true", help="measure nothing")
    add("--list", action="store_true", help="show the targets and workloads")
    add("--packages", action="store_true", help=argparse.SUPPRESS)  # tell those of the peers that are asked for
    add("--build", default=str(ROOT / "build-bench"), help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def show_list():
    for name, specification in specifications().items():
        missing = "" if is_there(specification) else f" (not installed: {specification['package']})"
        print(f"{name:14} {specification['kind']:7} {specification['about']}{missing}")
    for workload in [*WORKLOADS.values(), *GROWTH.values()]:
        print(f"{workload.name:18} {workload.about}")


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


def load_results(path, keep):
    if keep and path.exists():
        return json.loads(path.read_text())
    return {"sessions": [], "versions": {}, "runs": [], "calls": []}


def add_runs(results, runs, session):
    """New ones replace old ones of the same target and workload."""
    measured = {(run["target"], run["workload"]) for run in runs}
    results["runs"] = [run for run in results["runs"] if (run["target"], run["workload"]) not in measured]
    for run in runs:
        run["session"] = len(results["sessions"])
    results["sessions"].append(session)
    results["runs"] += runs


def trace_calls(targets, options):
    found = []
    os.sched_setaffinity(0, {0})
    with origin(options.load, ["taskset", "-c", "0"]):
        for name in TRACED:
            for target in targets:
                if target.kind == "direct" or not target.can(WORKLOADS[name]):
                    continue
                target.start()
                try:
                    traced = calls.trace(target, WORKLOADS[name], options.secs, ["taskset", "-c", "0"])
                finally:
                    target.stop()
                found.append(dataclasses.asdict(traced))
                print(f"  {target.name:14} {name}: {sum(traced.counts.values()) / max(1, traced.work):.2f} system calls each")
    return found


def measure(options, results):
    specifications_ = chosen_targets(options)
    workloads = chosen_workloads(options)
    if os.cpu_count() < 2:
        sys.exit("bench: the server and the load need a CPU each")
    with workplace() as directory:
        places = {"load": options.load, "build": str(pathlib.Path(options.build) / "tests" / "bench"),
                  "megaphone": options.megaphone, "directory": directory}
        targets = [Target(name, specification, places) for name, specification in specifications_.items()]
        results["versions"].update({target.name: (target.version(), target.specification["about"]) for target in targets})
        if options.calls:
            results["calls"] = trace_calls(targets, options)
            return []
        campaign = Campaign(targets, options)
        session = {"when": time.strftime("%Y-%m-%d %H:%M"), "reps": options.reps, "secs": options.secs, **facts()}
        try:
            campaign.run(workloads)
        finally:
            for target in targets:
                target.stop()
            session.update(repetitions=len(campaign.runs), disturbed=sum(bool(run.get("disturbed")) for run in campaign.runs))
            add_runs(results, campaign.runs, session)
    return workloads


def main():
    options = read_options(sys.argv[1:])
    if options.list:
        return show_list()
    if options.packages:
        return print("\n".join(wanted_packages(options)))
    build = pathlib.Path(options.build)
    options.load = str(build / "tests" / "bench" / "load" / "megaphone-load")
    options.megaphone = str(pathlib.Path(options.megaphone).resolve() if options.megaphone else build / "megaphoned")
    path = build / "results.json"
    results = load_results(path, options.add or options.only_publish)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the servers are ended on the way out
    if not options.only_publish:
        try:
            workloads = measure(options, results)
        finally:
            path.write_text(json.dumps(results, indent=1))
        text = "\n".join(f"## {w.name}: {w.about}\n\n{tables.workload_table(results['runs'], w)}" for w in workloads)
        (build / "results.md").write_text(text)
        print(f"\n{text}\nAlso in {path} and {build / 'results.md'}")
    if options.publish or options.only_publish:
        page.publish(results, ROOT / "docs" / "performance.md", ROOT / "docs" / "performance")
        print("docs/performance.md is written")
    return None


if __name__ == "__main__":
    main()
