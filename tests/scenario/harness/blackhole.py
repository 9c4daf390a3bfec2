"""An address that neither accepts nor refuses: the queue of a listening socket, filled up."""
import contextlib
import select
import socket


class Blackhole:
    def __init__(self, host="127.0.0.1", port=0):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.listener = socket.socket(family)
        self.listener.bind((host, port))
        self.listener.listen(0)
        self.host, self.port = self.listener.getsockname()[:2]
        self.authority = f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"
        self.fillers = []
        while not self._add_filler():
            assert len(self.fillers) < 16, "this kernel does not let a listen queue fill up"

    def _add_filler(self):
        """True when the newest connection hangs: a further one will hang, too."""
        filler = socket.socket(self.listener.family)
        filler.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            filler.connect((self.host, self.port))
        self.fillers.append(filler)
        return not select.select([], [filler], [], 0.2)[1]

    def close(self):
        for sock in [self.listener, *self.fillers]:
            sock.close()
