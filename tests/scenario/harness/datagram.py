"""UDP sockets, and datagrams with a made-up source."""
import select
import socket
import struct

from .wait import PATIENCE


class Datagrams:
    def __init__(self, address, host=None, port=0):
        family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.sock = socket.socket(family, socket.SOCK_DGRAM)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        if host or port:
            self.sock.bind((host or "", port))
        # Connected: an answer from any other address than the one that was asked does not arrive.
        self.sock.connect(address)
        self.sock.settimeout(PATIENCE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def send(self, data):
        self.sock.send(data)
        return self

    def receive(self):
        return self.sock.recv(70000)

    def ask(self, data):
        return self.send(data).receive()

    def drain(self, quiet=0.3):
        """Everything that arrives until nothing has for `quiet` seconds."""
        found = []
        while select.select([self.sock], [], [], quiet)[0]:
            found.append(self.receive())
        return found

    def close(self):
        self.sock.close()


def spoof(source, destination, payload):
    """Sends an IPv4 datagram that claims to come from `source`. Needs CAP_NET_RAW: PermissionError otherwise."""
    length = 8 + len(payload)
    udp = struct.pack("!HHHH", source[1], destination[1], length, 0) + payload  # checksum 0: none
    ip = struct.pack(
        "!BBHHHBBH4s4s",
        0x45,
        0,
        20 + length,
        0,
        0,
        64,
        socket.IPPROTO_UDP,
        0,
        socket.inet_aton(source[0]),
        socket.inet_aton(destination[0]),
    )
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as raw:
        raw.sendto(ip + udp, (destination[0], 0))
