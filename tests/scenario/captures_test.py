"""Captures that the configuration names: what becomes of them with a reload, and of what stands at their paths."""
import json
import os
import pathlib
import stat
import tempfile
import threading
import unittest

from harness import Scenario, main, request
from harness.origin import serve
from harness.wait import wait_until

BEGINNING = b"\x0a\x0d\x0d\x0a"


class Captures(Scenario):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="megaphone-captures-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def running(self, daemon):
        return json.loads(daemon.command("status", "--json").stdout)["captures"]

    def many(self, count):
        return self.daemon(proxy=[
            {"name": f"p{n}", "capture": str(self.folder / f"{n}.pcapng"), "allow_destinations": ["127.0.0.0/8"]}
            for n in range(count)])

    def reload(self, daemon):
        daemon.write_configuration()
        return daemon.command("reload")

    def test_none_is_lost_when_all_of_them_change(self):
        origin, daemon = self.origin(), self.many(6)
        for size in ("60MiB", "70MiB", "80MiB"):
            for proxy in daemon.sections["proxy"]:
                proxy["capture_size"] = size
            done = self.reload(daemon)
            self.assertEqual(done.returncode, 0, done.stderr)
            for n in range(6):
                self.assertIn(f"capture of p{n} to {self.folder}/{n}.pcapng: begins", done.stdout)
        for n in range(6):
            with daemon.client(f"p{n}") as client:
                client.send(request(origin.url(f"/behind{n}"))).read_response()
        wait_until(lambda: len(self.running(daemon)) == 6, "the older ones to end")
        self.assertEqual({each["listener"] for each in self.running(daemon)}, {f"p{n}" for n in range(6)})
        for n in range(6):
            path = self.folder / f"{n}.pcapng"
            wait_until(lambda: b"GET /behind%d" % n in path.read_bytes(), "the packets behind the reload")
        daemon.stop()
        self.assertEqual(len(list(self.folder.iterdir())), 6, "one file each")

    def test_a_reload_says_what_becomes_of_each(self):
        daemon = self.many(3)
        del daemon.sections["proxy"][0]["capture"]
        daemon.sections["proxy"][1]["capture"] = str(self.folder / "new.pcapng")
        done = self.reload(daemon)
        for text in ("p0 to %s/0.pcapng: ends", "p1 to %s/1.pcapng: ends", "p1 to %s/new.pcapng: begins",
                     "p2 to %s/2.pcapng: goes on"):
            self.assertIn("capture of " + text % self.folder + "\n", done.stdout)

    def test_one_that_cannot_begin_refuses_the_reload(self):
        daemon = self.many(2)
        daemon.sections["proxy"][0]["capture"] = str(self.folder / "other.pcapng")
        daemon.sections["proxy"][1]["capture"] = str(self.folder / "missing" / "file.pcapng")
        done = self.reload(daemon)
        self.assertEqual(done.returncode, 70)
        self.assertIn("missing/file.pcapng: No such file or directory", done.stderr)
        self.assertEqual([each["to"] for each in self.running(daemon)],
                         [str(self.folder / f"{n}.pcapng") for n in range(2)])
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), ["0.pcapng", "1.pcapng"])

    def test_one_that_is_overloaded_ends_when_it_is_told_to(self):
        enough = threading.Event()

        def script(peer):
            peer.read_request()
            peer.send(b"HTTP/1.1 200 OK\r\n\r\n")
            while not enough.is_set():
                peer.send(b"x" * 1_000_000)

        origin, daemon = self.origin(script), self.many(1)
        daemon.sections["proxy"][0]["capture_files"] = 1
        client = self.client(daemon)
        client.send(request(origin.url(), version="HTTP/1.0"))

        def read():
            while client.sock.recv(1 << 20):
                pass

        reader = threading.Thread(target=read)
        reader.start()
        try:
            daemon.wait_logged("loses packets: they come too fast for it")
            del daemon.sections["proxy"][0]["capture"]
            self.assertEqual(self.reload(daemon).returncode, 0)
            daemon.wait_logged('capture ended listener=p0 why="stopped"')
        finally:
            enough.set()
            reader.join()

    def test_nothing_that_stands_at_its_path_is_followed_or_written(self):
        kept, link = self.folder / "kept", self.folder / "link.pcapng"
        kept.write_bytes(b"worth keeping")
        link.symlink_to(kept)
        daemon = self.proxy(name="web", capture=str(link))
        wait_until(lambda: link.read_bytes().startswith(BEGINNING), "the capture")
        self.assertEqual(link.lstat().st_mode, stat.S_IFREG | 0o600)
        self.assertEqual(kept.read_bytes(), b"worth keeping")
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        daemon.sections["proxy"][0]["capture"] = str(pipe)
        done = self.reload(daemon)
        self.assertEqual((done.returncode, "not a regular file" in done.stderr), (70, True), done.stderr)
        self.assertTrue(pipe.is_fifo())

    def test_a_ring_of_files_leaves_alone_what_is_none(self):
        origin = self.origin(serve(body=b"x" * 60_000))
        path, older = self.folder / "web.pcapng", self.folder / "web.pcapng.1"
        older.mkdir()
        daemon = self.proxy(name="web", capture=str(path), capture_size="64KiB", capture_files=3)
        with daemon.client() as client:
            for _ in range(4):
                client.send(request(origin.url())).read_response()
        daemon.wait_logged("the capture of web to " + str(path) + " loses packets: File exists")
        self.assertTrue(older.is_dir())
        daemon.stop()
        self.assertTrue(path.read_bytes().startswith(BEGINNING))


if __name__ == "__main__":
    main()
