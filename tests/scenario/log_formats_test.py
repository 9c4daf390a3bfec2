"""The formats of the access log: each listener's lines in a file and a shape of their own, under a reload too."""
import re

from harness import Scenario, main, request, wait_until
from harness.case import LOOPBACK

HOME = "http://megaphone.internal/"


class Formats(Scenario):
    def lines(self, daemon, count, name="access.log"):
        """The lines of a file in the daemon's folder, when there are so many."""
        path = daemon.path / name

        def read():
            return path.read_text().splitlines() if path.exists() else []

        wait_until(lambda: len(read()) >= count, lambda: f"{count} lines in {name}, not {read()}")
        return read()

    def test_every_listener_has_its_own_file_and_format(self):
        daemon = self.daemon(proxy=[{"name": "a"}, {"name": "b"}, {"name": "c"}], uppercase_tcp={}, access_log={})
        sections = daemon.sections
        for proxy, form in zip(sections["proxy"], ("combined", "squid", "inherit")):
            proxy.update(access_log=str(daemon.path / proxy["name"]), access_log_format=form)
        sections["uppercase_tcp"][0]["access_log"] = "none"
        sections["access_log"]["format"] = "logfmt"
        daemon.reload()
        for name in "abc":
            self.fetch(daemon, request(HOME), name)
        with daemon.client("uppercase-tcp") as client:
            client.send(b"x").receive()
        self.assertRegex(
            self.lines(daemon, 1, "a")[0],
            r'^127\.0\.0\.1 - - \[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d \+0000\] "GET http://megaphone.internal/ HTTP/1.1" '
            r'200 \d+ "-" "-" end=complete id=[0-9a-z]{4}-\d+-\d+ ms=\d+\.\d{3}$',
        )
        self.assertRegex(
            self.lines(daemon, 1, "b")[0],
            r"^\d{10}\.\d{3} \d+ 127\.0\.0\.1 TCP_MISS/200 \d+ GET http://megaphone.internal/ - HIER_NONE/- - "
            r"\[end=complete id=[0-9a-z]{4}-\d+-\d+\] \[-\]$",
        )
        self.assertRegex(self.lines(daemon, 1, "c")[0], r"^time=\S+Z id=[0-9a-z]{4}-\d+-\d+ listener=c kind=http client=127.0.0.1:\d+ ")
        self.assertEqual(daemon.access_log.read_text(), "")

    def test_a_reload_changes_path_and_format(self):
        daemon = self.proxy()
        self.fetch(daemon, request(HOME))
        daemon.wait_record()
        daemon.sections["access_log"].update(path=str(daemon.path / "other"), format="logfmt")
        daemon.reload()
        self.fetch(daemon, request(HOME))
        self.assertTrue(self.lines(daemon, 1, "other")[0].startswith("time="))
        self.assertEqual(len(daemon.records()), 1)

    def test_a_reload_turns_the_log_on_and_off(self):
        daemon = self.proxy(access_log={"path": "none"})
        self.fetch(daemon, request(HOME))
        daemon.sections["access_log"]["path"] = str(daemon.access_log)
        daemon.reload()
        self.fetch(daemon, request(HOME + "on"))
        daemon.wait_record(lambda record: record["target"].endswith("/on"))
        daemon.sections["access_log"]["path"] = "none"
        daemon.reload()
        self.fetch(daemon, request(HOME + "off"))
        self.assertFalse([record for record in daemon.records() if record["target"].endswith("/off")])

    def test_a_reload_to_a_path_that_cannot_be_opened_changes_nothing(self):
        daemon = self.proxy()
        daemon.sections["access_log"]["path"] = str(daemon.path / "missing" / "log")
        daemon.reload()
        self.assertIn("access log: open", daemon.stderr)
        self.assertIn("everything stays as it was", daemon.stderr)
        self.fetch(daemon, request(HOME))
        daemon.wait_record()

    def test_combined_has_referer_and_user_agent_without_their_secrets(self):
        daemon = self.proxy(access_log={"format": "combined"})
        fields = [("Referer", "http://user:hunter2@a.test/page?token=hunter2"), ("User-Agent", 'Mo"zil\\la')]
        self.fetch(daemon, request(HOME, fields=fields))
        line = self.lines(daemon, 1)[0]
        self.assertIn(r' "http://a.test/page?-" "Mo\x22zil\x5cla" end=', line)
        self.assertNotIn("hunter2", line)

    def test_the_user_agent_is_a_member(self):
        daemon = self.proxy()
        self.fetch(daemon, request(HOME, fields=[("User-Agent", "Mozilla/5.0 " + "x" * 4000), ("Referer", "http://a/")]))
        record = daemon.wait_record()
        self.assertTrue(record["user_agent"].startswith("Mozilla/5.0 xxx"))
        self.assertEqual(len(record["user_agent"]), 512)
        self.assertNotIn("referer", record)

    def test_text_is_for_eyes(self):
        daemon = self.proxy(access_log={"format": "text"})
        self.fetch(daemon, request(HOME))
        self.assertRegex(self.lines(daemon, 1)[0], r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z  127\.0\.0\.1        "
                         r"GET      200 +\d+ +\d+\.\d{3}ms  complete +" + re.escape(HOME) + r"  [0-9a-z]{4}-\d+-\d+$")

    def test_squids_words_for_failures(self):
        # One loop: the lines of several come in no order.
        daemon, origin = self.proxy(access_log={"format": "squid"}, daemon={"event_loops": 1}), self.origin()
        origin.close()
        self.fetch(daemon, request(origin.url()))
        self.fetch(daemon, request("http://10.0.0.1/"))
        self.fetch(daemon, b"NONSENSE\r\n\r\n", method="GET")
        lines = [line.split() for line in self.lines(daemon, 3)]
        self.assertEqual([(line[3], line[8]) for line in lines],
                         [("TCP_MISS/502", "HIER_DIRECT/127.0.0.1"), ("TCP_DENIED/403", "HIER_NONE/-"),
                          ("NONE_NONE/400", "HIER_NONE/-")])

    def test_the_version_is_the_one_of_the_request(self):
        daemon = self.proxy(access_log={"format": "combined"})
        self.fetch(daemon, f"GET {HOME} HTTP/1.0\r\n\r\n".encode())
        self.assertIn(f'"GET {HOME} HTTP/1.0" 200 ', self.lines(daemon, 1)[0])

    def test_no_line_can_be_forged(self):
        forged = b'x"\xc2\x9b2J\xff\' end=complete id=1 \\'
        for form in ("json", "logfmt", "combined", "squid", "text"):
            daemon = self.daemon(proxy={"allow_destinations": LOOPBACK}, access_log={"format": form})
            for text in (
                b"GET http://megaphone.internal/" + forged.replace(b" ", b"%20") + b" HTTP/1.1\r\nHost: a\r\n\r\n",
                b"GET http://megaphone.internal/ HTTP/1.1\r\nHost: a\r\nUser-Agent: " + forged + b"\r\n\r\n",
                forged + b" / HTTP/1.1\r\nHost: a\r\n\r\n",
            ):
                self.fetch(daemon, text, method="GET")
            lines = self.lines(daemon, 3)
            self.assertEqual(len(lines), 3)
            for line in lines:
                self.assertTrue(line.isprintable(), line)
                if form == "combined":
                    self.assertEqual(len(re.findall('"', line)), 6, line)


if __name__ == "__main__":
    main()
