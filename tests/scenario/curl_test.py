"""The proxy as curl sees it: an independent client with its own idea of HTTP."""
import contextlib
import gzip
import os
import pathlib
import shutil
import subprocess
import tempfile
import threading
import unittest

from harness import Scenario, main
from harness.message import build, chunked
from harness.site import Site, echo, folder

BLOCK = bytes(range(256)) * 4096


@unittest.skipUnless(shutil.which("curl"), "curl is not installed")
class Curl(Scenario):
    def curl(self, daemon, *arguments, feed=None, check=True):
        command = [
            "curl",
            "-sS",
            "--noproxy",
            "",
            "--max-time",
            "60",
            "-x",
            "http://%s:%d" % daemon.address(),
            *arguments,
        ]
        clean = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
        done = subprocess.run(command, input=feed or b"", capture_output=True, env=clean)
        if check:
            self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def site(self):
        """Answers the path in the framing that the query asks for, and sends bodies back."""

        def script(peer):
            while (data := peer.receive()) != b"":
                peer.pending = data + peer.pending
                got = peer.read_request()
                body = got.body or got.head.target.encode()
                if got.head.method == "HEAD":
                    peer.send(build("HTTP/1.1 200 OK", [("Content-Length", 1000)]))
                elif "chunked" in got.head.target:
                    peer.send(build("HTTP/1.1 200 OK", [("Transfer-Encoding", "chunked")]) + chunked(body))
                elif "close" in got.head.target:
                    peer.send(build("HTTP/1.1 200 OK", [], body))
                    return
                else:
                    peer.respond(200, [], body)

        return self.origin(script)

    def test_pages_are_fetched(self):
        site, daemon = self.site(), self.proxy()
        for path in ("/length", "/chunked", "/close"):
            self.assertEqual(self.curl(daemon, site.url(path)).stdout, path.encode())

    def test_the_internal_page_is_fetched(self):
        done = self.curl(self.daemon(proxy={}), "http://megaphone.internal/", "-w", "%{http_code}")
        self.assertTrue(done.stdout.endswith(b"200"))

    def test_many_pages_use_one_connection(self):
        site, daemon = self.site(), self.proxy()
        done = self.curl(daemon, *(site.url(f"/{number}") for number in range(30)), "-w", " %{num_connects}\n")
        connects = [int(line.split()[-1]) for line in done.stdout.splitlines()]
        self.assertEqual((len(connects), sum(connects), site.accepted), (30, 1, 1))

    def test_many_pages_are_fetched_at_once(self):
        site, daemon = self.site(), self.proxy()
        urls = [site.url(f"/{number}") for number in range(200)]
        done = self.curl(
            daemon, "--parallel", "--parallel-immediate", "--parallel-max", "50", *urls, "-w", " %{http_code}\n"
        )
        self.assertEqual(done.stdout.count(b" 200\n"), 200)

    def test_bodies_are_sent(self):
        site, daemon = self.site(), self.proxy()
        for fields in (
            [],
            ["-H", "Transfer-Encoding: chunked"],
            ["-H", "Expect: 100-continue", "--expect100-timeout", "0.2"],
        ):
            done = self.curl(daemon, *fields, "--data-binary", "@-", site.url("/"), feed=BLOCK * 3)
            self.assertTrue(done.stdout == BLOCK * 3, fields)

    def test_a_head_is_fetched(self):
        done = self.curl(self.proxy(), "-I", self.site().url())
        self.assertIn(b"1000", done.stdout)

    def test_http_1_0_is_spoken(self):
        self.assertEqual(self.curl(self.proxy(), "-0", self.site().url("/chunked")).stdout, b"/chunked")

    def test_pages_come_through_a_tunnel(self):
        site, daemon = self.site(), self.proxy(connect_ports=["1-65535"])
        done = self.curl(daemon, "-p", *(site.url(f"/{number}") for number in range(10)))
        self.assertEqual(done.stdout, b"".join(b"/%d" % number for number in range(10)))
        self.assertEqual(site.accepted, 1)

    def test_a_file_is_uploaded_with_and_without_asking_first(self):
        # curl asks by "Expect: 100-continue" itself when a body is larger than a mebibyte.
        site, daemon = Site(echo), self.proxy()
        self.addCleanup(site.close)
        with tempfile.NamedTemporaryFile() as file:
            file.write(BLOCK * 2)
            file.flush()
            for fields in ([], ["-H", "Expect:"], ["-H", "Expect: 100-continue"], ["-0"]):
                done = self.curl(daemon, *fields, "-T", file.name, site.url("/up"))
                self.assertTrue(done.stdout == BLOCK * 2, fields)
        done = self.curl(daemon, "-T", "-", site.url("/stdin"), feed=BLOCK)
        self.assertTrue(done.stdout == BLOCK)
        self.assertEqual([request.chunked for request in site.requests], [False, False, False, False, True])
        asked = ["Expect" in request.headers for request in site.requests]
        self.assertEqual(asked, [True, False, True, False, True])

    def test_an_expectation_that_the_origin_refuses(self):
        """RFC 9110 10.1.1: a final answer instead of 100 says Connection: close, for content may be on its way. Seeing
        that, curl repeats no request after a 417 by itself; told not to expect anything, it uploads."""

        def script(peer):
            if peer.read_head().get("Expect"):
                peer.send(build("HTTP/1.1 417 Expectation Failed", [("Content-Length", 0)]))
                peer.expect_gone()
            else:
                peer.read_exact(5)
                peer.respond(200, [], b"taken")

        origin, daemon = self.origin(script), self.proxy()
        upload = ["-T", "-", "-H", "Transfer-Encoding:", "-H", "Content-Length: 5", origin.url("/a")]
        done = self.curl(daemon, "-D", "-", "-H", "Expect: 100-continue", *upload, feed=b"hello")
        self.assertRegex(done.stdout, rb"^HTTP/1.1 417 (?s:.*)Connection: close\r\n")
        self.assertEqual(origin.accepted, 1)
        self.assertEqual(self.curl(daemon, "-H", "Expect:", *upload, feed=b"hello").stdout, b"taken")

    def test_a_form_with_files_is_posted(self):
        site, daemon = Site(echo), self.proxy()
        self.addCleanup(site.close)
        with tempfile.NamedTemporaryFile() as file:
            file.write(BLOCK)
            file.flush()
            done = self.curl(daemon, "-F", "name=value", "-F", f"file=@{file.name}", site.url("/form"))
        self.assertIn(BLOCK, done.stdout)
        self.assertEqual(site.requests[0].headers["Content-Type"].split(";")[0], "multipart/form-data")

    def test_a_download_goes_on_and_comes_in_ranges(self):
        with tempfile.TemporaryDirectory() as root:
            path = pathlib.Path(root)
            (path / "data").write_bytes(BLOCK)
            site, daemon = Site(folder(root)), self.proxy()
            self.addCleanup(site.close)
            self.assertEqual(self.curl(daemon, "-r", "1000-1999", site.url("/data")).stdout, BLOCK[1000:2000])
            (path / "got").write_bytes(BLOCK[:777])
            self.curl(daemon, "-C", "-", "-o", path / "got", site.url("/data"))
            self.assertTrue((path / "got").read_bytes() == BLOCK)
            done = self.curl(daemon, "-r", "9999999-", "-o", "/dev/null", "-w", "%{http_code}", site.url("/data"))
            self.assertEqual(done.stdout, b"416")

    def test_compressed_content_is_left_alone(self):
        def answer(got):
            self.assertIn("gzip", got.headers["Accept-Encoding"])
            return 200, [("Content-Encoding", "gzip")], gzip.compress(BLOCK)

        site = Site(answer)
        self.addCleanup(site.close)
        self.assertTrue(self.curl(self.proxy(), "--compressed", site.url()).stdout == BLOCK)

    def test_heads_and_pages_share_a_connection(self):
        site, daemon = self.site(), self.proxy()
        urls = [site.url(f"/{number}") for number in range(5)]
        self.curl(daemon, "-I", *urls, "--next", "-sS", "--noproxy", "", "-x", "http://%s:%d" % daemon.address(), *urls)
        self.assertEqual(site.accepted, 1)

    def test_redirects_are_followed_to_another_origin(self):
        there = self.site()
        here = Site(lambda _: (302, [("Location", there.url("/there"))], b"over there"))
        self.addCleanup(here.close)
        self.assertEqual(self.curl(self.proxy(), "-L", here.url()).stdout, b"/there")

    def test_many_tunnels_are_used_at_once(self):
        site, daemon = self.site(), self.proxy(connect_ports=["any"])
        urls = [site.url(f"/{number}") for number in range(100)]
        done = self.curl(
            daemon, "-p", "-Z", "--parallel-immediate", "--parallel-max", "30", *urls, "-w", " %{http_code}\n"
        )
        self.assertEqual(done.stdout.count(b" 200\n"), 100)

    def test_a_denied_destination_is_said_in_the_status(self):
        done = self.curl(self.daemon(proxy={}), "-w", "%{http_code}", "-o", "/dev/null", self.site().url())
        self.assertEqual(done.stdout, b"403")
        denied = self.curl(self.daemon(proxy={}), "-p", "-w", "%{http_connect}", self.site().url(), check=False)
        self.assertEqual((denied.returncode, denied.stdout), (56, b"403"))

    def test_a_large_download_and_upload_arrive_whole(self):
        size = 64 << 20

        def script(peer):
            head = peer.read_head()
            if head.method == "GET":
                peer.send(build("HTTP/1.1 200 OK", [("Content-Length", size)]))
                for _ in range(size // len(BLOCK)):
                    peer.send(BLOCK)
            else:
                peer.respond(200, [], b"%d" % len(peer.read_exact(int(head.get("Content-Length")))))

        origin, daemon = self.origin(script), self.proxy()
        done = self.curl(daemon, "-o", "/dev/null", "-w", "%{size_download}", origin.url())
        self.assertEqual(done.stdout, b"%d" % size)
        done = self.curl(
            daemon,
            "-T",
            "-",
            "-H",
            f"Content-Length: {size}",
            "-H",
            "Expect:",
            "-H",
            "Transfer-Encoding:",
            origin.url("/up"),
            feed=bytes(size),
        )
        self.assertEqual(done.stdout, b"%d" % size)

    def test_a_client_that_is_killed_in_a_download_harms_nobody(self):
        started = threading.Event()

        def script(peer):
            peer.read_request()
            peer.send(build("HTTP/1.1 200 OK", [("Content-Length", 1 << 40)]))
            with contextlib.suppress(OSError):
                while True:
                    peer.send(BLOCK)
                    started.set()

        origin, site, daemon = self.origin(script), self.site(), self.proxy()
        command = [
            "curl",
            "-sS",
            "--noproxy",
            "",
            "-x",
            "http://%s:%d" % daemon.address(),
            "-o",
            "/dev/null",
            origin.url(),
        ]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
            started.wait(20)
            process.kill()
        record = daemon.wait_record()
        self.assertIn(record["reason"], ("client_closed", "client_reset"))
        self.assertEqual(self.curl(daemon, site.url("/on")).stdout, b"/on")


if __name__ == "__main__":
    main()
