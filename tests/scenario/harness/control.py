"""Scenarios that speak to the control socket: as bytes, and by the commands of `megaphone`."""
import json
import socket

from .case import Scenario
from .wait import wait_until


class ControlScenario(Scenario):
    def ask(self, path, line, whole=True):
        """What the socket answers to these bytes."""
        with socket.socket(socket.AF_UNIX) as sock:
            sock.settimeout(30)
            sock.connect(str(path))
            sock.sendall(line)
            if whole:
                sock.shutdown(socket.SHUT_WR)
            answer = b""
            while piece := sock.recv(65536):
                answer += piece
            return answer.decode()

    def socket_of(self, daemon):
        return daemon.path / "megaphone/control.sock"

    def status(self, daemon):
        done = daemon.command("status", "--json")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return json.loads(done.stdout)

    def listed(self, daemon, *options):
        done = daemon.command("list", "--json", *options)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return [json.loads(line) for line in done.stdout.splitlines()]

    def wait_listed(self, daemon, test):
        return wait_until(
            lambda: next((each for each in self.listed(daemon) if test(each)), None),
            lambda: f"a connection; there are {self.listed(daemon)}",
        )
