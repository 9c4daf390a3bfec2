"""megaphone.toml(5) has every key once, in its section, with its default and a text. Arguments: the page, the schema."""
import json
import re
import sys


def keys_of(page):
    """(section, key) -> its default as shown, and the first line below it that is text."""
    out, section, waiting = {}, None, []
    for line in page.splitlines():
        if line.startswith(".Ss "):
            section = line.removeprefix(".Ss ").strip("[]")
        elif match := re.match(r'\.It Sy (\w+)(?: Li "= (.*?)")?(?: No .*)?$', line):
            if (section, match[1]) in out:
                sys.exit(f"{match[1]} stands twice in {section}")
            waiting.append((section, match[1]))
            out[waiting[-1]] = [match[2] and match[2].replace("\\(dq", '"'), ""]
        elif waiting and section and not line.startswith("."):
            for key in waiting:
                out[key][1] = line
            waiting = []
    return out


def main(page_name, schema_name):
    with open(page_name, encoding="utf-8") as page, open(schema_name, encoding="utf-8") as schema:
        shown, sections = keys_of(page.read()), json.load(schema)["properties"]
    faults = []
    for section, info in sections.items():
        for key, about in info.get("items", info)["properties"].items():
            default, text = shown.pop((section, key), ["nothing", "-"])
            wanted = json.dumps(about["default"]) if "default" in about else None
            if default != wanted:
                faults.append(f"[{section}] {key} = {wanted} is shown as {default}")
            if not text:
                faults.append(f"[{section}] {key} has no text")
    faults += [f"there is no {key} in {section}" for section, key in shown]
    print(*faults, f"{len(faults)} faults", sep="\n")
    return 1 if faults or not sections else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
