"""Checks what the README shows: its configuration is started, and its commands answer as printed. Ports are
replaced by free ones.

Usage: readme_test.py README (MEGAPHONED and MEGAPHONE name the programs)
"""
import pathlib
import re
import subprocess
import sys
import tomllib
import unittest

import console  # finds the harness, too
from harness import Scenario, program

README = pathlib.Path(sys.argv.pop(1))


def texts(language):
    return [block.text for block in console.blocks(README.read_text()) if block.language == language]


class Readme(Scenario):
    def test_the_commands_answer_as_printed(self):
        (configuration,) = texts("toml")
        sections = tomllib.loads(configuration)
        shown = {kind: listener["listen"] for kind, (listener,) in sections.items()}
        for (listener,) in sections.values():
            listener["listen"] = "127.0.0.1:0"
        daemon = self.daemon(**sections)

        def with_real_ports(command):
            kind = "uppercase_udp" if " udp " in command else "proxy" if "curl" in command else "uppercase_tcp"
            host, port = daemon.address(kind.replace("_", "-"))
            for separator in (" ", ":"):
                command = command.replace(shown[kind].replace(":", separator), f"{host}{separator}{port}")
            return command.replace("build/megaphone ", program("megaphone") + " ")

        done = 0
        for text in texts("console"):
            for command, expected in console.commands(text):
                with self.subTest(command):
                    real = with_real_ports(command)
                    ran = subprocess.run(real, shell=True, capture_output=True, text=True, timeout=60)
                    self.assertEqual((ran.returncode, ran.stdout), (0, expected), ran.stderr)
                    done += 1
        self.assertGreater(done, 0)

    def test_the_files_that_it_names_exist(self):
        for link in re.findall(r"\]\(([^):#]+)\)", README.read_text()):
            self.assertTrue((README.parent / link).exists(), link)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v"])
