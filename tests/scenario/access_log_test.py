"""The access log: one JSON line for whatever happened, complete, without secrets, and not lost."""
import json
import os
import signal

from harness import Scenario, main, request, wait_until
from harness.origin import echo

KEYS = {
    "time",
    "id",
    "listener",
    "kind",
    "client",
    "method",
    "target",
    "status",
    "client_in",
    "client_out",
    "origin_in",
    "origin_out",
    "origin",
    "reused",
    "client_request",
    "ms_head",
    "ms_resolve",
    "ms_connect",
    "ms_upload",
    "ms_first_byte",
    "ms_total",
    "reason",
    "ended_by",
    "end",
    "detail",
    "datagrams_in",
    "datagrams_out",
}


class AccessLog(Scenario):
    def test_an_exchange_is_one_line_with_everything(self):
        origin, daemon = self.origin(), self.proxy(name="web")
        text = request(origin.url("/page"))
        with daemon.client() as client:
            client.send(text).read_response()
            local = "%s:%d" % client.sock.getsockname()
        record = daemon.wait_record()
        self.assertLessEqual(set(record), KEYS)
        self.assertEqual(record["end"], "complete")
        expected = {
            "kind": "http",
            "listener": "web",
            "client": local,
            "method": "GET",
            "target": origin.url("/page"),
            "status": 200,
            "origin": origin.authority,
            "reused": False,
            "client_request": 1,
            "client_in": len(text),
        }
        self.assertEqual({key: record[key] for key in expected}, expected)
        for key in ("client_out", "origin_in", "origin_out"):
            self.assertGreater(record[key], 40, key)
        for key in ("ms_head", "ms_connect", "ms_first_byte", "ms_total"):
            self.assertGreaterEqual(record[key], 0, key)
        self.assertRegex(record["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")

    def test_a_failed_exchange_says_why_in_the_same_word_as_the_answer(self):
        origin, daemon = self.origin(), self.proxy()
        origin.close()
        answer = self.fetch(daemon, request(origin.url()))
        record = daemon.wait_record()
        self.assertEqual((record["status"], record["reason"]), (502, answer.head.proxy_error))

    def test_the_bytes_of_a_request_that_is_none_are_counted(self):
        daemon = self.proxy()
        self.fetch(daemon, b"garbage\r\n\r\n", method="GET")
        self.assertEqual(daemon.wait_record()["client_in"], 11)

    def test_every_exchange_has_its_own_number(self):
        daemon = self.proxy()
        for _ in range(5):
            with daemon.client() as client:
                for _ in range(4):
                    client.send(request("http://megaphone.internal/")).read_response()
        wait_until(lambda: len(daemon.records()) == 20, lambda: f"20 records, not {len(daemon.records())}")
        self.assertEqual(len({record["id"] for record in daemon.records()}), 20)

    def test_a_number_is_short_and_does_not_return_after_a_restart(self):
        numbers = set()
        for _ in range(3):
            daemon = self.proxy()
            self.fetch(daemon, request("http://megaphone.internal/"))
            numbers.add(daemon.wait_record()["id"])
        self.assertEqual(len(numbers), 3)
        for number in numbers:
            self.assertRegex(number, r"^[0-9a-z]{4}-\d+-1$")

    def test_credentials_are_never_written(self):
        origin, daemon = self.origin(), self.proxy(access_log={"query_strings": True})
        url = origin.url("/page").replace("://", "://user:hunter2@")
        fields = [
            ("Proxy-Authorization", "Basic aHVudGVyMg=="),
            ("Authorization", "Bearer hunter2"),
            ("Cookie", "hunter2=1"),
        ]
        self.fetch(daemon, request(url, fields=fields))
        daemon.wait_record()
        everything = daemon.access_log.read_text() + daemon.stderr
        for secret in ("hunter2", "aHVudGVyMg"):
            self.assertNotIn(secret, everything)

    def test_no_format_shows_a_password_or_a_fragment(self):
        origin = self.origin()
        urls = [origin.url("/page") + "#access_token=hunter2", origin.url("/page?a=b#hunter2").replace("://", "://user:hunter2@"),
                f"http://user:hun/hunter2@{origin.authority}/page", f"http://user:hun?hunter2@{origin.authority}/page",
                f"http://user:hun#hunter2@{origin.authority}/page", f"http://user@hunter2@{origin.authority}/page",
                f"http://user\\hunter2@{origin.authority}/page", f"ftp://user:hunter2@{origin.authority}/page"]
        for form in ("json", "logfmt", "combined", "squid"):
            daemon = self.proxy(access_log={"query_strings": True, "format": form})
            for url in urls:
                answer = self.fetch(daemon, request(url, fields=[("Host", origin.authority), ("Referer", "http://user:hunter2@a.test/#hunter2")]))
                self.assertNotIn("hunter2", str(answer.body) + str(answer.head.fields))
            wait_until(lambda: daemon.access_log.read_text().count("/page") >= len(urls), "all lines")
            why = self.fetch(daemon, request("http://megaphone.internal/why")).body.decode()
            text = daemon.access_log.read_text()
            for part in (text, daemon.stderr, why):
                self.assertNotIn("hun", part)

    def test_query_strings_are_written_only_where_configured(self):
        origin = self.origin()
        for keep in (False, True):
            daemon = self.proxy(access_log={"query_strings": keep})
            self.fetch(daemon, request(origin.url("/page?token=1")))
            target = daemon.wait_record()["target"]
            self.assertEqual(target.endswith("?token=1"), keep, target)

    def test_a_line_stays_a_line_whatever_is_asked(self):
        daemon = self.proxy()
        for path in ('/"quoted"', "/back\\slash", "/\u00e4\u00f6".encode().decode("latin-1"), "/\xff\xfe"):
            self.fetch(daemon, request("http://megaphone.internal" + path))
        self.fetch(daemon, b'B"\\AD\r\n\r\n', method="GET")
        wait_until(lambda: len(daemon.access_log.read_bytes().splitlines()) == 5, "five lines")
        for line in daemon.access_log.read_bytes().splitlines():
            json.loads(line.decode())

    def test_sigusr1_opens_the_file_anew(self):
        daemon = self.proxy()
        self.fetch(daemon, request("http://megaphone.internal/before"))
        daemon.wait_record()
        rotated = daemon.access_log.with_name("access.log.1")
        os.rename(daemon.access_log, rotated)
        daemon.signal(signal.SIGUSR1)

        def logged_anew():
            self.fetch(daemon, request("http://megaphone.internal/after"))
            return daemon.access_log.exists() and daemon.records()

        wait_until(logged_anew, "a record in the new file")
        self.assertIn("/before", rotated.read_text())
        self.assertNotIn("/before", daemon.access_log.read_text())

    def test_a_rotation_under_load_loses_no_record(self):
        daemon = self.proxy()
        files = [daemon.access_log.with_name(f"access.log.{number}") for number in range(5)]
        client = self.client(daemon)
        for number, rotated in enumerate(files):
            for _ in range(20):
                client.send(request(f"http://megaphone.internal/{number}")).read_response()
            wait_until(daemon.access_log.exists, "the access log")
            os.rename(daemon.access_log, rotated)
            daemon.signal(signal.SIGUSR1)
            wait_until(daemon.access_log.exists, "the new access log")

        def lines():
            return sum(len(path.read_text().splitlines()) for path in [*files, daemon.access_log])

        wait_until(lambda: lines() == 100, lambda: f"100 lines, not {lines()}")

    def test_the_end_of_the_daemon_writes_what_is_still_there(self):
        daemon = self.proxy()
        client = self.client(daemon)
        for _ in range(50):
            client.send(request("http://megaphone.internal/")).read_response()
        daemon.signal(signal.SIGTERM)
        self.assertEqual(daemon.wait(), 0)
        self.assertEqual(sum(1 for record in daemon.records() if record["status"] == 200), 50)

    def test_a_tunnel_that_the_daemon_cuts_is_recorded(self):
        origin, daemon = self.origin(echo), self.proxy(connect_ports=["1-65535"])
        client = self.client(daemon)
        client.send(f"CONNECT {origin.authority} HTTP/1.1\r\nHost: {origin.authority}\r\n\r\n".encode())
        client.read_response("CONNECT")
        daemon.signal(signal.SIGTERM)
        daemon.wait_notified("STOPPING=1")
        daemon.signal(signal.SIGTERM)
        self.assertEqual(daemon.wait(), 0)
        record = next(record for record in daemon.records() if record["kind"] == "connect")
        self.assertEqual((record["reason"], record["ended_by"]), ("daemon_stopping", "daemon"))

    def test_without_a_path_there_is_no_file(self):
        daemon = self.proxy(access_log={"path": "none"})
        self.assertEqual(self.fetch(daemon, request("http://megaphone.internal/")).status, 200)
        self.assertFalse(daemon.access_log.exists())


if __name__ == "__main__":
    main()
