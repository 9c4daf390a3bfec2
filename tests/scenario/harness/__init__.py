"""The parts of scenario tests: the real daemon, scripted clients, origins and name servers.

Nothing here sleeps to be on the safe side and no port is fixed: everything waits for the event itself, with a deadline
that only a failing test ever reaches.
"""
from .blackhole import Blackhole
from .case import Scenario, main
from .daemon import Daemon, program
from .datagram import Datagrams, spoof
from .message import Head, Message, request
from .name_server import NameServer
from .origin import Origin
from .peer import Peer, connect, refuses
from .wait import PATIENCE, wait_until

__all__ = [
    "Blackhole",
    "Daemon",
    "Datagrams",
    "Head",
    "Message",
    "NameServer",
    "Origin",
    "PATIENCE",
    "Peer",
    "Scenario",
    "connect",
    "main",
    "program",
    "refuses",
    "request",
    "spoof",
    "wait_until",
]
