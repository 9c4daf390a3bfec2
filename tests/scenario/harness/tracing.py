"""Daemons under strace(1): their system calls are written down, or fail as a test wants it."""
import contextlib
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest
import unittest.mock

from .case import sanitized
from .daemon import program
from .wait import wait_until


class Trace:
    def __init__(self, path):
        self.path = path

    def whole(self):
        """The text, once the daemon has ended."""
        wait_until(lambda: "+++ exited with " in self.path.read_text().rsplit("\n", 2)[-2], "the end of the trace")
        return self.path.read_text()


@contextlib.contextmanager
def tracing(*options):
    """Daemons that start in this block are traced, with these options of strace; gives their Trace. They keep their
    process ids: the tracer is a child."""
    if sanitized() or not shutil.which("strace"):
        raise unittest.SkipTest("no strace, or a sanitizer with system calls of its own")
    if subprocess.run(["strace", "-f", "true"], capture_output=True, check=False).returncode != 0:
        raise unittest.SkipTest("no process may be traced here")
    with tempfile.TemporaryDirectory(prefix="megaphone-") as folder:
        trace, wrapper = pathlib.Path(folder, "trace"), pathlib.Path(folder, "megaphoned")
        strace = f"strace -D -f -q -e signal=none -o {trace} {' '.join(options)}"
        wrapper.write_text(f'#!/bin/sh\nexec {strace} "{os.path.abspath(program("megaphoned"))}" "$@"\n')
        wrapper.chmod(0o755)
        with unittest.mock.patch.dict(os.environ, {"MEGAPHONED": str(wrapper)}):
            yield Trace(trace)
