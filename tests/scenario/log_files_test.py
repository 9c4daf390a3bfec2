"""The files of both logs: moved away with and without a signal, rotated under load, on a disk that is full."""
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import threading

from harness import Scenario, main, request, wait_until

PAGE = "http://megaphone.internal/"


class Load:
    """Clients that ask as fast as they are answered, until the end of the block; `count` is how many answers came."""

    def __init__(self, daemon, clients=4):
        self.daemon = daemon
        self.counts = [0] * clients
        self.stop = threading.Event()
        self.threads = [threading.Thread(target=self._ask, args=(number,)) for number in range(clients)]

    def _ask(self, number):
        with self.daemon.client() as client:
            while not self.stop.is_set():
                client.send(request(PAGE)).read_response()
                self.counts[number] += 1

    @property
    def count(self):
        return sum(self.counts)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        for thread in self.threads:
            thread.join()


class Moved(Scenario):
    def test_an_access_log_that_was_moved_away_is_noticed_without_a_signal(self):
        daemon = self.proxy()
        self.fetch(daemon, request(PAGE + "before"))
        daemon.wait_record()
        daemon.access_log.rename(daemon.path / "access.log.1")

        def noticed():
            self.fetch(daemon, request(PAGE + "after"))
            return daemon.access_log.exists() and daemon.records()

        wait_until(noticed, "a record in a new file")

    def test_a_daemon_log_that_was_moved_away_is_noticed_without_a_signal(self):
        folder = tempfile.TemporaryDirectory(prefix="megaphone-log-")
        self.addCleanup(folder.cleanup)
        path = pathlib.Path(folder.name) / "daemon.log"
        daemon = self.daemon(ready=False, uppercase_tcp={}, log={"path": str(path)})
        daemon.wait_notified("READY=1")
        path.rename(path.with_suffix(".1"))

        def noticed():
            daemon.reload()
            return path.exists() and "reloaded" in path.read_text()

        wait_until(noticed, "the new file of the daemon log")
        self.assertIn("ready: ", path.with_suffix(".1").read_text())


class Rotation(Scenario):
    CONFIGURATION = """
{log} {{
    size 1
    rotate 1000
    missingok
    create 0640
    {how}
    postrotate
        {command}
    endscript
}}
"""

    def rotate_under_load(self, how, command):
        """Rotates ten times while clients ask; the daemon, the answers, and the lines of all files."""
        logrotate = shutil.which("logrotate") or shutil.which("logrotate", path="/usr/sbin")
        if not logrotate:
            self.skipTest("logrotate is not installed")
        daemon = self.proxy(access_log={"ring": "16MiB"})
        file = daemon.path / "logrotate.conf"
        file.write_text(
            self.CONFIGURATION.format(log=daemon.access_log, how=how, command=command.format(pid=daemon.process.pid))
        )
        file.chmod(0o644)
        run = [logrotate, "--state", str(daemon.path / "state"), str(file)]
        with Load(daemon) as load:
            for turn in range(10):
                before = load.count
                wait_until(lambda: load.count > before + 50, "load")  # pylint: disable=cell-var-from-loop
                wait_until(lambda: daemon.access_log.stat().st_size > 0, "something to rotate")
                done = subprocess.run(run, capture_output=True, text=True, timeout=60, check=False)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertTrue((daemon.path / f"access.log.{turn + 1}").exists())

        def lines():
            return sum(len(path.read_bytes().splitlines()) for path in daemon.path.glob("access.log*"))

        wait_until(lambda: lines() == load.count, lambda: f"{load.count} lines, not {lines()}")
        self.assertNotIn("lost", daemon.stderr)
        self.assertNotIn("dropped", daemon.stderr)

    def test_logrotate_with_a_signal_loses_no_line(self):
        self.rotate_under_load("nodelaycompress", "kill -USR1 {pid}")

    def test_logrotate_that_forgets_the_signal_loses_no_line(self):
        self.rotate_under_load("nodelaycompress", "true")


class FullDisk(Scenario):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="megaphone-full-")
        self.addCleanup(folder.cleanup)
        self.disk = pathlib.Path(folder.name)
        mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder.name]
        if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
            self.skipTest("a file system of its own cannot be mounted")
        self.addCleanup(subprocess.run, ["umount", "-l", folder.name], check=True)

    def test_a_full_disk_costs_lines_is_told_once_and_recovers(self):
        log = self.disk / "access.log"
        daemon = self.proxy(access_log={"path": str(log)})
        asked = 0

        def ask(path=""):
            nonlocal asked
            self.fetch(daemon, request(PAGE + path))
            asked += 1

        def full():
            ask("x" * 1000)
            return "lost" in daemon.stderr

        wait_until(full, "a full disk")
        for _ in range(20):
            ask()
        self.assertEqual(daemon.stderr.count("No space left on device"), 1)

        log.rename(self.disk / "access.log.1")
        kept = (self.disk / "access.log.1").read_bytes()
        (self.disk / "access.log.1").unlink()
        daemon.signal(signal.SIGUSR1)

        def recovered():
            ask()
            return "can be written again" in daemon.stderr

        wait_until(recovered, "the recovery")
        told = [line for line in daemon.stderr.splitlines() if "can be written again" in line]
        lost = int(told[0].rsplit("; ", 1)[1].split()[0])
        self.assertEqual(len(told), 1)
        whole = kept.count(b"\n")

        def accounted():
            return whole + lost + log.read_bytes().count(b"\n")

        wait_until(lambda: accounted() == asked, lambda: f"{asked} lines, written or told lost, not {accounted()}")


if __name__ == "__main__":
    main()
