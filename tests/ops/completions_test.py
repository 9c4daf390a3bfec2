"""The completions, asked in the shell itself. Skipped (77) where it is not installed.

Usage: completions_test.py SHELL MEGAPHONE_COMPLETION MEGAPHONED_COMPLETION
"""
import os
import pathlib
import pty
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time

# A command line, and words of which those in front must be offered and those behind must not.
CASES = [
    ("megaphoned --pr", ["--proxy", "--print-config", "--print-schema"], ["--check"]),
    ("megaphoned --uppercase-", ["--uppercase-tcp", "--uppercase-udp"], ["--proxy"]),
    ("megaphoned --config ma", ["made.toml"], ["--check"]),
    ("megaphone ", ["tcp", "udp", "help"], ["--verify"]),
    ("megaphone tcp --ver", ["--verify", "--verbose"], ["--version"]),
    ("megaphone udp --ipv", ["--ipv4", "--ipv6"], ["--verbose"]),
    ("megaphone tcp --file ma", ["made.toml"], ["--quiet"]),
    ("megaphone udp --ping -c ma", [], ["made.toml"]),
    ("megaphone pac -c ma", ["made.toml"], []),
    ("megaphone capture ", ["proxy", "lab-2"], ["made.toml", "TOTAL"]),
    ("megaphone help t", ["tcp"], ["udp"]),
    ("megaphone setup c", ["chromium", "curl"], ["firefox", "tcp"]),
    ("megaphone setup --", ["--proxy"], ["chromium"]),
]


# What answers "megaphone status" in the completion of listeners.
STATUS = """#!/bin/sh
printf 'megaphoned 0.1.0, process 1\\n\\nLISTENER\\tKIND\\nproxy\\tproxy\\nlab-2\\tproxy\\n\\nTOTAL\\tCOUNT\\nrequests\\t0\\n'
"""


def run(*command, folder):
    return subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout


def bash(line, files, folder):
    script = "".join(f". {file}\n" for file in files) + (
        'COMP_LINE=$1; read -ra COMP_WORDS <<<"$1"; [[ $1 == *" " ]] && COMP_WORDS+=("")\n'
        "COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); set -- $(complete -p ${COMP_WORDS[0]})\n"
        "compopt() { :; }\n"  # speaks of a completion that readline has begun
        '$3; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    return run("bash", "--norc", "-c", script, "bash", line, folder=folder)


def fish(line, files, folder):
    script = "".join(f"source {file}; " for file in files) + f"complete -C '{line}'"
    return run("fish", "--no-config", "-c", script, folder=folder)


def zsh(line, files, folder):
    """zsh completes at a terminal only: someone types, presses tab, and looks."""
    directories = " ".join({str(file.parent) for file in files})
    setup = (
        f"PS1='> ' fpath=({directories} $fpath); autoload -U compinit; compinit -u -D; cd {folder}\n"
        "setopt list_ambiguous auto_list no_list_beep; zstyle ':completion:*' list-prompt ''; LISTMAX=0; print READY\n"
    )
    process, terminal = pty.fork()
    if process == 0:
        os.environ.update(TERM="dumb", COLUMNS="200", LINES="60", ZDOTDIR=folder, HOME=folder)
        os.execvp("zsh", ["zsh", "-f", "-i"])
    seen = ""

    def until(wanted, patience):
        nonlocal seen
        end = time.monotonic() + patience
        while time.monotonic() < end and not wanted(seen):
            if select.select([terminal], [], [], 0.1)[0]:
                seen += os.read(terminal, 65536).decode(errors="replace")

    try:
        os.write(terminal, setup.encode())
        until(lambda text: "READY\r\n" in text.replace("print READY", ""), 60)
        seen = ""
        os.write(terminal, line.encode() + b"\t\t")
        expected = next(there for each, there, _ in CASES if each == line)
        until(lambda text: all(re.search(rf"(?<![\w-]){re.escape(word)}", text) for word in expected), 20)
    finally:
        os.close(terminal)
        os.kill(process, 9)
        os.waitpid(process, 0)
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", seen)


def main(shell, *files):
    if not shutil.which(shell):
        return 77
    files = [pathlib.Path(file).resolve() for file in files]
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "made.toml").touch()
        program = pathlib.Path(folder, "bin", "megaphone")
        program.parent.mkdir()
        program.write_text(STATUS)
        program.chmod(0o755)
        os.environ["PATH"] = f"{program.parent}:{os.environ['PATH']}"
        for line, there, absent in CASES:
            offered = {"bash": bash, "fish": fish, "zsh": zsh}[shell](line, files, folder)
            words = set(re.findall(r"[\w.-]+", offered))
            missing, extra = [word for word in there if word not in words], [word for word in absent if word in words]
            if missing or extra:
                wrong += 1
                print(f"{line!r}: not offered: {missing}, offered: {extra}\n{offered}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
