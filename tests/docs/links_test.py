"""Every relative link of the pages leads to a file, and every script that they name exists.

Usage: links_test.py ROOT
"""
import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(sys.argv.pop(1))
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "tests" / "fuzz" / "README.md"]


class Links(unittest.TestCase):
    def test_relative_links_lead_to_files(self):
        for page in PAGES:
            for link in re.findall(r"\]\(([^)\s#:]+)(?:#[^)]*)?\)", page.read_text()):
                with self.subTest(page=page.name, link=link):
                    self.assertTrue((page.parent / link).exists())

    def test_scripts_that_are_named_exist(self):
        for page in PAGES:
            for script in re.findall(r"\bscripts/(?:lib/)?[\w.-]*\w", page.read_text()):
                with self.subTest(page=page.name, script=script):
                    self.assertTrue((ROOT / script).exists())


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v"])
