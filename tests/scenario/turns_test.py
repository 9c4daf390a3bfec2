"""One client cannot hold an event loop, and a pause of the whole process is nobody's fault."""
import pathlib
import signal
import threading

from harness import Scenario, main, request, wait_until

PIPELINE = 1000


class Turns(Scenario):

    def records_with_one_of_another_client(self, daemon, flood):
        """The access log of a flood and one small request, which both have arrived when the daemon looks."""
        flooder, other = self.client(daemon), self.client(daemon)
        thread = threading.Thread(target=flooder.send, args=(flood,))
        with Paused(daemon):
            thread.start()
            thread.join()
            other.send(request("http://megaphone.internal/"))
        self.assertEqual(other.read_response().status, 200)
        for _ in range(PIPELINE):
            flooder.read_head()
        me = "%s:%d" % other.sock.getsockname()
        daemon.wait_record(lambda record: record["client"] == me)
        return [record["client"] == me for record in daemon.records()].index(True)

    def test_a_pipeline_of_requests_that_we_answer_ourselves(self):
        for name, text in (
            ("pages", b"HEAD http://megaphone.internal/ HTTP/1.1\r\nHost: a\r\n\r\n"),
            ("refusals", b"HEAD http://10.0.0.1/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        ):
            with self.subTest(name):
                daemon = self.proxy(daemon={"event_loops": 1}, allow_destinations=[])
                self.assertLess(self.records_with_one_of_another_client(daemon, text * PIPELINE), 100)

    def test_chunks_of_one_byte(self):
        chunks = b"1\r\nx\r\n" * 20_000 + b"0\r\n\r\n"

        def script(peer):
            self.assertEqual(peer.read_request().body, b"x" * 20_000)
            peer.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks)

        daemon, origin = self.proxy(), self.origin(script)
        client = self.client(daemon)
        for _ in range(3):
            client.send(request(origin.url(), method="POST", fields=[("Transfer-Encoding", "chunked")]) + chunks)
            self.assertEqual(client.read_response().body, b"x" * 20_000)

    def test_what_arrived_during_a_pause_is_served_before_deadlines_are_judged(self):
        daemon = self.proxy(daemon={"event_loops": 1}, request_head_timeout="2s")
        clients = [self.client(daemon) for _ in range(300)]  # more than one round hears of
        for client in clients:
            client.send(b"GET http://megaphone.internal/ HTTP/1.1\r\n")
        self.fetch(daemon, request("http://megaphone.internal/"))  # heard behind all of them
        with Paused(daemon):
            threading.Event().wait(2.5)
            for client in clients:
                client.send(b"Host: megaphone.internal\r\n\r\n")
        for client in clients:
            self.assertEqual(client.read_response().status, 200)


class Paused:
    """The daemon is stopped by SIGSTOP, and goes on when the block ends."""

    def __init__(self, daemon):
        self.daemon = daemon

    def __enter__(self):
        self.daemon.signal(signal.SIGSTOP)
        wait_until(self.all_threads_are_stopped, "all threads to be stopped")

    def all_threads_are_stopped(self):
        tasks = pathlib.Path(f"/proc/{self.daemon.process.pid}/task").glob("*/stat")
        return all(task.read_text().rpartition(")")[2].split()[0] == "T" for task in tasks)

    def __exit__(self, *_):
        self.daemon.signal(signal.SIGCONT)


if __name__ == "__main__":
    main()
