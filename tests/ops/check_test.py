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
        self.assertEqual(told.pop(), f"{self.file}: 6 errors")
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

    def test_defaults_are_lowered_to_the_descriptors_that_there_are_without_a_word(self):
        done = self.run_on('[[proxy]]\nlisten = "127.0.0.1:0"\n', "--check", limit=2_000)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, f"{self.file}: no problems found\n", ""))
        done = self.run_on('[[proxy]]\nlisten = "127.0.0.1:0"\n', "--print-config", limit=2_000)
        self.assertRegex(done.stdout, r"(?m)^max_connections = [1-9][0-9]{2} +# default, lowered to fit 2000 descriptors$")

    def refuses(self, text, *said, user=None):
        with open(self.file, "w", encoding="utf-8") as file:
            file.write('[[proxy]]\nlisten = "127.0.0.1:0"\n' + text)
        done = subprocess.run([PROGRAM, "--check", self.file], capture_output=True, text=True, timeout=60, check=False,
                              user=user)
        self.assertEqual(done.returncode, 78, done.stderr)
        for each in said:
            self.assertIn(each, done.stderr)

    def test_what_would_not_start_does_not_pass(self):
        folder = os.path.dirname(self.file)
        os.mkdir(f"{folder}/inner")
        long_folder = f"{folder}/{'l' * 100}"
        os.mkdir(long_folder)
        for text, said in (
            (f'[log]\npath = "{folder}/none/a.log"\n', f"{folder}/none: No such file or directory"),
            (f'access_log = "{folder}/none/a.log"\n', "the folder of the access log of proxy"),
            (f'capture = "{folder}/none/a.pcapng"\n', f"help: mkdir {folder}/none"),
            (f'[log]\npath = "{folder}/inner"\n', f"{folder}/inner is a folder"),
            (f'[access_log]\npath = "{self.file}/a"\n', "is not a folder"),
            (f'[control]\npath = "{folder}/none/c"\n', "the folder of the control socket"),
            (f'[control]\npath = "{long_folder[:100]}/c"\n', "the path of the control socket is too long"),
            ('[control]\ngroup = "no-such-group"\n', 'there is no group "no-such-group"'),
            (f'capture = "{self.file}"\n', "the capture of proxy and the configuration are one file"),
        ):
            with self.subTest(text):
                self.refuses(text, said)

    def test_a_socket_does_not_replace_a_file(self):
        path = self.file + ".txt"
        with open(path, "w", encoding="utf-8") as file:
            file.write("mine")
        self.refuses(f'[control]\npath = "{path}"\n', f"{path} is not a socket")

    @unittest.skipUnless(os.geteuid() == 0, "needs another user")
    def test_the_check_is_made_as_the_user_who_asks(self):
        folder = os.path.dirname(self.file)
        os.chmod(folder, 0o755)
        self.refuses(f'[log]\npath = "{folder}/a.log"\n', "this user (uid 65534) cannot make", "sudo -u", user=65534)
        self.refuses('[[proxy]]\nname = "low"\nlisten = "127.0.0.1:1023"\n',
                     "cannot listen on port 1023", "CAP_NET_BIND_SERVICE", "systemd:NAME", user=65534)

    def test_an_address_that_may_come_later_is_a_warning(self):
        done = self.run_on('[[proxy]]\nlisten = "192.0.2.1:3128"\n', "--check")
        self.assertEqual((done.returncode, done.stdout), (0, f"{self.file}: no errors, 1 warning\n"))
        self.assertIn("no interface of this machine has the address 192.0.2.1", done.stderr)

    def test_a_proxy_for_the_world_is_called_one(self):
        done = self.run_on('[[proxy]]\nlisten = "0.0.0.0:0"\nclients = ["any"]\n', "--check")
        self.assertEqual(done.returncode, 0)
        self.assertIn("proxy is an open proxy", done.stderr)

    def test_what_is_no_regular_file_is_an_error_at_once(self):
        folder = os.path.dirname(self.file)
        for path in ("/dev/zero", "/dev/null", folder):
            done = subprocess.run([PROGRAM, "--check", path], capture_output=True, text=True, timeout=60, check=False)
            self.assertEqual(done.returncode, 78, path)

    def test_a_pipe_can_be_checked(self):
        done = subprocess.run([PROGRAM, "--check", "/dev/stdin"], input=GOOD, capture_output=True, text=True, timeout=60,
                              check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_a_file_that_is_not_there_is_an_error(self):
        done = subprocess.run([PROGRAM, "--check", "/nowhere.toml"], capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 78)
        self.assertRegex(done.stderr, "^/nowhere.toml: error: .*\nhelp: .*\n")


if __name__ == "__main__":
    unittest.main()
