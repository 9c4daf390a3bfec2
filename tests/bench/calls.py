"""Counts the system calls of one request, by strace -c on a running server."""
import json
import re
import signal
import subprocess
import time
from dataclasses import dataclass

import tables
from machine import below

WAIT_READ_WRITE = {
    "epoll_wait",
    "epoll_pwait",
    "read",
    "readv",
    "recv",
    "recvfrom",
    "recvmsg",
    "recvmmsg",
    "write",
    "writev",
    "send",
    "sendto",
    "sendmsg",
    "sendmmsg",
    "splice",
}
_ROW = re.compile(r"^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s+(?:(\d+)\s+)?(\w+)$", re.M)


@dataclass(frozen=True)
class Calls:
    target: str
    workload: str
    work: float  # pieces that were done meanwhile
    counts: dict  # {call: how many}


def parse(text):
    """{system call: how often} of what strace -c prints."""
    return {name: int(count) for count, _, name in _ROW.findall(text) if name != "total"}


def trace(target, workload, seconds, prefix):
    """REQUIRES: the target runs."""
    answer = target.places["directory"] / "strace.txt"
    processes = [word for process in below(target.pid) for word in ("-p", str(process))]
    strace = subprocess.Popen(["strace", "-c", "-f", "-o", str(answer), *processes], stderr=subprocess.DEVNULL)
    time.sleep(0.5)
    load = subprocess.run(prefix + target.load_command(workload, seconds), capture_output=True, text=True, check=True)
    strace.send_signal(signal.SIGINT)
    strace.wait(20)
    done = workload.work(json.loads(load.stdout))
    return Calls(target.name, workload.name, done, parse(answer.read_text()))


def table(found, workload):
    """Calls per piece of work, for each target; the most frequent first."""
    chosen = [calls for calls in found if calls["workload"] == workload and calls["work"]]
    names = sorted(
        {name for calls in chosen for name in calls["counts"]},
        key=lambda name: -max(calls["counts"].get(name, 0) / calls["work"] for calls in chosen),
    )
    rows = []
    for name in names:
        shares = [calls["counts"].get(name, 0) / calls["work"] for calls in chosen]
        if max(shares) >= 0.005:
            rows.append(
                [
                    f"`{name}`" if name in WAIT_READ_WRITE else f"**`{name}`**",
                    *(f"{share:.2f}" if share else "" for share in shares),
                ]
            )
    rows.append(["all", *(f"{sum(calls['counts'].values()) / calls['work']:.2f}" for calls in chosen)])
    return tables.table(["system call", *(calls["target"] for calls in chosen)], rows)
