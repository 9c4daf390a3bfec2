"""A program at a terminal: what a person types, and what stands on the screen."""
import os
import pty
import select
import subprocess

from .wait import PATIENCE


class Terminal:
    """`shown` names the streams that are the terminal; the others are pipes to nowhere."""

    def __init__(self, command, shown=("stdin", "stdout", "stderr"), environment=None, patience=PATIENCE):
        self.master, slave = pty.openpty()
        streams = {name: slave if name in shown else subprocess.DEVNULL for name in ("stdin", "stdout", "stderr")}
        environment = {**os.environ, "TERM": "xterm", "NO_COLOR": "", **(environment or {})}
        self.process = subprocess.Popen(command, env=environment, start_new_session=True, **streams)
        os.close(slave)
        self.screen = b""
        self.patience = patience

    def type(self, text):
        os.write(self.master, text)

    def wait_for(self, text):
        """Until it has been shown behind what was waited for before; all up to its end."""
        while text not in self.screen:
            data = self._read()
            assert data, f"{text!r} did not appear in {self.screen!r}"
            self.screen += data
        end = self.screen.index(text) + len(text)
        seen, self.screen = self.screen[:end], self.screen[end:]
        return seen

    def finish(self):
        """All that is shown up to the end, and the exit code."""
        while data := self._read():
            self.screen += data
        return self.screen, self.process.wait(self.patience)

    def _read(self):
        if not select.select([self.master], [], [], self.patience)[0]:
            return b""
        try:
            return os.read(self.master, 65536)
        except OSError:  # EIO: nobody has the other side any more
            return b""

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.master)
