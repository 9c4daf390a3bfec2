"""The user and the folder that an installation makes, made below another root. Skipped (77) without systemd or root.

Usage: users_test.py SYSUSERS TMPFILES
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile


def main(users, folders):
    if os.geteuid() != 0 or not (shutil.which("systemd-sysusers") and shutil.which("systemd-tmpfiles")):
        return 77
    with tempfile.TemporaryDirectory() as root:
        pathlib.Path(root, "etc").mkdir()
        subprocess.run(["systemd-sysusers", f"--root={root}", users], check=True)
        name, _, number, *_ = pathlib.Path(root, "etc/passwd").read_text().splitlines()[-1].split(":")
        subprocess.run(["systemd-tmpfiles", "--create", f"--root={root}", folders], check=True)
        logs = pathlib.Path(root, "var/log/megaphone").stat()
    print(f"mode {logs.st_mode & 0o7777:o}, owner {logs.st_uid}, user {name} {number}")
    return 0 if (name, int(number), logs.st_mode & 0o7777) == ("megaphone", logs.st_uid, 0o750) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
