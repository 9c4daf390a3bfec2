#!/usr/bin/env python3
"""Writes megaphone.toml(5): the keys with their texts and defaults from the commented configuration, their bounds from the
JSON Schema.

Usage: config_page.py TEMPLATE CONFIGURATION SCHEMA INSTALLED_SCHEMA >PAGE
"""
import json
import pathlib
import re
import sys

KEY = re.compile(r"^(?:# )?([a-z_]+) = (.*)$")
HEADER = re.compile(r"^\[\[?([a-z_]+)\]\]?$")


def running(text):
    """Text in roff: one sentence to a line, nothing taken for a request."""
    lines = []
    for sentence in re.split(r"(?<=[.:]) (?=[A-Z\"])", " ".join(text.split()).replace("\\", "\\e")):
        lines.append("\\&" + sentence if sentence[:1] in (".", "'") else sentence)
    return lines


def literal(text):
    return '"' + text.replace("\\", "\\e").replace('"', "\\(dq") + '"'


def paragraph(comments):
    """Comment lines as roff: running text, and indented lines as they stand."""
    out, prose = [], []
    for line in comments:
        if line.startswith("  "):
            out += running(" ".join(prose)) if prose else []
            out += [".Dl " + literal(line.strip())]
            prose = []
        else:
            prose.append(line)
    return out + (running(" ".join(prose)) if prose else [])


def blocks(configuration):
    """Paragraphs of the file as (comment lines, [(key, value)], header), divided by empty lines and rulers."""
    comments, keys, header = [], [], None
    for line in [*configuration.splitlines(), ""]:
        if match := HEADER.match(line):
            header = line
        elif match := KEY.match(line):
            keys.append(match.groups())
        elif line.startswith("#") and not line.startswith("# ---"):
            comments.append(line[2:])
        elif comments or keys or header:
            yield comments, keys, header
            comments, keys, header = [], [], None


def bounds(info):
    match = re.search(r' From "?(\w+)"? to "?(\w+)"?\.$', info["description"])
    return f' No "({match[1]} to {match[2]})"' if match else ""


def entry(comments, keys, infos):
    out = []
    for name, value in keys:
        shown = "" if name in infos["required"] else " Li " + literal("= " + value)
        out.append(f".It Sy {name}{shown}{bounds(infos['properties'][name])}")
    return out + (paragraph(comments) or running(infos["properties"][keys[-1][0]]["description"]))


def keys_of(configuration, schema):
    """The section KEYS. What stands in front of the first header of a section is about the section."""
    out, infos, about = [], None, []
    for comments, keys, header in blocks(configuration):
        if header:
            out += [".El"] if infos else []
            infos = schema["properties"][header.strip("[]")]
            infos = {"required": [], **infos.get("items", infos)}
            out += [f".Ss {header}", *paragraph(about), ".Bl -tag -width Ds"]
        if keys and infos:
            out += entry(comments, keys, infos)
        elif comments and not header:
            about = comments
    return [*out, ".El"]


def main(template, configuration, schema, installed):
    page = pathlib.Path(template).read_text(encoding="utf-8")
    keys = keys_of(pathlib.Path(configuration).read_text(encoding="utf-8"),
                   json.loads(pathlib.Path(schema).read_text(encoding="utf-8")))
    sys.stdout.write(page.replace("@KEYS@", "\n".join(keys)).replace("@SCHEMA@", installed))


if __name__ == "__main__":
    main(*sys.argv[1:])
