"""The tested blocks of a page, and a shell in which their commands are run one after the other.

A block is tested when "<!-- tested -->" stands above it, or "<!-- tested: WHAT IT NEEDS -->". In one of language "console",
lines that begin with "$ " are commands, those that follow are what the terminal then shows.
"""
import contextlib
import dataclasses
import os
import pathlib
import re
import signal
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "scenario"))

from harness.terminal import Terminal  # pylint: disable=wrong-import-position

BLOCK = re.compile(r"<!-- tested(?:: (?P<needs>[^>]*))? -->\n```(?P<language>\w+)\n(?P<text>.*?)```", re.S)
PATIENCE = 60.0  # seconds; reached by failing tests only
MARK = "megaphone-console-mark"


@dataclasses.dataclass
class Block:
    language: str
    text: str
    needs: list
    place: tuple  # of the text in the page: from, to


def blocks(page):
    return [
        Block(found["language"], found["text"], (found["needs"] or "").split(), found.span("text"))
        for found in BLOCK.finditer(page)
    ]


def commands(text):
    """(command, what is shown) of a console block; a command that ends with a backslash goes on in the next line."""
    found, goes_on = [], False
    for line in text.splitlines(keepends=True):
        if goes_on:
            found[-1][0] += line
        elif line.startswith("$ "):
            found.append([line[2:], ""])
        else:
            found[-1][1] += line
            continue
        goes_on = line.endswith("\\\n")
    return [(command.rstrip("\n"), shown) for command, shown in found]


class Shell:
    """bash at a terminal, in `folder`. What is started with & goes on while further commands are run."""

    def __init__(self, folder, environment):
        self.input = pathlib.Path(folder) / ".commands"
        os.mkfifo(self.input)
        start = ["bash", "-c", f'cd "$1" && exec bash "{self.input}"', "bash", str(folder)]
        self.terminal = Terminal(start, ["stdout", "stderr"], {**environment, "TERM": "dumb"}, PATIENCE)
        self.commands = open(self.input, "w", encoding="utf-8")
        self.run("set -m")  # jobs, as at a prompt; it complains that this is nobody's own terminal

    def run(self, command, lines=0):
        """Returns what the terminal shows until the command has ended. One that goes on behind & is waited for until it has shown
        so many lines."""
        self.commands.write(f"{command}\n{{ code=$?; printf '%s\\n' {MARK}; (exit $code); }}\n")
        self.commands.flush()
        shown = self._until(f"{MARK}\n")
        while command.endswith("&") and shown.count("\n") < lines:
            shown += self._until("\n") + "\n"
        return shown

    def _until(self, text):
        """All that is shown before this text."""
        seen = self.terminal.wait_for(text.replace("\n", "\r\n").encode())
        return seen.decode(errors="replace").replace("\r\n", "\n").removesuffix(text)

    def close(self):
        """Ends what a failure has left behind, too."""
        self.commands.close()
        for process in self._session():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self.terminal.close()

    def _session(self):
        """The processes that come from this shell."""
        for status in pathlib.Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                fields = status.read_text(errors="replace").rpartition(")")[2].split()
                if int(fields[3]) == self.terminal.process.pid:
                    yield int(status.parent.name)
