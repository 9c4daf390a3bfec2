"""The control socket: who may use it, its requests, and `megaphone reload`."""
import contextlib
import grp
import json
import os
import pathlib
import signal
import socket
import stat
import subprocess
import tempfile

from harness import Daemon, main, program, wait_until
from harness.control import ControlScenario


class Reload(ControlScenario):
    def test_it_waits_until_the_new_configuration_is_in_force(self):
        daemon = self.daemon(proxy={})
        daemon.sections["uppercase_tcp"] = [{"name": "new", "listen": "127.0.0.1:0"}]
        daemon.write_configuration()
        done = daemon.command("reload")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"^reloaded .*: 1 addresses kept, 1 opened, 0 closed\n$")
        self.assertEqual(self.client(daemon, "new").send(b"x").read_exact(1), b"X")
        status = self.status(daemon)
        self.assertEqual((status["generation"], status["reload"]["done"]), (2, True))

    def test_a_mistake_is_told_with_its_place_and_changes_nothing(self):
        daemon = self.daemon(proxy={})
        daemon.write_configuration('[[proxy]]\nlisten = "127.0.0.1:0"\nmax_conections = 3\n')
        done = daemon.command("reload")
        self.assertEqual((done.returncode, done.stdout), (70, ""))
        self.assertRegex(done.stderr, r"megaphone\.toml:3:1: .*max_conections.*did you mean")
        self.assertIn("everything stays as it was", done.stderr)
        status = self.status(daemon)
        self.assertEqual((status["generation"], status["reload"]["done"]), (1, False))
        self.assertIn("max_conections", status["reload"]["text"])

    def test_what_needs_a_restart_is_told(self):
        daemon = self.daemon(proxy={})
        daemon.sections["daemon"]["event_loops"] = 3
        daemon.sections["control"] = {"group": "root"}
        daemon.write_configuration()
        done = daemon.command("reload")
        self.assertEqual(done.returncode, 0)
        self.assertIn("read at the start only: [daemon] event_loops, [control] group", done.stdout)

    def test_many_at_once_are_all_answered(self):
        daemon = self.daemon(proxy={})
        running = [
            subprocess.Popen([program("megaphone"), "reload"], env=daemon.surroundings(), stdout=subprocess.PIPE)
            for _ in range(8)
        ]
        wait_until(lambda: daemon.status() and all(each.poll() is not None for each in running), "answers to all")
        for each in running:
            self.assertIn(b"reloaded", each.communicate()[0])
            self.assertEqual(each.returncode, 0)


class Socket(ControlScenario):
    def start(self, ready=True, **control):
        return self.daemon(proxy={}, ready=ready, control=control)

    def test_only_the_owner_may_use_it(self):
        daemon = self.start()
        self.assertEqual(stat.S_IMODE(self.socket_of(daemon).stat().st_mode), 0o600)

    def test_a_group_may_be_let_in(self):
        group = grp.getgrgid(os.getgid()).gr_name
        daemon = self.start(group=group)
        status = self.socket_of(daemon).stat()
        self.assertEqual((stat.S_IMODE(status.st_mode), status.st_gid), (0o660, os.getgid()))

    def test_an_unknown_group_is_an_error_of_the_start(self):
        daemon = self.start(ready=False, group="no-such-group", path="./c.sock")
        self.assertEqual(daemon.wait(), 71)
        self.assertIn("[control] group: there is no group no-such-group", daemon.stderr)
        daemon.kill()

    def test_it_is_gone_when_the_daemon_has_ended(self):
        daemon = self.start()
        path = self.socket_of(daemon)
        self.assertTrue(path.exists())
        folder = list(path.parent.iterdir())
        self.assertEqual(folder, [path])
        daemon.signal(signal.SIGTERM)
        daemon.wait()
        self.assertFalse(path.exists())

    def test_what_a_dead_daemon_left_is_replaced(self):
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/c.sock"
            with socket.socket(socket.AF_UNIX) as dead:
                dead.bind(path)
            daemon = self.start(path=path)
            self.assertIn('"state":"serving"', daemon.command("status", "--json", "--socket", path).stdout)

    def test_a_living_daemon_keeps_its_socket(self):
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/c.sock"
            first = self.start(path=path)
            second = self.start(ready=False, path=path)
            self.assertEqual(second.wait(), 71)
            self.assertIn("another megaphoned listens there", second.stderr)
            second.kill()
            self.assertEqual(json.loads(first.command("status", "--json", "--socket", path).stdout)["pid"],
                             first.process.pid)

    def test_a_guessed_place_that_is_taken_is_only_a_warning(self):
        first = self.start()
        second = Daemon({}, ["--proxy", "127.0.0.1:0"], environment={"XDG_RUNTIME_DIR": str(first.path)})
        self.addCleanup(second.stop)
        second.wait_logged("there is no control socket")
        self.assertEqual(self.status(first)["pid"], first.process.pid)

    def test_a_file_that_is_no_socket_is_left_alone(self):
        with tempfile.NamedTemporaryFile() as file:
            file.write(b"mine")
            file.flush()
            daemon = self.start(ready=False, path=file.name)
            self.assertEqual(daemon.wait(), 71)
            self.assertIn("is not a socket", daemon.stderr)
            daemon.kill()
            self.assertEqual(pathlib.Path(file.name).read_bytes(), b"mine")

    def test_there_may_be_none(self):
        daemon = self.start(path="none")
        daemon.wait_logged("control socket: none")
        self.assertFalse(self.socket_of(daemon).exists())
        done = daemon.command("status", "--socket", self.socket_of(daemon))  # another daemon's may be in a usual place
        self.assertEqual((done.returncode, done.stdout), (69, ""))
        self.assertIn("There is no control socket at", done.stderr)

    def test_a_socket_without_a_daemon_is_explained(self):
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/c.sock"
            with socket.socket(socket.AF_UNIX) as dead:
                dead.bind(path)
            daemon = self.start()
            done = daemon.command("status", "--socket", path)
            self.assertEqual(done.returncode, 69)
            self.assertIn("Nobody listens on", done.stderr)


class Requests(ControlScenario):
    def setUp(self):
        self.served = self.daemon(proxy={})
        self.path = self.socket_of(self.served)

    def test_misspelt_words_are_understood_but_not_obeyed(self):
        for line, meant in ((b"staus\n", "did you mean status?"), (b"list limt=3\n", "did you mean limit?"),
                            (b"status form=xml\n", "there are table, plain, json"), (b"\n", "there are capture, list, reload, status"),
                            (b"list limit=0\n", "it can be from 1 to"), (b"list limit\n", "NAME=VALUE"),
                            (b"list limit=1 limit=2\n", "give it once")):
            answer = self.ask(self.path, line)
            self.assertTrue(answer.startswith("failed\n"), answer)
            self.assertIn(meant, answer)

    def test_a_line_may_lack_its_end(self):
        self.assertTrue(self.ask(self.path, b"status").startswith("ok\nmegaphoned "))

    def test_a_request_is_bounded(self):
        self.assertTrue(self.ask(self.path, b"x" * 4096, whole=False).startswith("failed\nthe request is too long"))

    def test_too_many_at_once_are_told_so_and_the_others_go_on(self):
        with contextlib.ExitStack() as stack:
            silent = []
            for _ in range(32):
                sock = stack.enter_context(socket.socket(socket.AF_UNIX))
                sock.connect(str(self.path))
                silent.append(sock)

            def busy():
                try:
                    return self.ask(self.path, b"", whole=False).startswith("failed\ntoo many commands")
                except OSError:  # no room to wait in, or cut off
                    return False

            wait_until(busy, "a refusal")
            silent[0].sendall(b"status\n")
            self.assertTrue(silent[0].recv(3).startswith(b"ok"))
        wait_until(lambda: self.served.command("status").returncode == 0, "room again")

    def test_options_that_are_wrong_are_found_by_the_command_itself(self):
        for arguments, said in ((["list", "x"], "takes no argument"), (["stats"], "did you mean megaphone status"),
                                (["list", "--limit", "a b"], "--limit cannot be")):
            done = self.served.command(*arguments)
            self.assertEqual((done.returncode, said in done.stderr), (64, True), done.stderr)


if __name__ == "__main__":
    main()
