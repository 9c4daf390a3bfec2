"""Chunked bodies: valid ones pass without their extensions, hostile ones are refused and never completed."""
from harness import main
from harness.message import chunked
from harness.rules import Rules, answer, chunked_post, each, get

SMUGGLED = b"GET http://ORIGIN/smuggled HTTP/1.1\r\nHost: ORIGIN\r\n\r\n"

HOSTILE = {
    "negative_size": ("7.1: a negative chunk size", b"-1\r\nhello\r\n0\r\n\r\n"),
    "signed_size": ("7.1: a signed chunk size", b"+5\r\nhello\r\n0\r\n\r\n"),
    "prefixed_size": ("7.1: a chunk size with 0x", b"0x5\r\nhello\r\n0\r\n\r\n"),
    "suffixed_size": ("7.1: a chunk size followed by h", b"5h\r\nhello\r\n0\r\n\r\n"),
    "empty_size": ("7.1: a chunk line without a size", b"\r\nhello\r\n0\r\n\r\n"),
    "extension_without_size": ("7.1: an extension without a size", b";a=b\r\nhello\r\n0\r\n\r\n"),
    "word_for_size": ("7.1: a word for a chunk size", b"five\r\nhello\r\n0\r\n\r\n"),
    "letter_beyond_f": ("7.1: a digit beyond f", b"g\r\nhello\r\n0\r\n\r\n"),
    "quoted_size": ("7.1: a quoted chunk size", b'"5"\r\nhello\r\n0\r\n\r\n'),
    "fraction": ("7.1: a fraction for a chunk size", b"5.0\r\nhello\r\n0\r\n\r\n"),
    "underscored_size": ("7.1: a chunk size grouped by an underscore", b"0_5\r\nhello\r\n0\r\n\r\n"),
    "comma_in_size": ("7.1: a chunk size followed by a comma", b"5,\r\nhello\r\n0\r\n\r\n"),
    "colon_in_size": ("7.1: a chunk size followed by a colon", b"5:\r\nhello\r\n0\r\n\r\n"),
    "two_sizes": ("7.1: two chunk sizes on a line", b"5 5\r\nhello\r\n0\r\n\r\n"),
    "other_digits": ("7.1: digits of another script", b"\xef\xbc\x95\r\nhello\r\n0\r\n\r\n"),
    "obs_text_behind_size": ("7.1: a byte above 127 behind a chunk size", b"5\x80\r\nhello\r\n0\r\n\r\n"),
    "space_before_size": ("7.1: a space before a chunk size", b" 5\r\nhello\r\n0\r\n\r\n"),
    "tab_before_size": ("7.1: a tab before a chunk size", b"\t5\r\nhello\r\n0\r\n\r\n"),
    "space_behind_size": ("7.1: a space between a chunk size and its CRLF", b"5 \r\nhello\r\n0\r\n\r\n"),
    "tab_behind_size": ("7.1: a tab between a chunk size and its CRLF", b"5\t\r\nhello\r\n0\r\n\r\n"),
    "word_behind_size": ("7.1: a word behind a chunk size", b"5 x\r\nhello\r\n0\r\n\r\n"),
    "word_before_extension": ("7.1: a word between a chunk size and its extension", b"5 x;a\r\nhello\r\n0\r\n\r\n"),
    "nul_behind_size": ("7.1: a NUL behind a chunk size", b"5\x00\r\nhello\r\n0\r\n\r\n"),
    "size_of_17_digits": ("7.1: a chunk size of 2^64", b"10000000000000000\r\nhello\r\n0\r\n\r\n"),
    "size_that_wraps_to_5": ("7.1: a chunk size of 2^64 + 5", b"10000000000000005\r\nhello\r\n0\r\n\r\n"),
    "size_that_wraps_32_bits": (
        "7.1: a chunk size that is 5 in 128 bits",
        b"1" + b"0" * 31 + b"5\r\nhello\r\n0\r\n\r\n",
    ),
    "size_of_minus_one": ("7.1: a chunk size of 2^64 - 1", b"ffffffffffffffff\r\nhello\r\n0\r\n\r\n"),
    "size_above_63_bits": ("7.1: a chunk size of 2^63", b"8000000000000000\r\nhello\r\n0\r\n\r\n"),
    "endless_zeros": ("7.1: a chunk size without an end", b"0" * 5000),
    "endless_extension": ("7.1.1: an extension without an end", b"5;" + b"a" * 5000),
    "extensions_that_outweigh": (
        "7.1.1: extensions that outweigh the content",
        (b"1;" + b"a" * 4000 + b"\r\nx\r\n") * 6,
    ),
    "lf_behind_size": ("2.2: a bare LF behind a chunk size", b"5\nhello\r\n0\r\n\r\n"),
    "cr_behind_size": ("2.2: a bare CR behind a chunk size", b"5\rhello\r\n0\r\n\r\n"),
    "cr_cr_lf_behind_size": ("2.2: CR CR LF behind a chunk size", b"5\r\r\nhello\r\n0\r\n\r\n"),
    "lf_in_extension": ("7.1.1: a bare LF in an extension", b"5;a\nhello\r\n0\r\n\r\n"),
    "lf_in_quoted_extension": ("7.1.1: a bare LF in a quoted extension", b'5;a="\n"\r\nhello\r\n0\r\n\r\n'),
    "cr_in_extension": ("7.1.1: a bare CR in an extension", b"5;a\rb\r\nhello\r\n0\r\n\r\n"),
    "cr_in_quoted_extension": ("7.1.1: a bare CR in a quoted extension", b'5;a="\r"\r\nhello\r\n0\r\n\r\n'),
    "nul_in_extension": ("7.1.1: a NUL in an extension", b"5;a=\x00\r\nhello\r\n0\r\n\r\n"),
    "control_in_extension": ("7.1.1: a control byte in an extension", b"5;a=\x01\r\nhello\r\n0\r\n\r\n"),
    **{
        f"extension_{name}": (f"7.1.1: a chunk extension {what}", b"5" + extension + b"\r\nhello\r\n0\r\n\r\n")
        for name, (what, extension) in {
            "empty": ("without a name", b";"),
            "twice_empty": ("without a name before another", b";;a"),
            "without_name": ("with a value and no name", b";=x"),
            "without_value": ("with an equals sign and no value", b";a="),
            "and_a_semicolon": ("followed by a semicolon", b";a;"),
            "of_two_words": ("of two words", b";a b"),
            "with_two_values": ("with two values", b";a=b=c"),
            "with_a_comma": ("with a comma", b";a,b"),
            "with_brackets": ("whose name is no token", b";[a]=b"),
            "with_a_quoted_name": ("whose name is quoted", b';"a"'),
            "with_obs_text": ("with a byte above 127", b";a\xe4"),
            "with_obs_text_unquoted": ("with a byte above 127 in a value without quotes", b";a=\xe4"),
            "with_a_quote_within": ("with a quote within its value", b';a=b"c'),
            "with_a_word_behind_a_quote": ("with a word behind its quoted value", b';a="x"y'),
            "with_an_open_quote": ("with a quote that is not closed", b';a="unbalanced'),
            "with_an_escaped_quote_at_the_end": ("whose last quote is escaped", b';a="b\\"'),
            "with_a_blank_behind": ("followed by a blank", b";a=b "),
            "with_a_blank_behind_a_quote": ("followed by a blank behind its quoted value", b';a="b"\t'),
        }.items()
    },
    "quote_closed_on_a_later_line": (
        "7.1.1: a quoted extension that ends on a later line",
        b'1;a="\r\nX\r\n0;b="\r\n\r\n',
    ),
    "open_quote_in_the_last_chunk": ("7.1.1: an open quote in the last chunk's extension", b'0;a="\r\n\r\n'),
    "lf_behind_content": ("7.1: a bare LF behind a chunk", b"5\r\nhello\n0\r\n\r\n"),
    "cr_behind_content": ("7.1: a bare CR behind a chunk", b"5\r\nhello\r0\r\n\r\n"),
    "nothing_behind_content": ("7.1: a chunk without CRLF behind it", b"5\r\nhello0\r\n\r\n"),
    "longer_content": ("7.1: a chunk longer than its size", b"5\r\nhelloworld\r\n0\r\n\r\n"),
    "shorter_content": ("7.1: a chunk shorter than its size", b"7\r\nhello\r\n0\r\n\r\n"),
    "two_line_ends_behind_content": ("7.1: two line ends behind a chunk", b"5\r\nhello\r\n\r\n0\r\n\r\n"),
    "space_behind_content": ("7.1: a space behind a chunk", b"5\r\nhello \r\n0\r\n\r\n"),
    "lf_behind_last_size": ("2.2: a bare LF behind the last chunk's size", b"5\r\nhello\r\n0\n\r\n"),
    "lf_for_the_last_line": ("2.2: a bare LF for the last line", b"5\r\nhello\r\n0\r\n\n"),
    "cr_for_the_last_line": ("2.2: a bare CR for the last line", b"5\r\nhello\r\n0\r\n\rx"),
    "space_before_trailer": ("7.1.2: a blank before a trailer field", b"0\r\n X: y\r\n\r\n"),
    "space_before_colon_in_trailer": ("7.1.2: a blank before the colon of a trailer field", b"0\r\nX : y\r\n\r\n"),
    "folded_trailer": ("7.1.2: a folded trailer field", b"0\r\nX: y\r\n z\r\n\r\n"),
    "lf_in_trailer": ("7.1.2: a bare LF behind a trailer field", b"0\r\nX: y\n\r\n"),
    "cr_in_trailer": ("7.1.2: a bare CR in a trailer field", b"0\r\nX: y\rZ: a\r\n\r\n"),
    "nul_in_trailer": ("7.1.2: a NUL in a trailer field", b"0\r\nX: \x00\r\n\r\n"),
    "control_in_trailer": ("7.1.2: a control byte in a trailer field", b"0\r\nX: \x01\r\n\r\n"),
    "no_colon_in_trailer": ("7.1.2: a trailer line without a colon", b"0\r\nX\r\n\r\n"),
    "empty_trailer_name": ("7.1.2: a trailer field without a name", b"0\r\n: y\r\n\r\n"),
    "space_in_trailer_name": ("7.1.2: a space in the name of a trailer field", b"0\r\nX Y: z\r\n\r\n"),
    "flood_of_trailers": ("7.1.2: a flood of trailer fields", b"0\r\n" + b"X: y\r\n" * 300 + b"\r\n"),
    "huge_trailer": ("7.1.2: a huge trailer field", b"0\r\nX: " + b"y" * 70000 + b"\r\n\r\n"),
    "request_for_a_trailer": ("7.1.2: a request line in the trailer section", b"0\r\nGET / HTTP/1.1\r\n\r\n"),
}

# Of requests only: in an answer they frame nothing, and are dropped.
FRAMING_TRAILERS = {
    "length_in_trailer": ("7.1.2: a length in the trailer section", b"0\r\nContent-Length: 5\r\n\r\n"),
    "coding_in_trailer": (
        "7.1.2: a transfer coding in the trailer section",
        b"0\r\nTransfer-Encoding: chunked\r\n\r\n",
    ),
}

# A body, the content and the trailers that pass.
VALID = {
    "one_chunk": ("7.1: a chunk is forwarded", b"5\r\nhello\r\n0\r\n\r\n", b"hello"),
    "two_chunks": ("7.1: chunks are forwarded in order", b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", b"hello world"),
    "no_content": ("7.1: a body without content ends at once", b"0\r\n\r\n", b""),
    "zeros_before_size": (
        "7.1: leading zeros of a size are allowed",
        b"0000000000000000000005\r\nhello\r\n0\r\n\r\n",
        b"hello",
    ),
    "many_zeros_at_the_end": ("7.1: the last chunk may have many zeros", b"5\r\nhello\r\n00000000\r\n\r\n", b"hello"),
    "upper_case_size": ("7.1: sizes are hexadecimal in upper case", b"A\r\n0123456789\r\n0\r\n\r\n", b"0123456789"),
    "lower_case_size": ("7.1: sizes are hexadecimal in lower case", b"a\r\n0123456789\r\n0\r\n\r\n", b"0123456789"),
    "content_like_framing": (
        "7.1: content that looks like the end is content",
        b"7\r\n0\r\n\r\nGE\r\n0\r\n\r\n",
        b"0\r\n\r\nGE",
    ),
    "content_like_a_request": (
        "7.1: content that looks like a request is content",
        b"%x\r\n" % len(get()) + get() + b"\r\n0\r\n\r\n",
        get(),
    ),
    "binary_content": ("7.1: content may be any bytes", b"4\r\n\x00\r\n\xff\r\n0\r\n\r\n", b"\x00\r\n\xff"),
    "extension": ("7.1.1: an extension is dropped", b"5;a\r\nhello\r\n0\r\n\r\n", b"hello"),
    "extension_with_value": (
        "7.1.1: an extension with a value is dropped",
        b"5;a=b\r\nhello\r\n0;c=d\r\n\r\n",
        b"hello",
    ),
    "quoted_extension": ("7.1.1: a quoted extension is dropped", b'5;a="b;c"\r\nhello\r\n0\r\n\r\n', b"hello"),
    "escaped_extension": (
        "7.1.1: a quoted pair in an extension is dropped",
        b'5;a="b\\"c"\r\nhello\r\n0\r\n\r\n',
        b"hello",
    ),
    "several_extensions": ("7.1.1: several extensions are dropped", b'5;a;b=c;d="e"\r\nhello\r\n0\r\n\r\n', b"hello"),
    "space_before_extension": (
        "7.1.1: blanks before an extension are removed",
        b"5 \t;a\r\nhello\r\n0\r\n\r\n",
        b"hello",
    ),
    "space_around_equals": (
        "7.1.1: blanks within an extension are removed",
        b"5; a\t=\tb ;c\r\nhello\r\n0 ; d\r\n\r\n",
        b"hello",
    ),
    "obs_text_in_extension": (
        "7.1.1: obs-text in a quoted extension is dropped",
        b'5;a="\xe4"\r\nhello\r\n0\r\n\r\n',
        b"hello",
    ),
    "trailer": (
        "7.1.2: a trailer field is forwarded",
        b"5\r\nhello\r\n0\r\nX-Sum: abc\r\n\r\n",
        b"hello",
        [("X-Sum", "abc")],
    ),
    "two_trailers": (
        "7.1.2: trailer fields keep their order and case",
        b"0\r\nX-b: 1\r\nx-A: 2\r\nX-b: 3\r\n\r\n",
        b"",
        [("X-b", "1"), ("x-A", "2"), ("X-b", "3")],
    ),
    **{
        f"{name.lower().replace('-', '_')}_in_trailer": (
            f"7.1.2: {name} does not pass in a trailer section",
            f"5\r\nhello\r\n0\r\n{name}: x\r\nX-Sum: abc\r\n\r\n".encode(),
            b"hello",
            [("X-Sum", "abc")],
        )
        for name in (
            "Host",
            "Connection",
            "Trailer",
            "TE",
            "Upgrade",
            "Keep-Alive",
            "Proxy-Connection",
            "Proxy-Authorization",
            "Content-Type",
            "Content-Encoding",
            "Content-Range",
            "Max-Forwards",
            "Expect",
            "Via",
        )
    },
}


def rows(table, prefix):
    """Sections are those of RFC 9112."""
    return {f"{prefix}_{name}": (f"RFC 9112 {row[0]}.", *row[1:]) for name, row in table.items()}


def refusals(table, prefix, end):
    return {name: (rule[:-1] + end, body) for name, (rule, body) in rows(table, prefix).items()}


def is_flood(body):
    """Whether it is the size of the trailer section that is wrong."""
    return body.startswith(b"0\r\nX: y") and len(body) > 999


class RequestChunks(Rules):
    @each(refusals(HOSTILE | FRAMING_TRAILERS, "request", " in a request is refused."))
    def chunks_are_refused(self, body):
        origin = self.recorder()
        client = self.open()
        client.send(origin.fill(get(b"/first") + chunked_post(body) + SMUGGLED))
        self.assertEqual(client.read_response().body, b"ok")
        if is_flood(body):
            self.expect_refusal(client, 431, "request_head_too_large")
        else:
            self.expect_refusal(client)
        self.fence(origin)
        self.assertEqual(origin.paths(), ["/first", "/fence"])
        heard = [origin.heard(number) for number in range(len(origin.connections))]
        self.assertNotIn(b"smuggled", b"".join(heard))
        cut = [number for number, text in enumerate(heard) if b"POST" in text]
        for number in cut:
            self.assertTrue(origin.connections[number].gone.wait(20))
            self.assertFalse(heard[number].endswith(b"\r\n0\r\n\r\n"), heard[number])

    @each(rows(VALID, "request"))
    def chunks_are_forwarded(self, body, content, trailers=()):
        origin = self.recorder()
        client = self.open()
        client.send(origin.fill(chunked_post(b"")) + body + origin.fill(get(b"/next")))
        self.assertEqual([client.read_response().body for _ in range(2)], [b"ok", b"ok"])
        posted = origin.requests[0]
        self.assertEqual((posted.body, posted.trailers), (content, list(trailers)))
        self.assertEqual(origin.paths(), ["/", "/next"])
        self.assertNotIn(b";", bytes(origin.connections[0].heard).split(b"\r\n\r\n", 1)[1].split(b"GET")[0])

    def test_chunks_byte_by_byte(self):
        """RFC 9112 7.1: chunks that come byte by byte are the same chunks."""
        origin = self.recorder()
        client = self.open()
        for byte in origin.fill(chunked_post(b"5;a\r\nhello\r\n3\r\n\r\n!\r\n0\r\nX: y\r\n\r\n")):
            client.send(bytes([byte]))
        self.assertEqual(client.read_response().body, b"ok")
        self.assertEqual((origin.requests[0].body, origin.requests[0].trailers), (b"hello\r\n!", [("X", "y")]))

    def test_a_nominated_trailer_field_does_not_pass(self):
        """RFC 9110 7.6.1: a trailer field that Connection nominates is not forwarded."""
        origin = self.recorder()
        client = self.open()
        client.send(origin.fill(chunked_post(b"0\r\nX-Hop: y\r\nX-End: z\r\n\r\n", b"Connection: X-Hop")))
        self.assertEqual(client.read_response().body, b"ok")
        self.assertEqual(origin.requests[0].trailers, [("X-End", "z")])


class AnswerChunks(Rules):
    @each(refusals(HOSTILE, "answer", " in an answer cuts it for the client."))
    def chunks_cut_the_answer(self, body):
        reply = answer(b"Transfer-Encoding: chunked", body=body)
        origin = self.recorder(lambda peer, request: peer.send(reply).expect_gone())
        client = self.open()
        client.send(origin.fill(get()))
        seen = client.expect_gone()
        self.assertFalse(seen.endswith(b"\r\n0\r\n\r\n"), seen)
        self.assertNotIn(b"smuggled", seen)
        record = self.wait_record(origin)
        reason = "http_response_header_section_size" if is_flood(body) else "http_protocol_error"
        self.assertEqual((record["reason"], record["ended_by"]), (reason, "origin"))
        self.assertTrue(origin.connections[0].gone.wait(20))

    @each(rows(VALID, "answer"))
    def chunks_are_forwarded(self, body, content, trailers=()):
        origin = self.recorder(answer(b"Transfer-Encoding: chunked", body=body))
        client = self.open()
        for _ in range(2):
            got = client.send(origin.fill(get())).read_response()
            self.assertEqual((got.status, got.body, got.trailers), (200, content, list(trailers)))
        self.assertEqual(origin.accepted, 1)

    def test_the_last_chunk_is_missing(self):
        """RFC 9112 8: a chunked answer without its last chunk reaches the client as cut."""

        def talk(peer, _):
            peer.send(answer(b"Transfer-Encoding: chunked", body=b"5\r\nhello\r\n"))
            raise AssertionError("the end")

        origin = self.recorder(talk)
        client = self.open()
        client.send(origin.fill(get()))
        seen = client.expect_gone()
        self.assertIn(b"hello", seen)
        self.assertFalse(seen.endswith(b"\r\n0\r\n\r\n"), seen)
        self.assertEqual(self.wait_record(origin)["reason"], "http_response_incomplete")

    def test_a_nominated_trailer_field_does_not_pass(self):
        """RFC 9110 7.6.1: a trailer field that the answer's Connection nominates is not forwarded."""
        body = b"0\r\nX-Hop: y\r\nX-End: z\r\n\r\n"
        origin = self.recorder(answer(b"Connection: X-Hop", b"Transfer-Encoding: chunked", body=body))
        got = self.open().send(origin.fill(get())).read_response()
        self.assertEqual(got.trailers, [("X-End", "z")])

    @each(
        {
            f"{name.lower().replace('-', '_')}_in_trailer_of_an_answer": (
                f"RFC 9112 7.1.2: {name} in the trailer section of an answer is dropped, and the body is whole.",
                name.encode(),
                value,
            )
            for name, value in {
                "Content-Length": b"5",
                "Transfer-Encoding": b"chunked",
                "Set-Cookie": b"a=b",
                "Cache-Control": b"no-store",
                "Date": b"x",
                "WWW-Authenticate": b"Basic",
            }.items()
        }
    )
    def trailer_is_dropped(self, name, value):
        body = b"5\r\nhello\r\n0\r\nX-Sum: abc\r\n%s: %s\r\n\r\n" % (name, value)
        origin = self.recorder(answer(b"Transfer-Encoding: chunked", body=body))
        client = self.open()
        for _ in range(2):
            got = client.send(origin.fill(get())).read_response()
            self.assertEqual((got.status, got.body, got.trailers), (200, b"hello", [("X-Sum", "abc")]))
        self.assertEqual(origin.accepted, 1)

    def test_trailers_are_not_for_http_1_0(self):
        """RFC 9112 7.1.2: an HTTP/1.0 client gets the content without chunks and trailers, and the end of the connection."""
        origin = self.recorder(answer(b"Transfer-Encoding: chunked", body=chunked(b"hello", trailers=[("X", "y")])))
        client = self.open()
        got = client.send(origin.fill(get(version=b"1.0"))).read_response()
        self.assertEqual((got.body, got.head.get("Transfer-Encoding"), got.trailers), (b"hello", None, []))


if __name__ == "__main__":
    main()
