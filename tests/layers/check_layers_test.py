"""The layer check itself: each kind of forbidden include is found, and nothing else."""
import pathlib
import sys
import tempfile
import unittest

from check_layers import check

TABLE = """
| level | room | duty | library headers |
|---|---|---|---|
| 2 | uv | loops | uv.h |
| 2 | log | the log | spdlog/ |
| 1 | http | heads | llhttp.h |
| 0 | base | all | |
"""


class LayerCheck(unittest.TestCase):
    def problems(self, path, include):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            files = {
                "docs/architecture.md": TABLE,
                "include/megaphone/base/ok.h": "",
                "include/megaphone/http/head.h": "",
                "include/megaphone/log/log.h": "",
                "src/http/inner.h": "",
                path: f"// first line\n#include {include}\n",
            }
            for name, text in files.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text)
            return check(root)[0]

    def assert_refused(self, path, include):
        found = self.problems(path, include)
        self.assertEqual(len(found), 1, found)
        self.assertTrue(found[0].startswith(f"{path}:2: "), found)

    def test_lower_levels_the_own_room_and_the_standard_library_are_allowed(self):
        for include in (
            '"megaphone/base/ok.h"',
            '"megaphone/http/head.h"',
            '"inner.h"',
            "<llhttp.h>",
            "<string>",
            "<sys/socket.h>",
        ):
            self.assertEqual(self.problems("src/http/a.cpp", include), [], include)

    def test_a_higher_level_is_refused(self):
        self.assert_refused("src/base/a.cpp", '"megaphone/http/head.h"')

    def test_the_same_level_is_refused(self):
        self.assert_refused("src/uv/a.cpp", '"megaphone/log/log.h"')

    def test_a_library_outside_its_room_is_refused(self):
        self.assert_refused("src/http/a.cpp", "<uv.h>")
        self.assert_refused("src/http/a.cpp", "<spdlog/sinks/null_sink.h>")

    def test_a_library_in_a_public_header_is_refused(self):
        self.assert_refused("include/megaphone/uv/a.h", "<uv.h>")

    def test_the_test_library_is_refused(self):
        self.assert_refused("src/http/a.cpp", "<gtest/gtest.h>")

    def test_a_private_header_of_another_room_is_refused(self):
        self.assert_refused("src/uv/a.cpp", '"inner.h"')

    def test_a_room_that_the_table_does_not_name_is_refused(self):
        self.assert_refused("src/attic/a.cpp", "<string>")

    def test_a_header_that_does_not_exist_is_refused(self):
        self.assert_refused("src/http/a.cpp", '"megaphone/base/missing.h"')


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v"])
