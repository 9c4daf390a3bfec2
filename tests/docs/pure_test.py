"""The pure parts of the pages: which block is what, what may differ between two runs, and what a ladder draws.

Usage: pure_test.py
"""
import pathlib
import re
import sys
import unittest
import unittest.mock
import xml.etree.ElementTree

import console
import sameness

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts" / "lib"))

import ladder  # pylint: disable=wrong-import-position


def frame(interface="lo", **fields):
    return {**dict.fromkeys(ladder.FIELDS, ""), "interface": interface, "time": "0.001", **fields}


def tcp(near, far, flags, interface="lo", payload="", **more):
    data = payload.encode().hex()
    return frame(interface, protocol="TCP", tcp_from=near, tcp_to=far, flags=hex(flags), tcp_bytes=data, **more)


def arrows(*frames):
    """(label, from, to) of each, by the places of the columns from the left."""
    picture = ladder.draw(list(frames), "x < y")
    xml.etree.ElementTree.fromstring(picture)
    found = re.findall(r"<g><title>(.*?)</title><line x1=\"([\d.]+)\" y1=\"[\d.]+\" x2=\"([\d.]+)\"", picture, re.S)
    columns = sorted({float(x) for _, *ends in found for x in ends})
    return [(label, columns.index(float(start)), columns.index(float(end))) for label, start, end in found]


class Ladder(unittest.TestCase):
    def test_arrows_go_from_who_sends_to_who_hears(self):
        self.assertEqual(
            arrows(tcp("40000", "7", 0x02), tcp("7", "40000", 0x12), tcp("40000", "7", 0x18, payload="hello\n"),
                   tcp("7", "40000", 0x14)),
            [("SYN", 0, 1), ("SYN, ACK", 1, 0), ("“hello”", 0, 1), ("RST, ACK", 1, 0)],
        )

    def test_the_origin_has_a_column_of_its_own(self):
        near = tcp("40000", "3128", 0x02, "proxy/client")
        far = tcp("40001", "80", 0x02, "proxy/origin")
        self.assertEqual(arrows(near, far), [("SYN", 0, 1), ("SYN", 1, 2)])
        self.assertIn(">origin<", ladder.draw([near, far], ""))
        self.assertNotIn(">origin<", ladder.draw([near], ""))

    def test_an_icmp_message_goes_to_who_sent_what_it_quotes(self):
        asked = frame(protocol="UDP", udp_from="40000", udp_to="7", udp_bytes="68690a")
        told = frame(protocol="ICMP", icmp="3", udp_from="40000", udp_to="7", info="Port unreachable")
        self.assertEqual(arrows(asked, told), [("“hi”", 0, 1), ("Port unreachable", 1, 0)])

    def test_an_icmpv6_message_is_not_the_datagram_that_it_quotes(self):
        told = frame(protocol="ICMPv6", icmp6="1", udp_from="40000", udp_to="7", udp_bytes="68690a", info="Unreachable")
        self.assertEqual(arrows(told), [("Unreachable", 1, 0)])

    def test_a_file_of_megaphone_says_itself_where_packets_go(self):
        answers = [tcp("80", "40001", 0x18, "proxy/origin", direction="0x00000001"),
                   tcp("3128", "40000", 0x18, "proxy/client", direction="0x00000002")]
        asked = tcp("40000", "3128", 0x18, "proxy/client", direction="0x00000001")
        self.assertEqual([ends for _, *ends in arrows(*answers, asked)], [[2, 1], [1, 0], [0, 1]])
        picture = ladder.draw([*answers, asked], "")
        self.assertEqual(re.findall(r">(\d{2,5})</text>", picture), ["40001", "80", "40000", "3128", "40000", "3128"])

    def test_bytes_that_are_no_words_are_counted_and_comments_are_shown(self):
        words = tcp("40000", "7", 0x18, payload="x" * 5000, comment="exchange 7|a < b")
        self.assertEqual(arrows(words), [("5,000 bytes\nexchange 7\na &lt; b", 0, 1)])

    def test_segments_have_their_numbers_and_times_a_unit_that_fits(self):
        begins, answers = tcp("40000", "7", 0x02, seq="0", ack="0"), tcp("7", "40000", 0x12, seq="0", ack="1")
        picture = ladder.draw([{**begins, "time": "0.000125"}, {**answers, "time": "4.408838"}], "")
        self.assertEqual(re.findall(r">(Seq=[^<]*)<", picture), ["Seq=0", "Seq=0 Ack=1"])
        self.assertEqual(re.findall(r">([\d.]+ \w+)</text>\n<g>", picture), ["125 µs", "4.41 s"])
        self.assertEqual([ladder.moment(each) for each in (0, 0.0123, 0.9999999)], ["0 µs", "12.3 ms", "1.00 s"])

    def test_so_many_arrows_and_no_more(self):
        packets = [tcp("40000", "7", 0x10)] * (ladder.MOST + 3)
        self.assertEqual(len(arrows(*packets)), ladder.MOST)
        self.assertIn("and 3 more", ladder.draw(packets, ""))


class Console(unittest.TestCase):
    PAGE = "a\n<!-- tested: root tshark -->\n```console\n$ one \\\n  two\nsaid\n> said\n$ three &\n```\n```sh\n$ no\n```\n"

    def test_blocks_say_what_they_need(self):
        (block,) = console.blocks(self.PAGE)
        self.assertEqual((block.language, block.needs), ("console", ["root", "tshark"]))
        self.assertEqual(self.PAGE[slice(*block.place)], block.text)

    def test_commands_and_what_is_shown(self):
        (block,) = console.blocks(self.PAGE)
        self.assertEqual(console.commands(block.text), [("one \\\n  two", "said\n> said\n"), ("three &", "")])


class Sameness(unittest.TestCase):
    def setUp(self):
        here = unittest.mock.patch.object(sameness, "CHOSEN", [(32768, 60999), (10000, 20000)])
        here.start()
        self.addCleanup(here.stop)

    def test_what_varies_is_the_same(self):
        for one, other in (
            ("    1 0.000000000    ::1 → ::1 TCP 74 49316 → 7", "12 0.500000000 ::1 → ::1 TCP 74 50000 → 7"),
            ("127.0.0.1:49316 -> 7007", "127.0.0.1:10000 -> 7007"),
            ("exchange k3f9-0-5,answered 200 after 0.802 ms", "exchange m202-1-15,answered 200 after 12.1 ms"),
            ("Date: Thu, 26 Nov 2026 07:35:29 GMT", "Date: Fri, 27 Nov 2026 08:35:29 GMT"),
            ("43  tcp  uppercase-tcp  127.0.0.1:36148  open   32ms", "9  tcp  uppercase-tcp  127.0.0.1:56148  open  2s"),
            ("93ga-0-55  tcp  uppercase-tcp  a  open  1s", "bwd2-1-4  tcp  uppercase-tcp  a  open  1s"),
            ("1 tcp uppercase-tcp a open\n2 proxy proxy b body\n", "3 proxy proxy b body\n4 tcp uppercase-tcp a open\n"),
            ("megaphoned 0.1.0, process 40000, serving", "megaphoned 0.2.0, process 7, serving"),
            ("Via: 1.1 megaphone-1b56ddc7", "Via: 1.1 megaphone-00000000"),
            ("[1]+  Done    sleep 1\nx\n", "x\n"),
        ):
            self.assertEqual(sameness.plain(one), sameness.plain(other))

    def test_what_does_not_vary_is_not(self):
        for one, other in (
            ("    1 0.000000000 TCP 49316 → 7007 [SYN]", "    1 0.000000000 TCP 49316 → 7007 [RST]"),
            ("5 sent, 5 answered, 0 lost (0 %)", "5 sent, 4 answered, 1 lost (20 %)"),
            ("HTTP/1.1 200 OK", "HTTP/1.1 502 Bad Gateway"), ("69", "75"), ("127.0.0.1:7007", "127.0.0.1:7008"),
            ("      3 proxy/client", "      4 proxy/client"), ("Len=5", "Len=6"),
            ("127.0.0.1:49316", "127.0.0.1:30000"),
        ):
            self.assertNotEqual(sameness.plain(one), sameness.plain(other))


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v"])
