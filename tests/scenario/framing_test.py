"""Forwarding: what reaches the origin and the client, byte by byte."""
from harness import main
from harness.message import chunked
from harness.rules import DATE, OK, VIA, VIA_1_0, Rules, answer, each, get, post


def on(head, via=VIA):
    """A head as it goes on: with our Via as its last field."""
    start, rest = head.split(b"\r\n\r\n", 1)
    return start + b"\r\n" + via + b"\r\n" + rest


def at_origin(text, via=VIA):
    """The same request in origin-form."""
    return on(text.replace(b" http://ORIGIN", b" ", 1), via)


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
        """RFC 9112 3.2.1: the root path shows the proxy's own page, wherever Host points."""
        origin = self.recorder()
        got = self.open().send(origin.fill(asked(b"/"))).read_response()
        self.assertEqual((got.status, origin.accepted), (200, 0))

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


class Answers(Rules):
    @each(
        {
            "length": (
                "RFC 9112 6.2: an answer with a length goes on with it.",
                answer(b"Content-Length: 5", body=b"hello"),
            ),
            "length_zero": ("RFC 9112 6.2: an answer with a length of zero goes on.", answer(b"Content-Length: 0")),
            "chunked": (
                "RFC 9112 7.1: a chunked answer goes on chunked.",
                answer(b"Transfer-Encoding: chunked", body=b"5\r\nhello\r\n0\r\n\r\n"),
            ),
            "chunked_without_content": (
                "RFC 9112 7.1: a chunked answer without content goes on.",
                answer(b"Transfer-Encoding: chunked", body=b"0\r\n\r\n"),
            ),
            "length_in_place": (
                "RFC 9110 5.3: the length stays where it stood.",
                answer(b"A: 1", b"Content-Length: 2", b"B: 2", body=b"ok"),
            ),
            "order_and_case": (
                "RFC 9110 5.3: fields of an answer keep order and case.",
                answer(b"b: 1", b"A: 2", b"Content-Length: 0", b"x-LAST: 3"),
            ),
            "set_cookie": (
                "RFC 6265 3: Set-Cookie fields stay apart, in order.",
                answer(b"Set-Cookie: a=1; Path=/", b"Set-Cookie: b=2, c", b"Content-Length: 0"),
            ),
            "repetitions": (
                "RFC 9110 5.3: repeated fields of an answer stay apart.",
                answer(b"A: 1", b"B: 2", b"A: 3", b"Content-Length: 0"),
            ),
            "empty_value": ("RFC 9110 5.5: an empty value goes on.", answer(b"X: ", b"Content-Length: 0")),
            "obs_text": ("RFC 9110 5.5: obs-text in an answer goes on.", answer(b"X: \xe4\xff", b"Content-Length: 0")),
            "phrase": (
                "RFC 9112 4: the reason phrase goes on as it is.",
                answer(b"Content-Length: 0", status=b"404 Gone  Fishing"),
            ),
            "phrase_with_obs_text": (
                "RFC 9112 4: obs-text in a reason phrase goes on.",
                answer(b"Content-Length: 0", status=b"200 \xc3\xa4\tb"),
            ),
            "empty_phrase": (
                "RFC 9112 4: an empty reason phrase goes on.",
                answer(b"Content-Length: 0", status=b"200 "),
            ),
            "unknown_status": (
                "RFC 9110 15: an unknown status goes on.",
                answer(b"Content-Length: 0", status=b"299 Odd"),
            ),
            "status_599": ("RFC 9110 15: status 599 goes on.", answer(b"Content-Length: 0", status=b"599 Odd")),
            "redirection": (
                "RFC 9110 15.4: a redirection goes on as it is.",
                answer(b"Location: /b", b"Content-Length: 0", status=b"302 Found"),
            ),
            "partial": (
                "RFC 9110 15.3.7: partial content goes on as it is.",
                answer(b"Content-Range: bytes 0-1/9", b"Content-Length: 2", body=b"ok", status=b"206 Partial Content"),
            ),
            "unauthorized": (
                "RFC 9110 11.6.1: WWW-Authenticate goes on.",
                answer(b'WWW-Authenticate: Basic realm="a"', b"Content-Length: 0", status=b"401 Unauthorized"),
            ),
            "status_999": ("RFC 9110 15: status 999 goes on.", answer(b"Content-Length: 0", status=b"999 Odd")),
            "server_error": (
                "RFC 9110 15.6: an origin's own 502 goes on with its body.",
                answer(b"Content-Length: 3", body=b"bad", status=b"502 Bad Gateway"),
            ),
            "reset_content": (
                "RFC 9110 15.3.6: 205 is framed as any other answer.",
                answer(b"Content-Length: 0", status=b"205 Reset Content"),
            ),
            "encoded": (
                "RFC 9110 7.7: content is not decoded.",
                answer(b"Content-Encoding: gzip", b'ETag: "x"', b"Content-Length: 2", body=b"\x1f\x8b"),
            ),
            "binary": (
                "RFC 9112 6.2: an answer's body may be any bytes.",
                answer(b"Content-Length: 8", body=b"\x00\r\n\r\n\xff\r\n"),
            ),
            "body_like_an_answer": (
                "RFC 9112 6.2: a body that looks like an answer is a body.",
                answer(b"Content-Length: 38", body=b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
            ),
            "not_modified": ("RFC 9112 6.3: 304 has no body.", answer(b'ETag: "x"', status=b"304 Not Modified")),
            "not_modified_with_length": (
                "RFC 9110 8.6: the length in a 304 goes on, and no body is awaited.",
                answer(b"Content-Length: 1000", status=b"304 Not Modified"),
            ),
            "no_content": ("RFC 9112 6.3: 204 has no body.", answer(b"X: y", status=b"204 No Content")),
        }
    )
    def answer_goes_on(self, reply):
        self.answered(reply, on(reply))

    @each(
        {
            "no_phrase_and_no_space": (
                "RFC 9112 4: a missing space before an empty phrase is tolerated and written.",
                answer(b"Content-Length: 0", status=b"200"),
                answer(b"Content-Length: 0", status=b"200 "),
            ),
            "length_with_zeros": (
                "RFC 9110 8.6: a length may have leading zeros.",
                answer(b"Content-Length: 002", body=b"ok"),
                answer(b"Content-Length: 2", body=b"ok"),
            ),
            "no_content_with_length": (
                "RFC 9110 8.6: 204 goes on without a length.",
                answer(b"Content-Length: 0", status=b"204 No Content"),
                answer(status=b"204 No Content"),
            ),
            "no_content_with_coding": (
                "RFC 9112 6.1: 204 goes on without a transfer coding.",
                answer(b"Transfer-Encoding: chunked", status=b"204 No Content"),
                answer(status=b"204 No Content"),
            ),
            "not_modified_with_coding": (
                "RFC 9112 6.3: 304 has no body, whatever its transfer coding.",
                answer(b"Transfer-Encoding: chunked", status=b"304 Not Modified"),
                answer(status=b"304 Not Modified"),
            ),
            "coding_in_any_case": (
                "RFC 9112 7: chunked of an answer is read in any case.",
                answer(b"tRANSFER-eNCODING: Chunked", body=b"2\r\nok\r\n0\r\n\r\n"),
                answer(b"tRANSFER-eNCODING: chunked", body=b"2\r\nok\r\n0\r\n\r\n"),
            ),
            "http_1_2": (
                "RFC 9110 2.5: an answer of HTTP/1.2 is read as HTTP/1.1.",
                answer(b"Content-Length: 2", body=b"ok", version=b"1.2"),
                answer(b"Content-Length: 2", body=b"ok"),
            ),
            "blanks_around_value": (
                "RFC 9112 5.1: blanks around a value are removed.",
                answer(b"X: \t y \t", b"Content-Length:2", body=b"ok"),
                answer(b"X: y", b"Content-Length: 2", body=b"ok"),
            ),
            "space_before_colon": (
                "RFC 9112 5.1: a blank before the colon in an answer is removed.",
                answer(b"X : y", b"Content-Length: 2", body=b"ok"),
                answer(b"X: y", b"Content-Length: 2", body=b"ok"),
            ),
            "tabs_before_colon": (
                "RFC 9112 5.1: tabs before the colon in an answer are removed.",
                answer(b"X\t \t: y", b"Content-Length: 2", body=b"ok"),
                answer(b"X: y", b"Content-Length: 2", body=b"ok"),
            ),
            "space_before_colon_of_length": (
                "RFC 9112 5.1: a length with a blank before its colon counts.",
                answer(b"Content-Length : 2", body=b"ok"),
                answer(b"Content-Length: 2", body=b"ok"),
            ),
            "space_before_colon_of_coding": (
                "RFC 9112 5.1: a transfer coding with a blank before its colon counts.",
                answer(b"Transfer-Encoding : chunked", body=b"2\r\nok\r\n0\r\n\r\n"),
                answer(b"Transfer-Encoding: chunked", body=b"2\r\nok\r\n0\r\n\r\n"),
            ),
            "space_before_colon_of_connection": (
                "RFC 9112 5.1: Connection with a blank before its colon counts.",
                answer(b"Connection : X", b"X: y", b"Content-Length: 2", body=b"ok"),
                answer(b"Content-Length: 2", body=b"ok"),
            ),
        }
    )
    def answer_goes_on_as(self, reply, expected):
        self.answered(reply, on(expected))

    @each(
        {
            "head_with_length": (
                "RFC 9110 9.3.2: the length in an answer to HEAD goes on, and no body is awaited.",
                answer(b"Content-Length: 1000"),
                answer(b"Content-Length: 1000"),
            ),
            "head_with_largest_length": (
                "RFC 9110 8.6: a length of 2^63 - 1 goes on.",
                answer(b"Content-Length: 9223372036854775807"),
                answer(b"Content-Length: 9223372036854775807"),
            ),
            "head_without_length": (
                "RFC 9110 9.3.2: an answer to HEAD needs no length.",
                answer(b"X: y"),
                answer(b"X: y"),
            ),
            "head_of_an_error": (
                "RFC 9110 9.3.2: an error to HEAD has no body either.",
                answer(b"Content-Length: 9", status=b"404 Not Found"),
                answer(b"Content-Length: 9", status=b"404 Not Found"),
            ),
        }
    )
    def head_is_answered(self, reply, expected):
        self.answered(reply, on(expected), request=get(method=b"HEAD"))

    def test_head_with_coding(self):
        """RFC 9112 6.3: an answer to HEAD has no body, whatever its transfer coding."""
        origin = self.recorder(answer(b"Transfer-Encoding: chunked"))
        client = self.open()
        for _ in range(2):
            got = client.send(origin.fill(get(method=b"HEAD"))).read_response("HEAD")
            self.assertEqual((got.status, got.body), (200, b""))

    @each(
        {
            "until_the_close": (
                "RFC 9112 6.3: a body that the close ends goes on chunked, and the client's connection lives.",
                answer(body=b"hello"),
                answer(b"Transfer-Encoding: chunked", body=b"5\r\nhello\r\n0\r\n\r\n"),
                VIA,
            ),
            "until_the_close_and_empty": (
                "RFC 9112 6.3: an empty body that the close ends goes on chunked.",
                answer(),
                answer(b"Transfer-Encoding: chunked", body=b"0\r\n\r\n"),
                VIA,
            ),
            "until_the_close_http_1_0": (
                "RFC 9112 6.3: a body of HTTP/1.0 that the close ends goes on chunked.",
                answer(body=b"hello", version=b"1.0"),
                answer(b"Transfer-Encoding: chunked", body=b"5\r\nhello\r\n0\r\n\r\n"),
                VIA_1_0,
            ),
            "http_1_0_with_length": (
                "RFC 9110 2.5: an answer of HTTP/1.0 goes on as HTTP/1.1, with its version in Via.",
                answer(b"Content-Length: 5", body=b"hello", version=b"1.0"),
                answer(b"Content-Length: 5", body=b"hello"),
                VIA_1_0,
            ),
            "connection_close": (
                "RFC 9112 9.6: an origin's close ends with its connection, not with the client's.",
                answer(b"Connection: close", b"Content-Length: 5", body=b"hello"),
                answer(b"Content-Length: 5", body=b"hello"),
                VIA,
            ),
        }
    )
    def answer_that_ends(self, reply, expected, via):
        start, body = expected.split(b"\r\n\r\n", 1)
        coding = b"Transfer-Encoding: chunked"
        if coding in start and coding not in reply:  # ours, so behind the origin's fields
            start = start.replace(b"\r\n" + coding, b"") + b"\r\n" + coding
        self.answered(reply, start + b"\r\n" + via + b"\r\n" + body, ends=True)

    @each(
        {
            "old_client_length": (
                "RFC 9112 9.3: an HTTP/1.0 client gets the length, and the end.",
                answer(b"Content-Length: 5", body=b"hello"),
            ),
            "old_client_chunked": (
                "RFC 9112 6.1: an HTTP/1.0 client gets no chunks.",
                answer(b"Transfer-Encoding: chunked", body=b"5\r\nhello\r\n0\r\n\r\n"),
            ),
            "old_client_close": (
                "RFC 9112 6.3: an HTTP/1.0 client gets a body that the close ends.",
                answer(body=b"hello"),
            ),
            "old_client_keep_alive": (
                "RFC 9112 9.3: an HTTP/1.0 client's keep-alive is not honoured by a proxy.",
                answer(b"Content-Length: 5", body=b"hello"),
                [b"Connection: keep-alive", b"Proxy-Connection: keep-alive"],
            ),
        }
    )
    def old_client_is_answered(self, reply, lines=()):
        origin = self.recorder(lambda peer, _: peer.send(reply).finish())
        client = self.open()
        client.send(origin.fill(get(b"/", *lines, version=b"1.0")))
        got = client.read_head()
        self.assertEqual((got.first_line, got.get("Transfer-Encoding")), ("HTTP/1.1 200 OK", None))
        self.assertEqual(got.get("Connection"), "close")
        self.assertEqual(client.read_to_end(), b"hello")

    def test_bytes_come_one_by_one(self):
        """RFC 9112 2.2: an answer that comes byte by byte is the same answer."""
        reply = answer(b"Transfer-Encoding: chunked", body=b"5\r\nhello\r\n0\r\nX: y\r\n\r\n")

        def talk(peer, _):
            for byte in reply:
                peer.send(bytes([byte]))

        origin = self.recorder(talk)
        got = self.open().send(origin.fill(get())).read_response()
        self.assertEqual((got.body, got.trailers), (b"hello", [("X", "y")]))

    def test_large_answer(self):
        """RFC 9112 6.2: an answer of 3 MB goes on whole."""
        body = bytes(range(256)) * 12000
        reply = answer(b"Content-Length: %d" % len(body), body=body)
        self.answered(reply, on(reply))

    def test_large_head(self):
        """RFC 9110 5.4: an answer's head of 60000 bytes goes on."""
        reply = answer(b"X: " + b"y" * 60000, b"Content-Length: 0")
        self.answered(reply, on(reply))


if __name__ == "__main__":
    main()
