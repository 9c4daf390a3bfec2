"""One repetition: the load on one target for a while, and what it cost."""
import json
import select
import subprocess
import time
from dataclasses import dataclass

from machine import busy_and_stolen, process_cpu, softirq_cpu, tree_cpu, tree_descriptors, tree_memory
from pairing import noise
from workloads import IDLE_TUNNELS, RAW, span

QUIET_CPU = 0.002  # seconds in 50 ms
FEWEST_CPU = 0.02  # seconds; below that a rate per CPU-second means nothing
HOLD = 90  # seconds that opening the idle tunnels may take


@dataclass
class Surroundings:
    prefix: list  # puts load and origin on their CPU
    origin: int  # its process
    most_foreign: float  # CPUs that others may use


class Cost:
    """Measures the use of the machine between its beginning and finish()."""

    def __init__(self, target, surroundings):
        self._target, self._surroundings = target, surroundings
        self._began = time.monotonic()
        self._before = self._now()

    def _now(self):
        busy, stolen = busy_and_stolen()
        server = tree_cpu(self._target.pid) if self._target.pid else 0.0
        return {
            "busy": busy,
            "stolen": stolen,
            "server": server,
            "softirq": softirq_cpu(),
            "origin": process_cpu(self._surroundings.origin),
        }

    def _until_server_rests(self):
        """It may still be closing what the load left: that is its work, too."""
        if not self._target.pid:
            return
        before = tree_cpu(self._target.pid)
        for _ in range(40):
            time.sleep(0.05)
            after = tree_cpu(self._target.pid)
            if after - before < QUIET_CPU:
                return
            before = after

    def finish(self, client_cpu):
        time.sleep(0.1)
        self._until_server_rests()
        after, wall = self._now(), time.monotonic() - self._began
        used = {key: after[key] - self._before[key] for key in after}
        foreign = used["busy"] - used["server"] - used["softirq"] - used["origin"] - client_cpu
        return {"server_cpu": used["server"], "foreign": max(0.0, foreign) / wall, "stolen": used["stolen"] / wall}


def _load_answer(out, err):
    try:
        return json.loads(out)
    except ValueError:
        return {"ok": 0, "bytes": 0, "secs": 0, "errors": 1, "first_error": f"the load failed: {err[-200:]}"}


def measure(target, workload, seconds, surroundings):
    """A repetition of every workload but the idle one."""
    cost = Cost(target, surroundings)
    load = subprocess.Popen(
        surroundings.prefix + target.load_command(workload, seconds),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    resident = 0
    if target.pid:
        time.sleep(seconds * 0.6)
        resident = tree_memory(target.pid)[0]
    try:
        out, err = load.communicate(timeout=seconds + 30)
    except subprocess.TimeoutExpired:
        load.kill()
        out, err = load.communicate()
    run = _load_answer(out, err)
    run.update(cost.finish(run.get("client_cpu", 0)))
    work, cpu = workload.work(run), run["server_cpu"]
    run.update(
        workload=workload.name,
        target=target.name,
        kind=target.kind,
        resident=resident,
        rate=work / run["secs"] if run["secs"] else 0,
        work_per_cpu=work / cpu if cpu >= FEWEST_CPU else None,
        cpus=cpu / run["secs"] if run["secs"] else 0,
    )
    run["disturbed"] = noise(run) > surroundings.most_foreign
    return run


def _wait_until_closed(pid, before, open_ones):
    """Seconds until the server has let go of the descriptors; None if it does not."""
    began = time.monotonic()
    while time.monotonic() - began < 40:
        if tree_descriptors(pid) <= before + max(4, open_ones // 33):  # new worker processes may keep a few
            return time.monotonic() - began
        time.sleep(0.02)
    return None


def measure_idle(target, workload, surroundings):
    """Many tunnels that do nothing: what each holds, and what they cost while idle."""
    count = target.specification.get("tunnels", IDLE_TUNNELS)
    # What a server sets up once must not count as memory of a tunnel.
    warm = [
        "tunnel",
        "--mode",
        "rate",
        "--conns",
        "8",
        "--origins",
        span(RAW),
        "--proxy",
        str(target.ports["proxy"]),
        "--secs",
        "0.3",
    ]
    subprocess.run(surroundings.prefix + [target.places["load"], *warm], stdout=subprocess.DEVNULL, check=False)
    time.sleep(0.7)
    descriptors, (resident, proportional), cpu = (
        tree_descriptors(target.pid),
        tree_memory(target.pid),
        tree_cpu(target.pid),
    )
    load = subprocess.Popen(
        surroundings.prefix + target.load_command(workload, 60) + ["--conns", str(count)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        if not select.select([load.stdout], [], [], HOLD)[0]:
            return {
                "workload": workload.name,
                "target": target.name,
                "kind": target.kind,
                "errors": 1,
                "first_error": "stuck",
            }
        run = json.loads(load.stdout.readline())
        time.sleep(0.5)
        opened, (resident_now, proportional_now) = max(1, run["opened"]), tree_memory(target.pid)
        descriptors_now, idle = tree_descriptors(target.pid), tree_cpu(target.pid)
        time.sleep(1)
        idle = tree_cpu(target.pid) - idle
        load.stdin.close()
        closed = _wait_until_closed(target.pid, descriptors, descriptors_now - descriptors)
    finally:
        load.kill()
        load.wait()
    time.sleep(0.3)
    spent = tree_cpu(target.pid) - cpu - idle
    if run["opened"] < count and not run["errors"]:
        run.update(errors=count - run["opened"], first_error="not all tunnels were opened")
    run.update(
        workload=workload.name,
        target=target.name,
        kind=target.kind,
        idle_cpu=idle,
        close_seconds=closed,
        resident_base=resident,
        resident_each=(resident_now - resident) / opened,
        proportional_each=(proportional_now - proportional) / opened,
        rate=run["opened"] / run["secs"] if run["secs"] else 0,
        work_per_cpu=run["opened"] / spent if spent >= FEWEST_CPU else None,
    )
    return run
