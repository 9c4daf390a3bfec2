"""The PAC file does what "megaphone pac" says: Node runs the served file as a browser would, and the answers are the same."""
import json

from harness import main, program, request
from harness.real_client import RealClient, require

TYPE = "application/x-ns-proxy-autoconfig"
EXCEPTIONS = [
    "loopback", "plain-names", "link-local", "www.direct.test", ".direct.test", "*.below.test", "10.0.0.0/8",
    "192.168.4.0/22", "203.0.113.7", "0.0.0.0/32", "fd00::/9", "2001:db8:8000::/33", "2001:db8::5", "::8.8.8.8",
]
URLS = [
    "http://example.org/", "https://example.org:8443/a?b#c", "ws://example.org/", "http://user:secret@example.org/",
    "HTTP://WWW.DIRECT.TEST/", "http://www.direct.test./", "http://direct.test/", "http://a.b.direct.test/",
    "http://notdirect.test/", "http://direct.test.example/", "http://below.test/", "http://x.below.test:8080/",
    "http://localhost/", "http://localhost:3128/", "http://a.localhost/", "http://notlocalhost.test/", "http://printer/",
    "http://printer:631/a.b", "http://megaphone.internal/why", "http://127.0.0.1/", "http://127.255.255.255/",
    "http://126.255.255.255/", "http://128.0.0.0/", "http://10.0.0.0/", "https://10.255.255.255/", "http://11.0.0.0/",
    "http://9.255.255.255/", "http://192.168.3.255/", "http://192.168.4.0/", "http://192.168.7.255/",
    "http://192.168.8.0/", "http://203.0.113.7/", "http://203.0.113.6/", "http://169.254.1.1/", "http://0.0.0.0/",
    "http://10.0.0.1.example.org/", "http://[::1]/", "http://[::2]/", "http://[fe80::1]/", "http://[febf:ffff::]/",
    "http://[fec0::]/", "http://[FD00::1]:8080/", "http://[fd7f:ffff::]/", "http://[fd80::]/", "http://[2001:db8:8000::]/",
    "http://[2001:db8:7fff::]/", "http://[2001:db8::5]/", "http://[2001:db8:0:0:0:0:0:5]/", "http://[2001:db8::6]/",
    "http://[::ffff:10.0.0.1]/", "http://[::8.8.8.8]/", "http://[::8.8.8.9]/", "http://[1:2:3:4:5:6:7:8]/",
]
# As browsers call it: no user name, and the host of an IPv6 address without brackets (some leave them).
SCRIPT = """
const [file, urls] = [process.argv[1], JSON.parse(process.argv[2])];
const find = require('vm').runInNewContext(file + '; FindProxyForURL');
console.log(JSON.stringify(urls.map((text) => {
  const url = new URL(text);
  url.username = url.password = '';
  const answers = [url.hostname, url.hostname.replace(/[\\[\\]]/g, '')].map((host) => find(url.href, host));
  return answers[0] === answers[1] ? answers[0] : answers;
})));
"""


class Pac(RealClient):
    def served(self, daemon, path="/proxy.pac", host=None):
        answer = self.fetch(daemon, request(path, fields=[("Host", host or "%s:%d" % daemon.address())]))
        self.assertEqual((answer.status, answer.head.get("Content-Type")), (200, TYPE))
        return answer.body.decode()

    def compare(self, daemon, host=None):
        """By URL, what both say."""
        urls = [*URLS, f"http://{host or '%s:%d' % daemon.address()}/why"]
        run = self.run_tool("node", "-e", SCRIPT, self.served(daemon, host=host), json.dumps(urls))
        at = ["--proxy", host] if host else []
        config = daemon.path / "megaphone.toml"
        told = self.run_tool(program("megaphone"), "pac", "--config", config, *at, *urls, cwd=".").stdout.decode()
        rows = [line.split(maxsplit=1) for line in told.splitlines()[1:]]
        said = {url: rest.partition(" (")[0] for url, rest in rows}
        self.assertEqual(dict(zip(urls, json.loads(run.stdout))), said)
        return said

    def proxy_with_address(self, **settings):
        """Its configuration has the port, which "megaphone pac" reads."""
        daemon = self.proxy(**settings)
        daemon.sections["proxy"][0]["listen"] = "%s:%d" % daemon.address()
        daemon.write_configuration()
        return daemon

    def test_without_configuration_what_the_proxy_denies_and_plain_names_are_asked_directly(self):
        said = self.compare(self.proxy_with_address())
        direct = {url for url, answer in said.items() if answer == "DIRECT"}
        self.assertEqual(
            {url for url in direct if url in URLS},
            {
                "http://localhost/", "http://localhost:3128/", "http://a.localhost/", "http://printer/",
                "http://printer:631/a.b", "http://127.0.0.1/", "http://127.255.255.255/", "http://[::1]/",
                "http://10.0.0.0/", "https://10.255.255.255/", "http://192.168.3.255/", "http://192.168.4.0/",
                "http://192.168.7.255/", "http://192.168.8.0/", "http://169.254.1.1/", "http://[fe80::1]/",
                "http://[febf:ffff::]/", "http://[FD00::1]:8080/", "http://[fd7f:ffff::]/", "http://[fd80::]/",
            },
        )

    def test_exceptions_are_networks_names_and_domains(self):
        said = self.compare(self.proxy_with_address(pac_exceptions=EXCEPTIONS))
        self.assertEqual(set(said.values()), {"DIRECT", said["http://example.org/"]})
        for direct in ("http://a.b.direct.test/", "http://192.168.7.255/", "http://[fd7f:ffff::]/", "http://[::8.8.8.8]/"):
            self.assertEqual(said[direct], "DIRECT", direct)

    def test_without_exceptions_all_but_the_own_pages_goes_to_the_proxy(self):
        daemon = self.proxy_with_address(pac_exceptions=[])
        said = self.compare(daemon)
        own = "http://%s:%d/why" % daemon.address()
        self.assertEqual([url for url, answer in said.items() if answer == "DIRECT"], [own])

    def test_the_fallback_is_there_when_it_is_wanted(self):
        daemon = self.proxy_with_address(pac_fallback=True)
        self.assertEqual(self.compare(daemon)["http://example.org/"], "PROXY %s:%d; DIRECT" % daemon.address())

    def test_the_proxy_is_named_as_the_browser_named_it(self):
        names = ["proxy.lan", "2001:db8::1", "wpad"]
        for host in ("proxy.lan:8080", "[2001:db8::1]:3128", "wpad:80"):
            self.assertEqual(self.compare(self.proxy_with_address(own_names=names), host)["http://example.org/"], f"PROXY {host}")

    def test_the_file_has_two_paths_and_is_served_by_name_too(self):
        daemon = self.proxy()
        file = self.served(daemon)
        self.assertEqual(self.served(daemon, "/wpad.dat"), file)
        self.assertEqual(self.served(daemon, "http://megaphone.internal/proxy.pac", "megaphone.internal"), file)


if __name__ == "__main__":
    require("node")
    main()
