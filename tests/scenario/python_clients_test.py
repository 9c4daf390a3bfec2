"""The proxy as Python's own clients see it, and requests where it is installed."""
import http.client
import importlib.util
import ssl
import unittest
import urllib.error
import urllib.request

from harness.case import main
from harness.real_client import RealClient

DATA = bytes(range(256)) * 4096


class Urllib(RealClient):
    def opener(self, daemon, certificate=None):
        proxies = urllib.request.ProxyHandler({"http": self.address(daemon), "https": self.address(daemon)})
        context = ssl.create_default_context(cafile=certificate)
        return urllib.request.build_opener(proxies, urllib.request.HTTPSHandler(context=context))

    def test_pages_are_fetched_and_forms_are_posted(self):
        site, opener = self.site(), self.opener(self.proxy())
        self.assertEqual(opener.open(site.url("/page?x=1"), timeout=20).read(), b"/page?x=1")
        self.assertTrue(opener.open(site.url(), data=DATA, timeout=20).read() == DATA)
        request = urllib.request.Request(site.url("/gone"), method="DELETE")
        self.assertEqual(opener.open(request, timeout=20).headers["X-Method"], "DELETE")

    def test_an_iterable_is_posted_in_chunks(self):
        site, opener = self.site(), self.opener(self.proxy())
        parts = [DATA[at : at + 10007] for at in range(0, len(DATA), 10007)]
        self.assertTrue(opener.open(site.url(), data=iter(parts), timeout=20).read() == DATA)
        self.assertTrue(site.requests[0].chunked)

    def test_redirects_are_followed(self):
        site = self.site(
            lambda request: (302, [("Location", "/there")], b"") if request.path == "/" else (200, [], b"it")
        )
        self.assertEqual(self.opener(self.proxy()).open(site.url(), timeout=20).read(), b"it")

    def test_pages_are_fetched_over_https(self):
        site = self.site(tls=True)
        opener = self.opener(self.proxy(), self.certificate())
        self.assertEqual(opener.open(site.url("/secret"), timeout=20).read(), b"/secret")

    def test_a_refusal_is_an_error_with_its_reason(self):
        with self.assertRaises(urllib.error.HTTPError) as caught:
            self.opener(self.daemon(proxy={})).open(self.site().url(), timeout=20)
        self.assertEqual(caught.exception.code, 403)
        self.assertIn("destination_ip_prohibited", caught.exception.headers["Proxy-Status"])
        caught.exception.close()


class HttpClient(RealClient):
    def test_one_connection_carries_every_method(self):
        site, daemon = self.site(), self.proxy()
        client = http.client.HTTPConnection(*daemon.address("proxy"), timeout=20)
        self.addCleanup(client.close)
        for method in ("GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS") * 5:
            body = DATA if method in ("POST", "PUT") else None
            client.request(method, site.url("/page"), body=body)
            answer = client.getresponse()
            expected = b"" if method == "HEAD" else body or b"/page"
            self.assertTrue(
                (answer.status, answer.headers["X-Method"], answer.read()) == (200, method, expected), method
            )
        self.assertEqual(len({record["client"] for record in self.wait_records(daemon, 30)}), 1)

    def test_a_tunnel_carries_https(self):
        site, daemon = self.site(tls=True), self.proxy()
        context = ssl.create_default_context(cafile=self.certificate())
        client = http.client.HTTPSConnection(*daemon.address("proxy"), timeout=20, context=context)
        client.set_tunnel("localhost", site.port)
        for number in range(10):
            client.request("POST", "/", body=DATA[number:])
            self.assertTrue(client.getresponse().read() == DATA[number:])
        client.close()
        record = daemon.wait_record()
        self.assertEqual((record["kind"], record["target"]), ("connect", f"localhost:{site.port}"))

    def test_a_refused_tunnel_is_an_error_with_its_status(self):
        client = http.client.HTTPConnection(*self.daemon(proxy={}).address("proxy"), timeout=20)
        client.set_tunnel("127.0.0.1", self.site().port)
        with self.assertRaisesRegex(OSError, "403"):
            client.connect()


@unittest.skipUnless(importlib.util.find_spec("requests"), "requests is not installed")
class Requests(RealClient):
    def session(self, daemon, certificate=None):
        import requests  # pylint: disable=import-outside-toplevel,import-error

        session = requests.Session()
        self.addCleanup(session.close)
        session.trust_env = False
        session.proxies = {"http": self.address(daemon), "https": self.address(daemon)}
        session.verify = str(certificate) if certificate else True
        return session

    def test_a_session_keeps_its_connection(self):
        site, daemon = self.site(), self.proxy()
        session = self.session(daemon)
        for number in range(20):
            self.assertEqual(session.get(site.url(f"/{number}"), timeout=20).text, f"/{number}")
            self.assertTrue(session.post(site.url(), data=iter([DATA, b"x"]), timeout=20).content == DATA + b"x")
        self.assertEqual(len({record["client"] for record in self.wait_records(daemon, 40)}), 1)

    def test_pages_are_fetched_over_https(self):
        site = self.site(tls=True)
        session = self.session(self.proxy(), self.certificate())
        self.assertEqual(session.get(site.url("/secret"), timeout=20).text, "/secret")


if __name__ == "__main__":
    main()
