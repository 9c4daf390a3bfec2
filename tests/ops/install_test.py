"""What `meson install` puts where.

Usage: install_test.py BUILD_FOLDER PREFIX
"""
import pathlib
import subprocess
import sys
import tempfile

EXPECTED = [
    "sbin/megaphoned",
    "bin/megaphone",
    "lib/systemd/system/megaphone.service",
    "lib/systemd/system/megaphone.socket",
    "lib/systemd/system/megaphone-proxy.socket",
    "lib/sysusers.d/megaphone.conf",
    "lib/tmpfiles.d/megaphone.conf",
    "share/bash-completion/completions/megaphone",
    "share/bash-completion/completions/megaphoned",
    "share/doc/megaphone/README.md",
    "share/doc/megaphone/logs.md",
    "share/fish/vendor_completions.d/megaphone.fish",
    "share/fish/vendor_completions.d/megaphoned.fish",
    "share/man/man1/megaphone.1",
    "share/man/man5/megaphone-logs.5",
    "share/man/man5/megaphone.toml.5",
    "share/man/man8/megaphoned.8",
    "share/megaphone/megaphone.schema.json",
    "share/zsh/site-functions/_megaphone",
    "share/zsh/site-functions/_megaphoned",
]
CONFIGURATION = ["megaphone/megaphone.toml", "logrotate.d/megaphone"]


def main(build, prefix):
    with tempfile.TemporaryDirectory() as folder:
        command = ["meson", "install", "-C", build, "--no-rebuild", "--quiet", "--destdir", folder]
        subprocess.run(command, check=True)
        (edited,) = pathlib.Path(folder).rglob("etc/megaphone/megaphone.toml")
        first = edited.read_text(encoding="utf-8").splitlines()[0]
        named = first == f"#:schema file://{prefix}/share/megaphone/megaphone.schema.json"
        usable = subprocess.run([f"{folder}{prefix}/sbin/megaphoned", "--check", edited], check=False).returncode == 0
        edited.write_text("# mine\n", encoding="utf-8")
        subprocess.run(command, check=True)
        kept = edited.read_text(encoding="utf-8") == "# mine\n"
        root = pathlib.Path(folder)
        installed = [str(path.relative_to(root)) for path in sorted(root.rglob("*")) if path.is_file()]
        print(*installed, sep="\n")
        missing = [name for name in EXPECTED if not (root / prefix.lstrip("/") / name).is_file()]
        missing += [name for name in CONFIGURATION if not any(path.endswith("etc/" + name) for path in installed)]
    print("missing:", missing or "nothing")
    print("an edited configuration is", "kept" if kept else "overwritten")
    print("its first line", "names" if named else "does not name", "the schema, and it is", "usable" if usable else "unusable")
    return 1 if missing or not (kept and named and usable) else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
