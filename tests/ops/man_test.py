#!/usr/bin/env python3
"""A manual page renders without a warning. Arguments: man, the page."""
import os
import subprocess
import sys

man, page = sys.argv[1:]
run = subprocess.run(
    [man, "--warnings", "-E", "UTF-8", "-l", "-Tutf8", page],
    capture_output=True, text=True, env={**os.environ, "MANWIDTH": "80", "LC_ALL": "C.UTF-8"}, check=False,
)
if "groff" in run.stderr and "not found" in run.stderr:
    print("no formatter is installed")
    sys.exit(77)
print(run.stderr)
sys.exit(run.returncode != 0 or bool(run.stderr) or len(run.stdout) < 1000)
