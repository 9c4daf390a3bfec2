"""What a service manager hears of a daemon that runs: live figures, and a watchdog that is fed by all threads."""
import os
import pathlib
import re
import select
import time
import unittest

from harness import Scenario, main, request, wait_until
from harness.origin import echo
from harness.thread import stopped, threads

PAGE = request("http://megaphone.internal/")
WATCHED = {"WATCHDOG_USEC": "300000"}


def feedings(daemon):
    daemon.status()  # takes what has come
    return daemon.notified.count("WATCHDOG=1")


class Figures(Scenario):
    def wait_status(self, daemon, pattern):
        wait_until(lambda: re.search(pattern, daemon.status() or ""), lambda: f"{pattern}; status: {daemon.status()}")

    def test_the_status_says_who_is_there_and_what_has_been_done(self):
        origin = self.origin(echo)
        daemon = self.daemon(
            proxy={"allow_destinations": ["127.0.0.0/8"], "connect_ports": ["1-65535"]},
            uppercase_tcp={},
            environment=WATCHED,
        )
        kept = [self.client(daemon) for _ in range(3)]
        for client in kept:
            self.assertEqual(client.send(PAGE).read_response().status, 200)
        self.client(daemon, "uppercase-tcp").send(b"x").read_exact(1)
        tunnel = self.client(daemon)
        tunnel.send(f"CONNECT {origin.authority} HTTP/1.1\r\nHost: {origin.authority}\r\n\r\n".encode())
        self.assertEqual(tunnel.read_response("CONNECT").status, 200)
        self.wait_status(daemon, r"^STATUS=serving: 4 clients, 1 tunnel, 3 requests")
        tunnel.finish().expect_end()
        for client in kept:
            client.close()
        self.wait_status(daemon, r"^STATUS=serving: 1 client, 0 tunnels, 3 requests, ")

    def test_a_daemon_at_rest_repeats_nothing(self):
        daemon = self.daemon(proxy={}, environment=WATCHED)
        wait_until(lambda: feedings(daemon) > 5, "the watchdog to be fed")
        self.assertEqual(sum(line.startswith("STATUS=serving: ") for line in daemon.notified), 1, daemon.notified)


class Watchdog(Scenario):
    def test_it_is_fed_well_before_its_patience_ends(self):
        daemon = self.daemon(proxy={}, environment=WATCHED)
        wait_until(lambda: feedings(daemon) > 0, "the watchdog to be fed")
        began, before = time.monotonic(), feedings(daemon)
        wait_until(lambda: feedings(daemon) >= before + 10, "ten more")
        self.assertGreater(time.monotonic() - began, 0.5, "it is fed much too often")

    def test_it_is_not_fed_while_one_thread_hangs_and_the_log_names_the_thread(self):
        for name in ("loop-1", "connect-0"):
            with self.subTest(name):
                daemon = self.daemon(proxy={}, environment=WATCHED)
                wait_until(lambda: feedings(daemon) > 0, "the watchdog to be fed")
                try:
                    with stopped(threads(daemon.process.pid)[name]):
                        daemon.wait_logged(f"no answer from {name}: ")
                        before = feedings(daemon)
                        self.assertFalse(select.select([daemon.notifications], [], [], 0.6)[0], daemon.notified)
                        self.assertEqual(feedings(daemon), before)
                except PermissionError:
                    raise unittest.SkipTest("no thread of another process may be stopped here") from None
                wait_until(lambda: feedings(daemon) > before, "the watchdog to be fed again")
                daemon.wait_logged("answer again")
                self.assertEqual(self.fetch(daemon, PAGE).status, 200)

    @unittest.skipIf("thread" in os.environ.get("MEGAPHONE_SANITIZED", ""), "TSan has a thread that wakes up by itself")
    def test_without_a_service_manager_nothing_wakes_up(self):
        daemon = self.daemon(proxy={}, ready=False, environment={"NOTIFY_SOCKET": "", **WATCHED})
        daemon.wait_logged("ready: ")

        def wakes():
            counts = {}
            for name, number in threads(daemon.process.pid).items():
                status = pathlib.Path(f"/proc/{daemon.process.pid}/task/{number}/status").read_text()
                counts[name] = re.search(r"^voluntary_ctxt_switches:\s+(\d+)", status, re.M).group(1)
            return counts

        def rest():
            before = wakes()
            time.sleep(0.5)
            return before == wakes()

        wait_until(rest, "a moment of rest")
        before = wakes()
        time.sleep(2)
        self.assertEqual(wakes(), before)
        daemon.kill()


if __name__ == "__main__":
    main()
