"""The page: puts the results between the markers of docs/performance.md, and the plots beside it.

A part stands between "<!-- begin NAME -->" and "<!-- end NAME -->"; everything else is written by people.
"""
import re
import statistics

import calls
import goals
import instructions
import pairing
import plots
import tables
from workloads import GROWTH, WORKLOADS


def replace(text, name, content):
    """Raises LookupError where the page lacks the part."""
    pattern = re.compile(rf"(<!-- begin {name} -->\n).*?(<!-- end {name} -->)", re.S)
    if not pattern.search(text):
        raise LookupError(f"the page has no part {name}")
    return pattern.sub(lambda found: found[1] + content + found[2], text)


def series_of(runs):
    """{series: [its workloads that were measured]}"""
    measured, found = {run["workload"] for run in runs}, {}
    for workload in GROWTH.values():
        if workload.name in measured:
            found.setdefault(workload.series, []).append(workload)
    return found


def session_line(session):
    disturbed = f"{session['disturbed']} of {session['repetitions']} repetitions disturbed"
    machine = f"{session['cpus']} CPUs ({session['cpu']}), {session['system']}, kernel {session['kernel']}"
    return f"- {session['when']}: {session['reps']} repetitions of {session['secs']:g} s; {machine}; {disturbed}\n"


def machine_part(results):
    versions = [[name, version or "as built", about] for name, (version, about) in results["versions"].items()]
    sessions = "".join(session_line(session) for session in results["sessions"])
    return sessions + "\n" + tables.table(["target", "version", "configuration"], versions)


def results_part(runs):
    measured = {run["workload"] for run in runs}
    parts = []
    for workload in WORKLOADS.values():
        if workload.name in measured:
            parts.append(f"### {workload.name}: {workload.about}\n\n{tables.workload_table(runs, workload)}")
    return "\n".join(parts)


def growth_part(runs):
    parts = []
    for series, workloads in series_of(runs).items():
        parts.append(f"![cost by {series}](performance/{file_name(series)})\n\n{tables.growth_table(runs, workloads)}")
    return "\n".join(parts)


def calls_part(found):
    parts = []
    for workload in dict.fromkeys(entry["workload"] for entry in found):
        parts.append(f"{workload}: {WORKLOADS[workload].about}\n\n{calls.table(found, workload)}")
    return "\n".join(parts)


def file_name(series):
    return re.sub(r"[^a-z0-9]+", "-", series.lower()) + ".svg"


def ratio_plot(runs, ours):
    groups = []
    for name in WORKLOADS:
        values = [
            (target, statistics.median(ratios))
            for target, ratios in sorted(pairing.ratios(runs, name, ours).items())
            if target != "direct"
        ]
        if values and not WORKLOADS[name].is_idle:
            groups.append((name, values))
    return (
        plots.bars("Work per CPU-second: megaphone divided by the other (above 1: megaphone does more)", groups, 1.0)
        if groups
        else None
    )


def growth_plot(runs, series, workloads):
    by_target = {}
    for workload in workloads:
        for target, found in pairing.by_target(runs, workload.name).items():
            value = tables.cost(found)
            if value:
                by_target.setdefault(target, []).append((workload.size, value))
    unit = workloads[0].unit
    return (
        plots.lines(f"Cost of one {unit} by {series}", series, f"CPU-µs per {unit}", by_target) if by_target else None
    )


def publish(results, page, folder):
    """Writes the page and the plots. A part of which nothing was measured stays as it is."""
    runs, ours = results["runs"], tables.ours_of(results["runs"])
    text = page.read_text()
    for name, content in (
        ("machine", machine_part(results)),
        ("goals", goals.table(runs, ours)),
        ("results", results_part(runs)),
        ("growth", growth_part(runs)),
        ("instructions", instructions.table(results["instructions"])),
        ("calls", calls_part(results["calls"])),
    ):
        if content:
            text = replace(text, name, "\n" + content + "\n")
    page.write_text(text)
    folder.mkdir(exist_ok=True)
    drawn = {"ratios.svg": ratio_plot(runs, ours)}
    for series, workloads in series_of(runs).items():
        drawn[file_name(series)] = growth_plot(runs, series, workloads)
    for name, svg in drawn.items():
        if svg:
            (folder / name).write_text(svg)
