"""Hostile fields: lines that are no field lines, and floods of them."""
from harness import main
from harness.rules import Rules, each, get

NUL = b"\x00"


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
