"""A WebSocket through the proxy without CONNECT: an upgrade in absolute-form, then frames both ways (RFC 9110, 7.8)."""
import os
import threading

from harness import Scenario, main, request
from harness import web_socket as ws
from harness.message import build


class WebSocket(Scenario):
    def open(self, daemon, origin, fields=()):
        client = self.client(daemon)
        text, accept = ws.upgrade_request(origin.url("/chat"), fields)
        head = client.send(text).read_head()
        self.assertEqual(head.status, 101, head)
        self.assertEqual(head.get("Sec-WebSocket-Accept"), accept)
        self.assertEqual((head.get("Upgrade"), head.get("Connection").lower()), ("websocket", "upgrade"))
        return client

    def exchange(self, client, opcode, data):
        client.send(ws.frame(opcode, data, masked=True))
        return ws.read_message(client)

    def test_frames_go_both_ways(self):
        daemon, origin = self.proxy(), self.origin(ws.serve)
        client = self.open(daemon, origin)
        for size in (0, 1, 125, 126, 65535, 65536, 3_000_000):
            data = os.urandom(size)
            self.assertTrue(self.exchange(client, ws.BINARY, data) == (ws.BINARY, data), size)
        self.assertEqual(self.exchange(client, ws.PING, b"there?"), (ws.PONG, b"there?"))
        self.assertEqual(self.exchange(client, ws.CLOSE, b"\x03\xe8"), (ws.CLOSE, b"\x03\xe8"))
        client.expect_end()
        client.close()
        record = daemon.wait_record()
        self.assertEqual((record["status"], record["method"], record["end"]), (101, "GET", "complete"))
        self.assertGreater(record["client_in"], 3_000_000)
        self.assertGreater(record["client_out"], 3_000_000)

    def test_the_origin_sees_the_handshake(self):
        seen = []

        def script(peer):
            seen.append(peer.read_request().head)
            ws.accept(peer, seen[0])
            ws.echo(peer)

        origin = self.origin(script)
        client = self.open(self.proxy(), origin, [("Sec-WebSocket-Protocol", "chat, superchat")])
        head = seen[0]
        self.assertEqual((head.method, head.target, head.get("Host")), ("GET", "/chat", origin.authority))
        self.assertEqual(head.get("Upgrade"), "websocket")
        self.assertIn("upgrade", [word.strip().lower() for word in head.get("Connection").split(",")])
        self.assertEqual(head.get("Sec-WebSocket-Protocol"), "chat, superchat")
        client.close()

    def test_frames_that_come_with_the_handshake_are_not_lost(self):
        def script(peer):
            head = peer.read_request().head
            fields = [("Upgrade", "websocket"), ("Connection", "Upgrade")]
            fields.append(("Sec-WebSocket-Accept", ws.accept_for(head.get("Sec-WebSocket-Key"))))
            peer.send(build("HTTP/1.1 101 Switching Protocols", fields) + ws.frame(ws.TEXT, b"welcome"))
            ws.echo(peer)

        client = self.open(self.proxy(), self.origin(script))
        self.assertEqual(ws.read_message(client), (ws.TEXT, b"welcome"))
        self.assertEqual(self.exchange(client, ws.TEXT, b"hello"), (ws.TEXT, b"hello"))

    def test_a_message_in_many_frames_arrives_whole(self):
        client = self.open(self.proxy(), self.origin(ws.serve))
        client.send(ws.frame(ws.TEXT, b"one ", masked=True, final=False))
        client.send(ws.frame(ws.CONTINUATION, b"two ", masked=True, final=False))
        self.assertEqual(self.exchange(client, ws.CONTINUATION, b"three"), (ws.TEXT, b"one two three"))

    def test_many_frames_are_sent_before_any_is_read(self):
        client = self.open(self.proxy(), self.origin(ws.serve))
        messages = [os.urandom(1000) for _ in range(2000)]
        sender = threading.Thread(
            target=lambda: [client.send(ws.frame(ws.BINARY, message, masked=True)) for message in messages]
        )
        sender.start()
        for message in messages:
            self.assertTrue(ws.read_message(client) == (ws.BINARY, message))
        sender.join()

    def test_a_refused_upgrade_is_an_ordinary_answer_and_the_connection_lives_on(self):
        def script(peer):
            for status in (426, 200):
                peer.read_request()
                peer.respond(status, [], b"%d" % status)

        origin, client = self.origin(script), self.client(self.proxy())
        answer = client.send(ws.upgrade_request(origin.url())[0]).read_response()
        self.assertEqual((answer.status, answer.body), (426, b"426"))
        self.assertEqual(client.send(request(origin.url())).read_response().body, b"200")

    def test_a_reset_on_either_side_ends_the_other(self):
        daemon = self.proxy()
        gone = threading.Event()

        def script(peer):
            ws.accept(peer, peer.read_request().head)
            if "reset" in ws.read_message(peer)[1].decode():
                return peer.reset()
            peer.expect_gone()
            return gone.set()

        origin = self.origin(script)
        self.open(daemon, origin).send(ws.frame(ws.TEXT, b"reset yourself", masked=True)).expect_gone()
        self.open(daemon, origin).send(ws.frame(ws.TEXT, b"I go", masked=True)).reset()
        self.assertTrue(gone.wait(20))


if __name__ == "__main__":
    main()
