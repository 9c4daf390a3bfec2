"""megaphoned as a child process, with its own directory, notification socket and configuration."""
import contextlib
import json
import os
import pathlib
import re
import resource
import select
import signal
import socket
import subprocess
import sys
import tempfile

from .peer import connect
from .wait import PATIENCE, wait_until

LISTENING = re.compile(r"listening name=(\S+) kind=(\S+) address=(\S+):(\d+)")
RELOADED = re.compile(r" reloaded \S+: \d+ addresses kept|the configuration was not reloaded|there is nothing to read again")
SANITIZER = re.compile(r"(Sanitizer:|runtime error:)")


def program(name):
    """The path of a built program; meson sets the variable."""
    return os.environ.get(name.upper(), f"build/{name}")


def toml(value):
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(toml(item) for item in value) + "]"
    return json.dumps(value)  # strings, integers and booleans look the same in both


def toml_file(sections):
    """Sections from keyword arguments: a dict is a table, a list of dicts an array of tables."""
    lines = []
    for name, section in sections.items():
        tables, brackets = (section, "[[%s]]") if isinstance(section, list) else ([section], "[%s]")
        for table in tables:
            lines += [brackets % name, *(f"{key} = {toml(value)}" for key, value in table.items()), ""]
    return "\n".join(lines)


class Record(dict):
    """A line of the access log. A key that is absent, because it has no meaning there, reads as None."""

    def __missing__(self, key):
        return None


# Does what systemd does with the sockets of a .socket unit (sd_listen_fds(3)), then becomes the program.
HAND_OVER = """
import fcntl, os, sys
numbers, names, *command = sys.argv[1:]
numbers = [fcntl.fcntl(int(number), fcntl.F_DUPFD, 100) for number in numbers.split()]
for place, number in enumerate(numbers, 3):
    os.dup2(number, place)
os.closerange(3 + len(numbers), 200)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS=str(len(numbers)), LISTEN_FDNAMES=names)
os.execv(command[0], command)
"""


class Daemon:
    """Started and ready when the constructor returns (unless ready=False). `handed`: sockets by pairs (name, socket),
    as systemd hands them over."""

    def __init__(self, sections, arguments=(), ready=True, preexec=None, environment=None, handed=None):
        self.folder = tempfile.TemporaryDirectory(prefix="megaphone-")
        self.path = pathlib.Path(self.folder.name)
        self.access_log = self.path / "access.log"
        self.stderr_path = self.path / "stderr"
        self.sections = dict(sections)
        if self.sections:
            self.sections.setdefault("access_log", {})
            self.sections["access_log"] = {"path": str(self.access_log), **self.sections["access_log"]}
            self.write_configuration()
            arguments = ["--config", str(self.path / "megaphone.toml"), *arguments]
        self.notifications = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notifications.bind(str(self.path / "notify"))
        self.notified = []
        command = [program("megaphoned"), *arguments]
        handed = handed or []
        if handed:
            numbers = " ".join(str(sock.fileno()) for _, sock in handed)
            command = [sys.executable, "-c", HAND_OVER, numbers, ":".join(name for name, _ in handed), *command]
        with open(self.stderr_path, "wb") as stderr:
            self.process = subprocess.Popen(
                command,
                pass_fds=[sock.fileno() for _, sock in handed],
                stdin=subprocess.DEVNULL,
                stdout=stderr,
                stderr=stderr,
                env={**self.surroundings(), **(environment or {})},
                preexec_fn=preexec,
            )
        self.end = os.pidfd_open(self.process.pid)  # readable when it has ended
        self.ended = False
        if ready:
            try:
                self.wait_notified("READY=1")
                self._wait_listening()
            except BaseException:
                self.kill()
                raise

    def surroundings(self):
        """The environment of the daemon, and of commands that shall find its control socket."""
        kept = {name: value for name, value in os.environ.items() if name != "RUNTIME_DIRECTORY"}
        return {**kept, "NOTIFY_SOCKET": str(self.path / "notify"), "XDG_RUNTIME_DIR": str(self.path)}

    def command(self, *arguments):
        """`megaphone ARGUMENTS`, run to its end."""
        return subprocess.run(
            [program("megaphone"), *map(str, arguments)], env=self.surroundings(),
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False,
        )

    # What it said

    @property
    def stderr(self):
        return self.stderr_path.read_text(errors="replace")

    def wait_logged(self, text):
        wait_until(lambda: text in self.stderr, lambda: f"{text!r} in the log:\n{self.stderr}")

    def wait_notified(self, assignment):
        """Waits for a line of sd_notify(3), or fails when the process ends before."""
        while assignment not in self.notified:
            readable = select.select([self.notifications, self.end], [], [], PATIENCE)[0]
            if self.notifications in readable:
                self.notified += self.notifications.recv(4096).decode().splitlines()
            else:
                why = f"ended with {self.process.wait()}" if readable else f"took more than {PATIENCE:g} s"
                raise AssertionError(f"no {assignment}: the daemon {why}\n{self.stderr}")

    def _wait_listening(self):
        expected = 0
        for kind in ("uppercase_tcp", "uppercase_udp", "proxy"):
            for listener in self.sections.get(kind, []):
                expected += len(listener["listen"]) if isinstance(listener["listen"], list) else 1
        wait_until(
            lambda: len(self.listeners()) >= expected, lambda: f"{expected} listeners in the log:\n{self.stderr}"
        )

    def listeners(self):
        """(name, kind, (host, port)) of every address, in the order of the log."""
        return [
            (name, kind, (host.strip("[]"), int(port))) for name, kind, host, port in LISTENING.findall(self.stderr)
        ]

    def addresses(self, name):
        return [address for listener, kind, address in self.listeners() if name in (listener, kind)]

    def address(self, name="proxy"):
        """The first address of the listener with this name or kind."""
        found = self.addresses(name)
        assert found, f"no listener {name}:\n{self.stderr}"
        return found[0]

    # Using it

    def client(self, name="proxy", source=None):
        return connect(self.address(name), source)

    def records(self):
        """All complete lines of the access log."""
        if not self.access_log.exists():
            return []
        return [
            Record(json.loads(line))
            for line in self.access_log.read_text().splitlines(keepends=True)
            if line.endswith("\n")
        ]

    def wait_record(self, test=lambda record: True):
        """The first record that passes the test, as soon as it is there."""

        def find():
            return next((record for record in self.records() if test(record)), None)

        return wait_until(find, lambda: f"a record; there are {self.records()}")

    def resident(self):
        """Resident memory in bytes."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) * 1024

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def limit_descriptors(self, limit):
        """Gives the limit until now."""
        before, hard = resource.prlimit(self.process.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(self.process.pid, resource.RLIMIT_NOFILE, (limit, hard))
        return before

    def allow_no_more_descriptors(self):
        """Than it has open now; one that it closes can be opened again."""
        used = {int(name) for name in os.listdir(f"/proc/{self.process.pid}/fd")}
        return self.limit_descriptors(min(set(range(len(used) + 1)) - used))

    # Its configuration

    def write_configuration(self, text=None):
        """The file as `sections` says now, or this text; put in place at once, as editors do."""
        path = self.path / "megaphone.toml.new"
        path.write_text(toml_file(self.sections) if text is None else text)
        path.rename(self.path / "megaphone.toml")

    def reload(self, text=None):
        """Writes the file and has it read; back when that is over, well or not, and stands in the log."""
        self.write_configuration(text)
        self.read_again()

    def read_again(self):
        """Reloads as reload() does, whatever is in the place of the file."""
        logs = [path for path in (self.stderr_path, self.sections.get("log", {}).get("path")) if path]

        def told():
            return sum(len(RELOADED.findall(pathlib.Path(path).read_text(errors="replace"))) for path in logs if os.path.exists(path))

        before = told()
        self.notified.clear()
        self.signal(signal.SIGHUP)
        self.wait_notified("RELOADING=1")
        self.wait_notified("READY=1")
        wait_until(lambda: told() > before, lambda: f"the end of the reload in the log:\n{self.stderr}")

    def take_notifications(self):
        """Those that have come. A socket that is full of them takes no further one."""
        while select.select([self.notifications], [], [], 0)[0]:
            self.notified += self.notifications.recv(4096).decode().splitlines()

    def status(self):
        """Returns what the daemon reported to systemd last."""
        self.take_notifications()
        return next((line for line in reversed(self.notified) if line.startswith("STATUS=")), None)

    # Ending it

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self):
        """The exit code, once it has ended by itself."""
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"the daemon does not end\n{self.stderr}") from None

    def stop(self):
        """Ends it as an operator would, twice so that nobody waits for a drain, and checks how it went."""
        if self.ended:
            return
        self.ended = True
        try:
            if self.process.poll() is None:
                self.take_notifications()
                self.signal(signal.SIGTERM)
                self.wait_notified("STOPPING=1")
                if self.process.poll() is None:
                    self.signal(signal.SIGTERM)
            code = self.wait()
            report = self.stderr
            assert not SANITIZER.search(report), report
            assert code == 0, f"the daemon ended with {code}\n{report}"
        finally:
            self.kill()

    def kill(self):
        self.ended = True
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait()
        os.close(self.end)
        self.notifications.close()
        self.folder.cleanup()
