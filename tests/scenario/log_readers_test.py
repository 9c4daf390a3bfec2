"""Tools that read access logs: GoAccess and lnav take every line of the formats that they know."""
import csv
import io
import json
import shutil

from harness import main, request, wait_until
from harness.real_client import RealClient, require

SQUID = ["--log-format=%x.%^ %~%L %h %^/%s %b %^ %U %^", "--date-format=%s", "--time-format=%s", "--no-strict-status"]


class Readers(RealClient):
    def written(self, form, with_capitals=False):
        """A log of many kinds of ends: a page, a tunnel, a refusal, an origin that is down; and its number of lines."""
        origin = self.site()
        kinds = {"uppercase_tcp": {}, "uppercase_udp": {}} if with_capitals else {}
        daemon = self.daemon(
            proxy={"allow_destinations": ["127.0.0.0/8"], "connect_ports": "any"},
            access_log={"format": form, "datagram_interval": "10ms"},
            **kinds,
        )
        agent = [("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0")]
        url = f"http://127.0.0.1:{origin.port}/page?q=1"
        self.fetch(daemon, request(url, fields=[*agent, ("Referer", "http://a.test/")]))
        self.fetch(daemon, request("http://10.0.0.1/", fields=agent))
        self.fetch(daemon, request("http://127.0.0.1:1/", method="POST", fields=[*agent, ("Content-Length", "0")]))
        authority = f"127.0.0.1:{origin.port}"
        self.fetch(daemon, f"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n".encode())
        if with_capitals:
            with daemon.client("uppercase-tcp") as client:
                client.send(b"x").receive()
            self.datagrams(daemon.address("uppercase-udp")).ask(b"x")
        count = 6 if with_capitals else 4

        def lines():
            return daemon.access_log.read_text().splitlines()

        wait_until(lambda: len(lines()) == count, lambda: f"{count} lines, not {lines()}")
        return daemon.access_log, count

    def goaccess(self, log, *form):
        report = self.folder / "report.json"
        self.run_tool("goaccess", log, *form, "--no-global-config", "--no-progress", "-o", report)
        return json.loads(report.read_text())

    def lnav(self, log, query):
        done = self.run_tool("lnav", "-n", "-c", ";" + query, "-c", ":write-csv-to -", log)
        return list(csv.DictReader(io.StringIO(done.stdout.decode())))

    def test_goaccess_reads_every_line_of_combined(self):
        log, count = self.written("combined", with_capitals=True)
        report = self.goaccess(log, "--log-format=COMBINED")
        self.assertEqual((report["general"]["valid_requests"], report["general"]["failed_requests"]), (count, 0))
        self.assertIn("Firefox", [browser["data"] for browser in report["browsers"]["data"]])
        self.assertIn("http://10.0.0.1/", [asked["data"] for asked in report["requests"]["data"]])

    def test_goaccess_reads_every_line_of_squid(self):
        log, count = self.written("squid", with_capitals=True)
        report = self.goaccess(log, *SQUID)
        self.assertEqual((report["general"]["valid_requests"], report["general"]["failed_requests"]), (count, 0))
        self.assertIn("http://10.0.0.1/", [asked["data"] for asked in report["requests"]["data"]])

    def test_calamaris_reads_every_line_of_squid(self):
        if not shutil.which("calamaris"):
            self.skipTest("calamaris is not installed")
        log, count = self.written("squid")
        said = self.run_tool("calamaris", "-a", log).stdout.decode()
        self.assertRegex(said, rf"lines parsed: +lines +{count} ")
        self.assertRegex(said, r"invalid lines: +lines +0 ")
        self.assertIn("DIRECT", said)

    def test_lnav_reads_every_line_of_combined(self):
        log, count = self.written("combined", with_capitals=True)
        rows = self.lnav(log, "SELECT cs_method, cs_uri_stem, sc_status, cs_referer FROM access_log")
        self.assertEqual(len(rows), count)
        self.assertTrue(all(row["cs_method"] in ("GET", "POST", "CONNECT", "TCP", "UDP") for row in rows), rows)
        self.assertIn(("http://10.0.0.1/", "403"), [(row["cs_uri_stem"], row["sc_status"]) for row in rows])

    def test_lnav_reads_every_line_of_logfmt(self):
        log, count = self.written("logfmt", with_capitals=True)
        self.assertEqual(len(self.lnav(log, "SELECT log_time FROM logfmt_log")), count)


if __name__ == "__main__":
    require("goaccess", "lnav")
    main()
