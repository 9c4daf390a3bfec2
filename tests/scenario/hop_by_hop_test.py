"""Hop-by-hop fields and the traces of a proxy: what ends here, what goes on, what is added."""
from harness import main
from harness.rules import DATE, OK, VIA, Rules, answer, each, get, post

ASKED = b"GET / HTTP/1.1\r\nHost: ORIGIN\r\n"
ANSWERED = b"HTTP/1.1 200 OK\r\n" + DATE

# Lines of a head and what of them goes on, the same for both directions.
BOTH = {
    "connection_close": ("RFC 9110 7.6.1: Connection ends here.", [b"Connection: close"], []),
    "connection_keep_alive": ("RFC 9110 7.6.1: Connection: keep-alive ends here.", [b"Connection: keep-alive"], []),
    "connection_empty": ("RFC 9110 7.6.1: an empty Connection ends here.", [b"Connection:"], []),
    "connection_any_case": ("RFC 9110 7.6.1: Connection is read in any case.", [b"cONNECTION: X-Hop", b"X-Hop: y"], []),
    "keep_alive": ("RFC 9110 7.6.1: Keep-Alive ends here, nominated or not.", [b"Keep-Alive: timeout=5"], []),
    "proxy_connection": ("RFC 9110 7.6.1: Proxy-Connection ends here.", [b"Proxy-Connection: keep-alive"], []),
    "te": ("RFC 9110 10.1.4: TE ends here.", [b"Connection: TE", b"TE: trailers, gzip;q=0.5"], []),
    "te_without_nomination": ("RFC 9110 10.1.4: TE ends here, nominated or not.", [b"TE: trailers"], []),
    "upgrade_without_nomination": (
        "RFC 9110 7.8: Upgrade that Connection does not nominate ends here.",
        [b"Upgrade: x"],
        [],
    ),
    "nominated": (
        "RFC 9110 7.6.1: a nominated field ends here.",
        [b"Connection: X-Hop", b"X-Hop: y", b"X-End: z"],
        [b"X-End: z"],
    ),
    "nominated_before": (
        "RFC 9110 7.6.1: a nominated field ends here if it stands before Connection.",
        [b"X-Hop: y", b"Connection: X-Hop", b"X-End: z"],
        [b"X-End: z"],
    ),
    "nominated_in_any_case": (
        "RFC 9110 7.6.1: nominations are read in any case.",
        [b"Connection: x-hOP", b"X-Hop: y"],
        [],
    ),
    "several_nominated": (
        "RFC 9110 7.6.1: all nominated fields end here.",
        [b"Connection: A, B,C ,\tD", b"A: 1", b"B: 2", b"C: 3", b"D: 4", b"E: 5"],
        [b"E: 5"],
    ),
    "nominated_on_several_lines": (
        "RFC 9110 7.6.1: all Connection lines nominate.",
        [b"Connection: A", b"A: 1", b"Connection: B", b"B: 2", b"E: 5"],
        [b"E: 5"],
    ),
    "nominated_repeated_field": (
        "RFC 9110 7.6.1: every line of a nominated field ends here.",
        [b"Connection: A", b"A: 1", b"E: 5", b"a: 2"],
        [b"E: 5"],
    ),
    "nominated_twice": ("RFC 9110 7.6.1: a field may be nominated twice.", [b"Connection: A, A", b"A: 1"], []),
    "nominated_and_absent": (
        "RFC 9110 7.6.1: an absent field may be nominated.",
        [b"Connection: A", b"E: 5"],
        [b"E: 5"],
    ),
    "nominated_among_empty_elements": (
        "RFC 9110 5.6.1: empty elements of Connection are skipped.",
        [b"Connection: , A,, B ,", b"A: 1", b"B: 2", b"E: 5"],
        [b"E: 5"],
    ),
    "nominated_beside_close": (
        "RFC 9110 7.6.1: a field nominated beside keep-alive ends here.",
        [b"Connection: keep-alive, A", b"A: 1"],
        [],
    ),
    "nominated_prefix": (
        "RFC 9110 7.6.1: a nomination is no prefix.",
        [b"Connection: X-Ho", b"X-Hop: y"],
        [b"X-Hop: y"],
    ),
    "nominated_keep_alive": (
        "RFC 9110 7.6.1: Keep-Alive may be nominated.",
        [b"Connection: Keep-Alive", b"Keep-Alive: 5"],
        [],
    ),
    "trailer": ("RFC 9110 6.6.2: Trailer goes on.", [b"Trailer: X-Sum"], [b"Trailer: X-Sum"]),
    "cache_fields": (
        "RFC 9110 7.7: fields for caches go on.",
        [b"Cache-Control: no-transform", b"Pragma: a", b"Warning: 110 a b"],
        [b"Cache-Control: no-transform", b"Pragma: a", b"Warning: 110 a b"],
    ),
    "entity_fields": (
        "RFC 9110 7.7: fields of the representation go on.",
        [b"Content-Type: a/b", b"Content-Language: en", b"Content-Location: /c", b'ETag: "x"'],
        [b"Content-Type: a/b", b"Content-Language: en", b"Content-Location: /c", b'ETag: "x"'],
    ),
    "x_fields": ("RFC 9110 5.1: unknown fields go on.", [b"X-Hop: y", b"Proxy: z"], [b"X-Hop: y", b"Proxy: z"]),
}


def field(lines):
    return b"".join(line + b"\r\n" for line in lines)


def prefixed(table, prefix):
    return {f"{prefix}_{name}": row for name, row in table.items()}


class Requests(Rules):
    @each(
        {
            **prefixed(BOTH, "request"),
            "proxy_authorization": (
                "RFC 9110 11.7.2: Proxy-Authorization ends here.",
                [b"Proxy-Authorization: Basic c2VjcmV0"],
                [],
            ),
            "http2_settings": (
                "RFC 9113 3.2.1: HTTP2-Settings ends here.",
                [b"Connection: HTTP2-Settings", b"HTTP2-Settings: AAMAAABkAAQAAP__"],
                [],
            ),
            "nominated_host": ("RFC 9110 7.6.1: nominating Host does not remove it.", [b"Connection: Host"], []),
            "nominated_via": ("RFC 9110 7.6.1: nominating Via does not remove ours.", [b"Connection: Via"], []),
            "max_forwards_of_get": (
                "RFC 9110 7.6.2: Max-Forwards of GET goes on as it is.",
                [b"Max-Forwards: 0"],
                [b"Max-Forwards: 0"],
            ),
            "forwarding_fields": (
                "RFC 7239 4: by default nothing is told about the client, and what came goes on.",
                [b"X-Forwarded-For: 192.0.2.1", b"Forwarded: for=192.0.2.1", b"X-Real-IP: 192.0.2.1"],
                [b"X-Forwarded-For: 192.0.2.1", b"Forwarded: for=192.0.2.1", b"X-Real-IP: 192.0.2.1"],
            ),
            "via_of_another": (
                "RFC 9110 7.6.3: the Via of others goes on before ours.",
                [b"Via: 1.0 fred, 1.1 p.example.net (x, y)"],
                [b"Via: 1.0 fred, 1.1 p.example.net (x, y)"],
            ),
            "via_of_two_others": (
                "RFC 9110 7.6.3: several Via lines keep their order.",
                [b"Via: 1.0 fred", b"X: y", b"Via: HTTP/1.1 ethel:80"],
                [b"Via: 1.0 fred", b"X: y", b"Via: HTTP/1.1 ethel:80"],
            ),
            "via_of_a_namesake": (
                "RFC 9110 7.6.3: another megaphone's Via is no loop.",
                [b"Via: 1.1 megaphone-00000000x"],
                [b"Via: 1.1 megaphone"],
            ),
        }
    )
    def request_goes_on(self, lines, expected):
        self.forwarded(get(b"/", *lines), ASKED + field(expected) + VIA + b"\r\n")

    @each(
        {
            "nominated_length": (
                "RFC 9110 7.6.1: nominating Content-Length does not unframe the body.",
                post(b"Connection: Content-Length", b"Content-Length: 5", body=b"hello"),
                b"Content-Length: 5\r\n" + VIA + b"\r\nhello",
            ),
            "nominated_coding": (
                "RFC 9110 7.6.1: nominating Transfer-Encoding does not unframe the body.",
                post(b"Connection: Transfer-Encoding", b"Transfer-Encoding: chunked", body=b"5\r\nhello\r\n0\r\n\r\n"),
                b"Transfer-Encoding: chunked\r\n" + VIA + b"\r\n5\r\nhello\r\n0\r\n\r\n",
            ),
        }
    )
    def framing_cannot_be_nominated(self, text, rest):
        self.forwarded(text, b"POST / HTTP/1.1\r\nHost: ORIGIN\r\n" + rest)

    @each(
        {
            f"request_option_{name}": (f"RFC 9110 7.6.1: a Connection option {what} is no token: 400.", line)
            for name, (what, line) in {
                "behind_a_quote": ("behind a quote", b'Connection: "x, X-Hop'),
                "within_quotes": ("within quotes", b'Connection: "x, X-Hop, y"'),
                "with_a_blank": ("with a blank", b"Connection: X Hop"),
                "with_a_parameter": ("with a parameter", b"Connection: close;x"),
            }.items()
        }
    )
    def option_is_refused(self, line):
        self.refused(get(b"/", line, b"X-Hop: y"))

    def own_tag(self):
        origin = self.recorder()
        self.open().send(origin.fill(get())).read_response()
        return origin.requests[0].head.get("Via").split(" ")[1].encode()

    @each(
        {
            "own_tag": ("RFC 9110 7.6.3: a request that has been here is refused as a loop.", b"1.1 TAG"),
            "own_tag_in_a_list": ("RFC 9110 7.6.3: a loop is seen within a list.", b"1.0 fred, 1.1 TAG, 1.1 ethel"),
            "own_tag_with_comment": ("RFC 9110 7.6.3: a loop is seen beside a comment.", b"1.1 TAG (fred)"),
            "own_tag_of_http_1_0": ("RFC 9110 7.6.3: a loop is seen whatever the version.", b"1.0 TAG"),
            "own_tag_with_protocol": ("RFC 9110 7.6.3: a loop is seen behind a protocol name.", b"HTTP/1.1 TAG"),
            "own_tag_with_tab": ("RFC 9110 7.6.3: a loop is seen behind a tab.", b"1.1\tTAG"),
        }
    )
    def loop_is_refused(self, via):
        tag = self.own_tag()
        origin = self.recorder()
        client = self.open()
        client.send(origin.fill(get(b"/", b"Via: " + via.replace(b"TAG", tag))))
        self.assert_refused(client.read_response(), 502, "proxy_loop_detected")
        self.assertEqual(origin.accepted, 0)

    def test_a_loop_through_nominated_via(self):
        """RFC 9110 7.6.3: a loop is seen even if Connection nominates Via."""
        tag = self.own_tag()
        origin = self.recorder()
        client = self.open()
        client.send(origin.fill(get(b"/", b"Connection: Via", b"Via: 1.1 " + tag)))
        self.assert_refused(client.read_response(), 502, "proxy_loop_detected")
        self.assertEqual(origin.accepted, 0)

    def test_the_tag_in_a_comment(self):
        """RFC 9110 7.6.3: our tag in somebody else's comment is no loop."""
        tag = self.own_tag()
        origin = self.recorder()
        got = self.open().send(origin.fill(get(b"/", b"Via: 1.1 fred (1.1 " + tag + b")"))).read_response()
        self.assertEqual(got.status, 200)

    def test_the_tag_is_unique(self):
        """RFC 9110 7.6.3: the tag in Via names this daemon and no address."""
        self.assertRegex(self.own_tag(), rb"^megaphone-[0-9a-f]{8,}$")


class Answers(Rules):
    @each(
        {
            **prefixed(BOTH, "answer"),
            "proxy_authenticate": (
                "RFC 9110 11.7.1: Proxy-Authenticate ends here.",
                [b"Proxy-Authenticate: Basic"],
                [],
            ),
            "proxy_authentication_info": (
                "RFC 9110 11.7.3: Proxy-Authentication-Info ends here.",
                [b"Proxy-Authentication-Info: a=b"],
                [],
            ),
            "proxy_status": (
                "RFC 9209 2: the Proxy-Status of others goes on.",
                [b"Proxy-Status: other; error=dns_error"],
                [b"Proxy-Status: other; error=dns_error"],
            ),
            "server": ("RFC 9110 10.2.4: Server goes on.", [b"Server: a/1"], [b"Server: a/1"]),
            "allow": ("RFC 9110 10.2.1: Allow goes on.", [b"Allow: GET"], [b"Allow: GET"]),
            "vary": ("RFC 9110 12.5.5: Vary goes on.", [b"Vary: *"], [b"Vary: *"]),
            "authentication_info": (
                "RFC 9110 11.6.3: Authentication-Info goes on.",
                [b"Authentication-Info: a=b"],
                [b"Authentication-Info: a=b"],
            ),
            "via_of_another": (
                "RFC 9110 7.6.3: the Via of others goes on before ours.",
                [b"Via: 1.0 fred"],
                [b"Via: 1.0 fred"],
            ),
            "nominated_date": (
                "RFC 9110 7.6.1: what an answer nominates beside others ends here alone.",
                [b"Connection: Server", b"Server: a", b"X: y"],
                [b"X: y"],
            ),
        }
    )
    def answer_goes_on(self, lines, expected):
        reply = ANSWERED + field([*lines, b"Content-Length: 2"]) + b"\r\nok"
        self.answered(reply, ANSWERED + field([*expected, b"Content-Length: 2"]) + VIA + b"\r\nok")

    @each(
        {
            "nominated_length": (
                "RFC 9110 7.6.1: an answer's nominated length frames it.",
                b"Connection: Content-Length",
            ),
            "nominated_coding": (
                "RFC 9110 7.6.1: an answer's nominated coding is no coding if it is not there.",
                b"Connection: Transfer-Encoding",
            ),
        }
    )
    def framing_cannot_be_nominated(self, line):
        self.answered(
            answer(line, b"Content-Length: 2", body=b"ok"), ANSWERED + b"Content-Length: 2\r\n" + VIA + b"\r\nok"
        )

    def test_upgrade_offered_by_an_answer(self):
        """RFC 9110 7.8: an Upgrade that an answer offers ends here."""
        reply = answer(b"Connection: Upgrade", b"Upgrade: h2c", b"Content-Length: 2", body=b"ok")
        self.answered(reply, ANSWERED + b"Content-Length: 2\r\n" + VIA + b"\r\nok")

    def test_date_is_kept(self):
        """RFC 9110 6.6.1: an answer's Date goes on as it is."""
        self.answered(OK, OK.replace(b"\r\n\r\n", b"\r\n" + VIA + b"\r\n"))

    def test_date_is_added(self):
        """RFC 9110 6.6.1: an answer without Date gets one."""
        origin = self.recorder(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        got = self.open().send(origin.fill(get())).read_response()
        self.assertRegex(
            got.head.get("Date"), r"^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$"
        )

    def test_own_answers_have_a_date(self):
        """RFC 9110 6.6.1: an answer of our own has a Date."""
        origin = self.recorder()
        origin.close()
        got = self.open().send(origin.fill(get())).read_response()
        self.assertEqual(got.status, 502)
        self.assertRegex(got.head.get("Date"), r"^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$")


if __name__ == "__main__":
    main()
