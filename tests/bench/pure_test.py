"""The pure parts of the benchmark: pairing, templates, tables, plots, goals and the page.

Usage: pure_test.py
"""
import re
import unittest
import xml.etree.ElementTree

import bench
import calls
import goals
import instructions
import options
import page
import pairing
import plots
import tables
import targets
import templates
from workloads import GROWTH, WORKLOADS, networks


def run(target, repetition=0, rate=100.0, workload="P1", **more):
    kind = {"megaphone": "ours", "direct": "direct"}.get(target, "peer")
    usual = {
        "ok": 10,
        "rate": 50.0,
        "cpus": 0.5,
        "p50_us": 40.0,
        "p99_us": 90.0,
        "foreign": 0.0,
        "stolen": 0.0,
        "session": 0,
    }
    return {
        "target": target,
        "kind": kind,
        "workload": workload,
        "repetition": repetition,
        "work_per_cpu": rate,
        "errors": 0,
        "disturbed": False,
        **usual,
        **more,
    }


class Pairing(unittest.TestCase):
    def test_a_ratio_is_taken_within_a_repetition(self):
        runs = [run("megaphone", 0, 100), run("nginx", 0, 50), run("megaphone", 1, 300), run("nginx", 1, 100)]
        self.assertEqual(pairing.ratios(runs, "P1", "megaphone"), {"nginx": [2.0, 3.0]})

    def test_repetitions_of_different_sessions_are_no_pair(self):
        runs = [run("megaphone", session=1), run("nginx", session=2)]
        self.assertEqual(pairing.ratios(runs, "P1", "megaphone"), {})

    def test_errors_void_a_repetition(self):
        runs = [run("megaphone"), run("nginx", errors=1)]
        self.assertEqual(pairing.ratios(runs, "P1", "megaphone"), {})

    def test_disturbed_pairs_count_only_where_quiet_ones_lack(self):
        runs = []
        for repetition, (rate, disturbed) in enumerate([(100, False), (200, False), (900, True)]):
            runs += [run("megaphone", repetition, rate, disturbed=disturbed), run("nginx", repetition, 100)]
        self.assertEqual(pairing.ratios(runs, "P1", "megaphone"), {"nginx": [1.0, 2.0]})
        self.assertEqual(pairing.ratios(runs[2:], "P1", "megaphone"), {"nginx": [2.0, 9.0]})

    def test_what_was_done_again_replaces_the_disturbed_one(self):
        runs = [
            run("megaphone", rate=10, foreign=1.0, disturbed=True),
            run("megaphone", rate=20),
            run("nginx", rate=10),
        ]
        self.assertEqual(pairing.ratios(runs, "P1", "megaphone"), {"nginx": [2.0]})

    def test_the_least_disturbed_stand_in(self):
        runs = [run("nginx", n, foreign=noise, disturbed=True) for n, noise in enumerate((0.5, 0.2, 0.9, 0.3))]
        self.assertEqual([r["foreign"] for r in pairing.usable(runs)], [0.2, 0.3, 0.5])
        quiet = [run("nginx", n) for n in range(3)]
        self.assertEqual(pairing.usable(runs + quiet), quiet)

    def test_median_and_spread_of_nothing_are_nothing(self):
        self.assertIsNone(pairing.median([{"x": None}], "x"))
        self.assertIsNone(pairing.spread([]))
        self.assertEqual(pairing.spread([1, 2, 4]), 1.5)


class Templates(unittest.TestCase):
    def test_names_are_replaced_and_origins_repeated(self):
        text = "port @PROXY@\n@EACH_ORIGIN\norigin @PORT@ in @DIR@\n@END\nend"
        self.assertEqual(
            templates.fill(text, {"PROXY": 1, "DIR": "/x"}, [7, 8]), "port 1\norigin 7 in /x\norigin 8 in /x\nend"
        )

    def test_a_name_without_a_value_is_an_error(self):
        with self.assertRaises(KeyError):
            templates.fill("@NOBODY@", {})

    def test_every_peer_can_be_filled(self):
        values = dict.fromkeys(
            (
                "PROXY",
                "TCP",
                "UDP",
                "DIR",
                "BUILD",
                "MEGAPHONE",
                "CPUS",
                "RAW",
                "HTTP",
                "ALLOWED",
                "CLIENTS",
                "IDLE_ORIGINS",
                "CACHED_NAMES",
                "DNS",
                "CAPTURE",
            ),
            "1",
        )
        for name, specification in targets.specifications().items():
            with self.subTest(name):
                self.assertIn(specification["kind"], tables.ORDER)
                self.assertLessEqual(set(specification.get("lacks", [])), set(WORKLOADS))
                for word in specification["argv"]:
                    templates.fill(word, values)
                for template in specification.get("files", {}).values():
                    text = templates.fill((targets.HERE / "peers" / template).read_text(), values, [1])
                    self.assertNotIn("@EACH", text)

    def test_networks_begin_with_the_usual_ones(self):
        self.assertEqual(networks(["a"], 3), '"a", "10.0.0.0/24", "10.0.1.0/24"')
        self.assertEqual(len(set(networks(["a"], 10000).split(", "))), 10000)


class Tables(unittest.TestCase):
    def test_numbers_have_three_digits(self):
        for value, text in (
            (None, "-"),
            (0.5, "0.5"),
            (12.34, "12.3"),
            (999.6, "1k"),
            (45300, "45.3k"),
            (149_600, "150k"),
            (2.5e6, "2.5M"),
        ):
            self.assertEqual(tables.number(value), text)

    def test_a_ratio_shows_its_spread(self):
        self.assertEqual(tables.ratio([1.0, 1.3, 1.1]), "1.10 (1.00-1.30)")
        self.assertEqual(tables.ratio([1.0]), "1.00 (once)")
        self.assertEqual(tables.ratio(None), "-")

    def test_a_row_with_errors_is_no_result(self):
        text = tables.workload_table(
            [run("megaphone"), run("nginx", errors=2, first_error="corrupt: a|b")], WORKLOADS["P1"]
        )
        self.assertIn("**not a result: 2 errors** (corrupt: a/b)", text)

    def test_peers_are_sorted_and_limits_stand_below(self):
        limit = run("relay", rate=900)
        limit["kind"] = "limit"
        text = tables.workload_table([limit, run("nginx", rate=50), run("megaphone", rate=100)], WORKLOADS["P1"])
        names = [line.split("|")[1].strip() for line in text.splitlines()[2:]]
        self.assertEqual(names, ["**megaphone**", "nginx", "*relay*"])

    def test_what_is_lost_and_disturbed_is_told(self):
        text = tables.notes([run("nginx", sent=200, lost=2, disturbed=True)])
        self.assertEqual(text, "1 % lost; 1 of 1 disturbed")

    def test_a_series_is_told_in_microseconds(self):
        workloads = [GROWTH["connections-1"], GROWTH["connections-64"]]
        text = tables.growth_table([run("megaphone", workload="connections-1", rate=50_000)], workloads)
        self.assertIn("| 1 | 20.0 |", text)
        self.assertIn("| 64 | - |", text)


class Plots(unittest.TestCase):
    def test_bars_are_well_formed_and_to_scale(self):
        svg = plots.bars("a < b", [("P1", [("nginx", 1.0), ("haproxy", 2.0)])], 1.0)
        root = xml.etree.ElementTree.fromstring(svg)
        widths = [float(rect.get("width")) for rect in root.iter("{http://www.w3.org/2000/svg}rect")][1:]
        self.assertAlmostEqual(widths[1], 2 * widths[0], places=1)

    def test_lines_have_a_point_for_each_value(self):
        svg = plots.lines("t", "x", "y", {"one": [(1, 5.0), (1000, 6.0)], "two": [(1, 7.0)]})
        root = xml.etree.ElementTree.fromstring(svg)
        self.assertEqual(len(list(root.iter("{http://www.w3.org/2000/svg}circle"))), 3)


class Goals(unittest.TestCase):
    def test_each_goal_is_judged_by_the_median(self):
        runs = [run("megaphone", n, 100) for n in range(3)] + [run("nginx", n, 80) for n in range(3)]
        self.assertIn("| P1 | at least 1.10 x nginx | 1.25 (1.25-1.25) | yes |", goals.table(runs, "megaphone"))

    def test_what_was_not_measured_is_not_judged(self):
        self.assertNotIn("P2", goals.table([run("megaphone")], "megaphone"))

    def test_latency_is_what_is_added_to_none(self):
        runs = [
            run(name, workload="P8", p50_us=value)
            for name, value in (("megaphone", 50.0), ("nginx", 60.0), ("direct", 20.0))
        ]
        self.assertIn("| 0.75 (30.0 to 40.0 µs) | yes |", goals.table(runs, "megaphone"))

    def test_goals_name_workloads_and_targets(self):
        for goal in goals.RATIOS:
            self.assertIn(goal.workload, WORKLOADS)
            self.assertIn(goal.other, targets.specifications())


class Calls(unittest.TestCase):
    TEXT = """\
% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ------------------
 60.00    0.060000           3     20000           epoll_wait
 40.00    0.040000           4     10000        12 read
------ ----------- ----------- --------- --------- ------------------
100.00    0.100000           3     30000        12 total
"""

    def test_strace_is_read(self):
        self.assertEqual(calls.parse(self.TEXT), {"epoll_wait": 20000, "read": 10000})

    def test_calls_are_told_per_request(self):
        found = [{"target": "nginx", "workload": "P1", "work": 10000, "counts": {"read": 10000, "epoll_ctl": 20000}}]
        self.assertIn("| **`epoll_ctl`** | 2.00 |", calls.table(found, "P1"))
        self.assertIn("| `read` | 1.00 |", calls.table(found, "P1"))


class Instructions(unittest.TestCase):
    def test_callgrind_is_read(self):
        self.assertEqual(instructions.parse("# callgrind format\nversion: 1\nsummary: 4711\n\ntotals: 4711\n"), 4711)

    def test_instructions_are_told_per_request(self):
        found = [
            {"target": "nginx", "workload": "P1", "work": 10, "count": 295_000},
            {"target": "haproxy", "workload": "P4", "work": 2, "count": 114_000},
        ]
        text = instructions.table(found)
        self.assertIn("| instructions | P1 | P4 |", text)
        self.assertIn("| nginx | 29.5k | - |", text)
        self.assertIn("| haproxy | - | 57k |", text)


class Page(unittest.TestCase):
    def test_only_what_stands_between_the_markers_is_replaced(self):
        text = "a\n<!-- begin x -->\nold\n<!-- end x -->\nb"
        self.assertEqual(page.replace(text, "x", "new\n"), "a\n<!-- begin x -->\nnew\n<!-- end x -->\nb")

    def test_a_missing_part_is_an_error(self):
        with self.assertRaises(LookupError):
            page.replace("a", "x", "new")


class Documents(unittest.TestCase):
    def test_every_command_that_is_shown_is_understood(self):
        shown = 0
        for name in ("README.md", "docs/performance.md"):
            for command in re.findall(r"scripts/bench( --[^`\n]*)", (options.ROOT / name).read_text()):
                with self.subTest(command):
                    options.wanted_packages(options.read_options(command.split()))
                    shown += 1
        self.assertGreater(shown, 3)

    def test_the_page_has_all_parts(self):
        text = (options.ROOT / "docs" / "performance.md").read_text()
        for part in ("machine", "goals", "results", "growth", "instructions", "calls"):
            page.replace(text, part, "")


class Choosing(unittest.TestCase):
    def test_a_wrong_name_gets_advice(self):
        for name, advice in (("ngnix", "did you mean nginx"), ("zzzz", "--list")):
            with self.assertRaisesRegex(SystemExit, advice):
                options.choose(name, ["nginx", "squid"], "target")

    def test_names_keep_their_order(self):
        self.assertEqual(options.choose("P4,P1", list(WORKLOADS), "workload"), ["P1", "P4"])

    def test_what_is_measured_again_replaces_what_was(self):
        results = {"sessions": [], "runs": [run("nginx", rate=1), run("squid", rate=2)]}
        bench.add_runs(results, [run("nginx", rate=3)], {})
        self.assertEqual([r["work_per_cpu"] for r in results["runs"]], [2, 3])

    def test_ours_stay_while_they_make_pairs(self):
        results = {"sessions": [{}], "runs": [run("megaphone", rate=1), run("nginx"), run("megaphone", workload="P2")]}
        bench.add_runs(results, [run("megaphone", rate=2), run("squid"), run("megaphone", workload="P2", rate=3)], {})
        kept = [(r["target"], r["workload"], r["session"]) for r in results["runs"]]
        both = [("megaphone", "P1", 0), ("nginx", "P1", 0), ("megaphone", "P1", 1), ("squid", "P1", 1)]
        self.assertEqual(kept, [*both, ("megaphone", "P2", 1)])


if __name__ == "__main__":
    unittest.main()
