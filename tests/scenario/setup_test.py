"""What "megaphone setup" prints does what it says: its lines are typed into a shell, the proxy answers, and afterwards
everything is as it was."""
import re
import shutil

from harness import main, program, request
from harness.real_client import RealClient

PAGE = "megaphone is here"


class Setup(RealClient):
    def guide(self, name, daemon):
        """{"Use it": [lines to type], ...}"""
        command = [program("megaphone"), "setup", name, "--proxy", "%s:%d" % daemon.address()]
        steps, lines = {}, None
        for line in self.run_tool(*command, cwd=".").stdout.decode().splitlines():
            if line in ("Use it:", "Test it:", "Test HTTPS:", "Undo it:"):
                lines = steps.setdefault(line[:-1], [])
            elif line.startswith("  "):
                lines.append(line[2:])
        self.assertEqual(list(steps), ["Use it", "Test it", "Test HTTPS", "Undo it"])
        return steps

    def type(self, *lines, prelude="", check=True):
        done = self.run_tool("bash", "-c", "\n".join([prelude, *lines]), check=check)
        return done.stdout.decode() + done.stderr.decode()

    def files(self):
        return {path: path.read_bytes() for path in self.folder.rglob("*") if path.is_file() and path.read_bytes()}

    def need(self, tool):
        if not shutil.which(tool):
            self.skipTest(f"{tool} is not installed")

    def test_the_shell(self):
        self.need("curl")
        daemon = self.daemon(proxy={})
        steps = self.guide("shell", daemon)
        self.assertIn(PAGE, self.type(*steps["Use it"], *steps["Test it"]))
        left = self.type(*steps["Use it"], *steps["Undo it"], "env")
        self.assertNotIn("proxy", left.lower())

    def test_curl(self):
        self.need("curl")
        (self.folder / ".curlrc").write_text("silent\nproxy = http://127.0.0.1:1\n")
        before, daemon = self.files(), self.daemon(proxy={})
        steps = self.guide("curl", daemon)
        self.assertIn(PAGE, self.type(*steps["Use it"], *steps["Test it"]))
        self.type(*steps["Undo it"])
        self.assertEqual(self.files(), before)

    def test_https_by_curl(self):
        self.need("curl")
        origin = self.origin(lambda peer: peer.expect_gone())
        daemon = self.proxy(connect_ports=["any"])
        steps = self.guide("curl", daemon)
        test = steps["Test HTTPS"][0].replace("https://example.org/", f"https://{origin.authority}/") + " --max-time 2"
        self.assertIn("200", self.type(*steps["Use it"], test, check=False))
        self.assertEqual(daemon.wait_record(lambda record: record["kind"] == "connect")["target"], origin.authority)

    def test_wget(self):
        self.need("wget")
        (self.folder / ".wgetrc").write_text("tries = 1\n")
        before, daemon = self.files(), self.daemon(proxy={})
        steps = self.guide("wget", daemon)
        self.assertIn(PAGE, self.type(*steps["Use it"], *steps["Test it"]))
        self.type(*steps["Undo it"])
        self.assertEqual(self.files(), before)

    def test_pip(self):
        self.need("pip")
        daemon = self.daemon(proxy={})
        steps = self.guide("pip", daemon)
        prelude = f"export XDG_CONFIG_HOME={self.folder}"
        said = self.type(*steps["Use it"], *steps["Test it"], prelude=prelude, check=False)
        self.assertIn("No matching distribution found", said)
        self.assertEqual(daemon.wait_record()["target"], "http://megaphone.internal/megaphone/")
        self.type(*steps["Undo it"], prelude=prelude)
        self.assertNotIn("proxy", str([text for path, text in self.files().items() if path.name == "pip.conf"]))

    def test_java(self):
        self.need("jshell")
        daemon = self.daemon(proxy={})
        steps = self.guide("java", daemon)
        self.assertIn(PAGE, self.type(*steps["Use it"], *steps["Test it"]))

    def test_the_pac_file_is_named_where_it_is_used(self):
        for name in ("firefox", "gnome", "curl", "apt", "java"):
            said = self.run_tool(program("megaphone"), "setup", name, cwd=".").stdout.decode()
            self.assertEqual("PAC file:" in said, name in ("firefox", "gnome"), name)

    def test_git(self):
        self.need("git")
        before, daemon = self.files(), self.daemon(proxy={})
        steps = self.guide("git", daemon)
        self.assertIn("not valid", self.type(*steps["Use it"], *steps["Test it"], check=False))
        self.assertTrue(daemon.wait_record()["target"].startswith("http://megaphone.internal/info/refs"))
        self.type(*steps["Undo it"])
        self.assertNotIn("proxy", str(self.files()))
        self.assertLessEqual(set(before), set(self.files()))

    def test_npm(self):
        self.need("npm")
        daemon = self.daemon(proxy={})
        steps = self.guide("npm", daemon)
        quiet = "export npm_config_update_notifier=false"  # it would ask the real registry
        self.type(*steps["Use it"], *steps["Test it"], prelude=quiet)
        daemon.wait_record(lambda record: record["target"].split("?")[0] == "http://megaphone.internal/-/ping")
        self.type(*steps["Undo it"], prelude=quiet)
        self.assertNotIn("proxy", (self.folder / ".npmrc").read_text() if (self.folder / ".npmrc").exists() else "")

    def test_apt(self):
        self.need("/usr/lib/apt/apt-helper")
        daemon = self.daemon(proxy={})

        def here(line):
            return re.sub("(/etc/apt/apt.conf.d|/tmp)/(?=[0-9]*megaphone)", f"{self.folder}/", line)

        steps = {name: [here(line) for line in lines] for name, lines in self.guide("apt", daemon).items()}
        sudo = 'sudo() { "$@"; }'
        self.type(*steps["Use it"], prelude=sudo)
        self.type(f"export APT_CONFIG={self.folder}/90megaphone", *steps["Test it"])
        self.assertIn(PAGE, (self.folder / "megaphone.html").read_text())
        self.type(*steps["Undo it"], prelude=sudo)
        self.assertEqual([path.name for path in self.files()], ["megaphone.html"])

    def test_gnome(self):
        self.need("gsettings")
        steps = self.guide("gnome", self.daemon(proxy={}))
        prelude = f"export GSETTINGS_BACKEND=keyfile XDG_CONFIG_HOME={self.folder}"
        read = "gsettings get org.gnome.system.proxy mode; gsettings get org.gnome.system.proxy autoconfig-url"
        before = self.type(read, prelude=prelude, check=False)
        if "'none'" not in before:
            self.skipTest("the settings of GNOME are not installed")
        self.assertRegex(self.type(*steps["Use it"], read, prelude=prelude), "^'auto'\n'http://.*/proxy.pac'\n$")
        self.assertEqual(self.type(*steps["Undo it"], read, prelude=prelude), before)

    def test_kde(self):
        self.need("kwriteconfig5")
        steps = self.guide("kde", self.daemon(proxy={}))
        prelude = f"export XDG_CONFIG_HOME={self.folder}"
        self.type(*steps["Use it"], prelude=prelude)
        file = self.folder / "kioslaverc"
        self.assertRegex(file.read_text(), r"(?s)^\[Proxy Settings\]\n.*Proxy Config Script=http://.*/proxy.pac\nProxyType=2\n")
        self.type(*steps["Undo it"], prelude=prelude)
        self.assertIn("\nProxyType=0\n", file.read_text())

    def test_the_page_has_every_guide_of_the_command(self):
        daemon = self.daemon(proxy={})
        answer = self.fetch(daemon, request("/setup", fields=[("Host", "%s:%d" % daemon.address())]))
        listed = self.run_tool(program("megaphone"), "setup", cwd=".").stdout.decode()
        names = [line.split()[0] for line in listed.split("NAME:\n")[1].split("\n\n")[0].splitlines()]
        self.assertEqual(len(names), 20)
        page = answer.body.decode()
        for name in names:
            command = [program("megaphone"), "setup", name, "--proxy", "%s:%d" % daemon.address()]
            said = self.run_tool(*command, cwd=".").stdout.decode()
            self.assertIn(said.partition("\n\n")[2] if said.startswith("PAC file:") else said, page)


if __name__ == "__main__":
    main()
