#!/usr/bin/env python3
"""Checks every #include of include/ and src/ against the table of rooms in docs/architecture.md.

A room includes only rooms of a lower level; a library's headers appear only inside its own room and in no public
header; a private header stays in its room. Prints FILE:LINE: what is wrong, and ends with 1 if anything is.
"""
import pathlib
import re
import sys

ROW = re.compile(r"^\|\s*(\d+)\s*\|\s*(\w+)\s*\|[^|]*\|([^|]*)\|\s*$")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]')
ONLY_IN_TESTS = ("gtest/", "gmock/")


def read_table(text):
    """The levels by room, and the rooms by library header (or by prefix, ending in '/')."""
    levels, libraries = {}, {}
    for line in text.splitlines():
        if row := ROW.match(line):
            level, room, headers = row.groups()
            levels[room] = int(level)
            libraries.update({header: room for header in headers.replace(",", " ").split()})
    return levels, libraries


def library_room(header, libraries):
    for name, room in libraries.items():
        if header == name or (name.endswith("/") and header.startswith(name)):
            return room
    return None


def judge(root, path, quote, header, levels, libraries):
    """What is wrong with `path` including `header`, or None."""
    relative = path.relative_to(root)
    public = relative.parts[0] == "include"
    room = relative.parts[2] if public else relative.parts[1]
    if room not in levels:
        return f"room '{room}' is not in the table of docs/architecture.md"
    if header.startswith(ONLY_IN_TESTS):
        return f"<{header}> is for tests only"
    if header.startswith("megaphone/"):
        other = header.split("/")[1]
        if other not in levels:
            return f"room '{other}' is not in the table of docs/architecture.md"
        if other != room and levels[other] >= levels[room]:
            return f"'{room}' (level {levels[room]}) may not include '{other}' (level {levels[other]})"
        return None if (root / "include" / header).is_file() else f'"{header}" does not exist'
    if owner := library_room(header, libraries):
        if public:
            return f"<{header}> is a library header in a public header"
        return None if owner == room else f"<{header}> belongs to room '{owner}' alone"
    if quote == '"' and (public or not (path.parent / header).is_file()):
        return f'"{header}" is no header of room \'{room}\'; public headers are "megaphone/<room>/…"'
    return None


def check(root):
    levels, libraries = read_table((root / "docs/architecture.md").read_text())
    problems, files = [], 0
    if not levels:
        return ["docs/architecture.md: has no table of rooms"], 0
    sources = [*(root / "include/megaphone").rglob("*.h"), *(root / "src").rglob("*.h"), *(root / "src").rglob("*.cpp")]
    for path in sorted(sources):
        files += 1
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if found := INCLUDE.match(line):
                if wrong := judge(root, path, *found.groups(), levels, libraries):
                    problems.append(f"{path.relative_to(root)}:{number}: {wrong}")
    return problems, files


if __name__ == "__main__":
    found, count = check(pathlib.Path(sys.argv[1]))
    print("\n".join([*found, f"{count} files, {len(found)} forbidden includes"]))
    sys.exit(1 if found or count == 0 else 0)
