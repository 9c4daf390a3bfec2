"""Pairing: from repetitions to medians and to ratios that noise does not reach. Pure.

A repetition is a dictionary with target, workload, repetition, session and work_per_cpu; errors, foreign, stolen and
disturbed where there is something to say. Only repetitions of one session were measured seconds apart and make a pair.
"""
import statistics
from collections import defaultdict

FEWEST = 3  # undisturbed repetitions; with less, the least disturbed ones stand in


def noise(run):
    """CPUs that went to others."""
    return run.get("foreign", 0) + run.get("stolen", 0)


def is_result(run):
    """Errors void a repetition."""
    return bool(run.get("work_per_cpu")) and not run.get("errors")


def usable(runs):
    undisturbed = [run for run in runs if not run.get("disturbed")]
    return undisturbed if len(undisturbed) >= FEWEST else sorted(runs, key=noise)[:FEWEST]


def median(runs, key):
    values = [run[key] for run in runs if run.get(key) is not None]
    return statistics.median(values) if values else None


def spread(values):
    """(largest - smallest) / median; None of nothing."""
    return (max(values) - min(values)) / statistics.median(values) if values else None


def by_target(runs, workload):
    """{target: its repetitions}"""
    found = defaultdict(list)
    for run in runs:
        if run["workload"] == workload:
            found[run["target"]].append(run)
    return dict(found)


def _best_of_each_repetition(runs):
    best = {}
    for run in filter(is_result, runs):
        key = (run["target"], run.get("session", 0), run["repetition"])
        if key not in best or noise(run) < noise(best[key]):
            best[key] = run
    return best


def ratios(runs, workload, ours, measure="work_per_cpu"):
    """{target: [ours divided by theirs, per repetition]}; undisturbed pairs only, where there are two of them."""
    best = _best_of_each_repetition(run for run in runs if run["workload"] == workload)
    pairs = defaultdict(list)
    for (target, session, repetition), theirs in best.items():
        mine = best.get((ours, session, repetition))
        if target != ours and mine and mine.get(measure) and theirs.get(measure):
            disturbed = bool(mine.get("disturbed") or theirs.get("disturbed"))
            pairs[target].append((disturbed, mine[measure] / theirs[measure]))
    found = {}
    for target, values in pairs.items():
        quiet = [ratio for disturbed, ratio in values if not disturbed]
        found[target] = quiet if len(quiet) >= 2 else [ratio for _, ratio in values]
    return found


def errors(runs):
    """(how many, the first one)"""
    count = sum(run.get("errors", 0) for run in runs)
    return count, next((run.get("first_error", "") for run in runs if run.get("errors")), "")
