"""A campaign: every target under every workload, in turns, so that changes of the machine affect all alike."""
import contextlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import tables
from machine import wait_for_quiet
from repetition import Surroundings, measure, measure_idle
from targets import StartFailed
from workloads import DNS, HTTP, MANY, RAW, span


@contextlib.contextmanager
def origin(load, prefix):
    services = ["--http", f"{span(HTTP)},{span(MANY)}", "--raw", span(RAW), "--dns", str(DNS)]
    with subprocess.Popen([*prefix, load, "origin", *services], stdout=subprocess.PIPE) as process:
        if process.stdout.readline() != b"ready\n":
            sys.exit("the origin did not start: is one of its ports in use?")
        try:
            yield process.pid
        finally:
            process.terminate()


@contextlib.contextmanager
def workplace():
    """A directory for all that the servers write."""
    directory = pathlib.Path(tempfile.mkdtemp(prefix="megaphone-bench-"))
    directory.chmod(0o755)
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


class Campaign:
    def __init__(self, targets, options, say=print):
        """`options`: load, reps, secs, again, patience and most_foreign."""
        self._targets, self._options, self._say = targets, options, say
        self.runs = []

    def run(self, workloads):
        """Keeps the results even if it is ended early."""
        for workload in workloads:
            able = [target for target in self._targets if target.can(workload)]
            if not able:
                continue
            self._say(f"{workload.name}: {workload.about}")
            prefix = ["taskset", "-c", "0"] if workload.pinned else []
            if workload.pinned:
                os.sched_setaffinity(0, {0})
            with origin(self._options.load, prefix) as process:
                surroundings = Surroundings(prefix, process, self._options.most_foreign)
                (self._idle if workload.is_idle else self._turns)(workload, able, surroundings)
            os.sched_setaffinity(0, range(os.cpu_count()))

    def _start(self, workload, targets):
        started = []
        for target in targets:
            try:
                target.start(workload.pinned, workload.settings)
                started.append(target)
            except StartFailed as error:
                self._say(f"  {error}")
                self.runs.append(
                    {
                        "workload": workload.name,
                        "target": target.name,
                        "kind": target.kind,
                        "errors": 1,
                        "first_error": str(error)[:200],
                        "repetition": 0,
                    }
                )
        return started

    def _turns(self, workload, targets, surroundings):
        started = self._start(workload, targets)
        try:
            for target in started:
                subprocess.run(
                    surroundings.prefix + target.load_command(workload, workload.warm_up),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    check=False,
                )
            again = dict.fromkeys(started, self._options.again)
            for repetition in range(self._options.reps):
                first = repetition % max(1, len(started))
                for target in started[first:] + started[:first]:
                    while self._once(target, workload, repetition, surroundings) and again[target] > 0:
                        again[target] -= 1
                        time.sleep(0.5)
        finally:
            for target in targets:
                target.stop()

    def _once(self, target, workload, repetition, surroundings):
        """Returns whether it was disturbed."""
        if not target.alive():
            self._say(f"  {target.name} has died, starting it again")
            target.stop()
            target.start(workload.pinned, workload.settings)
        wait_for_quiet(self._options.load, self._options.most_foreign, self._options.patience)
        run = measure(target, workload, self._options.secs, surroundings)
        run["repetition"] = repetition
        self.runs.append(run)
        self._say(tables.line(run, workload.unit))
        return run["disturbed"]

    def _idle(self, workload, targets, surroundings):
        for target in targets:
            for started in self._start(workload, [target]):
                try:
                    run = measure_idle(started, workload, surroundings)
                finally:
                    started.stop()
                run["repetition"] = 0
                self.runs.append(run)
                self._say(tables.line(run, workload.unit))
