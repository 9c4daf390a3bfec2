"""megaphone --ping: round trips, and what goes wrong on the way."""
import json
import os
import signal
import socket
import subprocess
import threading

from harness import Scenario, main, program
from harness.terminal import Terminal


class Ping(Scenario):
    def command(self, *arguments):
        return [program("megaphone"), *map(str, arguments)]

    def run_client(self, *arguments):
        return subprocess.run(self.command(*arguments), stdin=subprocess.DEVNULL, capture_output=True, timeout=60)

    def summary(self, code, *arguments):
        done = self.run_client(*arguments, "--json")
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return json.loads(done.stdout.splitlines()[-1])

    def udp_server(self, script):
        """Calls script(number, answer, send) for each question."""
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind(("127.0.0.1", 0))
        self.addCleanup(sock.close)

        def serve():
            while True:
                question, client = sock.recvfrom(65536)
                if not question:
                    return
                number = int(question[8:20], 16)
                script(number, question.upper(), lambda answer, client=client: sock.sendto(answer, client))

        def stop():
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
                waker.sendto(b"", sock.getsockname())
            thread.join()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        self.addCleanup(stop)
        return sock.getsockname()

    def test_every_answer_is_told_and_counted(self):
        daemon = self.daemon(uppercase_tcp={}, uppercase_udp={})
        for protocol in ("tcp", "udp"):
            done = self.run_client(protocol, "--ping", "-c", 3, "-i", "5ms", *daemon.address(f"uppercase-{protocol}"))
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            lines = done.stdout.decode().splitlines()
            for number in (1, 2, 3):
                self.assertRegex(lines[number], rf"^64 bytes from 127\.0\.0\.1:\d+: number {number}, \d+\.\d+ ms$")
            self.assertIn("3 sent, 3 answered, 0 lost (0 %)", lines[6])
            self.assertRegex(lines[7], r"^round trip min/avg/max/dev [\d.]+/[\d.]+/[\d.]+/[\d.]+ ms$")

    def test_a_flood_loses_nothing_on_the_way_to_a_server_that_keeps_up(self):
        daemon = self.daemon(uppercase_tcp={}, uppercase_udp={})
        for protocol in ("tcp", "udp"):
            address = daemon.address(f"uppercase-{protocol}")
            summary = self.summary(0, protocol, "--ping", "--flood=8", "-c", 5000, "-s", 300, *address)
            self.assertEqual((summary["sent"], summary["answered"], summary["lost"]), (5000, 5000, 0))
            self.assertEqual(summary["verified_bytes"], 1500000)
            self.assertLessEqual(summary["ms_min"], summary["ms_p50"])
            self.assertLessEqual(summary["ms_p99"], summary["ms_max"])

    def test_loss_duplicates_reordering_and_corruption_are_told_apart(self):
        held = []

        def script(number, answer, send):
            if number == 4:
                held.append(answer)
            elif number == 6:
                send(b"nothing like it")
            elif number == 7:
                send(b"00000000" + answer[8:])  # the tag is damaged
            elif number != 2:
                send(answer)
            if number == 3:
                send(answer)
            if number == 5:
                send(held.pop())

        address = self.udp_server(script)
        summary = self.summary(76, "udp", "--ping", "-c", 10, "-i", "10ms", "--timeout", "3s", *address)
        told = {key: summary[key] for key in ("answered", "lost", "duplicates", "reordered", "wrong")}
        self.assertEqual(told, {"answered": 7, "lost": 1, "duplicates": 1, "reordered": 1, "wrong": 2})

    def test_some_answers_missing_is_an_exit_code_of_its_own(self):
        address = self.udp_server(lambda number, answer, send: number % 2 and send(answer))
        done = self.run_client("udp", "--ping", "-c", 4, "-i", "5ms", "--timeout", "2s", *address)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn(b"4 sent, 2 answered, 2 lost (50 %)", done.stdout)
        self.assertIn(b"number 2, no answer in time", done.stdout)

    def test_at_complete_loss_there_is_a_summary(self):
        address = self.udp_server(lambda number, answer, send: None)
        done = self.run_client("udp", "--ping", "-c", 3, "-i", "5ms", "--timeout", "100ms", *address)
        self.assertEqual(done.returncode, 75, done.stderr)
        self.assertIn(b"3 sent, 0 answered, 3 lost (100 %)", done.stdout)
        self.assertIn(b"No answer from", done.stderr)

    def test_a_wrong_byte_is_shown(self):
        address = self.udp_server(lambda number, answer, send: send(answer[:-1] + b"~~"[number % 2 :]))
        done = self.run_client("udp", "--ping", "-c", 2, "-i", "5ms", "--timeout", "20s", *address)
        self.assertEqual(done.returncode, 76, done.stderr)
        self.assertIn(b"In the answer to question 1 of", done.stderr)
        self.assertIn(b"^^", done.stderr)
        self.assertIn(b"2 wrong", done.stdout)

    def test_a_server_that_echoes_is_found_out(self):
        server = self.origin(lambda peer: [peer.send(peer.read_exact(64)) for _ in range(2)])
        done = self.run_client("tcp", "--ping", "-c", 2, "-i", "5ms", "127.0.0.1", server.port)
        self.assertEqual(done.returncode, 76, done.stderr)
        self.assertIn(b"2 wrong", done.stdout)

    def test_a_server_that_answers_once_ends_it_with_the_reason_and_the_figures(self):
        server = self.origin(lambda peer: peer.send(peer.read_exact(64).upper()))
        done = self.run_client("tcp", "--ping", "-i", "5ms", "127.0.0.1", server.port)
        self.assertEqual(done.returncode, 74, done.stderr)
        self.assertIn(b" 1 answered", done.stdout)
        self.assertRegex(done.stderr, b"closed the connection after 1 of|broke the connection off")

    def test_nobody_there_is_told_for_each_question(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.bind(("127.0.0.1", 0))
            port = sock.getsockname()[1]
        done = self.run_client("udp", "--ping", "-c", 2, "-i", "5ms", "127.0.0.1", port)
        self.assertEqual(done.returncode, 69, done.stderr)
        self.assertIn(b"2 sent, 0 answered, 2 lost (100 %), 2 refusals", done.stdout)
        self.assertIn(b"port unreachable", done.stderr)

    def test_ctrl_c_is_the_usual_end_and_timeout_another(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number):
                self.end_by(number)

    def end_by(self, number):
        daemon = self.daemon(uppercase_udp={})
        command = self.command("udp", "--ping", "-i", "60s", *daemon.address("uppercase-udp"))
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as client:
            while b"number 1" not in client.stdout.readline():
                pass
            os.kill(client.pid, number)
            out, err = client.communicate(timeout=60)
        self.assertEqual((client.returncode, err), (0, b""))
        self.assertIn(b"1 sent, 1 answered, 0 lost (0 %)", out)

    def test_at_a_terminal_there_is_a_histogram(self):
        daemon = self.daemon(uppercase_udp={})
        terminal = Terminal(
            self.command("udp", "--ping", "-c", "20", "-i", "1ms", *daemon.address("uppercase-udp")), shown=["stdout"]
        )
        self.addCleanup(terminal.close)
        screen, code = terminal.finish()
        self.assertEqual(code, 0, screen)
        self.assertRegex(screen, rb"\.\. +[\d.]+ ms  #+ ")


if __name__ == "__main__":
    main()
