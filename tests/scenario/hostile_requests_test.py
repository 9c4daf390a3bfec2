"""Hostile requests: refused with a word, the connection closed, nothing forwarded."""
from harness import main
from harness.rules import Rules, each, get, post

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
            "obs_text_in_target": (
                "RFC 9112 3.2: a byte above 127 in the target is refused.",
                b"GET http://ORIGIN/\xe4 HTTP/1.1\r\nHost: ORIGIN\r\n\r\n",
            ),
            "utf8_in_target": (
                "RFC 9112 3.2: UTF-8 that is not percent-encoded is refused in the target.",
                b"GET http://ORIGIN/\xc3\xa4 HTTP/1.1\r\nHost: ORIGIN\r\n\r\n",
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


class FieldLines(Rules):
    @each(
        {
            "space_before_colon": ("RFC 9112 5.1: a space before the colon is refused.", b"X : 1"),
            "tab_before_colon": ("RFC 9112 5.1: a tab before the colon is refused.", b"X\t: 1"),
            "space_before_colon_of_length": (
                "RFC 9112 5.1: a space before the colon of Content-Length is refused.",
                b"Content-Length : 5",
            ),
            "space_before_colon_of_coding": (
                "RFC 9112 5.1: a space before the colon of Transfer-Encoding is refused.",
                b"Transfer-Encoding : chunked",
            ),
            "tab_before_colon_of_coding": (
                "RFC 9112 5.1: a tab before the colon of Transfer-Encoding is refused.",
                b"Transfer-Encoding\t: chunked",
            ),
            "space_before_colon_of_host": ("RFC 9112 5.1: a space before the colon of Host is refused.", b"Host : a"),
            "no_colon": ("RFC 9112 5: a line without a colon is refused.", b"X"),
            "no_colon_with_value": ("RFC 9112 5: a name and a value without a colon are refused.", b"X 1"),
            "no_colon_known_name": (
                "RFC 9112 5: a known name without a colon is refused.",
                b"Transfer-Encoding chunked",
            ),
            "empty_name": ("RFC 9110 5.1: an empty name is refused.", b": 1"),
            "colon_alone": ("RFC 9110 5.1: a colon alone is refused.", b":"),
            "space_in_name": ("RFC 9110 5.1: a space in a name is refused.", b"X Y: 1"),
            "quoted_name": ("RFC 9110 5.1: a quoted name is refused.", b'"X": 1'),
            "bracket_in_name": ("RFC 9110 5.1: a bracket in a name is refused.", b"X(: 1"),
            "slash_in_name": ("RFC 9110 5.1: a slash in a name is refused.", b"X/Y: 1"),
            "at_in_name": ("RFC 9110 5.1: an at sign in a name is refused.", b"X@Y: 1"),
            "braces_for_a_name": ("RFC 9110 5.1: braces are no name.", b"{X}: 1"),
            "equals_in_name": ("RFC 9110 5.1: an equals sign in a name is refused.", b"X=Y: 1"),
            "semicolon_in_name": ("RFC 9110 5.1: a semicolon in a name is refused.", b"X;Y: 1"),
            "comma_in_name": ("RFC 9110 5.1: a comma in a name is refused.", b"X,Y: 1"),
            "backslash_in_name": ("RFC 9110 5.1: a backslash in a name is refused.", b"X\\Y: 1"),
            "obs_text_in_name": ("RFC 9110 5.1: a byte above 127 in a name is refused.", b"X\xe4: 1"),
            "nbsp_before_colon": (
                "RFC 9110 5.1: a no-break space behind a name is refused.",
                b"Transfer-Encoding\xa0: chunked",
            ),
            "nul_in_name": ("RFC 9110 5.1: a NUL in a name is refused.", b"X\x00Y: 1"),
            "control_in_name": ("RFC 9110 5.1: a control byte in a name is refused.", b"X\x01: 1"),
            "del_in_name": ("RFC 9110 5.1: a DEL in a name is refused.", b"X\x7f: 1"),
            "cr_in_name": ("RFC 9112 2.2: a bare CR in a name is refused.", b"X\r: 1"),
            "nul_in_value": ("RFC 9110 5.5: a NUL in a value is refused.", b"X: 1\x002"),
            "cr_in_value": ("RFC 9112 2.2: a bare CR in a value is refused.", b"X: 1\r2"),
            "cr_at_the_end_of_a_value": ("RFC 9112 2.2: a CR before CRLF is refused.", b"X: 1\r"),
            "cr_at_the_start_of_a_value": ("RFC 9112 2.2: a CR before a value is refused.", b"X:\r1"),
            "lf_in_value": ("RFC 9112 2.2: a bare LF ends no line and is refused.", b"X: 1\nY: 2"),
            "lf_smuggles_a_coding": (
                "RFC 9112 2.2: a bare LF cannot hide a field.",
                b"X: 1\nTransfer-Encoding: chunked",
            ),
            "cr_smuggles_a_coding": (
                "RFC 9112 2.2: a bare CR cannot hide a field.",
                b"X: 1\rTransfer-Encoding: chunked",
            ),
            "bell_in_value": ("RFC 9110 5.5: a control byte in a value is refused.", b"X: 1\x07"),
            "escape_in_value": ("RFC 9110 5.5: an escape in a value is refused.", b"X: \x1b[2J"),
            "vertical_tab_in_value": ("RFC 9110 5.5: a vertical tab in a value is refused.", b"X: 1\x0b2"),
            "form_feed_in_value": ("RFC 9110 5.5: a form feed in a value is refused.", b"X: 1\x0c2"),
            "del_in_value": ("RFC 9110 5.5: a DEL in a value is refused.", b"X: 1\x7f"),
            "fold_with_space": ("RFC 9112 5.2: a folded line is refused.", b"X: 1\r\n 2"),
            "fold_with_tab": ("RFC 9112 5.2: a line folded with a tab is refused.", b"X: 1\r\n\t2"),
            "fold_of_nothing": ("RFC 9112 5.2: a fold without content is refused.", b"X: 1\r\n "),
            "fold_of_a_coding": (
                "RFC 9112 5.2: a folded Transfer-Encoding is refused.",
                b"Transfer-Encoding:\r\n chunked",
            ),
            "fold_of_a_length": ("RFC 9112 5.2: a folded Content-Length is refused.", b"Content-Length:\r\n 5"),
            "request_line_for_a_field": ("RFC 9112 5: a request line is no field line.", b"GET / HTTP/1.1"),
        }
    )
    def line_is_refused(self, line):
        self.refused(get(b"/", line))

    @each(
        {
            "space_before_first_field": ("RFC 9112 2.2: a space before the first field is refused.", b" X: 1"),
            "tab_before_first_field": ("RFC 9112 2.2: a tab before the first field is refused.", b"\tX: 1"),
            "space_before_first_host": ("RFC 9112 2.2: a space before a first Host is refused.", b" Host: evil.test"),
            "space_alone_behind_request_line": (
                "RFC 9112 2.2: a line with a space behind the request line is refused.",
                b" ",
            ),
        }
    )
    def first_line_is_refused(self, line):
        self.refused(b"GET http://ORIGIN/ HTTP/1.1\r\n" + line + b"\r\nHost: ORIGIN\r\n\r\n")

    @each(
        {
            "lf_for_all_ends": ("RFC 9112 2.2: bare LF for all line ends is refused.", get().replace(b"\r", b"")),
            "lf_behind_request_line": (
                "RFC 9112 2.2: a bare LF behind the request line is refused.",
                get().replace(b"\r\n", b"\n", 1),
            ),
            "lf_for_the_empty_line": ("RFC 9112 2.2: a bare LF for the empty line is refused.", get()[:-2] + b"\n"),
            "lf_twice_at_the_end": ("RFC 9112 2.2: LF LF does not end a head.", get()[:-4] + b"\n\n"),
            "lf_before_the_request": ("RFC 9112 2.2: a bare LF before the request is refused.", b"\n" + get()),
            "cr_before_the_request": ("RFC 9112 2.2: a bare CR before the request is refused.", b"\r" + get()),
            "cr_for_all_ends": ("RFC 9112 2.2: bare CR for all line ends is refused.", get().replace(b"\n", b"")),
            "cr_cr_lf_at_the_end": ("RFC 9112 2.2: CR CR LF does not end a head.", get()[:-2] + b"\r\r\n"),
            "cr_behind_request_line": (
                "RFC 9112 2.2: a bare CR behind the request line is refused.",
                get().replace(b"\r\n", b"\r", 1),
            ),
            "lf_cr": ("RFC 9112 2.2: LF CR does not end a line.", get().replace(b"\r\n", b"\n\r")),
            "nul_before_the_request": ("RFC 9112 3: a NUL before the request is refused.", b"\x00" + get()),
            "byte_order_mark": ("RFC 9112 3: a byte order mark is refused.", b"\xef\xbb\xbf" + get()),
            "flood_of_empty_lines": ("RFC 9112 2.2: a flood of empty lines is refused.", b"\r\n" * 5 + get()),
        }
    )
    def line_end_is_refused(self, text):
        self.refused(text)


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
                "userinfo": ("a URL with userinfo", b"http://user@ORIGIN/"),
                "password": ("a URL with a password", b"http://user:secret@ORIGIN/"),
                "empty_userinfo": ("a URL with empty userinfo", b"http://@ORIGIN/"),
                "double_at": ("a URL with two at signs", b"http://a@b@ORIGIN/"),
                "fragment": ("a URL with a fragment", b"http://ORIGIN/#top"),
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


class Floods(Rules):
    settings = {"max_fields": 20, "max_head": "4KiB", "max_request_line": "1KiB"}

    def test_too_many_fields(self):
        """RFC 6585 5: more fields than max_fields are refused: 431."""
        self.refused(get(b"/", *[b"X: y"] * 21), 431, "request_head_too_large")

    def test_too_many_fields_without_an_end(self):
        """RFC 6585 5: a flood of fields is refused before its end."""
        self.refused(get(b"/", *[b"X: y"] * 21)[:-2], 431, "request_head_too_large")

    def test_too_large_a_head(self):
        """RFC 6585 5: a head larger than max_head is refused: 431."""
        self.refused(get(b"/", b"X: " + b"y" * 4096), 431, "request_head_too_large")

    def test_too_long_a_name(self):
        """RFC 6585 5: a name without an end is refused: 431."""
        self.refused(b"GET http://ORIGIN/ HTTP/1.1\r\n" + b"X" * 5000, 431, "request_head_too_large")

    def test_too_long_a_target(self):
        """RFC 9112 3: a request line longer than max_request_line is refused: 414."""
        self.refused(get(b"/" + b"a" * 1024), 414, "request_target_too_long")

    def test_too_long_a_target_without_an_end(self):
        """RFC 9112 3: a request line without an end is refused: 414."""
        self.refused(b"GET http://ORIGIN/" + b"a" * 2000, 414, "request_target_too_long")

    def test_too_long_a_method(self):
        """RFC 9112 3: a method without an end is refused."""
        self.refused(b"G" * 2000, 414, "request_target_too_long")

    def test_as_many_fields_as_allowed(self):
        """RFC 9110 5.4: as many fields as max_fields are forwarded."""
        text = get(b"/", *[b"X: y"] * 19)
        expected = text.replace(b"http://ORIGIN/", b"/")[:-2] + b"Via: 1.1 megaphone\r\n\r\n"
        self.forwarded(text, expected)


if __name__ == "__main__":
    main()
