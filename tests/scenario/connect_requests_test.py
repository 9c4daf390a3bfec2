"""CONNECT: which requests begin a tunnel, and which are refused."""
from harness import main
from harness.origin import echo
from harness.rules import Rules, each, get


def connect(authority=b"ORIGIN", *lines, host=b"ORIGIN", version=b"1.1"):
    head = b"CONNECT %s HTTP/%s\r\n" % (authority, version)
    if host is not None:
        head += b"Host: " + host + b"\r\n"
    return head + b"".join(line + b"\r\n" for line in lines) + b"\r\n"


class Requests(Rules):
    settings = {"connect_ports": ["1-65535"]}

    @each(
        {
            f"target_{name}": (f"RFC 9112 3.2.3: CONNECT to {what} is refused.", target)
            for name, (what, target) in {
                "without_port": ("a host without a port", b"127.0.0.1"),
                "with_empty_port": ("a host with an empty port", b"127.0.0.1:"),
                "with_port_0": ("port 0", b"127.0.0.1:0"),
                "with_port_65536": ("port 65536", b"127.0.0.1:65536"),
                "with_port_that_wraps": ("port 65979, which wraps to 443,", b"127.0.0.1:65979"),
                "with_huge_port": ("a huge port", b"127.0.0.1:4294967739"),
                "with_negative_port": ("a negative port", b"127.0.0.1:-443"),
                "with_signed_port": ("a signed port", b"127.0.0.1:+443"),
                "with_port_name": ("a port name", b"127.0.0.1:https"),
                "with_hexadecimal_port": ("a hexadecimal port", b"127.0.0.1:0x1bb"),
                "with_two_ports": ("two ports", b"127.0.0.1:443:443"),
                "with_path": ("a path", b"ORIGIN/path"),
                "with_slash": ("a slash", b"ORIGIN/"),
                "with_query": ("a query", b"ORIGIN?q"),
                "with_fragment": ("a fragment", b"ORIGIN#f"),
                "with_userinfo": ("userinfo", b"user@ORIGIN"),
                "with_password": ("a password", b"user:secret@ORIGIN"),
                "url": ("a URL", b"http://ORIGIN/"),
                "url_of_https": ("a URL of https", b"https://ORIGIN/"),
                "url_without_path": ("a URL without a path", b"http://ORIGIN"),
                "port_alone": ("a port alone", b":443"),
                "colon_alone": ("a colon", b":"),
                "path_alone": ("a path", b"/"),
                "asterisk": ("an asterisk", b"*"),
                "word": ("a word", b"a.test"),
                "ipv6_without_brackets": ("an IPv6 address without brackets", b"::1:443"),
                "ipv6_without_port": ("an IPv6 literal without a port", b"[::1]"),
                "ipv6_open": ("an open IPv6 literal", b"[::1:443"),
                "ipv6_bad": ("a bad IPv6 literal", b"[::g]:443"),
                "ipv6_junk": ("an IPv6 literal with junk behind it", b"[::1]x:443"),
                "ipv6_zone": ("an IPv6 literal with a zone", b"[fe80::1%25lo]:443"),
                "ipv4_in_brackets": ("an IPv4 address in brackets", b"[127.0.0.1]:443"),
                "empty_brackets": ("empty brackets", b"[]:443"),
                "percent": ("a percent sign in a host", b"a%2etest:443"),
                "comma": ("a comma in a host", b"a.test,b.test:443"),
                "backslash": ("a backslash in a host", b"a.test\\:443"),
                "quote": ("a quote in a host", b'a"b.test:443'),
                "long_host": ("a host of 256 bytes", b"a" * 256 + b":443"),
                "obs_text": ("a byte above 127 in a host", b"\xe4.test:443"),
            }.items()
        }
    )
    def target_is_refused(self, target):
        self.refused(connect(target, host=b"a.test:443"))

    @each(
        {
            "no_target": ("RFC 9112 3: CONNECT without a target is refused.", b"CONNECT HTTP/1.1\r\nHost: a\r\n\r\n"),
            "no_host": ("RFC 9112 3.2: CONNECT without Host is refused.", connect(host=None)),
            "two_hosts": (
                "RFC 9112 3.2: CONNECT with two Host fields is refused.",
                connect(b"ORIGIN", b"Host: ORIGIN"),
            ),
            "bad_host": ("RFC 9112 3.2: CONNECT with an invalid Host is refused.", connect(host=b"a b")),
            "length": (
                "RFC 9110 9.3.6: CONNECT with a body is refused.",
                connect(b"ORIGIN", b"Content-Length: 5") + b"hello",
            ),
            "chunked": (
                "RFC 9110 9.3.6: CONNECT with a chunked body is refused.",
                connect(b"ORIGIN", b"Transfer-Encoding: chunked") + b"0\r\n\r\n",
            ),
            "length_and_chunked": (
                "RFC 9112 6.3: CONNECT with two framings is refused.",
                connect(b"ORIGIN", b"Content-Length: 5", b"Transfer-Encoding: chunked"),
            ),
            "bad_length": (
                "RFC 9112 6.3: CONNECT with a bad length is refused.",
                connect(b"ORIGIN", b"Content-Length: x"),
            ),
            "bad_field": ("RFC 9112 5.1: CONNECT with a bad field is refused.", connect(b"ORIGIN", b"X : y")),
            "bare_lf": ("RFC 9112 2.2: CONNECT with bare LF is refused.", connect().replace(b"\r\n", b"\n")),
        }
    )
    def request_is_refused(self, text):
        self.refused(text)

    def test_http_2(self):
        """RFC 9110 15.6.6: CONNECT in another major version is refused: 505."""
        self.refused(connect(version=b"2.0"), 505, "request_version_unsupported")

    @each(
        {
            "host_and_port": ("RFC 9110 9.3.6: CONNECT to a host and a port begins a tunnel.", connect()),
            "length_zero": (
                "RFC 9110 9.3.6: a length of zero is no body of CONNECT.",
                connect(b"ORIGIN", b"Content-Length: 0"),
            ),
            "http_1_0": ("RFC 9110 9.3.6: CONNECT of HTTP/1.0 begins a tunnel.", connect(version=b"1.0")),
            "http_1_0_without_host": (
                "RFC 9112 3.2: CONNECT of HTTP/1.0 needs no Host.",
                connect(host=None, version=b"1.0"),
            ),
            "another_host": ("RFC 9110 9.3.6: the target of CONNECT decides, not Host.", connect(host=b"other.test:1")),
            "empty_host": ("RFC 9110 9.3.6: Host of CONNECT may be empty.", connect(host=b"")),
            "fields": (
                "RFC 9110 9.3.6: fields of CONNECT are for the proxy alone.",
                connect(b"ORIGIN", b"User-Agent: a", b"Proxy-Connection: keep-alive", b"X: y"),
            ),
            "upgrade": (
                "RFC 9110 7.8: an Upgrade in CONNECT is ignored.",
                connect(b"ORIGIN", b"Connection: Upgrade", b"Upgrade: x"),
            ),
            "expectation": (
                "RFC 9110 10.1.1: an expectation without a body is met by the answer.",
                connect(b"ORIGIN", b"Expect: 100-continue"),
            ),
            "name": ("RFC 9110 9.3.6: CONNECT to a name begins a tunnel.", connect(b"localhost:PORT")),
            "name_in_any_case": (
                "RFC 9110 4.2.3: CONNECT to a name in any case begins a tunnel.",
                connect(b"LocalHost:PORT"),
            ),
            "empty_line_before": ("RFC 9112 2.2: an empty line before CONNECT is ignored.", b"\r\n" + connect()),
        }
    )
    def tunnel_begins(self, text):
        origin = self.echo()
        client = self.open()
        client.send(origin.fill(text) + b"early")
        self.assertEqual(client.read_exact(44), b"HTTP/1.1 200 Connection established\r\n\r\nearly")
        self.assertEqual(client.send(b"late").read_exact(4), b"late")

    def echo(self, **options):
        origin = self.recorder(**options)
        origin.script = echo
        return origin

    def test_ipv6(self):
        """RFC 9112 3.2.3: CONNECT to an IPv6 literal begins a tunnel."""
        origin = self.echo(host="::1")
        client = self.open()
        client.send(origin.fill(connect(b"[::1]:PORT", host=b"[::1]:PORT")))
        self.assertEqual(client.read_response("CONNECT").status, 200)
        self.assertEqual(client.send(b"hello").read_exact(5), b"hello")

    def test_lf_behind_the_head(self):
        """RFC 9110 9.3.6: whatever follows the head of CONNECT is the tunnel's, line ends and all."""
        client = self.open()
        client.send(self.echo().fill(connect()) + b"\r\n\r\n\n")
        self.assertEqual(client.read_response("CONNECT").status, 200)
        self.assertEqual(client.read_exact(5), b"\r\n\r\n\n")

    def test_request_behind_the_head(self):
        """RFC 9110 9.3.6: a request behind the head of CONNECT is the tunnel's and not read."""
        origin = self.echo()
        client = self.open()
        text = origin.fill(get(b"/within", b"Content-Length: 5", b"Transfer-Encoding: chunked"))
        client.send(origin.fill(connect()) + text)
        self.assertEqual(client.read_response("CONNECT").status, 200)
        self.assertEqual(client.read_exact(len(text)), text)

    def test_dead_destination(self):
        """RFC 9110 9.3.6: CONNECT to a closed port is answered 502, and the connection is closed."""
        origin = self.recorder()
        origin.close()
        client = self.open()
        client.send(origin.fill(connect()) + b"GET http://a.test/early HTTP/1.1\r\nHost: a.test\r\n\r\n")
        self.expect_refusal(client, 502, "connection_refused")

    def test_behind_a_kept_connection(self):
        """RFC 9110 9.3.6: CONNECT takes no connection that has served requests."""
        origin = self.recorder()
        client = self.open()
        client.send(origin.fill(get())).read_response()
        client.send(origin.fill(connect()))
        self.assertEqual(client.read_response("CONNECT").status, 200)
        client.send(get(b"/within"))
        self.assertEqual(client.read_response().status, 200)
        self.assertEqual(origin.accepted, 2)
        self.assertEqual(origin.requests[1].head.target, "http://ORIGIN/within")


class Ports(Rules):
    def test_other_ports(self):
        """RFC 9110 9.3.6: CONNECT to a port that is not allowed is answered 403, and nothing is connected."""
        self.refused(connect(), 403, "http_request_denied")

    def test_early_bytes_of_a_refused_tunnel(self):
        """RFC 9110 9.3.6: bytes that were meant for a refused tunnel are not read as a request."""
        origin = self.recorder()
        client = self.open()
        client.send(origin.fill(connect() + get(b"/within")))
        self.expect_refusal(client, 403, "http_request_denied")
        self.fence(origin)
        self.assertEqual(origin.paths(), ["/fence"])


if __name__ == "__main__":
    main()
