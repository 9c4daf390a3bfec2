#!/usr/bin/env python3
"""A real browser behind the proxy: pages with a hundred parts, plain and secured, a WebSocket, the PAC file and the page
that tells why. Skipped (77) where there is no Chromium."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "scenario"))
from harness import main, program, wait_until  # noqa: E402
from harness import web_socket as ws  # noqa: E402
from harness.real_client import RealClient  # noqa: E402

PARTS = 100
CHROMIUM = shutil.which("chromium")
OPTIONS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--ignore-certificate-errors",
    "--virtual-time-budget=10000",
]
NO_UPGRADES = "--disable-features=HttpsUpgrades"
PAGE = "<!doctype html><title>wait</title>" + "".join(
    f'<script src="/part{i}.js" async></script>' for i in range(PARTS)
)
PART = b"window.n = (window.n || 0) + 1; document.title = 'parts: ' + window.n;"
# Echoes of three sizes, one after the other. The page is shown as loaded only when the pending picture has come, and
# that the server holds back until the page asks for /done: else the browser would not wait for the WebSocket.
CHAT = """<!doctype html><title>wait</title><script>
const sizes = [5, 5000, 500000], socket = new WebSocket('ws://AUTHORITY/chat');
const next = () => socket.send('x'.repeat(sizes[0]));
let trouble = '';
const end = (word) => { document.title = word + trouble; fetch('/done'); };
socket.onopen = next;
socket.onerror = () => trouble += ', failed';
socket.onmessage = (event) => {
  if (event.data !== 'x'.repeat(sizes.shift())) trouble += ', wrong';
  if (sizes.length) next();
  else socket.close(1000);
};
socket.onclose = (event) => end('closed: ' + event.code + ', ' + sizes.length + ' left');
</script><img src="/held.png">"""


class Chromium(RealClient):
    def browse(self, daemon, url, options=None):
        """The page as it stands in the end. Without `options`, all that is asked for goes to the proxy as it is typed."""
        options = options or [f"--proxy-server={self.authority(daemon)}", "--proxy-bypass-list=<-loopback>", NO_UPGRADES]
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
            command = [CHROMIUM, *OPTIONS, f"--user-data-dir={profile}", *options, "--dump-dom", url]
            return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout

    @staticmethod
    def authority(daemon):
        return "%s:%d" % daemon.address("proxy")

    def pac_option(self, daemon):
        """The option that "megaphone setup chromium" prints."""
        command = [program("megaphone"), "setup", "chromium", "--proxy", self.authority(daemon)]
        lines = self.run_tool(*command, cwd=".").stdout.decode().splitlines()
        return next(word for line in lines for word in line.split() if word.startswith("--proxy-pac-url="))

    def page_site(self, tls=False):
        def answer(request):
            if request.path.startswith("/part"):
                return 200, [("Content-Type", "text/javascript")], PART
            return 200, [("Content-Type", "text/html")], PAGE.encode()

        return self.site(answer, tls)

    def test_a_page_with_many_parts_arrives_whole(self):
        daemon, site = self.proxy(), self.page_site()
        self.assertIn(f"<title>parts: {PARTS}</title>", self.browse(daemon, site.url()))
        records = [record for record in daemon.records() if record["target"].startswith(site.url())]
        self.assertGreaterEqual(len(records), PARTS + 1)
        self.assertTrue(any(record["reused"] for record in records), "no connection was used twice")
        self.assertTrue(all(record["end"] == "complete" for record in records), records)

    def test_a_page_with_many_parts_arrives_whole_over_https(self):
        daemon, site = self.proxy(), self.page_site(tls=True)
        self.assertIn(f"<title>parts: {PARTS}</title>", self.browse(daemon, site.url()))
        authority = site.url().split("/")[2]

        def tunnels():
            return [record for record in daemon.records() if record["target"] == authority]

        wait_until(lambda: len(tunnels()) == site.connections, lambda: f"{site.connections} records: {tunnels()}")
        self.assertEqual({(record["kind"], record["status"]) for record in tunnels()}, {("connect", 200)})

    def test_a_web_socket_carries_messages(self):
        daemon, origin = self.proxy(), self.origin(ws.serve)
        done = []

        def answer(request):
            if request.path == "/held.png":
                wait_until(lambda: done, "the page's word that it has done")
                return 404, [], b""
            if request.path == "/done":
                done.append(True)
                return 204, [], b""
            return 200, [("Content-Type", "text/html")], CHAT.replace("AUTHORITY", origin.authority).encode()

        site = self.site(answer)
        self.assertIn("<title>closed: 1000, 0 left</title>", self.browse(daemon, site.url()))
        record = daemon.wait_record(lambda record: record["target"] == origin.authority)
        self.assertEqual((record["kind"], record["end"]), ("connect", "complete"))
        self.assertGreater(record["client_out"], 500_000)

    def test_the_internal_page_is_shown(self):
        self.assertIn("megaphone is here", self.browse(self.proxy(), "http://megaphone.internal/"))

    def test_the_pac_file_leads_to_the_proxy_and_around_it(self):
        server = self.name_server()
        server.add("site.test", a=["127.0.0.1"])
        site = self.page_site()
        daemon = self.proxy(dns={"servers": [server.address]})
        by_pac = [self.pac_option(daemon), NO_UPGRADES]
        self.assertIn(f"parts: {PARTS}", self.browse(daemon, site.url(host="site.test"), by_pac))
        self.assertTrue([record for record in daemon.records() if record["target"].startswith("http://site.test")])
        self.assertIn(f"parts: {PARTS}", self.browse(daemon, site.url(), by_pac))
        self.assertFalse([record for record in daemon.records() if record["target"].startswith(site.url())])

    def test_a_refused_tunnel_is_explained_on_the_why_page(self):
        daemon = self.daemon(proxy={})
        by_pac = [self.pac_option(daemon)]  # upgrades to https are tried, and must not be in the way
        hidden = self.browse(daemon, "https://hidden.test:8443/", by_pac)
        self.assertNotIn("connect_ports", hidden)
        for url in ("http://megaphone.internal/why", f"http://{self.authority(daemon)}/why"):
            page = self.browse(daemon, url, by_pac)
            self.assertIn("CONNECT hidden.test:8443", page)
            self.assertIn("hidden.test:8443 is denied by connect_ports", page)
            self.assertNotIn("megaphone.internal:443", page)

    def test_a_refused_destination_shows_the_reason(self):
        self.assertIn("destination_ip_prohibited", self.browse(self.daemon(proxy={}), self.page_site().url()))


if __name__ == "__main__":
    if not CHROMIUM:
        print("chromium is not installed")
        sys.exit(77)
    os.environ.setdefault("HOME", tempfile.gettempdir())
    main()
