"""The proxy as npm sees it: packages installed from a registry made here, over http and over https through CONNECT."""
import base64
import hashlib
import io
import json
import tarfile

from harness.case import main
from harness.real_client import RealClient, require

NAMES = [f"tiny{number}" for number in range(12)]


def tarball(name):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        for path, data in (
            ("package/package.json", json.dumps({"name": name, "version": "1.0.0", "main": "index.js"}).encode()),
            ("package/index.js", b"module.exports = %s;\n" % json.dumps(name).encode() * 2000),
        ):
            entry = tarfile.TarInfo(path)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return file.getvalue()


class Npm(RealClient):
    def registry(self, tls=False):
        tarballs = {name: tarball(name) for name in NAMES}

        def answer(request):
            name = request.path.strip("/").split("/")[0]
            if name not in tarballs:
                return 404, [("Content-Type", "application/json")], b"{}"
            if request.path.endswith(".tgz"):
                return 200, [("Content-Type", "application/octet-stream")], tarballs[name]
            sums = "sha512-" + base64.b64encode(hashlib.sha512(tarballs[name]).digest()).decode()
            dist = {"tarball": site.url(f"/{name}/-/{name}-1.0.0.tgz"), "integrity": sums}
            version = {"name": name, "version": "1.0.0", "main": "index.js", "dist": dist}
            page = {"name": name, "dist-tags": {"latest": "1.0.0"}, "versions": {"1.0.0": version}}
            return 200, [("Content-Type", "application/json")], [json.dumps(page).encode()]

        site = self.site(answer, tls)
        return site

    def install(self, daemon, site):
        (self.folder / "app").mkdir()
        (self.folder / "app" / "package.json").write_text('{"name": "app", "version": "1.0.0"}')
        proxy = self.address(daemon)
        options = [f"--registry={site.url()}", f"--proxy={proxy}", f"--https-proxy={proxy}", "--noproxy="]
        options += [
            f"--cache={self.folder}/cache",
            "--no-audit",
            "--no-fund",
            "--no-update-notifier",
            "--fetch-retries=0",
        ]
        if site.tls:
            options.append(f"--cafile={self.folder}/site.pem")
        self.run_tool("npm", "install", *options, *NAMES, cwd=self.folder / "app")
        for name in NAMES:
            self.assertIn(name, (self.folder / "app" / "node_modules" / name / "index.js").read_text())
        self.assertEqual(len(site.requests), 2 * len(NAMES))

    def test_packages_are_installed(self):
        daemon, site = self.proxy(), self.registry()
        self.install(daemon, site)
        self.assertEqual({record["end"] for record in self.wait_records(daemon, 2 * len(NAMES))}, {"complete"})

    def test_packages_are_installed_over_https(self):
        daemon, site = self.proxy(), self.registry(tls=True)
        self.install(daemon, site)
        self.assertEqual({record["kind"] for record in self.wait_records(daemon, site.connections)}, {"connect"})


if __name__ == "__main__":
    require("npm")
    main()
