"""What an operator sees of a configuration: mistakes, what is in force, limits beyond the machine. Argument: MEGAPHONED."""
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import unittest

PROGRAM = sys.argv.pop(1)
SIX_MISTAKES = """\
[[proxy]]
listen = "127.0.0.1:3128
max_conections = 100
connect_timeout = "1m"
drain_time = "3s"

[[uppercase_tcp]]
listen = "0.0.0.0:3128"

[log]
level = "warn"
"""
GOOD = """\
[[proxy]]
listen = "127.0.0.1:0"
max_connections = 600
max_head = "8KiB"
"""


def hard_limit(count):
    return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (count, count))


class Check(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = os.path.join(folder.name, "megaphone.toml")

    def run_on(self, text, *arguments, limit=10_000):
        with open(self.file, "w", encoding="utf-8") as file:
            file.write(text)
        return subprocess.run([PROGRAM, *arguments, self.file], capture_output=True, text=True, timeout=60, check=False,
                              preexec_fn=hard_limit(limit))

    def test_six_mistakes_are_told_at_once_each_with_place_line_caret_and_help(self):
        done = self.run_on(SIX_MISTAKES, "--check")
        self.assertEqual((done.returncode, done.stdout), (78, ""))
        told = done.stderr.splitlines()
        self.assertEqual(told.pop(), f"{self.file}: 6 errors, 1 warning")
        places = [re.match(re.escape(self.file) + r":(\d+):(\d+): error: ", line) for line in told]
        self.assertEqual([(int(m[1]), int(m[2])) for m in places if m], [(2, 10), (3, 1), (4, 19), (5, 1), (8, 10), (11, 9)])
        for number, match in enumerate(places):
            if not match:
                continue
            source, carets, advice = told[number + 1:number + 4]
            self.assertTrue(source.endswith(" | " + SIX_MISTAKES.splitlines()[int(match[1]) - 1]), source)
            self.assertRegex(carets, r"^ +\| {" + str(int(match[2])) + r"}\^+$")
            self.assertRegex(advice, "^help: ")

    def test_a_limit_of_descriptors_below_the_sum_is_a_warning_with_the_sum(self):
        done = self.run_on(GOOD, "--check", limit=1_000)
        self.assertEqual((done.returncode, done.stdout), (0, f"{self.file}: no errors, 1 warning\n"))
        told = re.match(r".*:3:19: warning: the limits add up to (\d+) descriptors, and this process may have 1000: (.*)\n",
                        done.stderr)
        self.assertTrue(told, done.stderr)
        self.assertIn("1200 for proxy (2 x max_connections)", told[2])
        self.assertEqual(sum(int(number) for number in re.findall(r"(\d+) for ", told[2])), int(told[1]))

    def test_a_start_logs_the_warning_and_serves(self):
        with open(self.file, "w", encoding="utf-8") as file:
            file.write(GOOD)
        with subprocess.Popen([PROGRAM, "-c", self.file], stderr=subprocess.PIPE, text=True,
                              preexec_fn=hard_limit(1_000)) as daemon:
            log = []
            for line in daemon.stderr:
                log.append(line)
                if "ready" in line or "cannot start" in line:
                    break
            daemon.send_signal(signal.SIGTERM)
            log += daemon.stderr.readlines()
        self.assertEqual(daemon.returncode, 0, log)
        self.assertTrue(any("1200 for proxy (2 x max_connections)" in line for line in log), log)

    def test_what_is_printed_means_the_same_and_tells_where_it_comes_from(self):
        def values(text):
            return [line.split("  # ")[0].rstrip() for line in text.splitlines()]

        first = self.run_on(GOOD, "--print-config")
        self.assertEqual((first.returncode, first.stderr), (0, ""))
        self.assertRegex(first.stdout, r'(?m)^max_head = "8KiB" +# ' + re.escape(self.file) + ":4$")
        self.assertRegex(first.stdout, r"(?m)^max_fields = 256 +# default$")
        self.assertRegex(first.stdout, r'(?m)^max_request_line = "8KiB" +# default, no more than max_head$')
        again = self.run_on(first.stdout, "--print-config")
        self.assertEqual((again.returncode, again.stderr), (0, ""))
        self.assertEqual(values(again.stdout), values(first.stdout))

    def test_options_are_origins_too(self):
        done = subprocess.run([PROGRAM, "--print-config", "--uppercase-udp", "127.0.0.1:7"], capture_output=True, text=True,
                              timeout=60, check=False)
        self.assertRegex(done.stdout, r'(?m)^listen = \["127.0.0.1:7"\] +# option --uppercase-udp$')

    def test_a_file_that_is_not_there_is_an_error(self):
        done = subprocess.run([PROGRAM, "--check", "/nowhere.toml"], capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 78)
        self.assertRegex(done.stderr, "^/nowhere.toml: error: .*\nhelp: .*\n")


if __name__ == "__main__":
    unittest.main()
