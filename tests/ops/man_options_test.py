"""A manual page has every option that the program's help has, and no other. Arguments: the page, the program, its commands."""
import re
import subprocess
import sys


def main(page_name, program, *commands):
    with open(page_name, encoding="utf-8") as page:
        shown = set(re.findall(r"(?<=Fl -)[a-z][a-z0-9-]*", page.read()))
    known = set()
    for command in ([], *([each] for each in commands)):
        done = subprocess.run([program, *command, "--help"], capture_output=True, text=True, timeout=60, check=True)
        known |= set(re.findall(r"^  (?:-\w, |    )--([a-z0-9-]+)", done.stdout, re.MULTILINE))
    print("not in the manual:", *sorted(known - shown))
    print("not in the program:", *sorted(shown - known))
    return 1 if not known or known != shown else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
