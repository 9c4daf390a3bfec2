"""Targets: the servers that are measured, started from peers.toml in a directory of their own and ended whole."""
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time
import tomllib

from machine import below
from templates import fill
from workloads import DNS, HTTP, RAW, networks, span

HERE = pathlib.Path(__file__).resolve().parent
FIRST_PORT = 18200  # each target has three
USUAL = {
    "CPUS": 1,
    "IDLE_ORIGINS": 1024,
    "CACHED_NAMES": 10000,
    "DNS": DNS,
    "ALLOWED": networks(["127.0.0.0/8"], 1),
    "CLIENTS": networks(["loopback", "private", "link-local"], 3),
    "CAPTURE": "",
}


class StartFailed(Exception):
    pass


def specifications():
    return tomllib.loads((HERE / "peers.toml").read_text())


def is_there(specification):
    return pathlib.Path(specification.get("program", "/")).exists()


def _port_is_free(port, kind):
    with socket.socket(socket.AF_INET, kind) as probe:
        if kind == socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _accepts(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def _answers_datagrams(port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.settimeout(0.3)
        try:
            probe.sendto(b"ready?aa", ("127.0.0.1", port))
            return probe.recv(100) == b"READY?AA"
        except OSError:
            return False


class Target:
    _next_port = FIRST_PORT

    def __init__(self, name, specification, places):
        """`places`: load, build, megaphone and directory."""
        self.name = name
        self.kind = specification["kind"]
        self.specification = specification
        self.places = places
        self.supervisor = None
        self.directory = None
        first = Target._next_port
        Target._next_port += 3
        self.ports = {"proxy": first, "tcp": first + 1, "udp": first + 2}

    def can(self, workload):
        lacks = workload.name in self.specification.get("lacks", [])
        belongs = workload.name in self.specification.get("only", [workload.name])
        return workload.serves in self.specification["serves"] and belongs and not lacks

    @property
    def pid(self):
        return self.supervisor.pid if self.supervisor else None

    def alive(self):
        if self.kind == "direct":
            return True
        return self.supervisor is not None and self.supervisor.poll() is None and bool(below(self.supervisor.pid))

    def start(self, pinned=True, settings=None, under=(), more=()):
        """`under`: a command that runs it. `more`: further arguments."""
        if self.kind == "direct":
            return
        self._check_ports()
        self.directory = self.places["directory"] / f"{self.name}-{time.monotonic_ns()}"
        self.directory.mkdir()
        self.directory.chmod(0o777)  # some peers give up their privileges
        values = self._values(settings or {})
        for name, template in self.specification.get("files", {}).items():
            (self.directory / name).write_text(fill((HERE / "peers" / template).read_text(), values, HTTP))
        command = [self.places["load"], "supervise", "--log", str(self.directory / "output.log")]
        if pinned:
            command += ["--cpu", "1"]
        command += ["--", *under, *(fill(word, values) for word in self.specification["argv"]), *more]
        environment = {name: fill(text, values) for name, text in self.specification.get("environment", {}).items()}
        self.supervisor = subprocess.Popen(command, cwd=self.directory, env={**os.environ, **environment})
        self._wait_until_ready()

    def _values(self, settings):
        ports = {name.upper(): port for name, port in self.ports.items()}
        own = self.specification.get("settings", {})
        places = {"BUILD": self.places["build"], "MEGAPHONE": self.places["megaphone"], "DIR": self.directory}
        return {**USUAL, **ports, **places, "HTTP": span(HTTP), "RAW": span(RAW), **own, **settings}

    def _check_ports(self):
        for role, port in self.ports.items():
            if not _port_is_free(port, socket.SOCK_DGRAM if role == "udp" else socket.SOCK_STREAM):
                raise StartFailed(f"port {port} is in use")

    def _wait_until_ready(self):
        end = time.monotonic() + 20
        while not all(self._is_ready(role) for role in self.specification["serves"]):
            if time.monotonic() > end or self.supervisor.poll() is not None:
                log = (self.directory / "output.log").read_text(errors="replace")[-600:]
                self.stop()
                raise StartFailed(f"{self.name} does not listen: {log}")
            time.sleep(0.05)
        time.sleep(0.2)

    def _is_ready(self, role):
        return (_answers_datagrams if role == "udp" else _accepts)(self.ports[role])

    def stop(self):
        if self.supervisor is None:
            return
        self.supervisor.terminate()
        try:
            self.supervisor.wait(15)
        except subprocess.TimeoutExpired:
            for process in below(self.supervisor.pid):
                os.kill(process, signal.SIGKILL)
            self.supervisor.kill()
            self.supervisor.wait()
        self.supervisor = None
        shutil.rmtree(self.directory, ignore_errors=True)

    def load_command(self, workload, seconds):
        where = ["--port", str(self.ports[workload.serves])]
        if workload.serves == "proxy":
            where = ["--proxy", str(0 if self.kind == "direct" else self.ports["proxy"])]
        return [self.places["load"], *workload.load, *where, "--secs", str(seconds)]

    def version(self):
        """One line, or nothing."""
        command = self.specification.get("version")
        if not command:
            return ""
        values = {"MEGAPHONE": self.places["megaphone"]}
        ran = subprocess.run([fill(word, values) for word in command], capture_output=True, text=True, check=False)
        lines = (ran.stdout + ran.stderr).strip().splitlines()
        return lines[0].strip() if lines else ""
