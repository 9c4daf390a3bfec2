"""TRACE and OPTIONS: Max-Forwards counts down and ends here at zero."""
from harness import main
from harness.rules import OK, VIA, Rules, each, get


def asked(method, *lines, **more):
    return get(b"/a", *lines, method=method, **more)


def expected(method, *lines):
    head = method + b" /a HTTP/1.1\r\nHost: ORIGIN\r\n"
    return head + b"".join(line + b"\r\n" for line in lines) + VIA + b"\r\n"


class MaxForwards(Rules):
    @each(
        {
            "trace": ("RFC 9110 7.6.2: TRACE goes on with one less.", b"TRACE", b"1", b"0"),
            "options": ("RFC 9110 7.6.2: OPTIONS goes on with one less.", b"OPTIONS", b"10", b"9"),
            "with_zeros": ("RFC 9110 7.6.2: leading zeros count nothing.", b"TRACE", b"007", b"6"),
            "huge": (
                "RFC 9110 7.6.2: a number beyond what we count goes on as the greatest we know.",
                b"TRACE",
                b"99999999999999999999999",
                b"4294967294",
            ),
        }
    )
    def counts_down(self, method, before, after):
        text = asked(method, b"Max-Forwards: " + before)
        self.forwarded(text, expected(method, b"Max-Forwards: " + after))

    @each(
        {
            f"{method.decode().lower()}_is_left_alone": (
                f"RFC 9110 7.6.2: Max-Forwards of {method.decode()} goes on as it is.",
                method,
            )
            for method in (b"GET", b"POST", b"DELETE", b"BREW", b"trace")
        }
    )
    def other_methods(self, method):
        self.forwarded(asked(method, b"Max-Forwards: 0"), expected(method, b"Max-Forwards: 0"))

    @each(
        {
            "trace_without": ("RFC 9110 9.3.8: TRACE without Max-Forwards goes on.", b"TRACE"),
            "options_without": ("RFC 9110 9.3.7: OPTIONS without Max-Forwards goes on.", b"OPTIONS"),
        }
    )
    def without(self, method):
        self.forwarded(asked(method), expected(method))

    def test_trace_ends_here(self):
        """RFC 9110 9.3.8: TRACE with Max-Forwards 0 is answered here with the request."""
        origin = self.recorder()
        client = self.open()
        text = origin.fill(asked(b"TRACE", b"Max-Forwards: 0", b"X: y"))
        got = client.send(text).read_response()
        self.assertEqual((got.status, got.head.get("Content-Type"), got.body), (200, "message/http", text))
        self.assertEqual(origin.accepted, 0)
        self.assertEqual(client.send(origin.fill(get())).read_response().body, b"ok")

    @each(
        {
            f"trace_hides_{line.split(b':')[0].decode().lower().replace('-', '_')}": (
                "RFC 9110 9.3.8: TRACE does not send back secrets.",
                line,
            )
            for line in (
                b"Authorization: Basic c2VjcmV0",
                b"Proxy-Authorization: Basic c2VjcmV0",
                b"Cookie: a=c2VjcmV0",
            )
        }
    )
    def secret(self, line):
        origin = self.recorder()
        got = self.open().send(origin.fill(asked(b"TRACE", b"Max-Forwards: 0", line))).read_response()
        self.assertEqual(got.status, 200)
        self.assertNotIn(b"c2VjcmV0", got.body)

    def test_options_end_here(self):
        """RFC 9110 9.3.7: OPTIONS with Max-Forwards 0 is answered here with Allow."""
        origin = self.recorder()
        client = self.open()
        got = client.send(origin.fill(asked(b"OPTIONS", b"Max-Forwards: 0"))).read_response()
        self.assertEqual((got.status, got.body, got.head.get("Content-Length")), (200, b"", "0"))
        self.assertIn("CONNECT", got.head.get("Allow"))
        self.assertEqual(origin.accepted, 0)

    @each(
        {
            f"number_{name}": (
                f"RFC 9110 7.6.2: a Max-Forwards that is {what} is refused.",
                [b"Max-Forwards: " + value],
            )
            for name, (what, value) in {
                "negative": ("negative", b"-1"),
                "signed": ("signed", b"+1"),
                "word": ("a word", b"one"),
                "empty": ("empty", b""),
                "listed": ("a list", b"1, 2"),
                "fraction": ("a fraction", b"1.0"),
                "hexadecimal": ("hexadecimal", b"0x1"),
            }.items()
        }
        | {"twice": ("RFC 9110 7.6.2: Max-Forwards given twice is refused.", [b"Max-Forwards: 1", b"Max-Forwards: 1"])}
    )
    def number_is_refused(self, lines):
        self.refused(asked(b"TRACE", *lines))
        self.refused(asked(b"OPTIONS", *lines))

    @each(
        {
            "length": ("RFC 9110 9.3.8: TRACE with a body is refused.", [b"Content-Length: 5"], b"hello"),
            "chunks": (
                "RFC 9110 9.3.8: TRACE with a chunked body is refused.",
                [b"Transfer-Encoding: chunked"],
                b"0\r\n\r\n",
            ),
        }
    )
    def trace_has_no_body(self, lines, body):
        self.refused(asked(b"TRACE", *lines) + body)

    def test_options_for_the_proxy(self):
        """RFC 9110 9.3.7: OPTIONS * is for the proxy itself and answered here."""
        client = self.open()
        got = client.send(b"OPTIONS * HTTP/1.1\r\nHost: proxy.test\r\n\r\n").read_response()
        self.assertEqual(got.status, 200)
        self.assertIsNotNone(got.head.get("Allow"))

    def test_options_with_a_body_end_here(self):
        """RFC 9110 9.3.7: OPTIONS with a body is answered here, and the connection stays in step or ends."""
        origin = self.recorder()
        client = self.open()
        text = asked(b"OPTIONS", b"Max-Forwards: 0", b"Content-Length: 5") + b"hello"
        self.assertEqual(client.send(origin.fill(text + get(b"/next"))).read_response().status, 200)
        rest = client.receive()
        self.assertTrue(rest == b"" or rest.startswith(OK[:15]), rest)


if __name__ == "__main__":
    main()
