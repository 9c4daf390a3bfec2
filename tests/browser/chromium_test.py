#!/usr/bin/env python3
"""A real browser behind the proxy: a page with many parts, and a tunnel. Skipped (77) where there is no Chromium."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "scenario"))
from harness import Scenario, main  # noqa: E402

PARTS = 60
CHROMIUM = shutil.which("chromium")
OPTIONS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-features=HttpsUpgrades",
    "--proxy-bypass-list=<-loopback>", "--virtual-time-budget=10000",
]
PAGE = "<!doctype html><title>wait</title>" + "".join(
    f'<script src="/part{i}.js" async></script>' for i in range(PARTS)
)


class Chromium(Scenario):
    def browse(self, daemon, url):
        with tempfile.TemporaryDirectory() as profile:
            host, port = daemon.address("proxy")[:2]
            command = [CHROMIUM, *OPTIONS, f"--user-data-dir={profile}", f"--proxy-server={host}:{port}", "--dump-dom", url]
            return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout

    def site(self):
        def script(peer):
            while True:
                path = peer.read_request().head.first_line.split()[1]
                if path.startswith("/part"):
                    body = b"window.n = (window.n || 0) + 1; document.title = 'parts: ' + window.n;"
                    peer.respond(200, [("Content-Type", "text/javascript")], body)
                else:
                    peer.respond(200, [("Content-Type", "text/html")], PAGE.encode())

        return self.origin(script)

    def test_a_page_with_many_parts_arrives_whole(self):
        daemon, origin = self.proxy(), self.site()
        self.assertIn(f"<title>parts: {PARTS}</title>", self.browse(daemon, origin.url()))
        records = [record for record in daemon.records() if record["target"].startswith(origin.url())]
        self.assertGreaterEqual(len(records), PARTS + 1)
        self.assertTrue(any(record["reused"] for record in records), "no connection was used twice")

    def test_the_internal_page_is_shown(self):
        self.assertIn("megaphone is here", self.browse(self.proxy(), "http://megaphone.internal/"))

    def test_a_refused_destination_shows_the_reason(self):
        self.assertIn("destination_ip_prohibited", self.browse(self.daemon(proxy={}), self.site().url()))


if __name__ == "__main__":
    if not CHROMIUM:
        print("chromium is not installed")
        sys.exit(77)
    os.environ.setdefault("HOME", tempfile.gettempdir())
    main()
