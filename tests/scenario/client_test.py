"""The megaphone program against the uppercase listeners."""
import socket
import subprocess

from harness import Scenario, main, program


class Client(Scenario):
    def run_client(self, *arguments, feed=None):
        return subprocess.run(
            [program("megaphone"), *map(str, arguments)], input=feed or b"", capture_output=True, timeout=60
        )

    def unused_port(self, kind):
        with socket.socket(socket.AF_INET, kind) as sock:
            sock.bind(("127.0.0.1", 0))
            return sock.getsockname()[1]

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
        for protocol, kind in (("tcp", socket.SOCK_STREAM), ("udp", socket.SOCK_DGRAM)):
            done = self.run_client(protocol, "127.0.0.1", self.unused_port(kind), "hello")
            self.assertNotEqual(done.returncode, 0, protocol)
            self.assertEqual(done.stdout, b"", protocol)
            self.assertIn(b"refused" if protocol == "tcp" else b"", done.stderr)
            self.assertNotEqual(done.stderr.strip(), b"", protocol)

    def test_wrong_arguments_are_explained(self):
        for arguments in (["tcp"], ["tcp", "127.0.0.1", "70000", "x"], ["sctp", "127.0.0.1", "7"]):
            done = self.run_client(*arguments)
            self.assertNotEqual(done.returncode, 0, arguments)
            self.assertNotEqual(done.stderr.strip(), b"", arguments)

    def test_help_and_version_are_on_standard_output(self):
        for option in ("--help", "--version"):
            done = self.run_client(option)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn(b"megaphone", done.stdout)


if __name__ == "__main__":
    main()
