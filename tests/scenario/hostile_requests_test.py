"""Hostile requests: refused with a word, the connection closed, nothing forwarded."""
from harness import main
from harness.rules import Rules, each

NUL = b"\x00"


class RequestLines(Rules):
    @each(
        {
            "no_request": ("RFC 9112 3: a line that is no request line is refused.", b"hello\r\n\r\n"),
            "no_target": (
                "RFC 9112 3: a request line without a target is refused.",
                b"GET HTTP/1.1\r\nHost: a\r\n\r\n",
            ),
            "no_version": (
                "RFC 9112 3: a request line without a version is refused.",
                b"GET http://ORIGIN/\r\nHost: ORIGIN\r\n\r\n",
            ),
            "method_only": ("RFC 9112 3: a method alone is refused.", b"GET\r\n\r\n"),
            "two_spaces_before_target": (
                "RFC 9112 3: two spaces before the target are refused.",
                b"GET  http://ORIGIN/ HTTP/1.1\r\nHost: ORIGIN\r\n\r\n",
            ),
            "two_spaces_before_version": (
                "RFC 9112 3: two spaces before the version are refused.",
                b"GET http://ORIGIN/  HTTP/1.1\r\nHost: ORIGIN\r\n\r\n",
            ),
            "tab_before_target": (
                "RFC 9112 3: a tab for the first space is refused.",
                b"GET\thttp://ORIGIN/ HTTP/1.1\r\nHost: ORIGIN\r\n\r\n",
            ),
            "tab_before_version": (
                "RFC 9112 3: a tab for the second space is refused.",
                b"GET http://ORIGIN/\tHTTP/1.1\r\nHost: ORIGIN\r\n\r\n",
            ),
            "vertical_tab_before_target": (
                "RFC 9112 3: a vertical tab for a space is refused.",
                b"GET\x0bhttp://ORIGIN/ HTTP/1.1\r\nHost: ORIGIN\r\n\r\n",
            ),
            "form_feed_before_version": (
                "RFC 9112 3: a form feed for a space is refused.",
                b"GET http://ORIGIN/\x0cHTTP/1.1\r\nHost: ORIGIN\r\n\r\n",
            ),
            "cr_before_version": (
                "RFC 9112 3: a CR for a space is refused.",
                b"GET http://ORIGIN/\rHTTP/1.1\r\nHost: ORIGIN\r\n\r\n",
            ),
            "leading_space": (
                "RFC 9112 3: a space before the method is refused.",
                b" GET http://ORIGIN/ HTTP/1.1\r\nHost: ORIGIN\r\n\r\n",
            ),
            "leading_tab": (
                "RFC 9112 3: a tab before the method is refused.",
                b"\tGET http://ORIGIN/ HTTP/1.1\r\nHost: ORIGIN\r\n\r\n",
            ),
            "trailing_space": (
                "RFC 9112 3: a space behind the version is refused.",
                b"GET http://ORIGIN/ HTTP/1.1 \r\nHost: ORIGIN\r\n\r\n",
            ),
            "trailing_word": (
                "RFC 9112 3: a word behind the version is refused.",
                b"GET http://ORIGIN/ HTTP/1.1 x\r\nHost: ORIGIN\r\n\r\n",
            ),
            "space_in_target": (
                "RFC 9112 3.2: a space in the target is refused, not repaired.",
                b"GET http://ORIGIN/a b HTTP/1.1\r\nHost: ORIGIN\r\n\r\n",
            ),
            "nothing_but_spaces": ("RFC 9112 3: a line of spaces is refused.", b"   \r\n\r\n"),
            "colon_in_method": (
                "RFC 9110 9.1: a method with a colon is no token and refused.",
                b"GET: http://ORIGIN/ HTTP/1.1\r\nHost: ORIGIN\r\n\r\n",
            ),
            "bracket_in_method": (
                "RFC 9110 9.1: a method with a bracket is no token and refused.",
                b"G(T http://ORIGIN/ HTTP/1.1\r\nHost: ORIGIN\r\n\r\n",
            ),
            "quoted_method": (
                "RFC 9110 9.1: a method in quotes is no token and refused.",
                b'"GET" http://ORIGIN/ HTTP/1.1\r\nHost: ORIGIN\r\n\r\n',
            ),
            "slash_in_method": (
                "RFC 9110 9.1: a method with a slash is no token and refused.",
                b"GET/x http://ORIGIN/ HTTP/1.1\r\nHost: ORIGIN\r\n\r\n",
            ),
            "comma_in_method": (
                "RFC 9110 9.1: a method with a comma is no token and refused.",
                b"GET,POST http://ORIGIN/ HTTP/1.1\r\nHost: ORIGIN\r\n\r\n",
            ),
            "obs_text_in_method": (
                "RFC 9110 9.1: a method with a byte above 127 is refused.",
                b"G\xcbT http://ORIGIN/ HTTP/1.1\r\nHost: ORIGIN\r\n\r\n",
            ),
            "nul_in_method": (
                "RFC 9110 9.1: a method with a NUL is refused.",
                b"GE" + NUL + b"T http://ORIGIN/ HTTP/1.1\r\nHost: ORIGIN\r\n\r\n",
            ),
            "control_in_method": (
                "RFC 9110 9.1: a method with a control byte is refused.",
                b"G\x01T http://ORIGIN/ HTTP/1.1\r\nHost: ORIGIN\r\n\r\n",
            ),
            "nul_in_target": (
                "RFC 9112 3.2: a NUL in the target is refused.",
                b"GET http://ORIGIN/" + NUL + b" HTTP/1.1\r\nHost: ORIGIN\r\n\r\n",
            ),
            "control_in_target": (
                "RFC 9112 3.2: a control byte in the target is refused.",
                b"GET http://ORIGIN/\x1b HTTP/1.1\r\nHost: ORIGIN\r\n\r\n",
            ),
            "del_in_target": (
                "RFC 9112 3.2: a DEL in the target is refused.",
                b"GET http://ORIGIN/\x7f HTTP/1.1\r\nHost: ORIGIN\r\n\r\n",
            ),
            "cr_in_target": (
                "RFC 9112 2.2: a bare CR in the target is refused.",
                b"GET http://ORIGIN/a\rb HTTP/1.1\r\nHost: ORIGIN\r\n\r\n",
            ),
            "tls_hello": ("RFC 9112 3: a TLS client is refused.", bytes.fromhex("16030100c8010000c40303") + bytes(100)),
            "answer_for_a_request": (
                "RFC 9112 3: a status line is no request line.",
                b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
            ),
            "smtp": ("RFC 9112 3: another protocol's greeting is refused.", b"EHLO a.test\r\n"),
        }
    )
    def line_is_refused(self, text):
        self.refused(text)


class Versions(Rules):
    @each(
        {
            f"version_{name}": (f"RFC 9112 2.3: the version {text.decode()!r} is refused as malformed.", text)
            for name, text in {
                "without_minor": b"HTTP/1",
                "with_empty_minor": b"HTTP/1.",
                "with_empty_major": b"HTTP/.1",
                "with_two_digits": b"HTTP/1.10",
                "with_two_digits_before": b"HTTP/11.1",
                "with_leading_zero": b"HTTP/01.1",
                "in_lower_case": b"http/1.1",
                "in_mixed_case": b"Http/1.1",
                "with_letters": b"HTTP/1.x",
                "with_comma": b"HTTP/1,1",
                "with_sign": b"HTTP/+1.1",
                "with_space_before_slash": b"HTTP /1.1",
                "with_space_behind_slash": b"HTTP/ 1.1",
                "misspelt": b"HTP/1.1",
                "of_another_protocol": b"RTSP/1.0",
                "of_icecast": b"ICE/1.0",
                "of_https": b"HTTPS/1.1",
                "with_nul": b"HTTP/1.1\x00",
                "with_tab": b"HTTP/1.1\t",
                "with_three_parts": b"HTTP/1.1.1",
                "with_hexadecimal": b"HTTP/0x1.1",
            }.items()
        }
    )
    def version_is_malformed(self, version):
        self.refused(b"GET http://ORIGIN/ " + version + b"\r\nHost: ORIGIN\r\n\r\n")

    @each(
        {
            f"version_{name}": (f"RFC 9110 15.6.6: the major version of {text.decode()} is not supported: 505.", text)
            for name, text in {
                "2_0": b"HTTP/2.0",
                "0_9": b"HTTP/0.9",
                "3_0": b"HTTP/3.0",
                "9_9": b"HTTP/9.9",
                "0_0": b"HTTP/0.0",
            }.items()
        }
    )
    def version_is_unsupported(self, version):
        self.refused(b"GET http://ORIGIN/ " + version + b"\r\nHost: ORIGIN\r\n\r\n", 505, "request_version_unsupported")

    def test_http_2_preface(self):
        """RFC 9113 3.4: the preface of HTTP/2 is refused and nothing of it taken for a request."""
        self.refused(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "request_version_unsupported")

    def test_http_0_9_simple_request(self):
        """RFC 9112 3: a simple request of HTTP/0.9 is refused."""
        self.refused(b"GET http://ORIGIN/\r\n")


class Hosts(Rules):
    def host(self, *lines, version=b"1.1"):
        text = b"GET http://ORIGIN/ HTTP/" + version + b"\r\n"
        return text + b"".join(line + b"\r\n" for line in lines) + b"\r\n"

    @each(
        {
            "no_host": ("RFC 9112 3.2: an HTTP/1.1 request without Host is refused.", []),
            "two_hosts": ("RFC 9112 3.2: two Host fields are refused.", [b"Host: ORIGIN", b"Host: other.test"]),
            "two_equal_hosts": ("RFC 9112 3.2: two equal Host fields are refused.", [b"Host: ORIGIN", b"Host: ORIGIN"]),
            "two_hosts_any_case": (
                "RFC 9112 3.2: a second Host is found in any case.",
                [b"Host: ORIGIN", b"X: y", b"hOST: other.test"],
            ),
            "host_and_empty_host": ("RFC 9112 3.2: an empty second Host is refused.", [b"Host: ORIGIN", b"Host:"]),
            **{
                f"host_{name}": (f"RFC 9112 3.2: a Host that is {what} is refused.", [b"Host: " + text])
                for name, (what, text) in {
                    "list": ("a list", b"ORIGIN, other.test"),
                    "spaced": ("two words", b"a.test b.test"),
                    "with_path": ("followed by a path", b"a.test/path"),
                    "with_userinfo": ("preceded by userinfo", b"user@a.test"),
                    "url": ("a URL", b"http://a.test/"),
                    "with_query": ("followed by a query", b"a.test?q"),
                    "with_fragment": ("followed by a fragment", b"a.test#f"),
                    "with_port_letters": ("followed by a port in letters", b"a.test:http"),
                    "with_two_ports": ("followed by two ports", b"a.test:80:81"),
                    "with_signed_port": ("followed by a signed port", b"a.test:-80"),
                    "open_bracket": ("an IPv6 literal that is not closed", b"[::1"),
                    "closed_bracket": ("an IPv6 literal that is not opened", b"::1]"),
                    "junk_behind_bracket": ("an IPv6 literal followed by junk", b"[::1]x"),
                    "tab": ("a name with a tab within", b"a.te\tst"),
                    "obs_text": ("a name with a byte above 127", b"a.t\xe4st"),
                    "backslash": ("a name with a backslash", b"a.test\\b"),
                    "quoted": ("a quoted name", b'"a.test"'),
                    "angle": ("a name in angle brackets", b"<a.test>"),
                    "port_alone": ("a port alone", b":80"),
                }.items()
            },
        }
    )
    def host_is_refused(self, lines):
        self.refused(self.host(*lines))

    def test_two_hosts_in_http_1_0(self):
        """RFC 9112 3.2: two Host fields are refused in HTTP/1.0, too."""
        self.refused(self.host(b"Host: ORIGIN", b"Host: other.test", version=b"1.0"))


class Targets(Rules):
    @each(
        {
            f"target_{name}": (f"RFC 9112 3.2: {what} as a target is refused.", text)
            for name, (what, text) in {
                "other_scheme": ("a URL of another scheme", b"ftp://ORIGIN/"),
                "https": ("a URL of https, which takes CONNECT,", b"https://ORIGIN/"),
                "no_host": ("a URL without a host", b"http:///path"),
                "no_slashes": ("a URL without slashes", b"http:ORIGIN/"),
                "one_slash": ("a URL with one slash", b"http:/ORIGIN/"),
                "three_slashes": ("a URL with three slashes", b"http:///ORIGIN/"),
                "empty_authority": ("a URL without an authority", b"http://"),
                "port_alone": ("a URL with a port alone", b"http://:80/"),
                "scheme_alone": ("a scheme", b"http:"),
                "no_scheme": ("a host and a path", b"a.test/path"),
                "bare_word": ("a word", b"path"),
                "asterisk": ("an asterisk for GET", b"*"),
                "double_at": ("a URL with two at signs", b"http://a@b@ORIGIN/"),
                "slash_in_password": ("a URL with a slash in its password", b"http://user:sec/ret@ORIGIN/"),
                "bracket_in_user": ("a URL with a bracket in its user name", b"http://[::1]@ORIGIN/"),
                "utf8_in_host": ("a URL with UTF-8 in its host", b"http://\xc3\xa4.test/"),
                "port_0": ("a URL with port 0", b"http://127.0.0.1:0/"),
                "port_65536": ("a URL with port 65536", b"http://127.0.0.1:65536/"),
                "port_wraps": ("a URL with a port that wraps around", b"http://127.0.0.1:65616/"),
                "port_negative": ("a URL with a negative port", b"http://127.0.0.1:-80/"),
                "port_signed": ("a URL with a signed port", b"http://127.0.0.1:+80/"),
                "port_letters": ("a URL with letters for a port", b"http://127.0.0.1:http/"),
                "port_hex": ("a URL with a hexadecimal port", b"http://127.0.0.1:0x50/"),
                "port_huge": ("a URL with a huge port", b"http://127.0.0.1:99999999999999999999/"),
                "two_ports": ("a URL with two ports", b"http://127.0.0.1:80:81/"),
                "ipv6_open": ("a URL with an open IPv6 literal", b"http://[::1/"),
                "ipv6_bare": ("a URL with an IPv6 address without brackets", b"http://::1/"),
                "ipv6_bad": ("a URL with a bad IPv6 address", b"http://[::g]/"),
                "ipv6_junk": ("a URL with junk behind the IPv6 literal", b"http://[::1]x/"),
                "ipv6_zone": ("a URL with an IPv6 zone", b"http://[fe80::1%25lo]/"),
                "ipv4_in_brackets": ("a URL with an IPv4 address in brackets", b"http://[127.0.0.1]/"),
                "empty_brackets": ("a URL with empty brackets", b"http://[]/"),
                "percent_in_host": ("a URL with a percent sign in its host", b"http://a%2etest/"),
                "backslash_in_host": ("a URL with a backslash in its host", b"http://ORIGIN\\@a.test/"),
                "backslashes": ("a URL with backslashes for slashes", b"http:\\\\ORIGIN/"),
                "quote_in_host": ("a URL with a quote in its host", b'http://a"b.test/'),
                "angle_in_host": ("a URL with an angle bracket in its host", b"http://a<b.test/"),
                "semicolon_in_host": ("a URL with a semicolon in its host", b"http://a;b.test/"),
                "comma_in_host": ("a URL with a comma in its host", b"http://a,b.test/"),
                "long_host": ("a URL with a host of 256 bytes", b"http://" + b"a" * 256 + b"/"),
                "space_in_scheme": ("a URL with a byte before its scheme", b"xhttp://ORIGIN/"),
                "file": ("a file URL", b"file:///etc/passwd"),
                "javascript": ("a script URL", b"javascript:alert(1)"),
            }.items()
        }
    )
    def target_is_refused(self, target):
        self.refused(b"GET " + target + b" HTTP/1.1\r\nHost: a.test\r\n\r\n")


if __name__ == "__main__":
    main()
