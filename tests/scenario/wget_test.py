"""The proxy as wget sees it: http, https through CONNECT, a whole tree of pages, forms, and downloads that go on."""
from harness.case import main
from harness.real_client import RealClient, require
from harness.site import echo, folder

DATA = bytes(range(256)) * 8192


class Wget(RealClient):
    def wget(self, daemon, *arguments, **options):
        proxy = self.address(daemon)
        env = {"http_proxy": proxy, "https_proxy": proxy}
        return self.run_tool("wget", "--no-config", "--tries=1", "--timeout=30", "-nv", *arguments, env=env, **options)

    def test_a_page_is_fetched(self):
        site, daemon = self.site(), self.proxy()
        self.assertEqual(self.wget(daemon, "-O-", site.url("/page?x=1")).stdout, b"/page?x=1")
        self.assertIn("megaphone", site.requests[0].headers["Via"])

    def test_many_pages_use_few_connections(self):
        site, daemon = self.site(), self.proxy()
        done = self.wget(daemon, "-O-", *(site.url(f"/{number}") for number in range(20)))
        self.assertEqual(done.stdout, b"".join(b"/%d" % number for number in range(20)))
        self.assertLess(site.connections, 3)

    def test_a_page_is_fetched_over_https(self):
        site, daemon = self.site(tls=True), self.proxy()
        certificate = f"--ca-certificate={self.certificate()}"
        self.assertEqual(self.wget(daemon, certificate, "-O-", site.url("/a"), site.url("/b")).stdout, b"/a/b")
        self.assertEqual(daemon.wait_record()["kind"], "connect")

    def test_a_tree_of_pages_is_fetched(self):
        root = self.folder / "root"
        for path in ("index.html", "a/index.html", "a/b/index.html", "a/b/leaf.html"):
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(
                '<a href="a/">a</a><a href="b/">b</a><a href="leaf.html">c</a><a href="/gone">x</a>'
            )
        site, copy = self.site(folder(root)), self.folder / "copy"
        done = self.wget(self.proxy(), "-r", "-nH", "-e", "robots=off", "-P", copy, site.url(), check=False)
        self.assertEqual(done.returncode, 8, done.stderr)  # wget's word for: some pages were not there
        for path in ("index.html", "a/index.html", "a/b/index.html", "a/b/leaf.html"):
            self.assertEqual((copy / path).read_bytes(), (root / path).read_bytes())

    def test_a_form_and_a_file_are_posted(self):
        site, daemon = self.site(), self.proxy()
        self.assertEqual(self.wget(daemon, "-O-", "--post-data=a=1&b=2", site.url()).stdout, b"a=1&b=2")
        (self.folder / "data").write_bytes(DATA)
        self.assertTrue(self.wget(daemon, "-O-", f"--post-file={self.folder}/data", site.url()).stdout == DATA)
        done = self.wget(daemon, "-O-", "--method=PUT", f"--body-file={self.folder}/data", site.url())
        self.assertTrue(done.stdout == DATA)
        self.assertEqual([request.command for request in site.requests], ["POST", "POST", "PUT"])

    def test_a_download_goes_on_where_it_was_cut(self):
        (self.folder / "root").mkdir()
        (self.folder / "root" / "data").write_bytes(DATA)
        (self.folder / "data").write_bytes(DATA[:100_001])
        site = self.site(folder(self.folder / "root"))
        self.wget(self.proxy(), "-c", site.url("/data"))
        self.assertTrue((self.folder / "data").read_bytes() == DATA)
        self.assertEqual(site.requests[-1].headers["Range"], "bytes=100001-")

    def test_what_is_not_newer_is_not_fetched_again(self):
        (self.folder / "root").mkdir()
        (self.folder / "root" / "data").write_bytes(DATA)
        site, daemon = self.site(folder(self.folder / "root")), self.proxy()
        for _ in range(2):
            self.wget(daemon, "-N", site.url("/data"))
        self.assertEqual([record["status"] for record in self.wait_records(daemon, 2)], [200, 304])

    def test_a_page_in_chunks_is_fetched(self):
        site = self.site(lambda request: (200, [], [DATA[at : at + 5000] for at in range(0, len(DATA), 5000)]))
        self.assertTrue(self.wget(self.proxy(), "-O-", site.url()).stdout == DATA)

    def test_a_denied_destination_is_said_in_the_status(self):
        done = self.wget(self.daemon(proxy={}), "-O-", self.site(echo).url(), check=False)
        self.assertEqual(done.returncode, 8)
        self.assertIn(b"403", done.stderr)


if __name__ == "__main__":
    require("wget")
    main()
