"""Walks through docs/lab.md as a reader would, command by command in one shell, and holds what happens against what the page
shows. Ports are replaced by free ones; what else may differ is in sameness.py.

Usage: lab_test.py PAGE            (MEGAPHONED and MEGAPHONE name the programs)
       lab_test.py PAGE --write    puts what happens into the page, and the pictures beside it

A block "tested: tshark", or chromium, is passed over where that is not installed, "root" where nobody may listen to the
loopback interface. A console block with "root" is a second terminal; text blocks are what has come there.
"""
import contextlib
import difflib
import errno
import itertools
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

import console  # finds the harness, too
import sameness
from harness import program, wait_until
from harness.real_client import require
from harness.terminal import Terminal

PAGE = pathlib.Path(sys.argv.pop(1)).resolve()
ROOT = PAGE.parent.parent
WRITES = "--write" in sys.argv
PORTS = (9007, 9008, 9006, 3128, 5300, 8080, 8081, 8443)  # of the page; 9008 and 8081 stay without a listener
TAKEN = os.strerror(errno.EADDRINUSE)
PICTURE = re.compile(r"\]\(lab/([\w-]+\.svg)\)")
# Readers see a window and close it. Here there is none: it ends when the page is there, works for root, and calls nobody.
CHROMIUM = """#!/bin/sh
exec {chromium} --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync \
--disable-background-networking --disable-component-update --explicitly-allowed-ports={ports} \
--virtual-time-budget=5000 --dump-dom "$@" >>"$TMPDIR/chromium.log" 2>&1
"""


def is_free(port):
    with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
        try:
            tcp.bind(("127.0.0.1", port))
            udp.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_ports():
    """As many as the page has, for TCP and UDP, and with four digits as there: they count in lengths of messages. None of
    them is a year, or has a meaning for tshark, which would read other protocols there."""
    known = set()
    if shutil.which("tshark"):
        table = subprocess.run(["tshark", "-G", "decodes"], capture_output=True, text=True, check=True, timeout=60).stdout
        known = {int(port) for port in re.findall(r"^(?:tcp|udp)\.port\t(\d+)\t", table, re.M)}
    candidates = random.sample(sorted(set(range(3000, 10000)) - known), 1000)
    return list(itertools.islice(filter(is_free, candidates), len(PORTS)))


def answers(port):
    with socket.socket() as sock:
        return sock.connect_ex(("127.0.0.1", port)) == 0


def may_listen():
    try:
        socket.socket(socket.AF_PACKET, socket.SOCK_RAW).close()
        return True
    except PermissionError:
        return False


def missing(needs):
    """Why a block cannot be tried here, or nothing."""
    for need in needs:
        if need == "root":
            if not may_listen():
                return "only root may listen to the loopback interface"
        elif not shutil.which(need):
            return f"{need} is not installed"
        elif need == "chromium" and any(map(answers, (80, 443))):
            return "a web server of this machine would answer in the place of nobody"
    return None


class Ports:
    """The ports of the page and those of this run."""

    def __init__(self):
        real = PORTS if WRITES and all(map(is_free, PORTS)) else free_ports()
        self.real = dict(zip(map(str, PORTS), map(str, real)))
        self.shown = {real: shown for shown, real in self.real.items()}

    @staticmethod
    def _replace(text, table):
        return re.sub(r"\b(%s)\b" % "|".join(table), lambda found: table[found[0]], text)

    def to_real(self, text):
        return self._replace(text, self.real)

    def to_shown(self, text):
        return self._replace(text, self.shown)


class SecondTerminal:
    """tshark on the loopback interface, from the time on when it really listens."""

    def __init__(self, command, environment):
        self.terminal = Terminal(["bash", "-c", f"exec {command}"], ["stdout", "stderr"], environment, console.PATIENCE)
        self.begin = self._text(self.terminal.wait_for(b"File: ") + self.terminal.wait_for(b"\n"))

    @staticmethod
    def _text(screen):
        return screen.decode().replace("\r\n", "\n")

    def lines(self, count):
        """So many more, as soon as they are there."""
        return "".join(self._text(self.terminal.wait_for(b"\n")) for _ in range(count))

    def close(self):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.terminal.process.pid, signal.SIGTERM)  # it has children that would be left
        self.terminal.finish()
        self.terminal.close()


class Walk:
    """A folder that looks like the one in which README's command was run, and a shell in it."""

    def __init__(self, stack):
        self.ports = Ports()
        folder = tempfile.TemporaryDirectory(prefix="megaphone-lab-", ignore_cleanup_errors=True)
        self.folder = pathlib.Path(stack.enter_context(folder))
        self._furnish()
        self.environment = {
            **os.environ, "PATH": f"{self.folder}/bin:{os.environ['PATH']}", "HOME": str(self.folder),
            "TMPDIR": str(self.folder), "XDG_RUNTIME_DIR": str(self.folder), "LC_ALL": "C.UTF-8", "NO_COLOR": "1",
        }
        self.shell = console.Shell(self.folder, self.environment)
        stack.callback(self.shell.close)
        self.stack, self.second, self.pictures = stack, None, {}

    def _furnish(self):
        for name in ("build", "docs", "bin"):
            (self.folder / name).mkdir()
        for name in ("megaphone", "megaphoned"):
            (self.folder / "build" / name).symlink_to(pathlib.Path(program(name)).resolve(strict=True))
        (self.folder / "scripts").symlink_to(ROOT / "scripts")
        (self.folder / "docs/lab").mkdir()
        (self.folder / "docs/lab/lab.toml").write_text(self.ports.to_real((PAGE.parent / "lab/lab.toml").read_text()))
        self._tool("sudo", '#!/bin/sh\nexec "$@"\n')
        self._tool("chromium", CHROMIUM.format(chromium=shutil.which("chromium"), ports=",".join(self.ports.shown)))

    def _tool(self, name, text):
        (self.folder / "bin" / name).write_text(text)
        (self.folder / "bin" / name).chmod(0o755)

    def run(self, command, lines):
        """Returns what the terminal shows, with the ports of the page."""
        if command.startswith("kill $!"):
            wait_until(lambda: not self._listed(), lambda: f"the end of connections: {self._listed()}")
        shown = self.shell.run(self.ports.to_real(command), lines)
        for path in self.folder.glob("*.svg"):
            self.pictures[path.name] = self.ports.to_shown(path.read_text())
        return self.ports.to_shown(shown)

    def _listed(self):
        """Every connection. Readers take their time instead, before they end a capture."""
        done = subprocess.run([program("megaphone"), "list", "--json"], env=self.environment, capture_output=True,
                              check=True, timeout=console.PATIENCE)
        return done.stdout.strip()

    def asides(self):
        """Returns the ends of the logs, which the page does not show, for finding a fault."""
        logs = [self.folder / "lab.log", self.folder / "chromium.log"]
        return "".join(f"{log.name}:\n{log.read_text()[-2000:]}\n" for log in logs if log.exists())

    def run_in_second_terminal(self, command):
        self.second = SecondTerminal(self.ports.to_real(command), self.environment)
        self.stack.callback(self.second.close)
        return self.ports.to_shown(self.second.begin)

    def shown_in_second_terminal(self, lines):
        return self.ports.to_shown(self.second.lines(lines))


def blocks_that_happen(walk, page):
    """(block, its text as it is when it is done now), one after the other; None where it cannot be."""
    for block in console.blocks(page):
        reason = missing(block.needs)
        if reason:
            print(f"passed over: {block.text.splitlines()[0]}: {reason}")
            yield block, None
        elif block.language == "toml":
            yield block, (PAGE.parent / "lab/lab.toml").read_text()
        elif block.language == "text":
            yield block, walk.shown_in_second_terminal(block.text.count("\n"))
        elif "root" in block.needs:
            ((command, _),) = console.commands(block.text)
            yield block, f"$ {command}\n{walk.run_in_second_terminal(command)}"
        else:
            yield block, "".join(
                f"$ {command}\n{walk.run(command, shown.count(chr(10)))}" for command, shown in console.commands(block.text)
            )


class Lab(unittest.TestCase):
    def setUp(self):
        self.stack = contextlib.ExitStack()
        self.addCleanup(self.stack.close)

    def test_what_it_shows_is_what_happens(self):
        try:
            self.walk()
        except AssertionError as failure:
            if TAKEN not in str(failure):
                raise
            print("somebody has taken a port that was free: once more, with others")
            self.stack.close()
            self.walk()

    def walk(self):
        page, walk = PAGE.read_text(), Walk(self.stack)
        done = 0
        for block, text in blocks_that_happen(walk, page):
            if text is not None:
                self.expect_same(block.text, text, walk)
                done += 1
        self.assertGreater(done, 0)
        for name, picture in walk.pictures.items():
            with self.subTest(name):
                shown = (PAGE.parent / "lab" / name).read_text()
                self.assertEqual(sameness.drawn(shown), sameness.drawn(picture))

    def expect_same(self, shown, real, walk):
        expected, found = (sameness.plain(text).splitlines() for text in (shown, real))
        difference = "\n".join(difflib.unified_diff(expected, found, "the page", "this run", lineterm="", n=30))
        self.assertFalse(difference, f"\n{difference}\n\nThis run:\n{real}\n{walk.asides()}"
                         "If that is right, lab_test.py --write puts it into the page.")

    def test_every_picture_is_made_by_a_command(self):
        page = PAGE.read_text()
        for name in PICTURE.findall(page):
            self.assertIn(f"> {name}\n", page)

    def test_the_files_that_it_names_exist(self):
        for link in re.findall(r"\]\(([^):#]+)\)", PAGE.read_text()):
            self.assertTrue((PAGE.parent / link).exists(), link)


def write():
    """The page as it happens now."""
    page = PAGE.read_text()
    with contextlib.ExitStack() as stack:
        walk = Walk(stack)
        results = list(blocks_that_happen(walk, page))
        for name, picture in walk.pictures.items():
            (PAGE.parent / "lab" / name).write_text(picture)
    for block, text in reversed(results):
        if text is None:
            sys.exit("a page is written where everything can be tried")
        start, end = block.place
        page = page[:start] + sameness.told(text) + page[end:]
    PAGE.write_text(page)


def forget_surroundings():
    """What would lead commands elsewhere than it leads readers."""
    for name in list(os.environ):
        if name == "RUNTIME_DIRECTORY" or name.lower().endswith("_proxy"):
            del os.environ[name]


if __name__ == "__main__":
    forget_surroundings()
    require("curl", "openssl")
    if WRITES:
        write()
    else:
        unittest.main(argv=[sys.argv[0], "-v"])
