"""Hostile framing: requests that could be read with two lengths, or with none."""
from harness import main
from harness.rules import Rules, each, get, post

NUL = b"\x00"


class Lengths(Rules):
    @each(
        {
            f"length_{name}": (f"RFC 9112 6.3: a Content-Length that is {what} is refused.", text)
            for name, (what, text) in {
                "with_plus": ("signed with a plus", b"+5"),
                "with_minus": ("negative", b"-5"),
                "minus_zero": ("minus zero", b"-0"),
                "empty": ("empty", b""),
                "spaced": ("two numbers with a space", b"5 5"),
                "with_space_within": ("a number with a space within", b"1 0"),
                "with_tab_within": ("a number with a tab within", b"1\t0"),
                "listed_equal": ("a list of equal numbers", b"5, 5"),
                "listed_equal_tight": ("a list without blanks", b"5,5"),
                "listed_different": ("a list of different numbers", b"5, 6"),
                "with_comma_behind": ("followed by a comma", b"5,"),
                "with_comma_before": ("preceded by a comma", b",5"),
                "hexadecimal": ("hexadecimal", b"0x5"),
                "hexadecimal_digits": ("in hexadecimal digits", b"a"),
                "with_letters": ("followed by letters", b"5a"),
                "fraction": ("a fraction", b"5.0"),
                "exponent": ("written with an exponent", b"5e0"),
                "quoted": ("quoted", b'"5"'),
                "single_quoted": ("in single quotes", b"'5'"),
                "with_semicolon": ("followed by a parameter", b"5;a=b"),
                "underscored": ("grouped with an underscore", b"1_0"),
                "word": ("a word", b"five"),
                "of_other_digits": ("in digits of another script", b"\xd9\xa5"),
                "with_nbsp": ("preceded by a no-break space", b"\xa05"),
                "above_63_bits": ("2^63", b"9223372036854775808"),
                "of_64_bits": ("2^64 - 1", b"18446744073709551615"),
                "that_wraps_to_5": ("2^64 + 5", b"18446744073709551621"),
                "of_30_digits": ("of thirty digits", b"9" * 30),
                "with_vertical_tab": ("followed by a vertical tab", b"5\x0b"),
                "with_nul": ("followed by a NUL", b"5\x00"),
            }.items()
        }
    )
    def length_is_refused(self, value):
        self.refused(post(b"Content-Length: " + value, body=b"hello"))

    @each(
        {
            "two_different_lengths": (
                "RFC 9112 6.3: two different lengths are refused.",
                [b"Content-Length: 5", b"Content-Length: 6"],
            ),
            "two_equal_lengths": (
                "RFC 9112 6.3: two equal lengths are refused, the stricter of the two choices.",
                [b"Content-Length: 5", b"Content-Length: 5"],
            ),
            "two_lengths_apart": (
                "RFC 9112 6.3: two lengths are found wherever they stand and however they are written.",
                [b"content-length: 5", b"X: y", b"CONTENT-LENGTH: 6"],
            ),
            "length_and_empty_length": (
                "RFC 9112 6.3: an empty length beside another is refused.",
                [b"Content-Length: 5", b"Content-Length:"],
            ),
            "length_zero_and_five": (
                "RFC 9112 6.3: a length of zero beside another is refused.",
                [b"Content-Length: 0", b"Content-Length: 5"],
            ),
            "three_lengths": (
                "RFC 9112 6.3: three lengths are refused.",
                [b"Content-Length: 5", b"Content-Length: 5", b"Content-Length: 5"],
            ),
        }
    )
    def lengths_are_refused(self, lines):
        self.refused(post(*lines, body=b"hello"))


class TransferEncodings(Rules):
    @each(
        {
            "length_then_chunked": (
                "RFC 9112 6.3: a length beside a transfer coding is refused.",
                [b"Content-Length: 5", b"Transfer-Encoding: chunked"],
            ),
            "chunked_then_length": (
                "RFC 9112 6.3: a transfer coding beside a length is refused.",
                [b"Transfer-Encoding: chunked", b"Content-Length: 5"],
            ),
            "chunked_and_length_zero": (
                "RFC 9112 6.3: a length of zero beside a transfer coding is refused.",
                [b"Transfer-Encoding: chunked", b"Content-Length: 0"],
            ),
            "identity_and_length": (
                "RFC 9112 6.3: identity beside a length is refused.",
                [b"Transfer-Encoding: identity", b"Content-Length: 5"],
            ),
            "empty_coding_and_length": (
                "RFC 9112 6.3: an empty transfer coding beside a length is refused.",
                [b"Transfer-Encoding:", b"Content-Length: 5"],
            ),
            "unknown_coding_and_length": (
                "RFC 9112 6.3: an unknown transfer coding beside a length is refused.",
                [b"Transfer-Encoding: x", b"Content-Length: 5"],
            ),
            "gzip_chunked_and_length": (
                "RFC 9112 6.3: gzip, chunked beside a length is refused.",
                [b"Transfer-Encoding: gzip, chunked", b"Content-Length: 5"],
            ),
            "any_case_and_length": (
                "RFC 9112 6.3: the conflict is found in any case of the names.",
                [b"tRANSFER-eNCODING: cHUNKED", b"cONTENT-lENGTH: 5"],
            ),
            "chunked_on_two_lines": (
                "RFC 9112 6.1: chunked on two lines is chunked twice and refused.",
                [b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked"],
            ),
            "identity_then_chunked_lines": (
                "RFC 9112 6.1: identity on a line before chunked is refused.",
                [b"Transfer-Encoding: identity", b"Transfer-Encoding: chunked"],
            ),
            "chunked_then_identity_lines": (
                "RFC 9112 6.1: identity on a line behind chunked is refused.",
                [b"Transfer-Encoding: chunked", b"Transfer-Encoding: identity"],
            ),
            "chunked_then_other_line": (
                "RFC 9112 6.1: an unknown coding on a line behind chunked is refused.",
                [b"Transfer-Encoding: chunked", b"Transfer-Encoding: x"],
            ),
            "chunked_and_empty_line": (
                "RFC 9112 6.1: an empty coding on a line beside chunked is refused.",
                [b"Transfer-Encoding:", b"Transfer-Encoding: chunked"],
            ),
            "nominated_coding": (
                "RFC 9112 6.3: nominating the transfer coding in Connection does not hide the conflict.",
                [b"Connection: Transfer-Encoding", b"Transfer-Encoding: chunked", b"Content-Length: 5"],
            ),
            "nominated_length": (
                "RFC 9112 6.3: nominating the length in Connection does not hide the conflict.",
                [b"Connection: Content-Length", b"Transfer-Encoding: chunked", b"Content-Length: 5"],
            ),
        }
    )
    def conflict_is_refused(self, lines):
        self.refused(post(*lines, body=b"0\r\n\r\n"))

    @each(
        {
            f"coding_{name}": (f"RFC 9112 6.1: a Transfer-Encoding that is {what} is refused.", text)
            for name, (what, text) in {
                "gzip": ("gzip alone", b"gzip"),
                "identity": ("identity", b"identity"),
                "empty": ("empty", b""),
                "chunked_not_last": ("chunked, gzip", b"chunked, gzip"),
                "chunked_then_identity": ("chunked, identity", b"chunked, identity"),
                "identity_then_chunked": ("identity, chunked", b"identity, chunked"),
                "chunked_twice": ("chunked, chunked", b"chunked, chunked"),
                "chunked_around": ("chunked, gzip, chunked", b"chunked, gzip, chunked"),
                "comma_before": (", chunked", b", chunked"),
                "comma_behind": ("chunked followed by a comma", b"chunked,"),
                "comma_alone": ("a comma", b","),
                "x_before": ("xchunked", b"xchunked"),
                "x_behind": ("chunkedx", b"chunkedx"),
                "x_word": ("x-chunked", b"x-chunked"),
                "shortened": ("chunk", b"chunk"),
                "spaced": ("chu nked", b"chu nked"),
                "two_words": ("chunked chunked", b"chunked chunked"),
                "word_before": ("a word and chunked without a comma", b"gzip chunked"),
                "quoted": ("chunked in quotes", b'"chunked"'),
                "single_quoted": ("chunked in single quotes", b"'chunked'"),
                "parameter": ("chunked with a parameter", b"chunked;a=b"),
                "semicolon": ("chunked with a semicolon", b"chunked;"),
                "spaced_parameter": ("chunked with a spaced parameter", b"chunked ; q=1"),
                "nbsp_before": ("preceded by a no-break space", b"\xa0chunked"),
                "nbsp_behind": ("followed by a no-break space", b"chunked\xa0"),
                "utf8_nbsp": ("preceded by a UTF-8 no-break space", b"\xc2\xa0chunked"),
                "vertical_tab": ("preceded by a vertical tab", b"\x0bchunked"),
                "form_feed": ("followed by a form feed", b"chunked\x0c"),
                "nul": ("followed by a NUL", b"chunked\x00"),
                "backspace": ("chunked with a backspace", b"chunkedx\x08"),
                "cr_behind": ("followed by a bare CR", b"chunked\rx"),
                "kelvin": ("spelt with a Kelvin sign", "chun\u212aed".encode()),
                "cow": ("a word of its own", b"cow"),
                "gzip_with_weight": ("gzip with a weight, chunked", b"gzip;q=1, chunked"),
                "gzip_twice": ("gzip, gzip, chunked", b"gzip, gzip, chunked"),
                "empty_element": ("gzip,, chunked", b"gzip,, chunked"),
                "bracketed": ("chunked in brackets", b"[chunked]"),
                "percent": ("chunked percent-encoded", b"chunke%64"),
            }.items()
        }
    )
    def coding_is_refused(self, value):
        self.refused(post(b"Transfer-Encoding: " + value, body=b"0\r\n\r\n"))

    @each(
        {
            f"coding_{name}": (f"RFC 9112 6.1: {text.decode()} has a coding that is not known: 501.", text)
            for name, text in {
                "gzip_chunked": b"gzip, chunked",
                "gzip_chunked_tight": b"gzip,chunked",
                "deflate_chunked_any_case": b"Deflate, Chunked",
                "two_and_chunked": b"gzip, deflate, chunked",
                "unknown_and_chunked": b"rot13, chunked",
            }.items()
        }
    )
    def coding_is_unknown(self, value):
        self.refused(post(b"Transfer-Encoding: " + value, body=b"0\r\n\r\n"), 501, "request_transfer_coding")

    def test_chunked_in_http_1_0(self):
        """RFC 9112 6.1: Transfer-Encoding in an HTTP/1.0 request is refused."""
        self.refused(post(b"Transfer-Encoding: chunked", version=b"1.0", body=b"0\r\n\r\n"))

    def test_chunked_in_get(self):
        """RFC 9112 6.3: the conflict of framings is refused for GET, too."""
        self.refused(get(b"/", b"Content-Length: 5", b"Transfer-Encoding: chunked") + b"0\r\n\r\n")

    def test_name_with_underscore_is_not_the_field(self):
        """RFC 9110 5.1: Transfer_Encoding is another name, and the length alone frames the body."""
        text = post(b"Transfer_Encoding: chunked", b"Content-Length: 5", body=b"hello")
        expected = text.replace(b"POST http://ORIGIN/", b"POST /").replace(
            b"\r\n\r\n", b"\r\nVia: 1.1 megaphone\r\n\r\n"
        )
        self.forwarded(text, expected)


if __name__ == "__main__":
    main()
