"""The JSON Schema for editors: it takes what the daemon takes, and refuses what the daemon refuses as far as a schema can.

Usage: schema_test.py MEGAPHONED EXAMPLE. Skipped (77) without the package jsonschema.
"""
import json
import re
import subprocess
import sys
import tempfile
import tomllib

try:
    import jsonschema
except ImportError:
    sys.exit(77)

LISTENER = '[[proxy]]\nlisten = "127.0.0.1:3128"\n'
GOOD = [
    LISTENER,
    LISTENER + "x-note = 1\n[x-tool]\na = 1\n",
    '[[uppercase_udp]]\nlisten = ["127.0.0.1:0", "[::1]:7007", "[fe80::1%eth0]:7"]\nrate_limit = 5\n',
    LISTENER + 'connect_ports = "any"\ndeny_ports = [25, "8000-8999"]\nclients = ["10.0.0.0/8", "::1", "private"]\n',
    LISTENER + '[dns]\nservers = ["9.9.9.9", "9.9.9.9:53", "::1", "[::1]:53", "[::1]"]\n',
    LISTENER + '[daemon]\nevent_loops = "auto"\n[log]\npath = "./log"\n[access_log]\npath = "stdout"\n',
]
BAD = {
    "an unknown key": LISTENER + "max_conections = 5\n",
    "a key of another section": LISTENER + 'drain_time = "5s"\n',
    "an unknown section": LISTENER + "[deamon]\n",
    "a duration without a unit": LISTENER + "connect_timeout = 10\n",
    "a duration with an ambiguous unit": LISTENER + 'connect_timeout = "10m"\n',
    "a duration of nothing": LISTENER + 'connect_timeout = "0s"\n',
    "a size without a unit": LISTENER + "max_head = 64\n",
    "a number out of range": LISTENER + "max_connections = 0\n",
    "a number in quotes": LISTENER + 'max_connections = "10"\n',
    "a word that does not exist": LISTENER + '[log]\nlevel = "warn"\n',
    "a flag in quotes": LISTENER + '[dns]\nhosts_file = "yes"\n',
    "a name with a capital": LISTENER + 'name = "Lab"\n',
    "an address without a port": '[[proxy]]\nlisten = "127.0.0.1"\n',
    "a name for an address": '[[proxy]]\nlisten = "localhost:3128"\n',
    "a listener without an address": "[[proxy]]\n",
    "an empty list of addresses": "[[proxy]]\nlisten = []\n",
    "a listener written as one table": '[proxy]\nlisten = "127.0.0.1:3128"\n',
    "a section written as an array": LISTENER + "[[log]]\n",
    "a port that does not exist": LISTENER + "deny_ports = [70000]\n",
    "a network that is none": LISTENER + 'clients = "everybody"\n',
    "a path that is none": LISTENER + '[log]\npath = "stdrr"\n',
    "nothing that listens": '[log]\nlevel = "info"\n',
}


def main(program, example):
    def daemon(*arguments):
        return subprocess.run([program, *arguments], capture_output=True, text=True, check=False)

    def refused_by_daemon(text):
        with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
            file.write(text)
            file.flush()
            return daemon("--check", file.name).returncode != 0

    schema = json.loads(daemon("--print-schema").stdout)
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    with open(example, encoding="utf-8") as file:
        shipped = file.read()
    every_key = re.sub(r"(?m)^# ([a-z_]+ = )", r"\1", shipped)
    good = [*GOOD, shipped, every_key, daemon("--print-config", example).stdout]
    faults = [f"the schema refuses, {error.json_path}: {error.message}\n{text}"
              for text in good for error in validator.iter_errors(tomllib.loads(text))]
    faults += [f"the daemon refuses\n{text}" for text in good if refused_by_daemon(text)]
    faults += [f"the schema takes {what}" for what, text in BAD.items() if validator.is_valid(tomllib.loads(text))]
    faults += [f"the daemon takes {what}" for what, text in BAD.items() if not refused_by_daemon(text)]
    print(*faults, f"{len(good)} good files and {len(BAD)} bad ones, {len(faults)} faults", sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
