"""Counts the instructions of one request outside of the kernel, by callgrind on one process."""
import json
import re
import subprocess
from dataclasses import dataclass

import tables
from machine import below

_TOTAL = re.compile(r"^summary: (\d+)", re.M)


@dataclass(frozen=True)
class Instructions:
    target: str
    workload: str
    work: float  # pieces that were done meanwhile
    count: int


def parse(text):
    """Returns the number of instructions in a file of callgrind."""
    return int(_TOTAL.search(text)[1])


def countable(target):
    """A table of peers.toml says by `alone` how to run it as one process."""
    return "alone" in target.specification


def count(target, workload, seconds, prefix):
    """REQUIRES: the target does not run."""
    answer = target.places["directory"] / "callgrind.out"
    valgrind = ["valgrind", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={answer}"]
    target.start(under=valgrind, more=target.specification["alone"])
    try:
        process = str(below(target.pid)[-1])

        def load(duration):
            command = prefix + target.load_command(workload, duration)
            return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)

        def control(*words):
            subprocess.run(["callgrind_control", *words, process], capture_output=True, check=True)

        load(0.5)  # what is done once does not count
        control("-i", "on")
        done = load(seconds)
        control("-d")
    finally:
        target.stop()
    counted = parse(answer.with_suffix(".out.1").read_text())
    return Instructions(target.name, workload.name, workload.work(done), counted)


def table(found):
    """Instructions per piece of work: a row for each target, a column for each workload. "" where none were counted."""
    if not found:
        return ""
    workloads = list(dict.fromkeys(entry["workload"] for entry in found))
    each = {(entry["target"], entry["workload"]): entry["count"] / max(1, entry["work"]) for entry in found}
    rows = [
        [target, *(tables.number(each.get((target, workload))) for workload in workloads)]
        for target in dict.fromkeys(entry["target"] for entry in found)
    ]
    return tables.table(["instructions", *workloads], rows)
