"""Requests: what reaches the origin, byte by byte."""
from harness import main
from harness.message import chunked
from harness.rules import DATE, OK, VIA, VIA_1_0, Rules, answer, at_origin, each, get, post


class Requests(Rules):
    @each(
        {
            f"method_{name.decode().lower().replace('-', '_')}": (
                f"RFC 9110 9.1: the method {name.decode()} goes on.",
                name,
            )
            for name in (
                b"POST",
                b"PUT",
                b"DELETE",
                b"PATCH",
                b"BREW",
                b"PROPFIND",
                b"M-SEARCH",
                b"PRI",
                b"X!#$%&'*+.^_`|~9",
            )
        }
    )
    def method_goes_on(self, method):
        text = get(method=method)
        self.forwarded(text, at_origin(text))

    def test_method_is_case_sensitive(self):
        """RFC 9110 9.1: methods are case-sensitive and go on as they are."""
        text = get(method=b"get")
        self.forwarded(text, at_origin(text))

    def test_method_connect_in_lower_case(self):
        """RFC 9110 9.1: connect in lower case is another method than CONNECT."""
        text = get(method=b"connect")
        self.forwarded(text, at_origin(text))

    def test_long_method(self):
        """RFC 9112 3: a long method goes on."""
        text = get(method=b"M" * 200)
        self.forwarded(text, at_origin(text))

    @each(
        {
            "fields_keep_order": ("RFC 9110 5.3: fields keep their order.", [b"B: 1", b"A: 2", b"C: 3"]),
            "fields_keep_case": ("RFC 9110 5.1: names keep their case.", [b"x-lower: 1", b"X-UPPER: 2", b"X-miXed: 3"]),
            "fields_keep_repetitions": (
                "RFC 9110 5.3: repeated fields stay apart, in order.",
                [b"A: 1", b"B: 2", b"A: 3"],
            ),
            "cookies_stay_apart": ("RFC 6265 5.4: Cookie goes on as it is.", [b"Cookie: a=b; c=d", b"Cookie: e"]),
            "empty_value": ("RFC 9110 5.5: an empty value goes on.", [b"X: "]),
            "obs_text": ("RFC 9110 5.5: obs-text in a value goes on as it is.", [b"X: \xe4\xff\x80"]),
            "utf8": ("RFC 9110 5.5: UTF-8 in a value goes on as it is.", ["X: ä€😀".encode()]),
            "inner_blanks": ("RFC 9110 5.5: blanks within a value go on as they are.", [b"X: a  b\tc"]),
            "colons": ("RFC 9110 5.5: colons in a value go on.", [b"X: a:b: c"]),
            "commas": ("RFC 9110 5.5: commas in a value go on as they are.", [b"X: a,,b ,"]),
            "quotes": ("RFC 9110 5.6.4: quotes in a value go on as they are.", [b'X: "a, \\"b', b"Y: 'c"]),
            "token_name": ("RFC 9110 5.6.2: every token is a name.", [b"!#$%&'*+-.^_`|~9A: 1"]),
            "long_value": ("RFC 9110 5.4: a value of 30000 bytes goes on.", [b"X: " + b"y" * 30000]),
            "many_fields": ("RFC 9110 5.4: a hundred fields go on.", [b"X-%d: %d" % (n, n) for n in range(100)]),
            "unknown_fields": ("RFC 9110 5.1: unknown fields go on.", [b"X-Unknown: 1", b"Zzz: 2"]),
            "authorization": (
                "RFC 9110 11.6.2: Authorization is for the origin and goes on.",
                [b"Authorization: Basic eA=="],
            ),
            "conditions": ("RFC 9110 13.1: conditions go on.", [b'If-None-Match: "x"', b"If-Modified-Since: y"]),
            "range": ("RFC 9110 14.2: Range goes on.", [b"Range: bytes=0-1", b'If-Range: "x"']),
            "cache_control": (
                "RFC 9111 5.2: Cache-Control goes on.",
                [b"Cache-Control: no-cache", b"Pragma: no-cache"],
            ),
            "accept_encoding": (
                "RFC 9110 12.5.3: Accept-Encoding goes on and is not invented.",
                [b"Accept-Encoding: br"],
            ),
            "user_agent": ("RFC 9110 10.1.5: User-Agent goes on.", [b"User-Agent: a/1 (b; c)"]),
            "referer": ("RFC 9110 10.1.3: Referer goes on.", [b"Referer: http://a.test/b"]),
            "date": ("RFC 9110 6.6.1: Date of a request goes on.", [DATE[:-2]]),
            "nothing_added": ("RFC 9110 7.7: nothing is added but Via.", []),
        }
    )
    def fields_go_on(self, lines):
        text = get(b"/", *lines)
        self.forwarded(text, at_origin(text))

    @each(
        {
            "no_blank_before_value": ("RFC 9112 5.1: a value may follow its colon at once.", b"X:y"),
            "blanks_before_value": ("RFC 9112 5.1: blanks before a value are removed.", b"X:  \t y"),
            "blanks_behind_value": ("RFC 9112 5.1: blanks behind a value are removed.", b"X: y \t "),
            "tab_before_value": ("RFC 9112 5.1: a tab before a value is removed.", b"X:\ty"),
        }
    )
    def blanks_are_trimmed(self, line):
        self.forwarded(get(b"/", line), at_origin(get(b"/", b"X: y")))

    @each(
        {
            "length": (
                "RFC 9112 6.2: a body with a length goes on with it.",
                post(b"Content-Length: 5", body=b"hello"),
            ),
            "length_zero": ("RFC 9112 6.2: a length of zero goes on.", post(b"Content-Length: 0")),
            "no_body": ("RFC 9112 6.3: a request with neither length nor coding has no body, and gets none.", post()),
            "length_in_place": (
                "RFC 9110 5.3: the length stays where it stood.",
                post(b"A: 1", b"Content-Length: 5", b"B: 2", body=b"hello"),
            ),
            "get_with_body": (
                "RFC 9110 9.3.1: a body of GET goes on.",
                get(b"/", b"Content-Length: 5") + b"hello",
            ),
            "head_with_body": (
                "RFC 9110 9.3.2: a body of HEAD goes on.",
                get(b"/", b"Content-Length: 5", method=b"HEAD") + b"hello",
            ),
            "delete_with_body": (
                "RFC 9110 9.3.5: a body of DELETE goes on.",
                get(b"/", b"Content-Length: 5", method=b"DELETE") + b"hello",
            ),
            "unknown_method_with_body": (
                "RFC 9112 6.3: a body of an unknown method goes on.",
                get(b"/", b"Content-Length: 5", method=b"BREW") + b"hello",
            ),
            "binary_body": (
                "RFC 9112 6.2: a body may be any bytes.",
                post(b"Content-Length: 10", body=b"\x00\r\n\r\n\xff\n0\r\n"),
            ),
            "body_like_a_request": (
                "RFC 9112 6.2: a body that looks like a request is a body.",
                post(b"Content-Length: 35", body=b"GET / HTTP/1.1\r\nHost: evil.test\r\n\r\n"),
            ),
            "chunked": (
                "RFC 9112 7.1: a chunked body goes on chunked.",
                post(b"Transfer-Encoding: chunked", body=b"5\r\nhello\r\n0\r\n\r\n"),
            ),
            "chunked_get": (
                "RFC 9110 9.3.1: a chunked body of GET goes on.",
                get(b"/", b"Transfer-Encoding: chunked") + b"5\r\nhello\r\n0\r\n\r\n",
            ),
            "chunked_without_content": (
                "RFC 9112 7.1: a chunked body without content goes on.",
                post(b"Transfer-Encoding: chunked", body=b"0\r\n\r\n"),
            ),
            "content_fields": (
                "RFC 9110 8.3: fields about the content go on.",
                post(b"Content-Type: a/b", b"Content-Encoding: gzip", b"Content-Length: 2", body=b"\x1f\x8b"),
            ),
        }
    )
    def body_goes_on(self, text):
        self.forwarded(text, at_origin(text))

    @each(
        {
            "length_with_zeros": ("RFC 9110 8.6: a length may have leading zeros.", b"Content-Length: 0005"),
            "length_in_any_case": (
                "RFC 9110 5.1: Content-Length is read in any case, and keeps it.",
                b"cONTENT-lENGTH: 5",
                b"cONTENT-lENGTH: 5",
            ),
            "length_with_blanks": ("RFC 9112 5.1: a length may have blanks around it.", b"Content-Length:\t 5 \t"),
            "length_without_blank": ("RFC 9112 5.1: a length may follow its colon at once.", b"Content-Length:5"),
        }
    )
    def length_is_understood(self, line, expected=b"Content-Length: 5"):
        self.forwarded(post(line, body=b"hello"), at_origin(post(expected, body=b"hello")))

    @each(
        {
            "chunked_in_any_case": ("RFC 9112 7: chunked is read in any case.", b"Transfer-Encoding: CHUNKED"),
            "coding_in_any_case": (
                "RFC 9110 5.1: Transfer-Encoding is read in any case, and keeps it.",
                b"tRANSFER-eNCODING: chunked",
                b"tRANSFER-eNCODING: chunked",
            ),
            "coding_with_blanks": (
                "RFC 9112 5.1: chunked may have blanks around it.",
                b"Transfer-Encoding: \tchunked \t",
            ),
            "coding_without_blank": (
                "RFC 9112 5.1: chunked may follow its colon at once.",
                b"Transfer-Encoding:chunked",
            ),
        }
    )
    def coding_is_understood(self, line, expected=b"Transfer-Encoding: chunked"):
        body = b"5\r\nhello\r\n0\r\n\r\n"
        self.forwarded(post(line, body=body), at_origin(post(expected, body=body)))

    @each(
        {
            "http_1_0": (
                "RFC 9110 2.5: a request of HTTP/1.0 goes on as HTTP/1.1, with its version in Via.",
                b"1.0",
                VIA_1_0,
            ),
            "http_1_2": ("RFC 9110 2.5: a higher minor version is read as HTTP/1.1.", b"1.2", VIA),
            "http_1_9": ("RFC 9110 2.5: HTTP/1.9 is read as HTTP/1.1.", b"1.9", VIA),
        }
    )
    def version_goes_on(self, version, via):
        self.forwarded(get(version=version), at_origin(get(), via))

    def test_http_1_0_without_host(self):
        """RFC 9112 3.2.2: a request of HTTP/1.0 without Host gets one."""
        self.forwarded(b"GET http://ORIGIN/ HTTP/1.0\r\n\r\n", at_origin(get(), VIA_1_0))

    def test_http_1_0_with_body(self):
        """RFC 9112 6.2: a body with a length goes on for HTTP/1.0, too."""
        text = post(b"Content-Length: 5", body=b"hello", version=b"1.0")
        self.forwarded(text, at_origin(text.replace(b"HTTP/1.0", b"HTTP/1.1"), VIA_1_0))

    @each(
        {
            "one_empty_line": ("RFC 9112 2.2: an empty line before the request line is ignored.", b"\r\n"),
            "several_empty_lines": (
                "RFC 9112 2.2: a few empty lines before the request line are ignored.",
                b"\r\n" * 4,
            ),
        }
    )
    def empty_lines_are_ignored(self, lines):
        self.forwarded(lines + get(), at_origin(get()))

    def test_largest_length(self):
        """RFC 9110 8.6: a request with a length of 2^63 - 1 begins, and its content goes on."""
        origin = self.recorder()
        origin.script = lambda peer: peer.read_until(b"hello") and peer.send(OK)
        client = self.open()
        client.send(origin.fill(post(b"Content-Length: 9223372036854775807", body=b"hello")))
        self.assertEqual(client.read_response().body, b"ok")

    def test_large_body(self):
        """RFC 9112 6.2: a body of 3 MB goes on whole."""
        body = bytes(range(256)) * 12000
        text = post(b"Content-Length: %d" % len(body), body=body)
        self.forwarded(text, at_origin(text))

    def test_large_chunked_body(self):
        """RFC 9112 7.1: a chunked body of 3 MB goes on whole."""
        body = bytes(range(256)) * 12000
        origin = self.recorder()
        client = self.open()
        client.send(origin.fill(post(b"Transfer-Encoding: chunked")) + chunked(body[:1000], body[1000:]))
        self.assertEqual(client.read_response().status, 200)
        self.assertEqual(origin.requests[0].body, body)


def head_of(*lines, **more):
    return answer(*lines, **more)


if __name__ == "__main__":
    main()
