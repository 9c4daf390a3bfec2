"""The shipped units under a systemd of their own, with all of their sandbox that a user manager can set up.

The manager lives in namespaces of its own (network, cgroups, mounts, processes): nothing of the machine is touched.
Skipped (77) where that is not possible, such as without root.

Usage: service_test.py UNIT SOCKET SOCKET MEGAPHONED MEGAPHONE SBINDIR BINDIR CONFIGURATION
The units are as they are installed, with the paths SBINDIR/megaphoned, BINDIR/megaphone and CONFIGURATION.
"""
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import time
import unittest

HOME = pathlib.Path("/run/megaphone-test")  # in the namespaces; nothing of the sandbox hides it
CONFIGURATION = HOME / "megaphone.toml"
CONTROL = HOME / "runtime/megaphone/control.sock"
PORT = 17007
LATE = "192.0.2.5"
GOOD = f'[[uppercase_tcp]]\nlisten = "127.0.0.1:{PORT}"\n'
BROKEN = GOOD + "max_conections = 5\n"
PATIENCE = 60.0  # seconds; reached by failing tests only
SKIP = 77


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False, **options)


def systemctl(*arguments):
    return run("systemctl", "--user", "--no-pager", *arguments)


def wait_until(condition, what):
    deadline = time.monotonic() + PATIENCE
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"waited in vain for {what}; the log:\n{log()}")
        time.sleep(0.01)
    return value


def log():
    return (HOME / "log").read_text(errors="replace") if (HOME / "log").exists() else ""


def show(unit, *names):
    lines = systemctl("show", unit, *(f"--property={name}" for name in names)).stdout.splitlines()
    values = dict(line.split("=", 1) for line in lines)
    return [values[name] for name in names]


def shout(address=("127.0.0.1", PORT)):
    """What the uppercase service answers; nothing: it cannot be reached."""
    try:
        with socket.create_connection(address, 20) as client:
            client.sendall(b"hello")
            return client.recv(5)
    except OSError:
        return None


class Service(unittest.TestCase):
    def setUp(self):
        (HOME / "log").write_text("")

    def tearDown(self):
        systemctl("stop", "megaphone.socket", "megaphone.service")
        systemctl("reset-failed")

    def start(self, text, code=0):
        CONFIGURATION.write_text(text)
        started = systemctl("start", "megaphone.service")
        status = show("megaphone.service", "Result", "ExecMainStatus")
        self.assertEqual(started.returncode == 0, code == 0, f"{started.stderr}{log()}{status}")

    def test_it_serves_is_reloaded_and_stops(self):
        self.start(GOOD)
        self.assertEqual(show("megaphone.service", "ActiveState"), ["active"])
        self.assertEqual(shout(), b"HELLO")
        self.assertEqual(systemctl("reload", "megaphone.service").returncode, 0, log())
        CONFIGURATION.write_text(BROKEN)
        self.assertNotEqual(systemctl("reload", "megaphone.service").returncode, 0)
        self.assertEqual(shout(), b"HELLO")
        self.assertEqual(systemctl("stop", "megaphone.service").returncode, 0)
        self.assertEqual(show("megaphone.service", "Result", "ActiveState"), ["success", "inactive"])

    def test_the_control_socket_is_for_the_group_that_it_is_given_to(self):
        self.start(GOOD + '[control]\ngroup = "root"\n')
        self.assertEqual((CONTROL.stat().st_mode & 0o777, CONTROL.group()), (0o660, "root"))

    def test_it_knows_the_addresses_of_the_machine_in_its_sandbox(self):
        self.assertEqual(run("ip", "address", "add", "11.22.33.44/32", "dev", "lo").returncode, 0)
        self.start(
            '[[proxy]]\nlisten = "0.0.0.0:3128"\nclients = ["any"]\nconnect_ports = ["1-65535"]\n'
            'allow_destinations = ["11.22.33.44/32"]\n'
        )
        with socket.create_connection(("11.22.33.44", 3128), 20) as client:
            client.sendall(b"CONNECT 11.22.33.44:3128 HTTP/1.1\r\nHost: 11.22.33.44:3128\r\n\r\n")
            self.assertNotIn(b" 200 ", client.recv(4096).split(b"\r\n")[0])

    def test_a_broken_file_is_tried_once_and_told(self):
        self.start(BROKEN, code=1)
        wait_until(lambda: show("megaphone.service", "ActiveState") == ["failed"], "the service to fail")
        self.assertEqual(show("megaphone.service", "ExecMainStatus", "NRestarts"), ["78", "0"])
        self.assertEqual(log().count("max_conections"), 2, log())  # the message, and the line of the file

    def test_an_address_that_comes_late_is_waited_for(self):
        systemctl("set-property", "--runtime", "megaphone.service", "RestartSec=100ms")
        CONFIGURATION.write_text(f'[[uppercase_tcp]]\nlisten = "{LATE}:{PORT}"\nclients = ["any"]\n')
        systemctl("start", "--no-block", "megaphone.service")
        wait_until(lambda: log().count("cannot start") > 2, "some failed starts")
        self.assertEqual(run("ip", "address", "add", f"{LATE}/32", "dev", "lo").returncode, 0)
        wait_until(lambda: shout((LATE, PORT)) == b"HELLO", "an answer")

    def test_a_socket_unit_survives_a_broken_file(self):
        CONFIGURATION.write_text('zzz\n[[uppercase_tcp]]\nlisten = "systemd:uppercase"\n')
        self.assertEqual(systemctl("start", "megaphone.socket").returncode, 0)
        with socket.create_connection(("127.0.0.1", 7007), 20) as client:
            client.settimeout(PATIENCE)
            client.sendall(b"hello")
            wait_until(lambda: log().count("there is no '='") > 2, "the mistake to be told some times")
            CONFIGURATION.write_text(
                '[[uppercase_tcp]]\nlisten = "systemd:uppercase"\n[[uppercase_udp]]\nlisten = "systemd:uppercase"\n'
            )
            self.assertEqual(client.recv(5), b"HELLO")  # who came meanwhile is served
        self.assertEqual(show("megaphone.socket", "Result"), ["success"])
        self.assertEqual(shout(("127.0.0.1", 7007)), b"HELLO")


def install(unit, socket_unit, other_socket_unit, megaphoned, megaphone, sbindir, bindir, configuration):
    """Into HOME, with the paths of there."""
    units = HOME / "config/systemd/user"
    units.mkdir(parents=True)
    for program in (megaphoned, megaphone):
        shutil.copy(program, HOME)
    text = pathlib.Path(unit).read_text()
    for installed, here in (
        (f"{sbindir}/megaphoned", HOME / "megaphoned"),
        (f"{bindir}/megaphone", HOME / "megaphone"),
        (configuration, CONFIGURATION),
        ("User=megaphone\n", ""),  # a user manager's services are its own user's
        ("Group=megaphone\n", ""),
    ):
        assert installed in text, installed
        text = text.replace(installed, str(here))
    (units / "megaphone.service").write_text(text)
    drop_in = units / "megaphone.service.d/test.conf"
    drop_in.parent.mkdir()
    drop_in.write_text(
        f"[Service]\nStandardError=append:{HOME}/log\nStandardOutput=append:{HOME}/log\n"
        "Environment=ASAN_OPTIONS=detect_leaks=0\n"  # which needs ptrace(2), and the sandbox forbids that
    )
    shutil.copy(socket_unit, units)
    shutil.copy(other_socket_unit, units)


def inside(arguments):
    """In the namespaces: puts everything in place, starts the manager, and runs the tests."""
    for command in ("mount -t tmpfs tmpfs /run", "ip link set lo up"):
        if run(*command.split()).returncode != 0:
            return SKIP
    (HOME / "runtime").mkdir(parents=True)
    HOME.chmod(0o755)
    (HOME / "runtime").chmod(0o755)
    for folder in ("system", "inaccessible/dir"):  # as the system's own manager makes them
        pathlib.Path("/run/systemd", folder).mkdir(parents=True)
    pathlib.Path("/run/systemd/inaccessible/reg").touch()
    install(*arguments)
    os.environ.update(XDG_RUNTIME_DIR=str(HOME / "runtime"), XDG_CONFIG_HOME=str(HOME / "config"), HOME=str(HOME))
    with open(HOME / "manager.log", "wb") as manager_log:
        manager = subprocess.Popen(["/lib/systemd/systemd", "--user", "--log-target=console"], stdout=manager_log, stderr=manager_log)
    deadline = time.monotonic() + 20
    while systemctl("is-system-running").stdout.strip() not in ("running", "degraded"):
        if manager.poll() is not None or time.monotonic() > deadline:
            print((HOME / "manager.log").read_text())
            return SKIP
        time.sleep(0.05)
    done = unittest.main(argv=[sys.argv[0], "-v"], exit=False)
    if not done.result.wasSuccessful():
        print((HOME / "manager.log").read_text()[-5000:])
    systemctl("exit")
    return 0 if done.result.wasSuccessful() else 1


def main(arguments):
    if os.geteuid() != 0 or not all(map(shutil.which, ("systemctl", "unshare", "ip"))):
        return SKIP
    hierarchy = pathlib.Path("/sys/fs/cgroup/systemd")  # where there are several
    hierarchy = hierarchy if hierarchy.exists() else pathlib.Path("/sys/fs/cgroup")
    group = hierarchy / f"megaphone-test-{os.getpid()}"
    namespaces = ["unshare", "-n", "-C", "-m", "-p", "-f", "--propagation", "private", "--mount-proc"]
    try:
        group.mkdir()
        enter = f'echo $$ > {group}/cgroup.procs && exec "$@"'
        if run("sh", "-c", enter, "sh", *namespaces, "true").returncode != 0:
            return SKIP
        return subprocess.run(["sh", "-c", enter, "sh", *namespaces, sys.executable, __file__, "inside", *arguments], check=False).returncode
    except OSError:
        return SKIP
    finally:
        for folder, _, _ in sorted(os.walk(group), reverse=True):
            try:
                os.rmdir(folder)
            except OSError:
                pass


if __name__ == "__main__":
    sys.exit(inside(sys.argv[2:]) if sys.argv[1] == "inside" else main(sys.argv[1:]))
