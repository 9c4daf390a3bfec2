"""Answers as origins send them: what is not valid and has one meaning goes on as it should have been written."""
from harness import main
from harness.rules import OK, VIA, Rules, answer, each, get, on

BOTH = [b"Content-Length: 0", b"Transfer-Encoding: chunked"]
LINKS = [b"Link: </%d.css>; rel=preload" % number for number in range(254)]


def with_lf(text):
    """The head's lines end with a LF alone."""
    head, body = text.split(b"\r\n\r\n", 1)
    return head.replace(b"\r\n", b"\n") + b"\n\n" + body


class Mended(Rules):
    @each(
        {
            "fold": (
                "RFC 9112 5.2: a folded line of an answer goes on as one line.",
                answer(b"X: y\r\n z", b"Content-Length: 2", body=b"ok"),
                answer(b"X: y z", b"Content-Length: 2", body=b"ok"),
            ),
            "fold_with_tab": (
                "RFC 9112 5.2: a line of an answer folded with a tab goes on as one line.",
                answer(b"X: y \t\r\n\t \tz", b"Content-Length: 2", body=b"ok"),
                answer(b"X: y z", b"Content-Length: 2", body=b"ok"),
            ),
            "folds": (
                "RFC 9112 5.2: a line of an answer may be folded several times.",
                answer(b"X: a\r\n b\r\n\tc\r\n  d ", b"Content-Length: 2", body=b"ok"),
                answer(b"X: a b c d", b"Content-Length: 2", body=b"ok"),
            ),
            "fold_of_an_empty_value": (
                "RFC 9112 5.2: a value may begin on the second line.",
                answer(b"X:\r\n y", b"Content-Length: 2", body=b"ok"),
                answer(b"X: y", b"Content-Length: 2", body=b"ok"),
            ),
            "fold_with_a_colon": (
                "RFC 9112 5.2: what continues a line is no field, even with a colon.",
                answer(b"Set-Cookie: a=iZK\r\n    XSaOzalA: ctu; path=/", b"Content-Length: 2", body=b"ok"),
                answer(b"Set-Cookie: a=iZK XSaOzalA: ctu; path=/", b"Content-Length: 2", body=b"ok"),
            ),
            "fold_and_blank_before_colon": (
                "RFC 9112 5.2: a folded line may have a blank before its colon, too.",
                answer(b"X : y\r\n z", b"Content-Length: 2", body=b"ok"),
                answer(b"X: y z", b"Content-Length: 2", body=b"ok"),
            ),
            "lf_for_all_ends": (
                "RFC 9112 2.2: LF alone for all line ends of an answer's head goes on as CRLF.",
                with_lf(answer(b"X: y", b"Content-Length: 2", body=b"ok")),
                answer(b"X: y", b"Content-Length: 2", body=b"ok"),
            ),
            "lf_before_chunks": (
                "RFC 9112 2.2: LF alone in a head, and CRLF in the chunks behind it.",
                with_lf(answer(b"Transfer-Encoding: chunked", body=b"2\r\nok\r\n0\r\n\r\n")),
                answer(b"Transfer-Encoding: chunked", body=b"2\r\nok\r\n0\r\n\r\n"),
            ),
            "lf_and_folds": (
                "RFC 9112 2.2: LF alone for all line ends, those of folds included.",
                with_lf(answer(b"X: y\r\n z\r\n\ta", b"Content-Length: 2", body=b"ok")),
                answer(b"X: y z a", b"Content-Length: 2", body=b"ok"),
            ),
            "lf_behind_the_status_line": (
                "RFC 9112 2.2: LF alone behind the status line goes on as CRLF.",
                answer(b"X: y", b"Content-Length: 2", body=b"ok").replace(b"\r\n", b"\n", 1),
                answer(b"X: y", b"Content-Length: 2", body=b"ok"),
            ),
            "two_equal_lengths": (
                "RFC 9112 6.3: a length that an answer tells twice is that length, written once.",
                answer(b"Content-Length: 5", b"X: y", b"content-length: 5", body=b"hello"),
                answer(b"Content-Length: 5", b"X: y", body=b"hello"),
            ),
            "listed_length": (
                "RFC 9112 6.3: a list of one length and the same again is that length, written once.",
                answer(b"Content-Length: 5, 5,5", body=b"hello"),
                answer(b"Content-Length: 5", body=b"hello"),
            ),
            "listed_lengths_on_two_lines": (
                "RFC 9112 6.3: a length on one line and in a list on another is that length, written once.",
                answer(b"Content-Length: 5", b"Content-Length: 5, 5", body=b"hello"),
                answer(b"Content-Length: 5", body=b"hello"),
            ),
            "option_with_value": (
                "RFC 9110 7.6.1: an option of an answer's Connection that has a value names no field.",
                answer(b"Connection: keep-alive, timeout=15", b"X: y", b"Content-Length: 2", body=b"ok"),
                answer(b"X: y", b"Content-Length: 2", body=b"ok"),
            ),
            "many_fields": (
                "RFC 9110 5.4: an answer may have 256 fields.",
                answer(*LINKS, b"Content-Length: 2", body=b"ok"),
                answer(*LINKS, b"Content-Length: 2", body=b"ok"),
            ),
        }
    )
    def answer_is_mended(self, reply, expected):
        origin = self.answered(reply, on(expected))
        self.assertEqual(origin.accepted, 1)  # and the connection serves on

    def test_an_interim_answer(self):
        """RFC 9112 5.2: interim answers are mended as final ones are."""
        hint = b"HTTP/1.1 103 Early Hints\nLink: </a.css>;\n rel=preload\n\n"
        expected = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n" + VIA + b"\r\n"
        self.answered(hint + OK, expected + on(OK))

    def test_byte_by_byte(self):
        """RFC 9112 2.2: what is mended may come byte by byte."""
        reply = with_lf(answer(b"X: y\r\n z", b"Content-Length: 2, 2", body=b"ok"))

        def talk(peer, _):
            for byte in reply:
                peer.send(bytes([byte]))

        origin = self.recorder(talk)
        got = self.open().send(origin.fill(get())).read_response()
        self.assertEqual((got.body, got.head.get("X"), got.head.get("Content-Length")), (b"ok", "y z", "2"))


class WithoutBody(Rules):
    """Answers that have no body, whatever their framing fields say (RFC 9112 section 6.3, rule 1)."""

    def test_two_equal_lengths_to_head(self):
        """RFC 9112 6.3: a length that an answer to HEAD tells twice goes on once."""
        reply = answer(b"Content-Length: 5", b"X: y", b"Content-Length: 5")
        origin = self.answered(reply, on(answer(b"Content-Length: 5", b"X: y")), request=get(method=b"HEAD"))
        self.assertEqual(origin.accepted, 1)

    @each(
        {
            f"{answered}_{name}": (
                f"RFC 9112 6.3: {what} to {answered} goes on without it, and the origin's connection is closed.",
                method,
                [b"X: y", *lines],
                status,
            )
            for answered, method, status in (
                ("head", b"HEAD", b"200 OK"),
                ("not_modified", b"GET", b"304 Not Modified"),
                ("no_content", b"GET", b"204 No Content"),
            )
            for name, (what, lines) in {
                "with_both": ("an answer with both framings", BOTH),
                "with_chunked_and_length": ("an answer with both framings in the other order", BOTH[::-1]),
                "with_two_lengths": ("an answer with two lengths", [b"Content-Length: 5", b"Content-Length: 6"]),
                "with_an_empty_length": ("an answer with an empty length", [b"Content-Length: "]),
                "with_a_word_for_a_length": ("an answer with a word for its length", [b"Content-Length: five"]),
                "with_too_large_a_length": ("an answer with a length beyond 2^63", [b"Content-Length: " + b"9" * 20]),
                "with_gzip": ("an answer with another transfer coding", [b"Transfer-Encoding: gzip"]),
            }.items()
        }
    )
    def framing_is_dropped(self, method, lines, status):
        reply = answer(*lines, status=status)
        origin = self.answered(reply, on(answer(b"X: y", status=status)), request=get(method=method))
        self.assertEqual(origin.accepted, 2)

    def test_an_interim_answer_with_both(self):
        """RFC 9112 6.3: an interim answer with both framings goes on without them."""
        hint = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n"
        origin = self.answered(hint + b"\r\n".join(BOTH) + b"\r\n\r\n" + OK, hint + VIA + b"\r\n" + on(OK))
        self.assertEqual(origin.accepted, 2)

    def test_chunks_behind_no_content(self):
        """RFC 9112 6.3: chunks behind a 204 with both framings reach nobody."""
        reply = answer(*BOTH, status=b"204 No Content", body=b"8\r\npoisoned\r\n0\r\n\r\n")
        origin = self.answered(reply, on(answer(status=b"204 No Content")))
        self.assertEqual(origin.accepted, 2)


if __name__ == "__main__":
    main()
