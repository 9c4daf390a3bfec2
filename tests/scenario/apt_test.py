"""The proxy as apt sees it, which pipelines: an update and downloads from a repository made here, in a root made here.

Nothing is installed and no right is needed.
"""
import hashlib
import random

from harness.case import main
from harness.real_client import RealClient, require
from harness.site import folder

COUNT = 40


class Apt(RealClient):
    def setUp(self):
        super().setUp()
        self.repository()
        for path in (
            "etc/apt.conf.d",
            "etc/preferences.d",
            "etc/trusted.gpg.d",
            "state/lists/partial",
            "cache/archives/partial",
            "got",
        ):
            (self.folder / path).mkdir(parents=True)
        (self.folder / "status").touch()

    def repository(self):
        """A flat repository of packages that nobody will unpack: apt looks at their sizes and sums only."""
        self.root, self.debs, texts = self.folder / "root", {}, []
        self.root.mkdir()
        chance = random.Random(1)
        for number in range(COUNT):
            name, data = f"tiny{number}_1_all.deb", chance.randbytes(chance.choice([10, 3000, 300_000]))
            (self.root / name).write_bytes(data)
            self.debs[name] = data
            texts.append(
                f"Package: tiny{number}\nVersion: 1\nArchitecture: all\nMaintainer: a <a@example.com>\n"
                f"Filename: ./{name}\nSize: {len(data)}\nSHA256: {hashlib.sha256(data).hexdigest()}\n"
                "Description: tiny\n"
            )
        packages = "\n".join(texts).encode()
        (self.root / "Packages").write_bytes(packages)
        sums = f" {hashlib.sha256(packages).hexdigest()} {len(packages)} Packages\n"
        (self.root / "Release").write_text(f"Origin: here\nDate: Thu, 01 Jan 2026 00:00:00 UTC\nSHA256:\n{sums}")

    def apt_get(self, daemon, site, *arguments):
        (self.folder / "etc" / "sources.list").write_text(f"deb [trusted=yes] {site.url()} ./\n")
        settings = {
            "Dir": f"{self.folder}/",
            "Dir::Etc": f"{self.folder}/etc/",
            "Dir::State": f"{self.folder}/state/",
            "Dir::Cache": f"{self.folder}/cache/",
            "Dir::State::status": f"{self.folder}/status",
            "APT::Sandbox::User": "",
            "Acquire::Languages": "none",
            "Acquire::Retries": "0",
            "Acquire::http::Proxy": self.address(daemon),
            "Acquire::https::Proxy": self.address(daemon),
            "Acquire::https::CAInfo": f"{self.folder}/site.pem",
            "Acquire::http::Pipeline-Depth": "10",
        }
        options = [word for name, value in settings.items() for word in ("-o", f"{name}={value}")]
        return self.run_tool("apt-get", "-q", *options, *arguments, cwd=self.folder / "got")

    def update_and_download(self, site, daemon):
        done = self.apt_get(daemon, site, "update")
        self.assertNotIn(b"Err", done.stdout + done.stderr)
        self.apt_get(daemon, site, "update")  # with If-Modified-Since
        self.apt_get(daemon, site, "download", *(f"tiny{number}" for number in range(COUNT)))
        for name, data in self.debs.items():
            self.assertTrue((self.folder / "got" / name).read_bytes() == data, name)

    def test_a_repository_is_read_and_packages_are_downloaded_with_pipelining(self):
        site, daemon = self.site(folder(self.root)), self.proxy()
        self.update_and_download(site, daemon)
        records = self.wait_records(daemon, len(site.requests))
        self.assertIn(304, [record["status"] for record in records])
        self.assertGreaterEqual(max(record["client_request"] for record in records), COUNT)
        self.assertEqual([record for record in records if record["end"] != "complete"], [])

    def test_a_repository_is_read_over_https(self):
        site, daemon = self.site(folder(self.root), tls=True), self.proxy()
        self.update_and_download(site, daemon)
        self.assertEqual({record["kind"] for record in self.wait_records(daemon, site.connections)}, {"connect"})


if __name__ == "__main__":
    require("apt-get")
    main()
