#!/usr/bin/env python3
"""Compiles each public header alone: what includes it need not know what else it needs.

Usage: check_headers.py ROOT COMPILER... -- FLAGS...
"""
import concurrent.futures
import os
import pathlib
import subprocess
import sys


def main():
    split = sys.argv.index("--")
    root, compiler, flags = pathlib.Path(sys.argv[1]), sys.argv[2:split], sys.argv[split + 1 :]
    headers = sorted((root / "include").rglob("*.h"))
    command = [*compiler, "-fsyntax-only", "-std=c++20", "-Werror", *flags, f"-I{root / 'include'}", "-xc++", "-"]

    def compile_alone(header):
        # Twice: the second one shows a missing #pragma once.
        text = f'#include "{header.relative_to(root / "include")}"\n' * 2
        return header, subprocess.run(command, input=text, capture_output=True, text=True)

    failed = 0
    with concurrent.futures.ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        for header, result in pool.map(compile_alone, headers):
            if result.returncode != 0:
                failed += 1
                print(f"{header.relative_to(root)}: does not compile alone\n{result.stderr}")
    print(f"{len(headers)} headers, {failed} failed")
    return 1 if failed or not headers else 0


if __name__ == "__main__":
    sys.exit(main())
