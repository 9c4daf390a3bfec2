"""The harness itself: a tool that is wrong finds nothing."""
import contextlib
import select
import socket
import struct
import subprocess
import threading
import tomllib

from harness import NameServer, Origin, Scenario, connect, main, request
from harness.daemon import LISTENING, toml_file
from harness.message import chunked
from harness.name_server import A, AAAA
from harness.origin import echo


class OriginAndPeer(Scenario):
    def test_curl_understands_the_origin(self):
        origin = self.origin()
        fetched = subprocess.run(["curl", "-sS", "--noproxy", "*", origin.url()], capture_output=True, check=True)
        self.assertEqual(fetched.stdout, b"hello")

    def test_curl_sends_a_body_and_the_origin_reads_it(self):
        bodies = []

        def script(peer):
            bodies.append(peer.read_request().body)
            peer.send(
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + chunked(b"a", b"bc")
            )

        origin = self.origin(script)
        command = [
            "curl",
            "-sS",
            "--noproxy",
            "*",
            "-H",
            "Transfer-Encoding: chunked",
            "--data-binary",
            "@-",
            origin.url(),
        ]
        fetched = subprocess.run(command, input=b"x" * 100_000, capture_output=True, check=True)
        self.assertEqual((bodies, fetched.stdout), ([b"x" * 100_000], b"abc"))

    def test_a_failing_script_fails_at_close(self):
        origin = Origin(lambda peer: peer.read_exact(10))
        with connect((origin.host, origin.port)) as client:
            client.send(b"12345").finish().expect_gone()
        with self.assertRaisesRegex(AssertionError, "5 of 10"):
            origin.close()

    def test_reset_and_end_are_told_apart(self):
        def script(peer):
            peer.read_exact(1)  # a reset that overtakes the connect would be one of the connect
            if peer.number == 1:
                peer.reset()
            else:
                peer.close()

        origin = self.origin(script)
        with connect((origin.host, origin.port)) as client:
            client.send(b"x").expect_reset()
        with connect((origin.host, origin.port)) as client:
            client.send(b"x").expect_end()
            with self.assertRaises(AssertionError):
                client.expect_reset()

    def test_a_message_is_read_with_body_and_trailers(self):
        origin = self.origin(echo)
        with connect((origin.host, origin.port)) as client:
            client.send(b"HTTP/1.1 200 OK\r\nA: 1\r\na: 2\r\nTransfer-Encoding: chunked\r\n\r\n")
            client.send(chunked(b"one", b"two", trailers=[("T", "x")]) + b"rest")
            answer = client.read_response()
            self.assertEqual((answer.status, answer.head.all("A"), answer.body), (200, ["1", "2"], b"onetwo"))
            self.assertEqual(answer.trailers, [("T", "x")])
            self.assertEqual(client.read_exact(4), b"rest")

    def test_fill_stops_where_nobody_reads_and_complains_beyond_the_limit(self):
        done = threading.Event()
        origin = self.origin(lambda peer: done.wait(20))
        with connect((origin.host, origin.port)) as client:
            self.assertGreater(client.fill(1 << 30), 0)
        with connect((origin.host, origin.port)) as client:
            with self.assertRaisesRegex(AssertionError, "nobody reads"):
                client.fill(65536)
        done.set()


class Dead(Scenario):
    def test_a_blackhole_neither_accepts_nor_refuses(self):
        hole = self.blackhole()
        with contextlib.closing(socket.socket()) as sock:
            sock.setblocking(False)
            with self.assertRaises(BlockingIOError):
                sock.connect((hole.host, hole.port))
            self.assertEqual(select.select([], [sock], [], 0.3)[1], [])


class Names(Scenario):
    def ask(self, server, name, kind):
        query = struct.pack("!HHHHHH", 7, 0x100, 1, 0, 0, 0) + NameServer._encode(name) + struct.pack("!HH", kind, 1)
        host, port = server.address.split(":")
        with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as sock:
            sock.settimeout(0.3)
            sock.sendto(query, (host, int(port)))
            try:
                answer = sock.recv(4096)
            except TimeoutError:
                return None
        code, answers = answer[3] & 15, struct.unpack_from("!H", answer, 6)[0]
        return code, answers, answer[-4:] if kind == A else answer[-16:]

    def test_the_zone_is_answered_and_counted(self):
        server = self.name_server()
        server.add("www.test", a=["127.0.0.7"], aaaa=["::7"])
        server.add("alias.test", cname="www.test")
        server.add("silent.test", silent=True)
        server.add("broken.test", code=2)
        self.assertEqual(self.ask(server, "WWW.test", A), (0, 1, bytes([127, 0, 0, 7])))
        self.assertEqual(self.ask(server, "www.test", AAAA), (0, 1, bytes(15) + b"\7"))
        self.assertEqual(self.ask(server, "alias.test", A), (0, 2, bytes([127, 0, 0, 7])))
        self.assertEqual(self.ask(server, "missing.test", A)[:2], (3, 0))
        self.assertEqual(self.ask(server, "broken.test", A)[:2], (2, 0))
        self.assertIsNone(self.ask(server, "silent.test", A))
        self.assertEqual((server.count("www.test"), server.count("silent.test"), server.count("other.test")), (1, 1, 0))

    def test_an_answer_is_held_back_until_the_event(self):
        server, event = self.name_server(), threading.Event()
        server.add("later.test", a=["127.0.0.1"], after=event)
        self.assertIsNone(self.ask(server, "later.test", A))
        event.set()
        self.assertEqual(self.ask(server, "later.test", A)[0], 0)


class Texts(Scenario):
    def test_sections_become_toml(self):
        sections = {
            "dns": {"servers": ["127.0.0.1:53"], "hosts_file": False, "tries": 2},
            "proxy": [{"name": 'a"b'}, {"connect_ports": [443, "8000-8080"]}],
        }
        self.assertEqual(tomllib.loads(toml_file(sections)), sections)

    def test_the_lines_of_listening_are_understood(self):
        line = "2030-01-01 info listening name=web kind=proxy address=[::1]:3128\n"
        self.assertEqual(LISTENING.findall(line), [("web", "proxy", "[::1]", "3128")])

    def test_a_request_names_its_host(self):
        self.assertIn(b"\r\nHost: a.test:81\r\n", request("http://u:p@a.test:81/x?y"))


if __name__ == "__main__":
    main()
