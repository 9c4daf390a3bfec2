"""Forwarded and X-Forwarded-For: what an origin learns about the client is the operator's choice."""
from harness import main
from harness.rules import VIA, Rules, each, get

THEIRS = [b"Forwarded: for=192.0.2.1;proto=https", b"X-Forwarded-For: 192.0.2.1, 192.0.2.2"]


class Policy(Rules):
    """The rows are those of the classes below; here is how they are looked at."""

    def goes_on(self, lines, expected):
        head = b"GET / HTTP/1.1\r\nHost: ORIGIN\r\n" + b"".join(line + b"\r\n" for line in expected)
        origin = self.recorder()
        self.open().send(origin.fill(get(b"/", *lines))).read_response()
        self.assertEqual(origin.heard(), head + VIA + b"\r\n")


class Off(Policy):
    @each(
        {
            "off_nothing": ("RFC 7239 8: by default nothing is told about the client.", [], []),
            "off_theirs": ("RFC 7239 4: by default what the client says goes on.", THEIRS, THEIRS),
        }
    )
    def is_off(self, lines, expected):
        self.goes_on(lines, expected)


class Add(Policy):
    settings = {"forwarded": "add", "x_forwarded_for": "add"}

    @each(
        {
            "add_to_nothing": (
                "RFC 7239 4: add tells the client's address.",
                [],
                [b"Forwarded: for=127.0.0.1", b"X-Forwarded-For: 127.0.0.1"],
            ),
            "add_to_theirs": (
                "RFC 7239 4: add tells the client's address behind those of others.",
                THEIRS,
                [
                    b"Forwarded: for=192.0.2.1;proto=https, for=127.0.0.1",
                    b"X-Forwarded-For: 192.0.2.1, 192.0.2.2, 127.0.0.1",
                ],
            ),
            "add_to_several_lines": (
                "RFC 7239 4: add joins several lines in their order.",
                [b"Forwarded: for=a", b"Forwarded: for=b", b"X-Forwarded-For: a", b"x-forwarded-for: b"],
                [b"Forwarded: for=a, for=b, for=127.0.0.1", b"X-Forwarded-For: a, b, 127.0.0.1"],
            ),
            "add_to_empty": (
                "RFC 9110 5.6.1: add skips empty lines.",
                [b"Forwarded:", b"X-Forwarded-For:"],
                [b"Forwarded: for=127.0.0.1", b"X-Forwarded-For: 127.0.0.1"],
            ),
        }
    )
    def is_added(self, lines, expected):
        self.goes_on(lines, expected)


class Replace(Policy):
    settings = {"forwarded": "replace", "x_forwarded_for": "replace"}

    @each(
        {
            "replace_nothing": (
                "RFC 7239 4: replace tells the client's address.",
                [],
                [b"Forwarded: for=127.0.0.1", b"X-Forwarded-For: 127.0.0.1"],
            ),
            "replace_theirs": (
                "RFC 7239 8.1: replace believes nothing that a client says.",
                THEIRS + [b"X-Forwarded-For: 192.0.2.3"],
                [b"Forwarded: for=127.0.0.1", b"X-Forwarded-For: 127.0.0.1"],
            ),
        }
    )
    def is_replaced(self, lines, expected):
        self.goes_on(lines, expected)


class Strip(Policy):
    settings = {"forwarded": "strip", "x_forwarded_for": "strip"}

    @each(
        {
            "strip_nothing": ("RFC 7239 8.3: strip adds nothing.", [], []),
            "strip_theirs": ("RFC 7239 8.3: strip tells nothing of what others said.", THEIRS, []),
            "strip_in_any_case": (
                "RFC 7239 8.3: strip finds the names in any case.",
                [b"fORWARDED: for=a", b"x-Forwarded-for: b", b"X: y"],
                [b"X: y"],
            ),
        }
    )
    def is_stripped(self, lines, expected):
        self.goes_on(lines, expected)


class Mixed(Policy):
    settings = {"forwarded": "replace", "x_forwarded_for": "strip"}

    def test_each_has_its_policy(self):
        """RFC 7239 4: the two fields have a policy each."""
        self.goes_on(THEIRS, [b"Forwarded: for=127.0.0.1"])


class OfIpv6(Policy):
    settings = {"listen": "[::1]:0", "forwarded": "add", "x_forwarded_for": "add"}

    def test_ipv6_client(self):
        """RFC 7239 6: an IPv6 address is bracketed and quoted in Forwarded."""
        self.goes_on([], [b'Forwarded: for="[::1]"', b"X-Forwarded-For: ::1"])


if __name__ == "__main__":
    main()
