"""The systemd units: understood without a warning, and as locked up as they were. Skipped (77) without systemd-analyze.

Usage: unit_test.py UNIT PROGRAM[,PROGRAM...] SOCKET... (PROGRAM: its path as the unit names it)
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile

EXPOSURE = 12  # of 100, as the best daemons of Debian 12; chown and netlink cost one of them


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    print("$", *command, f"-> {done.returncode}\n{done.stdout}")
    return done


def main(unit, programs, *sockets):
    if not shutil.which("systemd-analyze"):
        return 77
    text = pathlib.Path(unit).read_text()
    for program in programs.split(","):
        assert program in text, f"{program} is not in the unit"
    with tempfile.TemporaryDirectory() as folder:
        # Not installed yet: any program that exists takes their place.
        path = pathlib.Path(folder, "megaphone.service")
        for program in programs.split(","):
            text = text.replace(program, "/bin/true")
        path.write_text(text)
        copies = [shutil.copy(each, folder) for each in sockets]
        verified = run("systemd-analyze", "verify", "--man=no", str(path), *copies)
        warned = [line for line in verified.stdout.splitlines() if "megaphone" in line]
        secure = run("systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE}", str(path))
    return 1 if verified.returncode or warned or secure.returncode else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
