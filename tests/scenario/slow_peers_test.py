"""Slow and steady: who takes what is sent is not cut, however long the kernel's buffers hide it; who takes nothing is.

A socket's buffer takes megabytes at once and has room again when a third of them is gone: at the pace of these peers that
is later than every deadline here.
"""
import contextlib
import fcntl
import socket
import struct
import termios
import threading

from harness import PATIENCE, Peer, Scenario, main, request, wait_until

SIZE = 4 << 20
PIECE = 16 << 10
PAUSE = 0.02
TAKEN = 3 << 20  # at that pace, some four seconds
SECOND = {"body_timeout": "1s", "response_timeout": "1s", "tunnel_idle_timeout": "1s", "connect_ports": ["any"]}


def small(address):
    """A client whose kernel takes little on its behalf."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, PIECE)
    sock.settimeout(PATIENCE)
    sock.connect(address)
    return Peer(sock)


def take_slowly(peer, size):
    pace = threading.Event()
    while size > 0:
        size -= len(peer.read_exact(min(size, PIECE)))
        pace.wait(PAUSE)


def wait_acknowledged(peer):
    """Until the other side's kernel has all that was sent."""
    def outstanding():
        return struct.unpack("i", fcntl.ioctl(peer.sock, termios.TIOCOUTQ, b"\0" * 4))[0]

    wait_until(lambda: outstanding() == 0, "all to be acknowledged")


def send_much(peer):
    """An origin whose answer no buffer takes whole; its client leaves before the end."""
    peer.read_head()
    with contextlib.suppress(OSError):
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (8 * SIZE)).send(bytes(8 * SIZE))


class SlowPeers(Scenario):
    def slow_client(self, daemon, name="proxy"):
        client = small(daemon.address(name))
        self.addCleanup(client.close)
        return client

    def slow_origin(self, script):
        origin = self.origin(script)
        origin.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, PIECE)
        return origin

    def test_a_client_that_reads_its_answer_slowly(self):
        daemon, origin = self.proxy(**SECOND), self.origin(send_much)
        client = self.slow_client(daemon)
        self.assertEqual(client.send(request(origin.url())).read_head().status, 200)
        take_slowly(client, TAKEN)
        client.reset()
        self.assertEqual(daemon.wait_record()["reason"], "client_reset")

    def test_an_origin_that_reads_the_request_slowly(self):
        def script(peer):
            peer.read_head()
            take_slowly(peer, TAKEN)
            peer.respond(200, [], b"whole")

        daemon, origin = self.proxy(**SECOND), self.slow_origin(script)
        client = self.client(daemon)
        client.send(request(origin.url(), method="PUT", fields=[("Content-Length", TAKEN)])).send(bytes(TAKEN))
        self.assertEqual(client.read_response().body, b"whole")

    def test_both_ends_of_a_tunnel(self):
        for slow in ("client", "origin"):
            with self.subTest(slow):
                done = threading.Event()

                def script(peer, slow=slow, done=done):
                    if slow == "client":
                        peer.send(bytes(TAKEN))
                    else:
                        take_slowly(peer, TAKEN)
                    peer.send(b"end")
                    done.wait(PATIENCE)

                daemon, origin = self.proxy(**SECOND), self.slow_origin(script)
                client = self.slow_client(daemon)
                client.send(request(origin.authority, method="CONNECT"))
                self.assertEqual(client.read_head().status, 200)
                if slow == "client":
                    take_slowly(client, TAKEN)
                else:
                    client.send(bytes(TAKEN))
                self.assertEqual(client.read_exact(3), b"end")
                done.set()

    def test_a_client_of_the_uppercase_service(self):
        daemon = self.daemon(uppercase_tcp={"idle_timeout": "1s"})
        client = self.slow_client(daemon, "uppercase-tcp")
        sender = threading.Thread(target=client.send, args=(b"a" * TAKEN,))
        sender.start()
        take_slowly(client, TAKEN)
        sender.join()

    def test_a_client_that_takes_nothing_is_cut(self):
        daemon, origin = self.proxy(**SECOND), self.origin(send_much)
        self.slow_client(daemon).send(request(origin.url()))
        self.assertEqual(daemon.wait_record()["reason"], "client_write_timeout")

    def test_an_origin_that_takes_nothing_is_given_up(self):
        hold = threading.Event()
        self.addCleanup(hold.set)
        daemon, origin = self.proxy(**SECOND), self.slow_origin(lambda peer: hold.wait(PATIENCE))
        client = self.client(daemon)
        client.send(request(origin.url(), method="PUT", fields=[("Content-Length", SIZE // 8)])).send(bytes(SIZE // 8))
        self.assert_refused(client.read_response(), 504, "http_response_timeout")


class WhatHadArrived(Scenario):
    """Is delivered before the reset that tells of the cut."""

    def expect_all_then_reset(self, client, size):
        client.read_exact(size)
        client.expect_reset()

    def test_of_an_answer_without_a_length_that_is_cut(self):
        def script(peer):
            peer.read_head()
            peer.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n" % SIZE).send(bytes(1 << 20))

        daemon, origin = self.proxy(), self.origin(script)
        client = small(daemon.address())
        self.addCleanup(client.close)
        client.send(b"GET %s HTTP/1.0\r\n\r\n" % origin.url().encode())
        self.assertEqual(daemon.wait_record()["reason"], "http_response_incomplete")
        client.read_head()
        self.expect_all_then_reset(client, 1 << 20)

    def test_of_a_tunnel_whose_other_end_is_reset(self):
        def script(peer):
            peer.send(bytes(1 << 18))
            wait_acknowledged(peer)
            peer.reset()

        daemon, origin = self.proxy(connect_ports=["any"]), self.origin(script)
        client = small(daemon.address())
        self.addCleanup(client.close)
        client.send(request(origin.authority, method="CONNECT"))
        self.assertEqual(daemon.wait_record()["reason"], "connection_terminated")
        self.assertEqual(client.read_head().status, 200)
        self.expect_all_then_reset(client, 1 << 18)

    def test_only_for_as_long_as_it_is_taken(self):
        def script(peer):
            peer.send(bytes(1 << 18))
            wait_acknowledged(peer)
            peer.reset()

        daemon, origin = self.proxy(connect_ports=["any"], body_timeout="300ms"), self.origin(script)
        before = daemon.descriptors()
        client = small(daemon.address())
        self.addCleanup(client.close)
        client.send(request(origin.authority, method="CONNECT"))
        daemon.wait_record()
        wait_until(lambda: daemon.descriptors() <= before, "the client's connection to be closed")


if __name__ == "__main__":
    main()
