"""Targets: how the origin is asked, and for what."""
from harness import main
from harness.rules import Rules, at_origin, each, get, on


def asked(target, host=b"ORIGIN"):
    return b"GET " + target + b" HTTP/1.1\r\nHost: " + host + b"\r\n\r\n"


class Targets(Rules):
    @each(
        {
            "path": ("RFC 9112 3.2.2: absolute-form goes on as origin-form.", b"http://ORIGIN/a/b", b"/a/b"),
            "query": ("RFC 9112 3.2.1: the query goes along.", b"http://ORIGIN/a?b=c&d", b"/a?b=c&d"),
            "empty_query": ("RFC 9112 3.2.1: an empty query goes along.", b"http://ORIGIN/a?", b"/a?"),
            "empty_path": ("RFC 9112 3.2.1: an empty path becomes a slash.", b"http://ORIGIN", b"/"),
            "empty_path_with_query": (
                "RFC 9112 3.2.1: an empty path before a query becomes a slash.",
                b"http://ORIGIN?q=1",
                b"/?q=1",
            ),
            "root": ("RFC 9112 3.2.1: a slash stays a slash.", b"http://ORIGIN/", b"/"),
            "scheme_in_upper_case": ("RFC 3986 3.1: the scheme is read in any case.", b"HTTP://ORIGIN/a", b"/a"),
            "scheme_in_mixed_case": ("RFC 3986 3.1: the scheme is read in mixed case.", b"hTtP://ORIGIN/a", b"/a"),
            "percent": (
                "RFC 9110 7.7: percent-encoding goes on as it is.",
                b"http://ORIGIN/%7ea%2Fb%00",
                b"/%7ea%2Fb%00",
            ),
            "broken_percent": ("RFC 9110 7.7: a lone percent sign goes on as it is.", b"http://ORIGIN/%zz%", b"/%zz%"),
            "dots": ("RFC 9110 7.7: dot segments go on as they are.", b"http://ORIGIN/a/../b/./c", b"/a/../b/./c"),
            "double_slashes": ("RFC 9110 7.7: empty segments go on as they are.", b"http://ORIGIN//a///b", b"//a///b"),
            "path_with_at": (
                "RFC 3986 3.3: an at sign and a colon may stand in a path.",
                b"http://ORIGIN/a@b:c",
                b"/a@b:c",
            ),
            "query_with_url": (
                "RFC 3986 3.4: a URL may stand in a query.",
                b"http://ORIGIN/?u=http://x@y.test:1/z",
                b"/?u=http://x@y.test:1/z",
            ),
            "query_with_question": (
                "RFC 3986 3.4: a question mark may stand in a query.",
                b"http://ORIGIN/?a?b",
                b"/?a?b",
            ),
            "reserved": (
                "RFC 9110 7.7: reserved characters go on as they are.",
                b"http://ORIGIN/a;b=c,d!$&'()*+",
                b"/a;b=c,d!$&'()*+",
            ),
            "odd_characters": (
                "RFC 9110 7.7: visible characters that should be encoded go on as they are.",
                b'http://ORIGIN/"<>\\^`{|}',
                b'/"<>\\^`{|}',
            ),
            "utf8": ("RFC 3986 2.1: UTF-8 goes on percent-encoded.", b"http://ORIGIN/t\xc3\xa9?\xc3\xa4", b"/t%C3%A9?%C3%A4"),
            "other_bytes": ("RFC 3986 2.1: bytes above 127 go on percent-encoded.", b"http://ORIGIN/\xff", b"/%FF"),
            "user": ("RFC 9110 4.2.4: a user name is dropped.", b"http://user@ORIGIN/a", b"/a"),
            "password": ("RFC 9110 4.2.4: a password is dropped.", b"http://user:secret@ORIGIN/a", b"/a"),
            "empty_user": ("RFC 9110 4.2.4: empty user information is dropped.", b"http://@ORIGIN/a", b"/a"),
            "fragment": ("RFC 9110 4.2.5: a fragment is dropped.", b"http://ORIGIN/a#top", b"/a"),
            "fragment_without_path": ("RFC 9110 4.2.5: a fragment behind the host is dropped.", b"http://ORIGIN#top", b"/"),
            "fragment_with_query": ("RFC 9110 4.2.5: a fragment behind a query is dropped.", b"http://ORIGIN?a#b?c", b"/?a"),
            "web_socket_scheme": ("RFC 6455 3: ws goes on as http.", b"ws://ORIGIN/a", b"/a"),
            "long_path": (
                "RFC 9112 3: targets of 8000 bytes and more are forwarded.",
                b"http://ORIGIN/" + b"a" * 12000,
                b"/" + b"a" * 12000,
            ),
        }
    )
    def target_goes_on(self, target, path):
        self.forwarded(asked(target), on(asked(path)))

    @each(
        {
            "host_other": ("RFC 9112 3.2.2: Host is replaced by the host of the target.", b"other.test"),
            "host_empty": ("RFC 9112 3.2.2: an empty Host is replaced.", b""),
            "host_without_port": ("RFC 9112 3.2.2: a Host without the port is replaced.", b"127.0.0.1"),
            "host_other_port": ("RFC 9112 3.2.2: a Host with another port is replaced.", b"127.0.0.1:1"),
            "host_ipv6": ("RFC 9112 3.2.2: a Host with an IPv6 literal is valid, and replaced.", b"[::1]:80"),
        }
    )
    def host_is_replaced(self, host):
        self.forwarded(asked(b"http://ORIGIN/", host), on(asked(b"/")))

    @each(
        {
            "origin_form": ("RFC 9112 3.2.1: a path is for the proxy itself and never goes where Host says.", b"/path"),
            "origin_form_with_two_slashes": (
                "RFC 9112 3.2.1: a path that begins with two slashes names no host.",
                b"//ORIGIN/",
            ),
            "origin_form_with_url": ("RFC 9112 3.2.1: a URL within a path names no host.", b"/http://ORIGIN/"),
        }
    )
    def path_is_for_the_proxy(self, path):
        origin = self.recorder()
        client = self.open()
        client.send(origin.fill(asked(path)))
        self.expect_refusal(client)
        self.fence(origin)
        self.assertEqual(origin.paths(), ["/fence"])

    def test_root_is_the_proxy(self):
        """RFC 9112 3.2.1: the root path is the proxy's own page under its own name, and never goes where Host says."""
        origin = self.recorder()
        for host, status in ((b"megaphone.internal", 200), (b"ORIGIN", 400)):
            got = self.open().send(origin.fill(asked(b"/", host))).read_response()
            self.assertEqual((got.status, origin.accepted), (status, 0))

    def test_host_with_the_user_of_the_target(self):
        """RFC 9110 7.2: a Host that repeats the user information of the target is replaced."""
        self.forwarded(asked(b"http://us:pw@ORIGIN/", b"us:pw@ORIGIN"), on(asked(b"/")))

    def test_host_in_any_case(self):
        """RFC 9112 3.2.2: a Host field in another case is replaced, not doubled."""
        self.forwarded(get().replace(b"Host", b"hOST"), at_origin(get()))

    def test_host_comes_first(self):
        """RFC 9110 7.2: Host goes on as the first field."""
        text = b"GET http://ORIGIN/ HTTP/1.1\r\nX: y\r\nHost: ORIGIN\r\n\r\n"
        self.forwarded(text, at_origin(get(b"/", b"X: y")))

    def test_host_name_in_any_case(self):
        """RFC 9110 4.2.3: the host is case-insensitive; it goes on in lower case."""
        self.forwarded(asked(b"http://LocalHost:PORT/", b"LocalHost:PORT"), on(asked(b"/", b"localhost:PORT")))

    def test_ipv6_literal(self):
        """RFC 9110 7.2: an IPv6 literal keeps its brackets in Host."""
        origin = self.recorder(host="::1")
        client = self.open()
        client.send(origin.fill(asked(b"http://[::1]:PORT/", b"[::1]:PORT")))
        self.assertEqual(client.read_response().status, 200)
        self.assertEqual(origin.requests[0].head.get("Host"), origin.authority)

    def test_long_ipv6_literal(self):
        """RFC 5952 4: an IPv6 literal in another spelling is the same host."""
        origin = self.recorder(host="::1")
        client = self.open()
        client.send(origin.fill(asked(b"http://[0:0:0:0:0:0:0:1]:PORT/", b"x")))
        self.assertEqual(client.read_response().status, 200)
        self.assertEqual(origin.requests[0].head.get("Host"), origin.authority)

    @each(
        {
            "options_without_path": (
                "RFC 9112 3.2.4: OPTIONS without a path goes on as an asterisk.",
                b"OPTIONS http://ORIGIN HTTP/1.1\r\nHost: ORIGIN\r\n\r\n",
                b"OPTIONS * HTTP/1.1\r\nHost: ORIGIN\r\n\r\n",
            ),
            "options_with_slash": (
                "RFC 9112 3.2.4: OPTIONS for the root is no asterisk.",
                b"OPTIONS http://ORIGIN/ HTTP/1.1\r\nHost: ORIGIN\r\n\r\n",
                b"OPTIONS / HTTP/1.1\r\nHost: ORIGIN\r\n\r\n",
            ),
            "options_with_path": (
                "RFC 9112 3.2.4: OPTIONS for a path goes on with it.",
                b"OPTIONS http://ORIGIN/a HTTP/1.1\r\nHost: ORIGIN\r\n\r\n",
                b"OPTIONS /a HTTP/1.1\r\nHost: ORIGIN\r\n\r\n",
            ),
            "options_with_query": (
                "RFC 9112 3.2.4: OPTIONS with a query is for a path.",
                b"OPTIONS http://ORIGIN?q HTTP/1.1\r\nHost: ORIGIN\r\n\r\n",
                b"OPTIONS /?q HTTP/1.1\r\nHost: ORIGIN\r\n\r\n",
            ),
        }
    )
    def options_goes_on(self, text, expected):
        self.forwarded(text, on(expected))


if __name__ == "__main__":
    main()
