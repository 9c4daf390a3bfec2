"""Checks that every C++ file is as .clang-format says. Skipped (77) where clang-format is missing.

Usage: check_format.py ROOT
"""
import os
import pathlib
import shutil
import subprocess
import sys

FOLDERS = ("src", "include", "tests")
SUFFIXES = {".cpp", ".h"}


def main(root):
    if not shutil.which("clang-format"):
        return 77
    files = sorted(path for folder in FOLDERS for path in pathlib.Path(root, folder).rglob("*") if path.suffix in SUFFIXES)
    share = -(-len(files) // (os.cpu_count() or 1))
    running = [
        subprocess.Popen(["clang-format", "--dry-run", "-Werror", *files[begin : begin + share]])
        for begin in range(0, len(files), share)
    ]
    codes = [process.wait() for process in running]
    if any(codes):
        print("not as .clang-format says; mend it by: ninja -C build clang-format")
    return 1 if any(codes) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
