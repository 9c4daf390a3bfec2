"""Real programs as clients of the daemon: run in a folder and an environment of their own, never on the internet."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from .case import Scenario
from .site import Site, echo, self_signed
from .wait import wait_until


def require(*tools):
    """Ends the test as skipped where one of them is not installed."""
    for tool in tools:
        if not shutil.which(tool):
            print(f"{tool} is not installed")
            sys.exit(77)


class RealClient(Scenario):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="real-client-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def proxy(self, **settings):
        return super().proxy(**{"connect_ports": ["any"], **settings})

    def site(self, answer=echo, tls=False):
        site = Site(answer, self.certificate() if tls else None)
        self.addCleanup(site.close)
        return site

    def certificate(self):
        """The path of a certificate with its key; self-signed, so that clients can trust it as their only authority."""
        path = self.folder / "site.pem"
        if not path.exists():
            if not shutil.which("openssl"):
                self.skipTest("openssl is not installed")
            self_signed(path, "localhost")
        return path

    @staticmethod
    def wait_records(daemon, count):
        """All records, when there are at least so many: tunnels end a moment after their client."""
        wait_until(lambda: len(daemon.records()) >= count, lambda: f"{count} records, not {len(daemon.records())}")
        return daemon.records()

    @staticmethod
    def address(daemon):
        return "http://%s:%d" % daemon.address("proxy")

    def run_tool(self, *command, env=None, check=True, feed=b"", cwd=None):
        clean = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
        clean.update(HOME=str(self.folder), LC_ALL="C.UTF-8", **(env or {}))
        arguments = [str(argument) for argument in command]
        done = subprocess.run(
            arguments, input=feed, capture_output=True, env=clean, cwd=cwd or self.folder, timeout=120, check=False
        )
        if check:
            self.assertEqual(done.returncode, 0, f"{arguments}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
        return done
