"""The megaphone program against the uppercase listeners."""
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import threading

from harness import Scenario, main, program
from harness.case import sanitized
from harness.terminal import Terminal


class Client(Scenario):
    def command(self, *arguments):
        return [program("megaphone"), *map(str, arguments)]

    def run_client(self, *arguments, feed=None):
        return subprocess.run(self.command(*arguments), input=feed or b"", capture_output=True, timeout=60)

    def unused_port(self, kind):
        with socket.socket(socket.AF_INET, kind) as sock:
            sock.bind(("127.0.0.1", 0))
            return sock.getsockname()[1]

    def temporary_file(self, content):
        folder = tempfile.TemporaryDirectory(prefix="megaphone-")
        self.addCleanup(folder.cleanup)
        path = pathlib.Path(folder.name) / "file"
        path.write_bytes(content)
        return path

    def terminal(self, *arguments, **options):
        terminal = Terminal(self.command(*arguments), **options)
        self.addCleanup(terminal.close)
        return terminal

    def test_tcp_messages_are_answered_on_standard_output(self):
        daemon = self.daemon(uppercase_tcp={})
        done = self.run_client("tcp", *daemon.address("uppercase-tcp"), "hello", "world")
        self.assertEqual((done.returncode, done.stdout.split()), (0, [b"HELLO", b"WORLD"]), done.stderr)

    def test_a_stream_from_a_pipe_passes_unchanged_in_length(self):
        daemon = self.daemon(uppercase_tcp={})
        text = bytes(range(256)) * 8192
        done = self.run_client("tcp", *daemon.address("uppercase-tcp"), feed=text)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(done.stdout == text.upper(), f"{len(done.stdout)} of {len(text)} bytes")

    def test_a_udp_message_is_answered_on_standard_output(self):
        daemon = self.daemon(uppercase_udp={})
        done = self.run_client("udp", *daemon.address("uppercase-udp"), "hello")
        self.assertEqual((done.returncode, done.stdout.strip()), (0, b"HELLO"), done.stderr)

    def test_lines_from_a_pipe_are_datagrams(self):
        daemon = self.daemon(uppercase_udp={})
        done = self.run_client("udp", *daemon.address("uppercase-udp"), feed=b"one\ntwo\nthree\n")
        self.assertEqual((done.returncode, done.stdout.split()), (0, [b"ONE", b"TWO", b"THREE"]), done.stderr)

    def test_ipv6_is_spoken(self):
        daemon = self.daemon(uppercase_tcp={"listen": "[::1]:0"})
        done = self.run_client("tcp", *daemon.address("uppercase-tcp"), "six")
        self.assertEqual((done.returncode, done.stdout.strip()), (0, b"SIX"), done.stderr)

    def test_nobody_there_is_said_on_standard_error(self):
        for protocol, kind, words in (
            ("tcp", socket.SOCK_STREAM, b"refused the connection"),
            ("udp", socket.SOCK_DGRAM, b"the host answered: port unreachable"),
        ):
            done = self.run_client(protocol, "127.0.0.1", self.unused_port(kind), "hello")
            self.assertEqual((done.returncode, done.stdout), (69, b""), protocol)
            self.assertIn(words, done.stderr)

    def test_a_silent_udp_server_is_said_after_two_seconds(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
            silent.bind(("127.0.0.1", 0))
            done = self.run_client("udp", *silent.getsockname(), "hello")
        self.assertEqual((done.returncode, done.stdout), (75, b""))
        self.assertIn(b"No answer from", done.stderr)
        self.assertIn(b"within 2 s", done.stderr)

    def test_wrong_arguments_are_explained(self):
        for arguments in (["tcp"], ["tcp", "127.0.0.1", "70000", "x"], ["sctp", "127.0.0.1", "7"]):
            done = self.run_client(*arguments)
            self.assertEqual(done.returncode, 64, arguments)
            self.assertIn(b"\nhelp: ", done.stderr, arguments)

    def test_help_and_version_are_on_standard_output(self):
        for option in ("--help", "--version"):
            done = self.run_client(option)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn(b"megaphone", done.stdout)

    # Waiting

    def test_waiting_ends_as_soon_as_the_server_is_there(self):
        for protocol, kind in (("tcp", socket.SOCK_STREAM), ("udp", socket.SOCK_DGRAM)):
            port = self.unused_port(kind)
            command = self.command(protocol, "--wait=60s", "127.0.0.1", port, "hello")
            with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as client:
                self.assertIn(b"Waiting up to 60 s", client.stderr.readline(), protocol)
                self.daemon(**{f"uppercase_{protocol}": {"listen": f"127.0.0.1:{port}"}})
                out, err = client.communicate(timeout=60)
                self.assertEqual((client.returncode, out.strip()), (0, b"HELLO"), err)

    def test_waiting_ends_with_the_reason_when_nobody_comes(self):
        for protocol, kind in (("tcp", socket.SOCK_STREAM), ("udp", socket.SOCK_DGRAM)):
            done = self.run_client(protocol, "--wait=200ms", "127.0.0.1", self.unused_port(kind), "hello")
            self.assertEqual((done.returncode, done.stdout), (69, b""), done.stderr)
            self.assertIn(b"and so for 0.2 s", done.stderr)

    def test_at_a_terminal_udp_works_as_soon_as_the_server_is_up(self):
        port = self.unused_port(socket.SOCK_DGRAM)
        terminal = self.terminal("udp", "127.0.0.1", port)
        terminal.wait_for(b"> ")
        terminal.type(b"first\n")
        terminal.wait_for(b"port unreachable")
        self.daemon(uppercase_udp={"listen": f"127.0.0.1:{port}"})
        terminal.type(b"second\n")
        terminal.wait_for(b"SECOND")
        terminal.type(b"\x04")
        self.assertEqual(terminal.finish()[1], 69)  # the first failure counts

    # Files and long streams

    def test_a_file_passes_in_constant_memory(self):
        size, done, measured = 64 << 20, threading.Event(), threading.Event()

        def answer(peer):
            for _ in range(size >> 16):
                peer.send(peer.read_exact(1 << 16).upper())
            peer.expect_end()
            done.set()
            measured.wait(60)

        server = self.origin(answer)
        path = self.temporary_file(bytes(range(256)) * (size >> 8))
        command = self.command("tcp", "--timeout", "60s", "--verify", "--json", "-f", path, "127.0.0.1", server.port)
        with subprocess.Popen(command, stdout=subprocess.PIPE) as client:
            self.assertTrue(done.wait(60))
            peak = int(re.search(r"VmHWM:\s+(\d+)", pathlib.Path(f"/proc/{client.pid}/status").read_text()).group(1))
            measured.set()
            summary = json.loads(client.communicate(timeout=60)[0])
        self.assertEqual((client.returncode, summary["verified_bytes"]), (0, size), summary)
        if not sanitized():
            self.assertLess(peak, 20 << 10)

    def test_lines_of_a_file_are_datagrams(self):
        daemon = self.daemon(uppercase_udp={})
        path = self.temporary_file(b"one\ntwo")
        done = self.run_client("udp", "-f", path, *daemon.address("uppercase-udp"))
        self.assertEqual((done.returncode, done.stdout), (0, b"ONE\nTWO\n"), done.stderr)

    def test_a_file_that_cannot_be_read_is_told(self):
        daemon = self.daemon(uppercase_tcp={})
        for path in ("/nonexistent/file", "/"):
            done = self.run_client("tcp", "--file", path, *daemon.address("uppercase-tcp"))
            self.assertEqual((done.returncode, done.stdout), (66, b""))
            self.assertIn(b"Reading ", done.stderr)

    def test_a_long_stream_shows_its_progress_at_a_terminal(self):
        seen = threading.Event()

        def answer_in_two_parts(peer):
            data = peer.read_exact(900)
            peer.send(data[:450].upper())
            seen.wait(60)
            peer.send(data[450:].upper())
            peer.expect_end()

        server = self.origin(answer_in_two_parts)
        path = self.temporary_file(b"x" * 900)
        terminal = self.terminal("tcp", "--timeout", "60s", "--file", path, "127.0.0.1", server.port, shown=["stderr"])
        self.assertIn(b"450 B of 900 B", terminal.wait_for(b" left"))
        seen.set()
        screen, code = terminal.finish()
        self.assertEqual((screen.endswith(b"\r\x1b[K"), code), (True, 0), screen)

    # Verifying

    def test_a_wrong_answer_is_shown_with_its_surroundings(self):
        def spoil(peer):
            peer.send(peer.read_exact(21).upper().replace(b"J", b"j"))
            peer.finish()
            peer.expect_end()

        server = self.origin(spoil)
        done = self.run_client("tcp", "--verify", "127.0.0.1", server.port, "the quick fox jumps.")
        self.assertEqual(done.returncode, 76, done.stderr)
        self.assertIn(b"byte 14 (0xe) is wrong: 4A 'J' was expected, 6A 'j' came.", done.stderr)
        self.assertIn(b"+ 54 48 45 20 51 55 49 43 4B 20 46 4F 58 20 6A 55  |THE QUICK FOX jU|", done.stderr)

    def test_a_server_that_echoes_is_no_uppercase_server(self):
        def echo(sock):
            for _ in range(2):
                data, client = sock.recvfrom(100)
                sock.sendto(data, client)

        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.bind(("127.0.0.1", 0))
            thread = threading.Thread(target=echo, args=(sock,))
            thread.start()
            done = self.run_client("udp", "--verify", *sock.getsockname(), "a", "B")
            thread.join()
        self.assertEqual((done.returncode, done.stdout), (76, b"a\nB\n"), done.stderr)
        self.assertIn(b"In the answer to message 1", done.stderr)
        self.assertNotIn(b"In the answer to message 2", done.stderr)

    def test_no_color_is_honoured(self):
        for refused in ("", "1"):
            server = self.origin(lambda peer: peer.send(peer.read_exact(2)).finish())
            terminal = self.terminal(
                "tcp", "--verify", "127.0.0.1", server.port, "x", shown=["stderr"], environment={"NO_COLOR": refused}
            )
            screen, code = terminal.finish()
            self.assertEqual((code, b"\x1b[" in screen), (76, not refused), screen)

    # For programs

    def test_json_has_an_object_for_each_answer_and_a_summary(self):
        daemon = self.daemon(uppercase_tcp={}, uppercase_udp={})
        for protocol in ("tcp", "udp"):
            done = self.run_client(protocol, "--json", *daemon.address(f"uppercase-{protocol}"), "hello", 'a "b"')
            first, second, summary = map(json.loads, done.stdout.splitlines())
            self.assertEqual((first["message"], first["answer"], first["number"]), ("hello", "HELLO", 1))
            self.assertEqual((second["message"], second["answer"], second["end"]), ('a "b"', 'A "B"', "complete"))
            self.assertEqual((summary["kind"], summary["answered"], summary["exit_code"]), ("summary", 2, 0))
            self.assertGreaterEqual(summary["ms_total"], summary["ms_first_byte"])

    def test_json_says_why_it_failed(self):
        done = self.run_client("tcp", "--json", "127.0.0.1", self.unused_port(socket.SOCK_STREAM), "hello")
        summary = json.loads(done.stdout)
        self.assertEqual((summary["end"], summary["exit_code"], done.returncode), ("unreachable", 69, 69))
        self.assertIn("refused", summary["cause"])

    def test_quiet_leaves_the_exit_code_alone_to_tell(self):
        port = self.unused_port(socket.SOCK_STREAM)
        for arguments, code in ((["127.0.0.1", port], 69), (["h.invalid", port], 68)):
            done = self.run_client("tcp", "--quiet", *arguments, "x")
            self.assertEqual((done.returncode, done.stdout, done.stderr), (code, b"", b""))

    def test_verbose_tells_every_phase(self):
        daemon = self.daemon(uppercase_tcp={})
        done = self.run_client("tcp", "-v", *daemon.address("uppercase-tcp"), "hello")
        for phase in (b"resolve ", b"connect ", b"first byte ", b"total "):
            self.assertIn(phase, done.stderr)

    def test_what_a_shell_runs_in_the_background_is_not_ended_by_ctrl_c(self):
        asked, signalled = threading.Event(), threading.Event()

        def answer_afterwards(peer):
            question = peer.read_exact(6)
            asked.set()
            signalled.wait(60)
            peer.send(question.upper())

        command = self.command("tcp", "--timeout", "60s", "127.0.0.1", self.origin(answer_afterwards).port, "hello")
        ignored = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)}  # as shells do
        with subprocess.Popen(command, stdout=subprocess.PIPE, **ignored) as client:
            self.assertTrue(asked.wait(60))
            os.kill(client.pid, signal.SIGINT)
            signalled.set()
            self.assertEqual((client.communicate(timeout=60)[0], client.returncode), (b"HELLO\n", 0))

    def test_ctrl_c_and_sigterm_end_it_by_the_signal_without_a_word(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number):
                self.end_by(number)

    def end_by(self, number):
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            command = self.command("tcp", *silent.getsockname(), "hello")
            with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as client:
                peer = silent.accept()[0]
                self.assertEqual(peer.recv(100), b"hello\n")
                os.kill(client.pid, number)
                self.assertEqual(client.communicate(timeout=60), (b"", b""))
                self.assertEqual(client.returncode, -number)
                peer.close()


if __name__ == "__main__":
    main()
