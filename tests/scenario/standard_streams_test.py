"""Standard streams that nobody reads, that are closed or full: nobody waits for them, and lost output is an error."""
import contextlib
import fcntl
import os
import signal
import socket
import subprocess
import unittest

from harness import Scenario, main, program, request

PAGE = request("http://megaphone.internal/")
IO_ERROR = 74


class Stuck:
    """The writing end of a pipe that has no room and is not read; it blocks, as standard streams do."""

    def __init__(self):
        self.reading, self.writing = os.pipe()
        os.set_blocking(self.reading, False)
        os.set_blocking(self.writing, False)
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(self.writing, b".")
        os.set_blocking(self.writing, True)

    def instead_of(self, fd):
        return lambda: os.dup2(self.writing, fd)

    def blocks(self):
        """Whether its mode is still what it was."""
        return fcntl.fcntl(self.writing, fcntl.F_GETFL) & os.O_NONBLOCK == 0

    def close(self):
        os.close(self.reading)
        os.close(self.writing)


class StuckStreams(Scenario):
    def stuck(self):
        stuck = Stuck()
        self.addCleanup(stuck.close)
        return stuck

    def address(self, kind=socket.SOCK_STREAM):
        with socket.socket(socket.AF_INET, kind) as sock:
            sock.bind(("127.0.0.1", 0))
            return sock.getsockname()

    def started(self, stuck, fd, **sections):
        """A daemon whose log cannot say where it listens."""
        daemon = self.daemon(ready=False, preexec=stuck.instead_of(fd), **sections)
        daemon.wait_notified("READY=1")
        return daemon

    def test_a_stuck_stderr_stops_no_loop_no_command_and_no_end(self):
        stream, datagram = self.address(), self.address(socket.SOCK_DGRAM)
        stuck = self.stuck()
        daemon = self.started(
            stuck,
            2,
            uppercase_tcp={"listen": "%s:%d" % stream},
            uppercase_udp={"listen": "%s:%d" % datagram, "repeat_limit": 3},
            daemon={"event_loops": 1, "drain_time": "1s"},
        )
        silenced = self.datagrams(datagram)
        for _ in range(20):  # the loop has a line to say about it
            silenced.send(b"same")
        with socket.create_connection(stream, 20) as client:
            client.sendall(b"x")
            self.assertEqual(client.recv(1), b"X")
        for _ in range(3):
            self.assertEqual(daemon.command("reload").returncode, 0)
        daemon.signal(signal.SIGUSR1)
        self.assertTrue(stuck.blocks())
        daemon.signal(signal.SIGTERM)
        self.assertEqual(daemon.wait(), 0)

    def test_a_stuck_stdout_costs_lines_of_the_access_log_and_nothing_else(self):
        stuck = self.stuck()
        daemon = self.daemon(proxy={}, access_log={"path": "stdout"}, preexec=stuck.instead_of(1))
        for _ in range(50):
            self.assertEqual(self.fetch(daemon, PAGE).status, 200)
        daemon.wait_logged("access log lines are being lost")
        daemon.reload()
        daemon.signal(signal.SIGTERM)
        self.assertEqual(daemon.wait(), 0)
        self.assertIn("stdout could not be written to the end; 50 access log lines were lost", daemon.stderr)

    def test_a_service_manager_that_reads_nothing_is_not_waited_for_and_hears_the_state_in_the_end(self):
        manager = self.full_service_manager()
        name = "@" + manager.getsockname()[1:].decode()
        daemon = self.daemon(proxy={}, ready=False, environment={"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "30000"})
        daemon.wait_logged("ready: ")
        self.assertEqual(self.fetch(daemon, PAGE).status, 200)
        daemon.signal(signal.SIGHUP)
        daemon.wait_logged("reloaded ")
        while "READY=1" not in manager.recv(4096).decode():
            pass
        self.assertEqual(self.fetch(daemon, PAGE).status, 200)
        daemon.signal(signal.SIGTERM)
        self.assertEqual(daemon.wait(), 0)

    def full_service_manager(self):
        """Its socket has no room for another word."""
        manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(manager.close)
        manager.bind(f"\0megaphone-test-{os.getpid()}")
        manager.settimeout(20)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as filler, contextlib.suppress(BlockingIOError):
            filler.setblocking(False)
            while True:
                filler.sendto(b"filler", manager.getsockname())
        return manager


    def test_a_print_or_a_mistake_that_nobody_reads_can_be_stopped(self):
        for arguments in (["--help"], ["--print-schema"], ["--no-such-option"]):
            with self.subTest(arguments):
                stuck = self.stuck()
                both = {"stdout": stuck.writing, "stderr": stuck.writing}
                with subprocess.Popen([program("megaphoned"), *arguments], **both) as stopped:
                    stopped.send_signal(signal.SIGTERM)
                    self.assertIn(stopped.wait(20), (-signal.SIGTERM, 64))


class ClosedStreams(Scenario):
    def test_each_combination_serves_and_ends(self):
        for closed in ((0,), (1,), (2,), (1, 2), (0, 1, 2)):
            with self.subTest(closed=closed):
                daemon = self.daemon(
                    proxy={},
                    ready=False,
                    access_log={"path": "stdout"},
                    preexec=lambda closed=closed: [os.close(fd) for fd in closed],
                )
                daemon.wait_notified("READY=1")
                for fd in closed:
                    self.assertEqual(os.readlink(f"/proc/{daemon.process.pid}/fd/{fd}"), "/dev/null")
                daemon.signal(signal.SIGTERM)
                self.assertEqual(daemon.wait(), 0)


class LostOutput(Scenario):
    def run_by_shell(self, command):
        return subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, timeout=60, check=False)

    def commands(self):
        daemon = self.daemon(proxy={}, uppercase_tcp={}, uppercase_udp={})
        client, server = program("megaphone"), program("megaphoned")
        control = f"--socket {daemon.path}/megaphone/control.sock"
        tcp, udp = (f"{client} {p} %s %d" % daemon.address(f"uppercase-{p}") for p in ("tcp", "udp"))
        yield from (f"{client} {a}" for a in ("--help", "--version", "help", "tcp --help", "setup curl", "pac http://a.example/"))
        yield from (f"{client} {a} {control}" for a in ("status", "status --json", "list", "reload"))
        yield from (f"{tcp} hello", f"{tcp} --json hello", f"{tcp} --ping --count 1", f"{udp} hello", f"{udp} --json hello")
        options = "--proxy 127.0.0.1:0"
        yield from (f"{server} {a}" for a in ("--help", "--version", "--print-schema", f"--print-config {options}"))
        yield f"{server} --check --config {daemon.path}/megaphone.toml"

    def test_what_could_not_be_written_is_an_error_with_a_sentence(self):
        for command in self.commands():
            for lost, why in ((">/dev/full", "No space left on device"), (">&-", "Bad file descriptor")):
                with self.subTest(f"{command} {lost}"):
                    done = self.run_by_shell(f"{command} {lost}")
                    self.assertEqual(done.returncode, IO_ERROR, done.stderr)
                    self.assertIn(why, done.stderr)

    def test_a_reader_who_has_had_enough_is_none(self):
        for command in self.commands():
            with self.subTest(command):
                done = self.run_by_shell(f"{{ {command}; echo $? >&2; }} | :")
                self.assertEqual(done.stderr.strip().splitlines()[-1], "0", done.stderr)


if __name__ == "__main__":
    main()
