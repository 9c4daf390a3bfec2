"""Hostile answers: none reaches the client as something else, and the log says who cut it."""
from harness import main
from harness.rules import DATE, OK, VIA, Rules, answer, each, get

PROTOCOL = "http_protocol_error"
CODING = "http_response_transfer_coding"
SIZE = "http_response_header_section_size"
INCOMPLETE = "http_response_incomplete"
TERMINATED = "connection_terminated"


def lengths(table):
    return {
        f"length_{name}": (
            f"RFC 9112 6.3: an answer's Content-Length that is {what} is refused.",
            answer(b"Content-Length: " + value, body=b"hello"),
        )
        for name, (what, value) in table.items()
    }


def lines(table):
    return {
        name: (rule, b"HTTP/1.1 200 OK\r\n" + line + b"\r\nContent-Length: 0\r\n\r\n")
        for name, (rule, line) in table.items()
    }


class Heads(Rules):
    settings = {"max_head": "8KiB", "max_fields": 30, "max_request_line": "2KiB"}

    @each(
        {
            **{
                f"status_line_{name}": (
                    f"RFC 9112 4: a status line {what} is refused.",
                    line + b"\r\nContent-Length: 0\r\n\r\n",
                )
                for name, (what, line) in {
                    "of_another_protocol": ("of another protocol", b"SSH-2.0-OpenSSH_9.2"),
                    "of_icy": ("of ICY", b"ICY 200 OK"),
                    "of_html": ("that is a page", b"<html>"),
                    "without_version": ("without a version", b"200 OK"),
                    "in_lower_case": ("in lower case", b"http/1.1 200 OK"),
                    "of_http_2": ("of HTTP/2.0", b"HTTP/2.0 200 OK"),
                    "of_http_0_9": ("of HTTP/0.9", b"HTTP/0.9 200 OK"),
                    "of_http_1_10": ("of HTTP/1.10", b"HTTP/1.10 200 OK"),
                    "without_minor": ("without a minor version", b"HTTP/1 200 OK"),
                    "without_status": ("without a status", b"HTTP/1.1"),
                    "with_empty_status": ("with an empty status", b"HTTP/1.1 "),
                    "with_letters": ("with letters for a status", b"HTTP/1.1 abc OK"),
                    "with_two_digits": ("with a status of two digits", b"HTTP/1.1 20 OK"),
                    "with_four_digits": ("with a status of four digits", b"HTTP/1.1 2000 OK"),
                    "with_status_zero": ("with status 000", b"HTTP/1.1 000 OK"),
                    "with_status_099": ("with status 099", b"HTTP/1.1 099 OK"),
                    "with_sign": ("with a signed status", b"HTTP/1.1 +20 OK"),
                    "with_negative_status": ("with a negative status", b"HTTP/1.1 -20 OK"),
                    "with_fraction": ("with a fraction", b"HTTP/1.1 2.0 OK"),
                    "with_two_spaces": ("with two spaces", b"HTTP/1.1  200 OK"),
                    "with_tab": ("with a tab before its status", b"HTTP/1.1\t200 OK"),
                    "with_tab_behind": ("with a tab behind its status", b"HTTP/1.1 200\tOK"),
                    "without_space": ("without a space behind its status", b"HTTP/1.1 200OK"),
                    "with_leading_space": ("with a leading space", b" HTTP/1.1 200 OK"),
                    "with_leading_line": ("behind an empty line", b"\r\nHTTP/1.1 200 OK"),
                    "with_nul": ("with a NUL", b"HTTP/1.1 200 O\x00K"),
                    "with_control": ("with a control byte", b"HTTP/1.1 200 O\x01K"),
                    "with_cr": ("with a bare CR", b"HTTP/1.1 200 O\rK"),
                    "with_lf_before_lf": ("that a bare LF ends, before LF and CRLF", b"HTTP/1.1 200 OK\nX: y\nZ: a"),
                    "with_lf_before_the_end": ("that a bare LF ends, before CRLF", b"HTTP/1.1 200 OK\n\r\nX: y"),
                    "with_lf_before_a_blank": ("that a bare LF ends, before a blank", b"HTTP/1.1 200 OK\n X: y"),
                    "that_is_a_request": ("that is a request line", b"GET / HTTP/1.1"),
                }.items()
            },
            **lengths(
                {
                    "with_plus": ("signed", b"+5"),
                    "negative": ("negative", b"-5"),
                    "empty": ("empty", b""),
                    "spaced": ("two numbers", b"5 5"),
                    "listed_with_sign": ("a list with a signed number", b"5, +5"),
                    "listed_in_two_ways": ("a list of one number written in two ways", b"5, 05"),
                    "listed_with_nothing": ("a list with an empty member", b"5,"),
                    "listed_different": ("a list of different numbers", b"5, 6"),
                    "hexadecimal": ("hexadecimal", b"0x5"),
                    "word": ("a word", b"five"),
                    "fraction": ("a fraction", b"5.0"),
                    "above_63_bits": ("2^63", b"9223372036854775808"),
                    "that_wraps": ("2^64 + 5", b"18446744073709551621"),
                    "huge": ("huge", b"9" * 40),
                    "with_semicolon": ("followed by a parameter", b"5;a"),
                    "quoted": ("quoted", b'"5"'),
                }
            ),
            "two_different_lengths": (
                "RFC 9112 6.3: two different lengths of an answer are refused.",
                answer(b"Content-Length: 5", b"Content-Length: 6", body=b"hello!"),
            ),
            "repaired_second_length": (
                "RFC 9112 5.1: a length with a blank before its colon conflicts as any other.",
                answer(b"Content-Length: 5", b"Content-Length : 6", body=b"hello!"),
            ),
            "length_and_chunked": (
                "RFC 9112 6.3: a length beside a transfer coding of an answer is refused.",
                answer(b"Content-Length: 5", b"Transfer-Encoding: chunked", body=b"0\r\n\r\n"),
            ),
            "chunked_and_length": (
                "RFC 9112 6.3: a transfer coding beside a length of an answer is refused.",
                answer(b"Transfer-Encoding: chunked", b"Content-Length: 5", body=b"0\r\n\r\n"),
            ),
            "repaired_coding_and_length": (
                "RFC 9112 5.1: a transfer coding with a blank before its colon conflicts as any other.",
                answer(b"Transfer-Encoding : chunked", b"Content-Length: 5", body=b"0\r\n\r\n"),
            ),
            **lines(
                {
                    "fold_of_a_length": (
                        "RFC 9112 5.2: a folded length of an answer is refused.",
                        b"Content-Length:\r\n 5",
                    ),
                    "fold_of_a_coding": (
                        "RFC 9112 5.2: a folded transfer coding of an answer is refused.",
                        b"Transfer-Encoding: chunked\r\n ,gzip",
                    ),
                    "fold_of_connection": (
                        "RFC 9112 5.2: a folded Connection of an answer is refused.",
                        b"Connection: X-Hop\r\n ,close",
                    ),
                    "fold_of_a_length_with_blank": (
                        "RFC 9112 5.2: a folded length with a blank before its colon is refused.",
                        b"Content-Length :\r\n 5",
                    ),
                    "fold_like_a_length": (
                        "RFC 9112 5.2: a length with a blank before its name is refused.",
                        b"X: y\r\n Content-Length: 5",
                    ),
                    "fold_like_a_coding": (
                        "RFC 9112 5.2: a transfer coding with a blank before its name is refused.",
                        b"X: y\r\n z\r\n\tTransfer-Encoding: chunked",
                    ),
                    "fold_of_blanks": ("RFC 9112 5.2: a line of blanks is refused.", b"X: y\r\n \t"),
                    "fold_of_a_name": ("RFC 9112 5.2: a folded name is refused.", b"X\r\n : y"),
                    "fold_with_nul": ("RFC 9112 5.2: a NUL in a folded line is refused.", b"X: y\r\n \x00"),
                    "fold_with_cr": ("RFC 9112 5.2: a bare CR in a folded line is refused.", b"X: y\r\n z\rZ: a"),
                    "blank_before_first_field": (
                        "RFC 9112 5.2: a blank before an answer's first field is refused.",
                        b" X: y",
                    ),
                    "no_colon": ("RFC 9112 5: a line of an answer without a colon is refused.", b"X"),
                    "empty_name": ("RFC 9110 5.1: a field of an answer without a name is refused.", b": y"),
                    "blank_for_a_name": ("RFC 9110 5.1: a blank for the name of a field is refused.", b"\t: y"),
                    "space_in_name": ("RFC 9110 5.1: a space in a name of an answer is refused.", b"X Y: z"),
                    "space_in_and_behind_name": (
                        "RFC 9110 5.1: a name with spaces within is not repaired.",
                        b"Content Length : 5",
                    ),
                    "obs_text_in_name": (
                        "RFC 9110 5.1: a byte above 127 in a name of an answer is refused.",
                        b"X\xe4: y",
                    ),
                    "nul_in_value": ("RFC 9110 5.5: a NUL in a value of an answer is refused.", b"X: y\x00z"),
                    "control_in_value": (
                        "RFC 9110 5.5: a control byte in a value of an answer is refused.",
                        b"X: \x01",
                    ),
                    "cr_in_value": ("RFC 9112 2.2: a bare CR in an answer is refused.", b"X: y\rZ: a"),
                    "lf_in_value": ("RFC 9112 2.2: a bare LF in an answer is refused.", b"X: y\nZ: a"),
                    "cr_before_line_end": ("RFC 9112 2.2: CR CR LF in an answer is refused.", b"X: y\r"),
                }
            ),
            "lf_and_crlf": (
                "RFC 9112 2.2: CRLF behind bare LF for the line ends before is refused.",
                OK.replace(b"\r\n", b"\n").replace(b"\nContent-Length: 2\n", b"\nContent-Length: 2\r\n"),
            ),
            "lf_lf_behind_a_field": (
                "RFC 9112 2.2: two bare LF behind a field, which may be a value's and not the end, are refused.",
                b"HTTP/1.1 200 OK\r\nX: y\n\n<p>\r\nContent-Length: 0\r\n\r\n",
            ),
            "lf_cr": (
                "RFC 9112 2.2: LF CR for a line end is refused.",
                b"HTTP/1.1 200 OK\nX: y\n\rContent-Length: 0\n\n",
            ),
            "lf_for_the_empty_line": (
                "RFC 9112 2.2: a bare LF for the empty line is refused.",
                DATE.join([b"HTTP/1.1 200 OK\r\n", b"\n"]),
            ),
            "connection_option_behind_a_quote": (
                "RFC 9110 7.6.1: a Connection option of an answer that is no token is refused.",
                answer(b'Connection: "x, X-Hop', b"X-Hop: y", b"Content-Length: 0"),
            ),
            "split_answer": (
                "RFC 9112 2.2: an answer split by CR LF within a field is two answers, of which the second is refused.",
                b"HTTP/1.1 103 A\r\nX: y\r\n\r\nFoo: bar\r\n\r\n",
            ),
            "bad_interim_answer": (
                "RFC 9112 2.2: a malformed interim answer is refused.",
                b"HTTP/1.1 103 Early Hints\r\nX\r\n\r\n" + OK,
            ),
        }
    )
    def head_is_a_protocol_error(self, reply):
        self.refused_answer(reply, PROTOCOL)

    @each(
        {
            f"coding_{name}": (
                f"RFC 9112 6.1: an answer's Transfer-Encoding that is {what} is refused.",
                answer(*[b"Transfer-Encoding: " + value for value in values], body=b"0\r\n\r\n"),
            )
            for name, (what, values) in {
                "gzip": ("gzip", [b"gzip"]),
                "gzip_chunked": ("gzip, chunked", [b"gzip, chunked"]),
                "chunked_gzip": ("chunked, gzip", [b"chunked, gzip"]),
                "chunked_twice": ("chunked, chunked", [b"chunked, chunked"]),
                "identity": ("identity", [b"identity"]),
                "unknown": ("unknown", [b"rot13"]),
                "empty": ("empty", [b""]),
                "xchunked": ("xchunked", [b"xchunked"]),
                "parameter": ("chunked with a parameter", [b"chunked;a=b"]),
                "comma": ("followed by a comma", [b"chunked,"]),
                "quoted": ("quoted", [b'"chunked"']),
                "on_two_lines": ("chunked on two lines", [b"chunked", b"chunked"]),
                "on_two_lines_gzip": ("gzip and chunked on two lines", [b"gzip", b"chunked"]),
            }.items()
        }
    )
    def coding_is_not_understood(self, reply):
        self.refused_answer(reply, CODING)

    def test_chunked_of_http_1_0(self):
        """RFC 9112 6.1: a transfer coding of an HTTP/1.0 answer is faulty framing."""
        reply = answer(b"Transfer-Encoding: chunked", body=b"0\r\n\r\n", version=b"1.0")
        self.refused_answer(reply, CODING)

    @each(
        {
            "too_large_a_head": (
                "RFC 9209 2.3.14: an answer's head beyond the limit is refused.",
                answer(b"X: " + b"y" * 9000),
            ),
            "too_many_fields": ("RFC 9209 2.3.14: more fields than the limit are refused.", answer(*[b"X: y"] * 31)),
            "endless_name": (
                "RFC 9209 2.3.14: a name without an end is refused.",
                b"HTTP/1.1 200 OK\r\n" + b"X" * 9000,
            ),
            "endless_status_line": (
                "RFC 9209 2.3.14: a status line without an end is refused.",
                b"HTTP/1.1 200 " + b"a" * 9000,
            ),
            "too_large_an_interim_head": (
                "RFC 9209 2.3.14: an interim answer's head beyond the limit is refused.",
                b"HTTP/1.1 103 Early Hints\r\nX: " + b"y" * 9000,
            ),
        }
    )
    def head_is_too_large(self, reply):
        self.refused_answer(reply, SIZE)

    def refused_answer(self, reply, reason):
        """502 with the reason; the origin's connection is closed, the client's lives on."""
        origin = self.recorder(lambda peer, _: peer.send(reply).expect_gone())
        client = self.open()
        client.send(origin.fill(get()))
        got = client.read_response()
        while got.status == 103:
            got = client.read_response()
        self.assert_refused(got, 502, reason)
        self.assertTrue(origin.connections[0].gone.wait(20))
        record = self.wait_record(origin)
        self.assertEqual((record["reason"], record["ended_by"], record["status"]), (reason, "origin", 502))
        self.assertEqual(client.send(get(b"/").replace(b"ORIGIN", b"megaphone.internal")).read_response().status, 200)


class Cuts(Rules):
    def served(self, reply, end):
        """An origin that sends `reply` and then ends in that way."""

        def talk(peer, _):
            peer.send(reply)
            if end == "reset":
                peer.reset()
            raise AssertionError("the end")

        return self.recorder(talk)

    @each(
        {
            "nothing_and_end": (
                "RFC 9112 8: a connection closed before an answer is told: 502.",
                b"",
                "close",
                TERMINATED,
            ),
            "nothing_and_reset": (
                "RFC 9112 8: a connection reset before an answer is told: 502.",
                b"",
                "reset",
                TERMINATED,
            ),
            "half_a_status_line": (
                "RFC 9112 8: a status line cut short is told: 502.",
                b"HTTP/1.1 20",
                "close",
                INCOMPLETE,
            ),
            "half_a_head": (
                "RFC 9112 8: a head cut short is told: 502.",
                b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n",
                "close",
                INCOMPLETE,
            ),
            "half_an_interim_head": (
                "RFC 9112 8: an interim head cut short is told: 502.",
                b"HTTP/1.1 103 Early Hints\r\nX: y",
                "close",
                INCOMPLETE,
            ),
            "an_interim_answer_only": (
                "RFC 9110 15.2: an interim answer without a final one is told: 502.",
                b"HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\n",
                "close",
                INCOMPLETE,
            ),
        }
    )
    def cut_before_the_answer(self, reply, end, reason):
        origin = self.served(reply, end)
        client = self.open()
        client.send(origin.fill(get()))
        got = client.read_response()
        while got.status == 103:
            got = client.read_response()
        self.assertEqual(got.status, 502, got)
        record = self.wait_record(origin)
        self.assertEqual((record["reason"], record["ended_by"], record["status"]), (reason, "origin", 502))

    @each(
        {
            "length_and_end": ("RFC 9112 8: a body shorter than its length is cut for the client.", "close"),
            "length_and_reset": ("RFC 9112 8: a body reset before its length is cut for the client.", "reset"),
        }
    )
    def cut_length(self, end):
        origin = self.served(answer(b"Content-Length: 10", body=b"hello"), end)
        client = self.open()
        client.send(origin.fill(get() + get(b"/next")))
        head = client.read_head()
        self.assertEqual((head.status, head.get("Content-Length")), (200, "10"))
        self.assertIn(client.expect_gone(), (b"hello", b""))  # a reset may overtake the content
        self.assertEqual(self.wait_record(origin)["ended_by"], "origin")
        self.assertEqual(len(origin.requests), 1)

    def test_chunked_and_reset(self):
        """RFC 9112 8: a chunked body that is reset is cut for the client."""
        origin = self.served(answer(b"Transfer-Encoding: chunked", body=b"5\r\nhello\r\n"), "reset")
        client = self.open()
        client.send(origin.fill(get()))
        self.assertFalse(client.expect_gone().endswith(b"\r\n0\r\n\r\n"))

    def test_until_the_close_and_reset(self):
        """RFC 9112 8: a body that the close should end and a reset ends is cut for the client."""
        origin = self.served(answer(body=b"hello"), "reset")
        client = self.open()
        client.send(origin.fill(get()))
        self.assertFalse(client.expect_gone().endswith(b"\r\n0\r\n\r\n"))
        self.assertEqual(self.wait_record(origin)["ended_by"], "origin")

    def test_until_the_close_and_reset_for_http_1_0(self):
        """RFC 9112 8: an HTTP/1.0 client sees a reset where the close would look like the end."""
        origin = self.served(answer(body=b"hello"), "reset")
        client = self.open()
        client.send(origin.fill(get(version=b"1.0")))
        client.expect_reset()

    def test_length_and_end_for_http_1_0(self):
        """RFC 9112 8: an HTTP/1.0 client sees the length and the end before it."""
        origin = self.served(answer(b"Content-Length: 10", body=b"hello"), "close")
        client = self.open()
        client.send(origin.fill(get(version=b"1.0")))
        self.assertEqual(client.read_head().get("Content-Length"), "10")
        self.assertEqual(client.expect_gone(), b"hello")

    def test_chunked_and_end_for_http_1_0(self):
        """RFC 9112 8: an HTTP/1.0 client sees a reset where the last chunk is missing."""
        origin = self.served(answer(b"Transfer-Encoding: chunked", body=b"5\r\nhello\r\n"), "close")
        client = self.open()
        client.send(origin.fill(get(version=b"1.0")))
        client.expect_reset()


SECOND = b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\npoisoned"


class Leftovers(Rules):
    """What an origin sends beyond its answer is served to nobody, and its connection is not used again."""

    @each(
        {
            "body_of_head": (
                "RFC 9112 6.3: a body behind the answer to HEAD is dropped.",
                answer(b"Content-Length: 8", body=b"poisoned"),
                b"HEAD",
            ),
            "body_of_304": (
                "RFC 9112 6.3: a body behind 304 is dropped.",
                answer(b"Content-Length: 8", body=b"poisoned", status=b"304 Not Modified"),
                b"GET",
            ),
            "body_of_204": (
                "RFC 9112 6.3: a body behind 204 is dropped.",
                answer(b"Content-Length: 8", body=b"poisoned", status=b"204 No Content"),
                b"GET",
            ),
            "chunks_of_204": (
                "RFC 9112 6.3: chunks behind 204 are dropped.",
                answer(b"Transfer-Encoding: chunked", body=b"8\r\npoisoned\r\n0\r\n\r\n", status=b"204 No Content"),
                b"GET",
            ),
            "chunks_of_head": (
                "RFC 9112 6.3: chunks behind the answer to HEAD are dropped.",
                answer(b"Transfer-Encoding: chunked", body=b"8\r\npoisoned\r\n0\r\n\r\n"),
                b"HEAD",
            ),
            "bytes_behind_a_length": (
                "RFC 9112 9.2: bytes behind the length are dropped.",
                answer(b"Content-Length: 2", body=b"okpoisoned"),
                b"GET",
            ),
            "bytes_behind_length_zero": (
                "RFC 9112 9.2: bytes behind a length of zero are dropped.",
                answer(b"Content-Length: 0", body=b"poisoned"),
                b"GET",
            ),
            "bytes_behind_the_last_chunk": (
                "RFC 9112 9.2: bytes behind the last chunk are dropped.",
                answer(b"Transfer-Encoding: chunked", body=b"2\r\nok\r\n0\r\n\r\npoisoned"),
                b"GET",
            ),
            "second_answer": (
                "RFC 9112 9.2: a second answer that nobody asked for is dropped.",
                answer(b"Content-Length: 2", body=b"ok" + SECOND),
                b"GET",
            ),
            "second_answer_behind_head": (
                "RFC 9112 9.2: an answer behind the answer to HEAD is dropped.",
                answer(b"Content-Length: 2", body=SECOND),
                b"HEAD",
            ),
            "line_end_behind_an_answer": (
                "RFC 9112 9.2: a line end behind an answer is no reason to use the connection again.",
                answer(b"Content-Length: 2", body=b"ok\r\n"),
                b"GET",
            ),
        }
    )
    def leftover_is_dropped(self, reply, method):
        def talk(peer, asked):
            peer.send(OK if asked.head.target == "/next" else reply)

        origin = self.recorder(talk)
        client = self.open()
        client.send(origin.fill(get(method=method)))
        client.read_response(method.decode())
        self.assertEqual(client.send(origin.fill(get(b"/next"))).read_response().body, b"ok")
        self.fence_of(client)
        self.assertNotIn(b"poisoned", bytes(client.heard))
        self.assertEqual([peer.gone.wait(20) for peer in origin.connections[:1]], [True])
        self.assertEqual(origin.accepted, 2)

    def fence_of(self, client):
        client.send(get(b"/", b"Connection: close").replace(b"ORIGIN", b"megaphone.internal")).read_response()
        client.expect_end()

    def test_bytes_of_an_idle_connection(self):
        """RFC 9112 9.2: an answer that an idle connection sends unasked closes it and is served to nobody."""
        origin = self.recorder()
        client = self.open()
        client.send(origin.fill(get())).read_response()
        idle = origin.connections[0]
        idle.send(SECOND)
        self.assertTrue(idle.gone.wait(20))
        self.assertEqual(client.send(origin.fill(get())).read_response().body, b"ok")
        self.assertEqual(origin.accepted, 2)


class Others(Rules):
    def test_an_answer_to_another_version(self):
        """RFC 9110 15.6.6: an origin's own 505 goes on as it is."""
        reply = answer(b"Content-Length: 0", status=b"505 HTTP Version Not Supported")
        expected = reply.replace(b"\r\n\r\n", b"\r\n" + VIA + b"\r\n")
        self.answered(reply, expected)

    def test_switching_unasked(self):
        """RFC 9110 15.2.2: 101 that nobody asked for is refused: 502."""
        reply = b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n"
        origin = self.recorder(lambda peer, _: peer.send(reply).expect_gone())
        got = self.open().send(origin.fill(get())).read_response()
        self.assert_refused(got, 502, "http_upgrade_failed")


if __name__ == "__main__":
    main()
