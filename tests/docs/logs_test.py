"""The recipes of docs/logs.md work as they stand, each on a log of its format; those of a tool that is missing are left
out.

Usage: logs_test.py PAGE (MEGAPHONED names the program)
"""
import pathlib
import shlex
import shutil
import subprocess
import sys
import unittest

import console  # finds the harness, too
from harness import request, wait_until
from harness.real_client import RealClient

PAGE = pathlib.Path(sys.argv.pop(1))


class Recipes(RealClient):
    def log(self, form):
        """A log with a page, a refusal, an origin that is down, a tunnel, a client that left, and what is not a request."""
        origin = self.site()
        daemon = self.proxy(allow_destinations=["127.0.0.0/8"], access_log={"format": form})
        agent = [("User-Agent", "curl/7.88.1")]
        authority = f"127.0.0.1:{origin.port}"
        self.fetch(daemon, request(f"http://{authority}/page?q=1", fields=agent))
        self.fetch(daemon, request("http://10.0.0.1/", fields=agent))
        self.fetch(daemon, request("http://127.0.0.1:1/", fields=agent))
        self.fetch(daemon, f"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n".encode())
        self.fetch(daemon, b"NONSENSE\r\n\r\n", method="GET")
        with daemon.client() as client:
            client.send(b"GET http://127.0.0.1/")
        wait_until(lambda: daemon.access_log.read_text().count("\n") == 6, lambda: daemon.access_log.read_text())
        shutil.copy(daemon.access_log, self.folder / "access.log")

    def test_they_work_as_written(self):
        done = 0
        for block in console.blocks(PAGE.read_text()):
            (form,) = block.needs
            self.log(form)
            for command in block.text.splitlines():
                if not shutil.which(shlex.split(command)[0]):
                    continue
                with self.subTest(command):
                    ran = subprocess.run(
                        command, shell=True, cwd=self.folder, capture_output=True, text=True, timeout=60,
                        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(self.folder), "TERM": "dumb"},
                    )
                    self.assertEqual(ran.returncode, 0, ran.stderr)
                    report = self.folder / "report.html"
                    self.assertTrue(ran.stdout.strip() or report.exists(), ran.stderr)
                    report.unlink(missing_ok=True)
                    done += 1
        self.assertGreater(done, 4)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v"])
