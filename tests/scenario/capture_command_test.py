"""`megaphone capture`: how it begins and ends, and what it refuses."""
import os
import signal
import socket
import stat
import struct
import subprocess

from harness import main, program, request, wait_until
from harness.control import ControlScenario
from harness.origin import serve


class Capture(ControlScenario):
    def start(self, daemon, *arguments, listener="proxy", **pipes):
        """`megaphone capture`, running; back when the daemon shows it."""
        running = subprocess.Popen(
            [program("megaphone"), "capture", listener, *arguments], env=daemon.surroundings(),
            stdout=pipes.get("stdout", subprocess.PIPE), stderr=subprocess.PIPE,
        )
        self.addCleanup(running.stderr.close)
        self.addCleanup(running.wait)
        self.addCleanup(running.kill)
        return running

    def wait_captures(self, daemon, count):
        wait_until(lambda: len(self.status(daemon)["captures"]) == count, f"{count} captures")

    def blocks(self, data):
        """The types of the blocks of a pcapng file, which is whole."""
        kinds = []
        while data:
            kind, size = struct.unpack_from("<II", data)
            self.assertGreaterEqual(len(data), size, "a block is cut short")
            kinds.append(kind)
            data = data[size:]
        return kinds

    def fetched(self, daemon, origin):
        self.assertEqual(self.fetch(daemon, request(origin.url("/captured"))).status, 200)

    def test_ctrl_c_and_sigterm_end_it_with_a_whole_packet(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number):
                self.end_by(number)

    def end_by(self, number):
        daemon, origin = self.proxy(), self.origin()
        running = self.start(daemon)
        self.wait_captures(daemon, 1)
        self.fetched(daemon, origin)
        wait_until(lambda: self.status(daemon)["captures"][0]["packets"] > 10, "packets")
        running.send_signal(number)
        data = running.stdout.read()
        running.stdout.close()
        self.assertEqual((running.wait(60), running.stderr.read()), (0, b""))
        kinds = self.blocks(data)
        self.assertEqual(kinds[0], 0x0A0D0D0A)
        self.assertGreater(kinds.count(6), 10)
        self.assertIn(b"GET /captured", data)
        self.wait_captures(daemon, 0)
        daemon.wait_logged("capture ended listener=proxy")

    def test_it_ends_by_itself_in_a_file_of_its_own(self):
        daemon, origin = self.proxy(), self.origin()
        path = daemon.path / "new.pcapng"
        running = self.start(daemon, "--max", "2kB", "--write", path, stdout=subprocess.DEVNULL)
        self.wait_captures(daemon, 1)
        for _ in range(4):
            self.fetched(daemon, origin)
        said = b"megaphone: capturing into %s; Ctrl-C ends it\n" % str(path).encode()
        self.assertEqual((running.wait(60), running.stderr.read()), (0, said))
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        self.blocks(path.read_bytes())
        self.wait_captures(daemon, 0)

    def free_port(self):
        with socket.create_server(("127.0.0.1", 0)) as free:
            return free.getsockname()[1]

    def serving(self, daemon, *arguments):
        """`megaphone capture --serve`, running, and the connection of its reader."""
        port = self.free_port()
        running = self.start(daemon, "--serve", str(port), *arguments, stdout=subprocess.DEVNULL)
        self.assertIn(b"wireshark -k -i TCP@127.0.0.1:%d" % port, running.stderr.readline())
        reader = socket.create_connection(("127.0.0.1", port))
        self.addCleanup(reader.close)
        self.wait_captures(daemon, 1)
        return running, reader

    def test_one_reader_is_served_on_a_port_and_it_ends_with_him(self):
        daemon, origin = self.proxy(), self.origin()
        running, reader = self.serving(daemon)
        self.fetched(daemon, origin)
        data = b""
        while b"GET /captured" not in data:
            data += reader.recv(65536)
        reader.close()
        self.assertEqual(running.wait(60), 0)
        self.wait_captures(daemon, 0)

    def test_ctrl_c_ends_it_though_its_reader_takes_nothing(self):
        daemon, origin = self.proxy(), self.origin(serve(body=b"x" * 2_000_000))
        running, _ = self.serving(daemon)

        def is_full():
            self.fetched(daemon, origin)
            return self.status(daemon)["captures"][0]["lost"] > 0

        wait_until(is_full, "packets that a reader does not take")
        daemon.wait_logged("the capture of proxy to a reader loses packets: they come too fast for it")
        self.assertGreater(self.status(daemon)["capture_packets_lost"], 0)
        running.send_signal(signal.SIGINT)
        self.assertEqual(running.wait(60), 74)
        self.assertIn(b"has taken nothing for 2 s", running.stderr.read())
        self.wait_captures(daemon, 0)
        self.assertGreater(self.status(daemon)["capture_packets_lost"], 0)
        self.assertRegex(daemon.command("status").stdout, r"captured packets lost\t[1-9]")

    def test_its_time_ends_it_though_its_reader_takes_nothing(self):
        daemon, origin = self.proxy(), self.origin(serve(body=b"x" * 2_000_000))
        running, _ = self.serving(daemon, "--for", "3s")
        while "capture ended" not in daemon.stderr:
            self.fetched(daemon, origin)
        self.assertRegex(daemon.stderr, r'why="time over".* lost=[1-9]')
        self.assertEqual(running.wait(60), 74)
        self.assertIn(b"has taken nothing for 2 s", running.stderr.read())

    def test_scope_and_secrets_are_the_askers_choice(self):
        daemon, origin = self.proxy(), self.origin()
        with_all, other_host, heads = (daemon.path / name for name in ("all", "other", "heads"))
        first = self.start(daemon, "--with-secrets", "--client", "127.0.0.0/8", "--write", with_all)
        second = self.start(daemon, "--host", "elsewhere.test", "--write", other_host)
        third = self.start(daemon, "--headers-only", "--write", heads)
        self.wait_captures(daemon, 3)
        running = self.status(daemon)["captures"]
        self.assertEqual(sorted((each["with_secrets"], each["headers_only"]) for each in running),
                         [(False, False), (False, True), (True, False)])
        self.fetch(daemon, request(origin.url("/captured"), fields=[("Authorization", "Basic c2VjcmV0")]))
        for running in (first, second, third):
            running.send_signal(signal.SIGINT)
            self.assertEqual(running.wait(60), 0)
            running.stdout.close()
        self.assertIn(b"c2VjcmV0", with_all.read_bytes())
        self.assertNotIn(b"captured", other_host.read_bytes())
        self.assertIn(b"GET /captured", heads.read_bytes())
        self.assertIn(b"hello", with_all.read_bytes())
        self.assertNotIn(b"hello", heads.read_bytes())

    def test_what_comes_once_it_has_begun_is_in_it(self):
        daemon = self.daemon(uppercase_udp={"name": "udp"}, daemon={"event_loops": 4})
        where = daemon.path / "datagram.pcapng"
        for number in range(20):
            running = self.start(daemon, "--write", where, "--force", listener="udp")
            self.assertIn(b"capturing into", running.stderr.readline())
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
                sock.settimeout(30)
                sock.sendto(b"first %d" % number, daemon.address("udp"))
                sock.recv(100)
            running.send_signal(signal.SIGINT)
            self.assertEqual(running.wait(60), 0)
            running.stdout.close()
            self.assertIn(b"first %d" % number, where.read_bytes())
            self.assertIn(b"FIRST %d" % number, where.read_bytes())

    def test_what_is_refused_touches_no_file_and_waits_for_no_reader(self):
        daemon = self.proxy()
        older = daemon.path / "older.pcapng"
        older.write_bytes(b"worth keeping")
        for where in (("--write", older), ("--serve", str(self.free_port()))):
            done = daemon.command("capture", "prxy", *where)
            self.assertEqual((done.returncode, done.stderr.count('there is no listener "prxy"')), (70, 1), done.stderr)
            self.assertEqual(older.read_bytes(), b"worth keeping")
        running = self.start(daemon, "--write", older, listener="prxy", stdout=self.nobody())
        self.assertEqual(running.wait(60), 70)
        self.assertEqual(older.read_bytes(), b"worth keeping")

    def test_a_file_is_new_and_its_owners_alone(self):
        daemon = self.proxy()
        there, kept, link = (daemon.path / name for name in ("there.pcapng", "kept", "link.pcapng"))
        for path in (there, kept):
            path.write_bytes(b"worth keeping")
            path.chmod(0o644)
        link.symlink_to(kept)
        for where in (there, link):
            done = daemon.command("capture", "proxy", "--for", "1ms", "--write", where)
            self.assertEqual((done.returncode, "is there already" in done.stderr), (74, True), done.stderr)
            self.assertIn("--force", done.stderr)
            self.assertEqual(where.read_bytes(), b"worth keeping")
        with there.open("rb") as opened:
            for where in (there, link, daemon.path / "new.pcapng"):
                done = daemon.command("capture", "proxy", "--for", "1ms", "--write", where, "--force")
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(where.lstat().st_mode, stat.S_IFREG | 0o600)
                self.blocks(where.read_bytes())
            self.assertEqual(opened.read(), b"worth keeping")
        self.assertEqual((kept.read_bytes(), stat.S_IMODE(kept.stat().st_mode)), (b"worth keeping", 0o644))
        for place in ("/dev/null", daemon.path):
            done = daemon.command("capture", "proxy", "--for", "1ms", "--write", place, "--force")
            self.assertEqual((done.returncode, "not a regular file" in done.stderr), (74, True), done.stderr)
        self.assertEqual(len(list(daemon.path.glob("*.pcapng*"))), 3, "nothing else is left")

    def nobody(self):
        """A pipe that nobody reads."""
        reader, writer = os.pipe()
        os.close(reader)
        self.addCleanup(os.close, writer)
        return writer

    def test_mistakes_are_told(self):
        daemon = self.proxy()
        for arguments, code, said in (
            (["prxy"], 70, 'there is no listener "prxy"'), ([], 64, "LISTENER is missing"),
            (["proxy", "--client", "x"], 64, "a network such as"), (["proxy", "--host", "a b"], 64, "without blanks"),
            (["proxy", "--for", "soon"], 64, "--for cannot be"), (["proxy", "--serve", "0"], 64, "is not a port number"),
            (["proxy", "--write", "/no-such/file"], 74, "cannot be written"),
            (["proxy", "--write", "x", "--serve", "1"], 64, "do not go together"),
            (["proxy", "--force"], 64, "is for a file"),
        ):
            done = daemon.command("capture", *arguments)
            self.assertEqual((done.returncode, said in done.stderr), (code, True), done.stderr)


if __name__ == "__main__":
    main()
