#!/usr/bin/env python3
"""The golden files of the pcapng room, by tshark: nothing to complain of, and all that was written is found. Other tools
find as many packets.
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import tshark

GOLDEN = pathlib.Path()


class Golden(unittest.TestCase):
    def faultless(self, name):
        path = GOLDEN / f"{name}.pcapng"
        self.assertEqual(tshark.faults(path), "")
        return path

    def test_nothing_is_wrong_with_any_of_them(self):
        names = sorted(path.stem for path in GOLDEN.glob("*.pcapng"))
        self.assertGreaterEqual(len(names), 5)
        for name in names:
            with self.subTest(name):
                self.assertGreater(tshark.count(self.faultless(name)), 0)

    def test_an_exchange_is_two_conversations_of_http(self):
        for name in ("exchange-v4", "exchange-v6"):
            with self.subTest(name):
                path = self.faultless(name)
                self.assertEqual(tshark.streams(path), [0, 1])
                self.assertEqual(
                    tshark.lines(path, "http", "frame.interface_name", "http.request.uri", "http.response.code",
                                 "frame.comment"),
                    [("web/client", "http://www.example.org/page", "", "exchange 7"),
                     ("web/origin", "/page", "", "exchange 7|www.example.org was resolved in 3 ms"),
                     ("web/origin", "", "200", "exchange 7"),
                     ("web/client", "", "200", "exchange 7")])

    def test_heads_are_shown_without_their_content(self):
        path = self.faultless("heads")
        self.assertEqual(
            tshark.lines(path, "http", "http.request.uri", "http.response.code", "http.content_length_header"),
            [("http://www.example.org/", "", "9"), ("", "200", "9"), ("http://www.example.org/next", "", ""),
             ("", "304", "")])
        self.assertNotIn(b"left out", path.read_bytes())

    def test_bytes_are_those_that_were_written(self):
        path = self.faultless("exchange-v4")
        request, answer = tshark.follow(path, 0)
        self.assertIn(b"\r\nCookie: xxxxxxxxx\r\n", request)
        self.assertTrue(answer.endswith(b"\r\n\r\nfirst, second."))
        asked, answered = tshark.follow(self.faultless("bulk"), 0)
        self.assertEqual(asked, b"a" * 70_000)
        self.assertEqual(answered, b"A" * 7_000 + b"B" * 7_000 + b"THE REST")

    def test_failed_connects_are_a_syn_with_a_reset_and_a_syn_alone(self):
        path = self.faultless("failed-connects")
        self.assertEqual(tshark.lines(path, "tcp", "tcp.stream", "tcp.flags.str"),
                         [("0", "··········S·"), ("0", "·······A·R··"), ("1", "··········S·")])

    def test_a_closed_port_is_told_by_icmp(self):
        path = self.faultless("datagrams")
        self.assertEqual(tshark.lines(path, "icmp", "icmp.type", "icmp.code", "udp.dstport"), [("3", "3", "50000")])
        self.assertEqual(tshark.lines(path, "icmpv6", "icmpv6.type", "icmpv6.code", "udp.dstport"),
                         [("1", "4", "50000")])

    def packets_by_tcpdump(self, path):
        done = subprocess.run(["tcpdump", "-n", "-t", "-r", str(path)], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, f"{path.name}: {done.stderr}")
        return sum(not line.startswith((" ", "\t")) for line in done.stdout.splitlines())

    @unittest.skipUnless(shutil.which("tcpdump"), "tcpdump is not installed")
    def test_tcpdump_reads_every_packet_and_so_it_does_of_what_editcap_and_mergecap_make(self):
        counts = {path: tshark.count(path) for path in sorted(GOLDEN.glob("*.pcapng"))}
        with tempfile.TemporaryDirectory(prefix="megaphone-golden-") as name:
            made = pathlib.Path(name) / "made"
            for path, count in counts.items():
                with self.subTest(path.name):
                    self.assertEqual(self.packets_by_tcpdump(path), count)
                    if shutil.which("editcap"):
                        subprocess.run(["editcap", "-F", "pcap", str(path), str(made)], check=True, timeout=60)
                        self.assertEqual(self.packets_by_tcpdump(made), count)
            for form in ("pcapng", "pcap") if shutil.which("mergecap") else ():
                subprocess.run(["mergecap", "-F", form, "-w", str(made), *map(str, counts)], check=True, timeout=60)
                self.assertEqual(self.packets_by_tcpdump(made), sum(counts.values()))

    def test_times_are_in_nanoseconds_and_in_order(self):
        path = self.faultless("exchange-v4")
        times = [row[0] for row in tshark.lines(path, "frame", "frame.time_epoch")]
        self.assertEqual(times[0], "1700000000.001000000")
        self.assertEqual(times, sorted(times))


if __name__ == "__main__":
    tshark.need()
    GOLDEN = pathlib.Path(sys.argv.pop(1))
    unittest.main()
