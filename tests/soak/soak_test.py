#!/usr/bin/env python3
"""The soak: mixed traffic with faults on both sides through one daemon for a while. Every healthy answer must be there,
whole and the right one; nothing hangs; afterwards descriptors and memory are back, and the access log agrees.

    MEGAPHONED=build/megaphoned tests/soak/soak_test.py [--seconds N] [--seed N] [--clients N] [--only NAME...]

MEGAPHONE_SOAK_SECONDS sets the time for "meson test", too. The seed fixes what the clients choose, not the moments at
which things meet. Exit code 1 and a list of anomalies if anything was wrong.
"""
import argparse
import asyncio
import collections
import os
import pathlib
import random
import resource
import signal
import socket
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "scenario"))
from harness import Blackhole, Daemon  # noqa: E402
from harness.case import LOOPBACK, sanitized  # noqa: E402
from harness.daemon import SANITIZER  # noqa: E402

import faulty  # noqa: E402
import healthy  # noqa: E402
from origins import TalkOrigin, WebOrigin  # noqa: E402
from wire import Cut, read_answer  # noqa: E402
from world import Anomaly, World  # noqa: E402

HANG = 60  # seconds; every deadline of the daemon together is shorter
MEMORY = 8 << 20  # growth after the warm-up that the allocator is allowed
PATIENT = {"linger_timeout": "500ms"}
HASTY = {
    "idle_timeout": "1s",
    "request_head_timeout": "1s",
    "body_timeout": "1s",
    "connect_timeout": "1s",
    "response_timeout": "1s",
    "tunnel_idle_timeout": "1s",
    "linger_timeout": "500ms",
}


def daemon_sections():
    proxies = [
        {"name": name, "listen": "127.0.0.1:0", "allow_destinations": LOOPBACK, "connect_ports": ["any"], **settings}
        for name, settings in (("patient", PATIENT), ("hasty", HASTY))
    ]
    daemon = {"event_loops": 2, "origin_idle_timeout": "1s", "drain_time": "10s"}
    return {"proxy": proxies, "daemon": daemon, "access_log": {"ring": "8MiB"}}


class Soak:
    def __init__(self, options):
        self.options = options
        self.anomalies = collections.Counter()
        self.first = {}
        traffic = {**healthy.TRAFFIC, **faulty.TRAFFIC}
        self.kinds = {
            kind: weight for kind, weight in traffic.items() if not options.only or kind.__name__ in options.only
        }

    def wrong(self, what, detail=""):
        self.anomalies[what] += 1
        if self.anomalies[what] <= 5:
            print(f"ANOMALY {what}: {detail}", flush=True)

    async def run(self, daemon):
        self.daemon = daemon
        dead = socket.socket()  # bound, but not listening
        dead.bind(("127.0.0.1", 0))
        hole, seed = Blackhole(), self.options.seed
        steady, flaky, strays = [await WebOrigin(f"{seed}/{name}").start() for name in ("steady", "flaky", "strays")]
        talker = await TalkOrigin(seed).start()
        addresses = daemon.address("patient"), daemon.address("hasty")
        self.world = World(*addresses, steady, flaky, strays, talker, dead.getsockname()[1], hole.port)
        before = daemon.descriptors()
        await self.phase("warm-up", max(5.0, self.options.seconds / 6), before)
        memory = daemon.resident()
        await self.phase("soak", self.options.seconds, before)
        growth = daemon.resident() - memory
        print(f"resident {daemon.resident() >> 10} KiB, {growth >> 10:+} KiB since the warm-up", flush=True)
        if not sanitized() and growth > MEMORY:
            self.wrong("memory", f"{growth >> 10} KiB more than after the warm-up")
        if self.world.steady.requests[0]:
            self.wrong("smuggled", f"{self.world.steady.requests[0]} requests were forwarded from behind refused ones")
        await self.end()
        for origin in (steady, flaky, strays, talker):
            await origin.close()
        hole.close()
        dead.close()

    async def phase(self, name, seconds, descriptors):
        """Traffic for so long; then everything must be given back."""
        until = time.monotonic() + seconds
        clients = [self.client(f"{self.options.seed}/{name}/{number}", until) for number in range(self.options.clients)]
        await asyncio.gather(*clients)
        print(f"{name}: {sum(self.world.done.values())} done, {self.daemon.descriptors()} descriptors", flush=True)
        patience = time.monotonic() + 20
        while self.daemon.descriptors() > descriptors and time.monotonic() < patience:
            await asyncio.sleep(0.1)
        if self.daemon.descriptors() > descriptors:
            self.wrong("descriptors", f"{self.daemon.descriptors()} after the {name}, {descriptors} before")

    async def client(self, seed, until):
        rng = random.Random(seed)
        kinds, weights = list(self.kinds), list(self.kinds.values())
        while time.monotonic() < until and self.daemon.process.poll() is None:
            kind = rng.choices(kinds, weights)[0]
            try:
                await asyncio.wait_for(kind(self.world, rng), HANG)
                self.world.done[kind.__name__] += 1
            except asyncio.TimeoutError:
                self.wrong(f"{kind.__name__} hangs", f"longer than {HANG} s")
            except Anomaly as anomaly:
                self.wrong(kind.__name__, anomaly)
            except Cut as cut:
                self.wrong(f"{kind.__name__} cut", f"the daemon has ended it: {cut.how}")
            except (OSError, ValueError, IndexError) as error:
                self.wrong(f"{kind.__name__} failed", repr(error))

    async def end(self):
        """SIGTERM in the middle of an answer: it is finished, and the daemon ends by itself."""
        number, _ = self.world.expect("last answer", status=200, whole=True)
        plan = {"s": 100_000, "n": 5, "p": 200}
        async with healthy.connection(self.world) as wire:
            await wire.send(healthy.request(self.world.steady, number, plan))
            await asyncio.sleep(0.3)
            self.daemon.signal(signal.SIGTERM)
            try:
                healthy.check_answer(await read_answer(wire), number, plan, "GET")
            except (Anomaly, Cut) as error:
                self.wrong("drain", error)
        code = await asyncio.to_thread(self.daemon.wait)
        if code != 0 or SANITIZER.search(self.daemon.stderr):
            self.wrong("end", f"the daemon ended with {code}\n{self.daemon.stderr[-20000:]}")

    def judge(self):
        for kind in self.kinds:
            print(f"  {self.world.done[kind.__name__]:8} {kind.__name__}")
        records = self.daemon.records()
        print(f"{len(records)} records in the access log")
        for problem in self.world.ledger.problems(records):
            self.wrong("log: " + " ".join(word for word in problem.split(" {")[0].split() if word.isalpha()), problem)
        lost = [line for line in self.daemon.stderr.splitlines() if "dropped" in line or "error" in line.lower()]
        if lost:
            self.wrong("daemon log", lost[:5])
        for what, count in self.anomalies.most_common():
            print(f"{count:8} times: {what}")
        return not self.anomalies


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=float(os.environ.get("MEGAPHONE_SOAK_SECONDS", "60")))
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--clients", type=int, default=40)
    parser.add_argument("--only", nargs="*", default=[])
    options = parser.parse_args()
    print(f"--seed {options.seed}", flush=True)
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    daemon, soak = Daemon(daemon_sections()), Soak(options)
    try:
        asyncio.run(soak.run(daemon))
        good = soak.judge()
    finally:
        daemon.kill()
    print("good" if good else f"bad: --seed {options.seed}")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
