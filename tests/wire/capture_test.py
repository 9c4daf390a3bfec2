#!/usr/bin/env python3
"""What the daemon captures, by tshark: a wire without a fault, on which the right bytes pass, with the right comments."""
import json
import os
import pathlib
import re
import resource
import signal
import socket
import sys
import tempfile
import threading
import unittest

import tshark

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "scenario"))
from harness import Scenario, request  # noqa: E402
from harness.origin import echo, serve, serve_once  # noqa: E402
from harness.wait import wait_until  # noqa: E402

LATE = "older than this capture: the handshake is made up"


def exchange(client, data):
    """Sends all of it to an echo, and reads it back meanwhile."""
    sender = threading.Thread(target=client.send, args=(data,))
    sender.start()
    assert client.read_exact(len(data)) == data
    sender.join()


class Capture(Scenario):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="megaphone-capture-")
        self.addCleanup(folder.cleanup)
        self.file = pathlib.Path(folder.name) / "web.pcapng"

    def captured(self, daemon):
        """The file when the daemon has ended, without a fault."""
        daemon.stop()
        self.assertEqual(tshark.faults(self.file), "")
        return self.file

    def capturing(self, **settings):
        return self.proxy(name="web", capture=str(self.file), **settings)

    def conversations(self, interface):
        rows = tshark.lines(self.file, f'tcp and frame.interface_name=="{interface}"', "tcp.stream")
        return sorted({int(row[0]) for row in rows})

    def flags(self, stream):
        return [row[0].strip("·").replace("·", "") for row in
                tshark.lines(self.file, f"tcp.stream=={stream}", "tcp.flags.str")]


class Exchanges(Capture):
    def test_both_legs_are_conversations_with_the_bytes_that_the_peers_saw(self):
        seen = []

        def script(peer):
            data = peer.receive()
            seen.append(data)
            peer.pending = data
            peer.read_request()
            peer.respond(200, (), b"x" * 300_000)

        origin, daemon = self.origin(script), self.capturing()
        text = request(origin.url("/page"))
        with daemon.client() as client:
            answer = client.send(text).read_response()
            address = "%s:%d" % client.sock.getsockname()
        self.assertEqual(len(answer.body), 300_000)
        record = daemon.wait_record()
        path = self.captured(daemon)
        near, far = self.conversations("web/client"), self.conversations("web/origin")
        self.assertEqual((len(near), len(far)), (1, 1))
        asked, answered = tshark.follow(path, near[0])
        self.assertEqual(asked, text)
        self.assertTrue(answered.endswith(b"x" * 300_000))
        asked, answered = tshark.follow(path, far[0])
        self.assertEqual(asked, seen[0])
        self.assertTrue(answered.endswith(b"x" * 300_000))
        ends = tshark.lines(path, "tcp.flags.syn==1 and tcp.flags.ack==0", "ip.src", "tcp.srcport", "tcp.dstport")
        self.assertEqual("%s:%s" % ends[0][:2], address)
        self.assertEqual(int(ends[1][2]), origin.port)
        comments = tshark.lines(path, "http", "frame.interface_name", "http.request.method", "http.response.code",
                                "frame.comment")
        self.assertEqual([row[:3] for row in comments], [("web/client", "GET", ""), ("web/origin", "GET", ""),
                                                        ("web/origin", "", "200"), ("web/client", "", "200")])
        for row in comments:
            self.assertIn(f"exchange {record['id']}", row[3].split("|"))
        self.assertRegex(comments[1][3], r"\|connected in [0-9.]+ ms; allowed by ")
        self.assertRegex(comments[3][3], r"\|answered 200 after [0-9.]+ ms")

    def test_kept_connections_go_on_as_one_conversation_and_say_so(self):
        origin, daemon = self.origin(), self.capturing(daemon={"event_loops": 1})
        for _ in range(3):
            self.fetch(daemon, request(origin.url()))
        daemon.wait_record(lambda _: len(daemon.records()) == 3)
        ids = [record["id"] for record in daemon.records()]
        path = self.captured(daemon)
        self.assertEqual(len(self.conversations("web/origin")), 1)
        asked = tshark.lines(path, 'http.request and frame.interface_name=="web/origin"', "frame.comment")
        self.assertEqual(sorted(re.match(r"exchange (\S+?)\|", row[0])[1] for row in asked), sorted(ids))
        self.assertTrue(any("kept connection, used again" in row[0] for row in asked))

    def test_one_client_asks_several_times_on_one_conversation(self):
        origin, daemon = self.origin(), self.capturing()
        with daemon.client() as client:
            for n in range(3):
                client.send(request(origin.url(f"/{n}"))).read_response()
        daemon.wait_record(lambda _: len(daemon.records()) == 3)
        ids = [record["id"] for record in daemon.records()]
        path = self.captured(daemon)
        near = tshark.lines(path, 'http and frame.interface_name=="web/client"', "frame.comment")
        self.assertEqual([re.findall(r"exchange ([^|]+)", row[0]) for row in near], [[i] for i in ids for _ in (0, 1)])

    def test_secrets_are_hidden_on_both_legs(self):
        origin = self.origin(serve(fields=[("Set-Cookie", "session=verysecret; Path=/")]))
        daemon = self.capturing()
        fields = [("Authorization", "Basic dmVyeXNlY3JldA=="), ("Cookie", "a=verysecret"),
                  ("Proxy-Authorization", "Basic dmVyeXNlY3JldA==")]
        answer = self.fetch(daemon, request(origin.url(), fields=fields))
        self.assertIn("verysecret", answer.head.get("Set-Cookie"))
        daemon.wait_record()
        path = self.captured(daemon)
        self.assertNotIn(b"verysecret", path.read_bytes())
        self.assertNotIn(b"dmVyeXNlY3JldA", path.read_bytes())
        self.assertIn(b"\r\nAuthorization: xxxxx ", path.read_bytes())

    def test_a_refused_connect_is_a_syn_and_its_reset(self):
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            port = closed.getsockname()[1]
            daemon = self.capturing()
            self.assert_refused(self.fetch(daemon, request(f"http://127.0.0.1:{port}/")), 502, "connection_refused")
        record = daemon.wait_record()
        path = self.captured(daemon)
        self.assertEqual(self.flags(self.conversations("web/origin")[0]), ["S", "AR"])
        answer = tshark.lines(path, "http.response", "http.response.code", "frame.comment")
        self.assertEqual(answer[0][0], "502")
        self.assertIn(f"exchange {record['id']}|answered 502", answer[0][1])
        self.assertIn("connection_refused", answer[0][1])

    def test_a_connect_that_nobody_answers_is_a_syn_alone(self):
        hole = self.blackhole()
        daemon = self.capturing(connect_timeout="300ms")
        self.assert_refused(self.fetch(daemon, request(f"http://{hole.authority}/")), 504, "connection_timeout")
        daemon.wait_record()
        self.captured(daemon)
        self.assertEqual(self.flags(self.conversations("web/origin")[0]), ["S"])

    def resets(self, peer):
        peer.read_request()
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")
        self.goes_on.wait(60)
        peer.reset()

    def test_a_client_that_resets_is_told_to_the_origins_side(self):
        self.goes_on = threading.Event()
        origin, daemon = self.origin(self.resets), self.capturing()
        client = self.client(daemon)
        client.send(request(origin.url())).read_until(b"abc")
        client.reset()
        record = daemon.wait_record()
        self.goes_on.set()
        path = self.captured(daemon)
        near, far = self.conversations("web/client")[0], self.conversations("web/origin")[0]
        self.assertEqual(self.flags(near)[-1], "AR")
        ends = tshark.lines(path, f"tcp.stream=={far} and tcp.flags.fin==1", "frame.comment")
        self.assertEqual(ends, [(f"exchange {record['id']}|client_reset",)])

    def test_an_origin_that_resets_is_told_to_the_clients_side(self):
        self.goes_on = threading.Event()
        origin, daemon = self.origin(self.resets), self.capturing()
        client = self.client(daemon)
        client.send(request(origin.url())).read_until(b"abc")
        self.goes_on.set()
        record = daemon.wait_record()
        path = self.captured(daemon)
        self.assertEqual(self.flags(self.conversations("web/origin")[0])[-1], "AR")
        ends = tshark.lines(path, 'frame.interface_name=="web/client" and tcp.flags.fin==1', "frame.comment")
        self.assertRegex(ends[0][0], rf"^exchange {record['id']}\|answered 200 after .*; connection_terminated")

    def test_of_an_older_connection_no_value_is_shown_that_has_begun(self):
        origin, daemon = self.origin(), self.proxy(name="web")
        half = b"GET %b HTTP/1.1\r\nHost: %b\r\nAuthorization: Basic half" % (
            origin.url("/first").encode(), origin.authority.encode())
        with daemon.client() as client:
            client.send(half)
            wait_until(lambda: "head" in daemon.command("list").stdout, "the first half of the head")
            daemon.sections["proxy"][0].update(capture=str(self.file))
            daemon.reload()
            wait_until(lambda: LATE.encode() in self.file.read_bytes(), "the client's leg in the file")
            client.send(b"verysecret\r\nX: shown\r\n\r\n").read_response()
        daemon.wait_record()
        path = self.captured(daemon)
        self.assertNotIn(b"verysecret", path.read_bytes())
        self.assertIn(b"xxxxxxxxxx\r\nX: shown\r\n", path.read_bytes())

    def test_a_full_disk_costs_packets_and_no_traffic(self):
        size = 1_000_000
        origin = self.origin(serve(body=b"x" * 100_000))
        daemon = self.daemon(
            proxy={"name": "web", "capture": str(self.file), "allow_destinations": ["127.0.0.0/8"]},
            preexec=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)))
        with daemon.client() as client:
            for _ in range(20):
                self.assertEqual(len(client.send(request(origin.url())).read_response().body), 100_000)
        daemon.wait_logged("loses packets: File too large")
        daemon.stop()
        self.assertGreater(self.file.stat().st_size, size - 70_000)
        self.assertEqual(tshark.run(self.file, "-Y", "_ws.malformed"), "")  # it is whole

    def test_a_denied_destination_is_told_with_its_rule(self):
        daemon = self.proxy(name="web", capture=str(self.file), allow_destinations=[])
        self.assertEqual(self.fetch(daemon, request("http://127.0.0.1:1/")).status, 403)
        daemon.wait_record()
        path = self.captured(daemon)
        self.assertEqual(self.conversations("web/origin"), [])
        self.assertIn("destination_ip_prohibited", tshark.lines(path, "http.response", "frame.comment")[0][0])

    def test_names_of_origins_are_in_the_file(self):
        origin, names = self.origin(), self.name_server()
        names.add("www.example.test", a=["127.0.0.1"])
        daemon = self.capturing(dns={"servers": names.address, "hosts_file": False})
        self.fetch(daemon, request(origin.url(host="www.example.test")))
        daemon.wait_record()
        path = self.captured(daemon)
        self.assertIn(b"www.example.test\0", path.read_bytes())
        asked = tshark.lines(path, 'http.request and frame.interface_name=="web/origin"', "frame.comment")
        self.assertRegex(asked[0][0], r"www\.example\.test resolved in [0-9.]+ ms, connected in ")

    def test_the_file_says_what_is_made_up_and_is_its_owners_alone(self):
        daemon = self.capturing()
        self.assertEqual(os.stat(self.file).st_mode & 0o777, 0o600)
        wait_until(lambda: self.file.stat().st_size > 0, "the beginning of the file")
        self.assertIn(b"not taken from a wire", self.file.read_bytes())
        daemon.wait_logged("capturing listener=web")


class Tunnels(Capture):
    def tunnel(self, daemon, origin):
        client = self.client(daemon)
        answer = client.send(request(origin.authority, method="CONNECT")).read_response("CONNECT")
        self.assertEqual(answer.status, 200)
        return client

    def test_bytes_and_half_closes_on_both_legs(self):
        origin = self.origin(echo)
        daemon = self.capturing(connect_ports=["any"])
        client = self.tunnel(daemon, origin)
        client.send(b"hello").finish()
        self.assertEqual(client.read_to_end(), b"hello")
        record = daemon.wait_record()
        path = self.captured(daemon)
        far = self.conversations("web/origin")[0]
        self.assertEqual(tshark.follow(path, far), (b"hello", b"hello"))
        self.assertEqual(self.flags(far).count("AF"), 2)
        data = tshark.lines(path, f"tcp.stream=={far} and tcp.len>0", "frame.comment")
        for row in data:
            self.assertIn(f"exchange {record['id']}", row[0])

    def test_one_that_splices_is_seen_from_the_capture_on(self):
        origin = self.origin(echo)
        daemon = self.proxy(name="web", connect_ports=["any"])
        client = self.tunnel(daemon, origin)
        bulk = os.urandom(8 << 20)
        exchange(client, bulk)
        daemon.sections["proxy"][0]["capture"] = str(self.file)
        daemon.reload()
        daemon.wait_logged("capturing listener=web")
        wait_until(lambda: self.file.read_bytes().count(LATE.encode()) == 2, "both legs in the file")
        after = b"\n." + os.urandom(256 << 10)  # what stands in front of a line's end might be a secret
        exchange(client, after)
        client.finish()
        client.read_to_end()
        daemon.wait_record()
        path = self.captured(daemon)
        for interface in ("web/client", "web/origin"):
            asked, answered = tshark.follow(path, self.conversations(interface)[0])
            self.assertEqual((asked, answered), (after, after))
        first = tshark.lines(path, "tcp.flags.syn==1 and tcp.flags.ack==0", "frame.comment")
        self.assertTrue(all(LATE in row[0] for row in first), first)


class HeadersOnly(Capture):
    def heads(self, path, interface):
        """What tshark finds: methods or codes, with the length that the packet had and was captured with."""
        return ["".join(row) for row in tshark.lines(
            path, f'http and frame.interface_name=="{interface}"', "http.request.method", "http.response.code")]

    def serving(self, peer):
        while (data := peer.receive()) != b"":
            peer.pending = data + peer.pending
            method = peer.read_request().head.method
            peer.respond(200, [("Content-Length", 70_000)])
            if method != "HEAD":
                peer.send(b"CONTENT" * 10_000)

    def everything(self, origin, client):
        client.send(request(origin.url("/secretpath"), fields=[("Cookie", "verysecret")])).read_response()
        client.send(request(origin.url("/"), method="POST", fields=[("Content-Length", "10")]))
        client.send(b"CONTENT!!!").read_response()
        client.send(request(origin.url("/"), method="PUT", fields=[("Transfer-Encoding", "chunked")]))
        client.send(b"7\r\nCONTENT\r\n0\r\nT: CONTENT\r\n\r\n").read_response()
        client.send(request(origin.url("/"), method="HEAD")).read_response("HEAD")
        client.send(request(origin.url("/"), method="GET") + request(origin.url("/"), method="DELETE"))
        client.read_response()
        client.read_response()

    def test_heads_of_both_legs_are_dissected_and_content_is_nowhere(self):
        origin = self.origin(self.serving)
        daemon = self.capturing(capture_headers_only=True)
        with daemon.client() as client:
            self.everything(origin, client)
        daemon.wait_record(lambda _: len(daemon.records()) == 6)
        path = self.captured(daemon)
        self.assertNotIn(b"CONTENT", path.read_bytes())
        self.assertNotIn(b"verysecret", path.read_bytes())
        self.assertIn(b"secretpath", path.read_bytes())
        self.assertIn(b"payloads of datagrams are left out", path.read_bytes())
        methods = ["GET", "POST", "PUT", "HEAD", "GET", "DELETE"]
        for interface in ("web/client", "web/origin"):
            heads = self.heads(path, interface)
            self.assertEqual([head for head in heads if head != "200"], methods)
            self.assertEqual(heads.count("200"), 6)
        sizes = tshark.lines(path, "tcp.len>0", "frame.len", "frame.cap_len")
        self.assertGreater(sum(int(whole) for whole, _ in sizes), 10 * 70_000)
        self.assertLess(path.stat().st_size, 200_000)  # however it was cut

    def test_one_that_begins_in_the_middle_shows_from_the_next_message_on(self):
        goes_on = threading.Event()

        def script(peer):
            while (data := peer.receive()) != b"":
                peer.pending = data + peer.pending
                peer.read_request()
                peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\nCONTENT")
                goes_on.wait(60)
                peer.send(b"CONTENT")

        origin, daemon = self.origin(script), self.proxy(name="web")
        with daemon.client() as client, daemon.client() as idle:
            idle.send(request("http://megaphone.internal/")).read_response()
            client.send(request(origin.url("/first")))
            client.read_until(b"CONTENT")
            daemon.sections["proxy"][0].update(capture=str(self.file), capture_headers_only=True)
            daemon.reload()
            wait_until(lambda: self.file.read_bytes().count(LATE.encode()) == 3, "all three legs in the file")
            goes_on.set()
            client.read_until(b"CONTENT")
            client.send(request(origin.url("/second"))).read_response()
            idle.send(request(origin.url("/third"))).read_response()
        daemon.wait_record(lambda _: len(daemon.records()) == 4)
        path = self.captured(daemon)
        self.assertNotIn(b"CONTENT", path.read_bytes())
        asked = [row[0] for row in tshark.lines(path, 'http.request and frame.interface_name=="web/client"',
                                                "http.request.full_uri")]
        self.assertEqual(sorted(asked), [origin.url("/second"), origin.url("/third")])
        self.assertEqual(tshark.count(path, 'http.request and frame.interface_name=="web/origin"'), 2)
        self.assertEqual(tshark.count(path, "http.response"), 4)

    def test_one_that_begins_in_the_middle_of_a_head_shows_nothing_of_that(self):
        origin, daemon = self.origin(), self.proxy(name="web")
        half = b"GET %b HTTP/1.1\r\nX: " % origin.url("/first").encode()
        rest = b"GET /CONTENT HTTP/1.1\r\nHost: %b\r\n\r\n" % origin.authority.encode()  # it looks like a head
        with daemon.client() as client:
            client.send(half)
            wait_until(lambda: "head" in daemon.command("list").stdout, "the first half of the head")
            daemon.sections["proxy"][0].update(capture=str(self.file), capture_headers_only=True)
            daemon.reload()
            wait_until(lambda: LATE.encode() in self.file.read_bytes(), "the client's leg in the file")
            client.send(rest).read_response()
            client.send(request(origin.url("/second"))).read_response()
        daemon.wait_record(lambda _: len(daemon.records()) == 2)
        path = self.captured(daemon)
        near = path.read_bytes()
        self.assertEqual(near.count(b"CONTENT"), 1)  # as the origin got it
        self.assertEqual(self.heads(path, "web/client"), ["GET", "200"])

    def test_of_a_tunnel_the_heads_in_front_of_it_are_left(self):
        origin, daemon = self.origin(echo), self.capturing(connect_ports=["any"], capture_headers_only=True)
        with daemon.client() as client:
            client.send(request(origin.authority, method="CONNECT")).read_response("CONNECT")
            client.send(b"GET /CONTENT HTTP/1.1\r\n\r\n").finish()
            client.read_to_end()
        daemon.wait_record()
        path = self.captured(daemon)
        self.assertNotIn(b"CONTENT", path.read_bytes())
        self.assertEqual(self.heads(path, "web/client"), ["CONNECT", "200"])
        self.assertEqual(self.heads(path, "web/origin"), [])


class Uppercase(Capture):
    def test_tcp(self):
        daemon = self.daemon(uppercase_tcp={"name": "upper", "capture": str(self.file)})
        client = self.client(daemon, "upper")
        client.send(b"hello ").send(b"world").finish()
        self.assertEqual(client.read_to_end(), b"HELLO WORLD")
        record = daemon.wait_record()
        path = self.captured(daemon)
        self.assertEqual(tshark.streams(path), [0])
        self.assertEqual(tshark.follow(path, 0), (b"hello world", b"HELLO WORLD"))
        self.assertIn((f"exchange {record['id']}",), tshark.lines(path, "tcp.len>0", "frame.comment"))

    def test_udp(self):
        daemon = self.daemon(uppercase_udp={"name": "upper", "capture": str(self.file), "repeat_limit": 2})
        datagrams = self.datagrams(daemon.address("upper"))
        self.assertEqual(datagrams.ask(b"hello"), b"HELLO")
        for _ in range(3):
            datagrams.send(b"SAME")
        wait_until(lambda: b"silenced" in self.file.read_bytes(), "the silenced datagram in the file")
        path = self.captured(daemon)
        rows = tshark.lines(path, "udp", "udp.srcport", "udp.dstport", "data.data", "frame.comment")
        service = rows[0][1]
        self.assertEqual(rows[0][2:], (b"hello".hex(), ""))
        self.assertEqual(rows[1], (service, rows[0][0], b"HELLO".hex(), ""))
        self.assertIn("not answered: silenced for repeating itself", [row[3] for row in rows])

    def halt(self, daemon):
        daemon.signal(signal.SIGSTOP)
        threads = pathlib.Path(f"/proc/{daemon.process.pid}/task")
        wait_until(lambda: all((each / "stat").read_text().rpartition(")")[2].split()[0] == "T"
                               for each in threads.iterdir()), "every thread at rest")

    def packets(self, daemon):
        return json.loads(daemon.command("status", "--json").stdout)["captures"][0]["packets"]

    def test_a_closed_udp_port_is_told_by_icmp(self):
        for host, family, condition in (("127.0.0.1", "ip", "icmp.type==3 and icmp.code==3"),
                                        ("[::1]", "ipv6", "icmpv6.type==1 and icmpv6.code==4")):
            for size in (4, 1400):  # a short one is quoted as a whole, a long one is not
                with self.subTest(host=host, size=size):
                    daemon = self.daemon(uppercase_udp={"name": "upper", "listen": f"{host}:0",
                                                        "capture": str(self.file)})
                    service = daemon.address("upper")
                    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM) as gone:
                        gone.bind((service[0], 0))
                        port = gone.getsockname()[1]
                        self.halt(daemon)  # so that the client is gone before it is answered
                        gone.sendto(b"x" * size, service)
                    daemon.signal(signal.SIGCONT)
                    live = self.datagrams(service)
                    self.assertEqual([live.ask(b"one"), live.ask(b"two")], [b"ONE", b"TWO"])
                    wait_until(lambda: self.packets(daemon) == 7, "three questions, their answers, and ICMP")
                    path = self.captured(daemon)
                    rows = tshark.lines(path, condition, f"{family}.src", f"{family}.dst", "udp.srcport", "udp.dstport",
                                        "udp.length", "udp.checksum")
                    answer = tshark.lines(path, f"udp.dstport=={port} and not icmp and not icmpv6", "udp.length",
                                          "udp.checksum")
                    both = "|".join([service[0]] * 2)  # of the message, and of what it quotes
                    self.assertEqual(rows, [(both, both, str(service[1]), str(port), *answer[0])])


if __name__ == "__main__":
    tshark.need()
    unittest.main(argv=[sys.argv[0], *(sys.argv[1:] or ["-v"])])
