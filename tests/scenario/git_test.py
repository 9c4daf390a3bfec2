"""The proxy as git sees it: clone, fetch and push, with git's own http-backend behind it, plain and through CONNECT."""
import os
import pathlib
import subprocess
import sys

from harness.case import main
from harness.real_client import RealClient, require

BACKEND = pathlib.Path("/usr/lib/git-core/git-http-backend")
# Beyond this git sends a pack in chunks.
SMALL_BUFFER = ["-c", "http.postBuffer=65536"]


def backend(root):
    """git's CGI program as an answer of a site."""

    def answer(request):
        path, _, query = request.path.partition("?")
        fields = {
            "GIT_PROJECT_ROOT": str(root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "REQUEST_METHOD": request.command,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": request.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(request.body)),
            "HTTP_CONTENT_ENCODING": request.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": request.headers.get("Git-Protocol", ""),
            "GIT_CONFIG_NOSYSTEM": "1",
            "HOME": str(root),
            "PATH": os.environ["PATH"],
        }
        done = subprocess.run([BACKEND], input=request.body, env=fields, capture_output=True, check=True, timeout=60)
        head, _, body = done.stdout.partition(b"\r\n\r\n")
        fields = [tuple(line.split(": ", 1)) for line in head.decode().split("\r\n")]
        status = int(dict(fields).get("Status", "200").split()[0])
        parts = [body[at : at + 10000] for at in range(0, len(body), 10000)]
        return status, [field for field in fields if field[0] != "Status"], parts

    return answer


class Git(RealClient):
    def setUp(self):
        super().setUp()
        self.root = self.folder / "root"
        self.root.mkdir()
        bare = self.root / "project.git"
        self.git("init", "-q", "--bare", "-b", "main", bare)
        self.git("-C", bare, "config", "http.receivepack", "true")
        self.work = self.folder / "work"
        self.git("init", "-q", "-b", "main", self.work)
        self.commit(self.work, "first")
        self.git("-C", self.work, "push", "-q", bare, "main")

    def git(self, *arguments, daemon=None):
        env = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_SSL_CAINFO": f"{self.folder}/site.pem"}
        who = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
        if daemon:
            who += ["-c", f"http.proxy={self.address(daemon)}"]
        return self.run_tool("git", *who, *arguments, env=env).stdout.decode().strip()

    def commit(self, work, name, data=b"x"):
        (work / name).write_bytes(data)
        self.git("-C", work, "add", name)
        self.git("-C", work, "commit", "-q", "-m", name)
        return self.git("-C", work, "rev-parse", "HEAD")

    def clone_fetch_and_push(self, site, daemon):
        url, copy, other = site.url("/project.git"), self.folder / "copy", self.folder / "other"
        self.git("clone", "-q", url, copy, daemon=daemon)
        self.git("clone", "-q", "--depth=1", url, other, daemon=daemon)
        pushed = self.commit(copy, "big", os.urandom(3 << 20))
        self.git("-C", copy, *SMALL_BUFFER, "push", "-q", "origin", "main", daemon=daemon)
        self.assertEqual(self.git("-C", self.root / "project.git", "rev-parse", "main"), pushed)
        self.git("-C", other, "fetch", "-q", "origin", daemon=daemon)
        self.assertEqual(self.git("-C", other, "rev-parse", "origin/main"), pushed)
        self.git("-C", other, "merge", "-q", "--ff-only", "origin/main")
        self.git("-C", other, "fsck", "--strict")
        self.assertEqual((other / "big").read_bytes(), (copy / "big").read_bytes())
        self.assertTrue(any(request.chunked for request in site.requests), "no pack was sent in chunks")

    def test_a_project_is_cloned_fetched_and_pushed(self):
        site, daemon = self.site(backend(self.root)), self.proxy()
        self.clone_fetch_and_push(site, daemon)
        self.assertEqual({record["kind"] for record in self.wait_records(daemon, len(site.requests))}, {"http"})
        self.assertTrue(all("megaphone" in request.headers["Via"] for request in site.requests))

    def test_a_project_is_cloned_fetched_and_pushed_over_https(self):
        site, daemon = self.site(backend(self.root), tls=True), self.proxy()
        self.clone_fetch_and_push(site, daemon)
        self.assertEqual({record["kind"] for record in self.wait_records(daemon, site.connections)}, {"connect"})


if __name__ == "__main__":
    require("git")
    if not BACKEND.exists():
        print(f"{BACKEND} is not installed")
        sys.exit(77)
    main()
