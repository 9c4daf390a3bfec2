"""Adds up meson's test logs of several build folders and prints one line; ends with 1 unless all is well.

Usage: count_tests.py BROKEN_BUILDS BUILD_FOLDER...
A build that did not come to its tests counts as one failure.
"""
import collections
import json
import pathlib
import sys

KINDS = {"OK": "passed", "EXPECTEDFAIL": "passed", "SKIP": "skipped"}


def main(broken, folders):
    count = collections.Counter(failed=broken)
    for folder in folders:
        for log in pathlib.Path(folder, "meson-logs").glob("testlog*.json"):
            for line in log.read_text().splitlines():
                test = json.loads(line)
                kind = KINDS.get(test["result"], "failed")
                count[kind] += 1
                if kind == "failed":
                    print(f"failed: {folder}: {test['name']} ({test['result'].lower()})")
    skipped = f", {count['skipped']} skipped" if count["skipped"] else ""
    print(f"{count['passed']} passed, {count['failed']} failed{skipped}")
    return 0 if count["passed"] and not count["failed"] else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2:]))
