"""Answers: what reaches the client, byte by byte."""
from harness import main
from harness.rules import VIA, VIA_1_0, Rules, answer, each, get, on


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
