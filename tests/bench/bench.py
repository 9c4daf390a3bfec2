#!/usr/bin/env python3
"""Runs megaphone, its peers and the limits of the machine under the same loads. scripts/bench builds first."""
import dataclasses
import json
import os
import pathlib
import signal
import sys
import time

import calls
import instructions
import page
import tables
from campaign import Campaign, origin, workplace
from machine import facts
from options import ROOT, chosen_targets, chosen_workloads, read_options, wanted_packages
from targets import Target, is_there, specifications
from workloads import GROWTH, WORKLOADS

TRACED = ("P1", "P3", "P4")


def show_list():
    for name, specification in specifications().items():
        missing = "" if is_there(specification) else f" (not installed: {specification['package']})"
        print(f"{name:14} {specification['kind']:7} {specification['about']}{missing}")
    for workload in [*WORKLOADS.values(), *GROWTH.values()]:
        print(f"{workload.name:18} {workload.about}")


def load_results(path, keep):
    if keep and path.exists():
        return json.loads(path.read_text())
    return {"sessions": [], "versions": {}, "runs": [], "calls": [], "instructions": []}


def add_runs(results, runs, session):
    """New ones replace old ones of the same target and workload; but ours stay while another's of their session does, to
    make pairs with."""
    measured = {(run["target"], run["workload"]) for run in runs}
    others = [
        run for run in results["runs"] if run["kind"] != "ours" and (run["target"], run["workload"]) not in measured
    ]
    paired = {(run["workload"], run["session"]) for run in others}
    ours = [
        run
        for run in results["runs"]
        if run["kind"] == "ours"
        and ((run["workload"], run["session"]) in paired or (run["target"], run["workload"]) not in measured)
    ]
    for run in runs:
        run["session"] = len(results["sessions"])
    results["sessions"].append(session)
    results["runs"] = ours + others + runs


def where_the_time_goes(targets, options):
    """System calls and instructions of each piece of work; no load on the machine changes them."""
    traced, counted, prefix = [], [], ["taskset", "-c", "0"]
    os.sched_setaffinity(0, {0})
    with origin(options.load, prefix):
        for name in TRACED:
            for target in targets:
                if target.kind == "direct" or not target.can(WORKLOADS[name]):
                    continue
                target.start()
                try:
                    found = calls.trace(target, WORKLOADS[name], options.secs, prefix)
                finally:
                    target.stop()
                traced.append(dataclasses.asdict(found))
                each = sum(found.counts.values()) / max(1, found.work)
                print(f"  {target.name:14} {name}: {each:.2f} system calls each")
                if not instructions.countable(target):
                    continue
                found = instructions.count(target, WORKLOADS[name], options.secs, prefix)
                counted.append(dataclasses.asdict(found))
                print(f"  {target.name:14} {name}: {found.count / max(1, found.work):.0f} instructions each")
    return {"calls": traced, "instructions": counted}


def measure(options, results):
    chosen = chosen_targets(options)
    workloads = chosen_workloads(options)
    if os.cpu_count() < 2:
        sys.exit("bench: the server and the load need a CPU each")
    with workplace() as directory:
        places = {
            "load": options.load,
            "build": str(pathlib.Path(options.build).resolve() / "tests" / "bench"),
            "megaphone": options.megaphone,
            "directory": directory,
        }
        targets = [Target(name, specification, places) for name, specification in chosen.items()]
        results["versions"].update(
            {target.name: (target.version(), target.specification["about"]) for target in targets}
        )
        if options.calls:
            results.update(where_the_time_goes(targets, options))
            return []
        campaign = Campaign(targets, options)
        session = {"when": time.strftime("%Y-%m-%d %H:%M"), "reps": options.reps, "secs": options.secs, **facts()}
        try:
            campaign.run(workloads)
        finally:
            for target in targets:
                target.stop()
            session.update(
                repetitions=len(campaign.runs), disturbed=sum(bool(run.get("disturbed")) for run in campaign.runs)
            )
            add_runs(results, campaign.runs, session)
    return workloads


def main():
    options = read_options(sys.argv[1:])
    if options.list:
        return show_list()
    if options.packages:
        return print("\n".join(wanted_packages(options)))
    build = pathlib.Path(options.build).resolve()
    options.load = str(build / "tests" / "bench" / "load" / "megaphone-load")
    options.megaphone = str(pathlib.Path(options.megaphone).resolve() if options.megaphone else build / "megaphoned")
    path = build / "results.json"
    results = load_results(path, options.add or options.only_publish)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # exits by an exception, so that the servers are ended
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
