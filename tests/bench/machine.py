"""The machine: CPU time, memory and descriptors of a process tree, and the other users of the CPUs."""
import os
import pathlib
import platform
import subprocess
import time

TICK = os.sysconf("SC_CLK_TCK")
PROC = pathlib.Path("/proc")


def _stat(process):
    """(parent, seconds of its ended children)"""
    text = (PROC / str(process) / "stat").read_bytes()
    fields = text[text.rindex(b")") + 2 :].split()
    return int(fields[1]), (int(fields[13]) + int(fields[14])) / TICK


def _processes():
    for entry in os.listdir(PROC):
        if entry.isdigit():
            yield int(entry)


def _children_and_ended():
    """{process: its children}, {process: CPU seconds of those that have ended}"""
    children, ended = {}, {}
    for process in _processes():
        try:
            parent, ended[process] = _stat(process)
        except (OSError, ValueError):
            continue  # it has ended
        children.setdefault(parent, []).append(process)
    return children, ended


def below(root, children=None):
    """All processes below that one."""
    children = children or _children_and_ended()[0]
    found, todo = [], [root]
    while todo:
        for child in children.get(todo.pop(), []):
            found.append(child)
            todo.append(child)
    return found


def tree_cpu(root):
    """CPU seconds of all below a supervisor, ended children included."""
    children, ended = _children_and_ended()
    return ended[root] + sum(ended[process] + process_cpu(process) for process in below(root, children))


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
    """Of all its threads, by its clock (clock_getcpuclockid(3)): stat(5) tells hundredths of seconds only, a tenth of
    what some loads cost."""
    try:
        return time.clock_gettime((~process << 3) | 2)
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
    """CPU seconds of the kernel's softirq threads: network work of load and server only."""
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
    """Describes the machine for readers of the page."""
    model = "unknown CPU"
    for line in (PROC / "cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":")[1].strip()
    release = platform.freedesktop_os_release().get("PRETTY_NAME", "Linux")
    return {"cpus": os.cpu_count(), "cpu": model, "kernel": platform.release(), "system": release}
