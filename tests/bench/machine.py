"""The machine: CPU time, memory and descriptors of a process tree, and who else uses the CPUs."""
import os
import pathlib
import platform
import subprocess
import time

TICK = os.sysconf("SC_CLK_TCK")
PROC = pathlib.Path("/proc")


def _stat(process):
    """(parent, [user, system, user of ended children, system of ended children])"""
    text = (PROC / str(process) / "stat").read_bytes()
    fields = text[text.rindex(b")") + 2 :].split()
    return int(fields[1]), [int(field) for field in fields[11:15]]


def _processes():
    for entry in os.listdir(PROC):
        if entry.isdigit():
            yield int(entry)


def _children_and_times():
    children, times = {}, {}
    for process in _processes():
        try:
            parent, times[process] = _stat(process)
        except (OSError, ValueError):
            continue  # it has ended
        children.setdefault(parent, []).append(process)
    return children, times


def below(root, children=None):
    """All processes below that one."""
    children = children or _children_and_times()[0]
    found, todo = [], [root]
    while todo:
        for child in children.get(todo.pop(), []):
            found.append(child)
            todo.append(child)
    return found


def tree_cpu(root):
    """CPU seconds of all below a supervisor, ended children included."""
    children, times = _children_and_times()
    ticks = sum(sum(times[process]) for process in below(root, children))
    return (ticks + sum(times[root][2:])) / TICK


def tree_memory(root):
    """(resident, proportional) bytes."""
    sums = {"Rss:": 0, "Pss:": 0}
    for process in below(root):
        try:
            for line in (PROC / str(process) / "smaps_rollup").read_text().splitlines():
                word = line.split()
                if word and word[0] in sums:
                    sums[word[0]] += int(word[1]) * 1024
        except OSError:
            pass
    return sums["Rss:"], sums["Pss:"]


def tree_descriptors(root):
    count = 0
    for process in below(root):
        try:
            count += len(os.listdir(PROC / str(process) / "fd"))
        except OSError:
            pass
    return count


def process_cpu(process):
    try:
        return sum(_stat(process)[1][:2]) / TICK
    except OSError:
        return 0.0


def _cpu_line(name):
    for line in (PROC / "stat").read_text().splitlines():
        if line.startswith(name + " "):
            return [int(word) for word in line.split()[1:]]
    raise LookupError(name)


def busy_and_stolen():
    """CPU seconds that all CPUs worked, and that the hypervisor took."""
    ticks = _cpu_line("cpu")
    return (sum(ticks[:3]) + ticks[5] + ticks[6]) / TICK, ticks[7] / TICK


_SOFTIRQ = []


def softirq_cpu():
    """CPU seconds of the kernel's softirq threads: network work of load and server, nobody else's."""
    if not _SOFTIRQ:
        for process in _processes():
            try:
                if (PROC / str(process) / "comm").read_text().startswith("ksoftirqd/"):
                    _SOFTIRQ.append(process)
            except OSError:
                pass
    return sum(process_cpu(process) for process in _SOFTIRQ)


def wait_for_quiet(load, limit, patience):
    """Waits until nothing else runs and the hypervisor leaves us the CPUs. It takes them in bursts of seconds, and that
    shows only when one wants to run: so each is used fully for a moment."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        before = busy_and_stolen()[0]
        time.sleep(0.12)
        if (busy_and_stolen()[0] - before) / 0.12 > max(limit, 0.2):
            time.sleep(0.2)
            continue
        stolen, began = busy_and_stolen()[1], time.monotonic()
        spins = [subprocess.Popen([load, "spin", "--cpu", str(cpu), "--ms", "120"]) for cpu in range(os.cpu_count())]
        for spin in spins:
            spin.wait()
        if (busy_and_stolen()[1] - stolen) / (time.monotonic() - began) <= limit:
            return
        time.sleep(0.3)


def facts():
    """What a reader must know of the machine."""
    model = "unknown CPU"
    for line in (PROC / "cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":")[1].strip()
    release = platform.freedesktop_os_release().get("PRETTY_NAME", "Linux")
    return {"cpus": os.cpu_count(), "cpu": model, "kernel": platform.release(), "system": release}
