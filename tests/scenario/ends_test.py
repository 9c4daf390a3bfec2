"""The end of everything in words: whoever was not there reads in the log who ended it, and in which phase."""
import signal

from harness import Scenario, main, request, wait_until
from harness.message import build

SHORT = {
    "connect_ports": ["1-65535"],
    "request_head_timeout": "300ms",
    "body_timeout": "300ms",
    "response_timeout": "300ms",
    "tunnel_idle_timeout": "300ms",
}
HALF = build("HTTP/1.1 200 OK", [("Content-Length", "1000")], b"half")


class Ends(Scenario):
    def setUp(self):
        self.megaphone = self.proxy(connect_ports=["1-65535"])

    def ended(self, end, by, client=None, daemon=None):
        """Waits for a line with that end, of that client, and looks who is said to have caused it."""
        me = client and "%s:%d" % client.sock.getsockname()
        daemon = daemon or self.megaphone
        record = daemon.wait_record(lambda record: record["end"] == end and (not me or record["client"] == me))
        self.assertEqual(record["ended_by"], by, record)
        return record

    def silent(self, says=b""):
        """An origin that reads what comes, says something, and then nothing until it is left alone."""
        return self.origin(lambda peer: (peer.receive(), peer.send(says).expect_gone()))

    def mute(self):
        """An origin that says nothing to whatever comes, or does not."""
        return self.origin(lambda peer: peer.expect_gone())

    def reset_by(self, client, end):
        me = client.sock.getsockname()
        client.reset()
        record = self.megaphone.wait_record(lambda record: record["client"] == "%s:%d" % me)
        self.assertEqual((record["end"], record["ended_by"]), (end, "client"), record)
        return record

    def tunnel(self, origin, daemon=None):
        client = self.client(daemon or self.megaphone)
        client.send(f"CONNECT {origin.authority} HTTP/1.1\r\nHost: {origin.authority}\r\n\r\n".encode())
        client.read_response("CONNECT")
        return client

    # The client

    def test_client_gone_in_its_head(self):
        client = self.client(self.megaphone)
        client.send(b"GET http://a.te").finish()
        self.ended("client-abort-head", "client", client)

    def test_client_gone_while_it_is_connected(self):
        client = self.client(self.megaphone)
        hole = self.blackhole()
        client.send(request(f"http://{hole.authority}/"))
        self.reset_by(client, "client-abort-connect")

    def test_client_gone_while_it_uploads(self):
        seen = []
        origin = self.origin(lambda peer: (seen.append(peer.receive()), peer.expect_gone()))
        client = self.client(self.megaphone)
        client.send(request(origin.url(), method="POST", fields=[("Content-Length", "1000")]) + b"half")
        wait_until(lambda: seen, "the request at the origin")
        self.reset_by(client, "client-abort-upload")

    def test_client_gone_while_it_waits(self):
        seen = []
        origin = self.origin(lambda peer: (seen.append(peer.receive()), peer.expect_gone()))
        client = self.client(self.megaphone)
        client.send(request(origin.url()))
        wait_until(lambda: seen, "the request at the origin")
        self.reset_by(client, "client-abort-answer")

    def test_client_gone_in_the_body(self):
        client = self.client(self.megaphone)
        client.send(request(self.silent(HALF).url()))
        client.receive()
        record = self.reset_by(client, "client-abort-body")
        self.assertEqual(record["status"], 200)

    def test_client_gone_in_a_tunnel(self):
        client = self.tunnel(self.mute())
        self.reset_by(client, "client-abort-tunnel")

    def test_client_that_speaks_nonsense(self):
        client = self.client(self.megaphone)
        client.send(b"garbage\r\n\r\n").read_response("GET")
        self.ended("client-error-head", "client", client)

    def test_clients_that_stop_sending(self):
        daemon = self.proxy(**SHORT)
        client = self.client(daemon)
        client.send(b"GET http://a.te").read_response("GET")
        self.ended("client-timeout-head", "client", client, daemon)
        client = self.client(daemon)
        client.send(request(self.silent().url(), method="POST", fields=[("Content-Length", "1000")]) + b"half")
        client.read_response("POST")
        self.ended("client-timeout-upload", "client", client, daemon)

    def test_a_client_that_left_before_the_origin_was_given_up(self):
        daemon = self.proxy(**SHORT)
        client = self.client(daemon)
        client.send(request(self.silent().url())).finish()
        record = self.ended("client-left-answer", "origin", client, daemon)
        self.assertEqual((record["reason"], record["status"]), ("http_response_timeout", 504))
        self.assertLess(record["ms_client_ended"], record["ms_total"])

    def test_a_client_that_only_ended_its_sending_is_served(self):
        client = self.client(self.megaphone)
        client.send(request(self.origin().url())).finish()
        self.assertEqual(client.read_response("GET").status, 200)
        me = "%s:%d" % client.sock.getsockname()
        self.megaphone.wait_record(lambda record: record["client"] == me and record["end"] == "complete")

    def test_the_end_of_a_clients_sending_may_be_its_leaving(self):
        daemon = self.proxy(client_half_close="abort")
        seen = []
        origin = self.origin(lambda peer: (seen.append(peer.receive()), peer.expect_gone()))
        client = self.client(daemon)
        client.send(request(origin.url()))
        wait_until(lambda: seen, "the request at the origin")
        client.finish()
        self.ended("client-abort-answer", "client", client, daemon)
        with daemon.client() as client:
            self.assertEqual(client.send(request(self.origin().url())).read_response("GET").status, 200)

    # The origin

    def test_origins_that_are_not_there(self):
        origin = self.origin()
        origin.close()
        self.fetch(self.megaphone, request(origin.url()))
        self.ended("origin-refused", "origin")

    def test_origin_gone_before_its_answer(self):
        origin = self.origin(lambda peer: peer.receive())
        self.fetch(self.megaphone, request(origin.url()))
        self.ended("origin-abort-answer", "origin")

    def test_origin_gone_in_its_body(self):
        def script(peer):
            peer.receive()
            peer.send(HALF)

        client = self.client(self.megaphone)
        client.send(request(self.origin(script).url())).expect_gone()
        self.ended("origin-abort-body", "origin", client)

    def test_origin_that_resets_a_tunnel(self):
        def script(peer):
            peer.receive()
            peer.reset()

        client = self.tunnel(self.origin(script))
        client.send(b"x").expect_gone()
        self.ended("origin-abort-tunnel", "origin", client)

    def test_origin_that_speaks_nonsense(self):
        self.fetch(self.megaphone, request(self.silent(b"SSH-2.0-OpenSSH\r\n").url()))
        self.ended("origin-error-answer", "origin")

    def test_origins_that_stop(self):
        daemon = self.proxy(**SHORT)
        self.fetch(daemon, request(self.silent().url()))
        self.ended("origin-timeout-answer", "origin", daemon=daemon)
        client = self.client(daemon)
        client.send(request(self.silent(HALF).url())).expect_gone()
        self.ended("origin-timeout-body", "origin", client, daemon)

    # The daemon and its rules

    def test_what_is_forbidden(self):
        self.fetch(self.megaphone, request("http://10.0.0.1/"))
        self.ended("destination-denied", "daemon")
        strict = self.proxy(clients=["10.0.0.0/8"])
        self.fetch(strict, request("http://127.0.0.1/"))
        self.ended("request-denied", "daemon", daemon=strict)

    def test_a_silent_tunnel(self):
        daemon = self.proxy(**SHORT)
        client = self.tunnel(self.mute(), daemon)
        client.expect_gone()
        self.ended("idle-timeout", "daemon", client, daemon)

    def test_an_end_of_the_daemon(self):
        client = self.tunnel(self.mute())
        self.megaphone.signal(signal.SIGTERM)
        self.megaphone.wait_notified("STOPPING=1")
        self.megaphone.signal(signal.SIGTERM)
        self.assertEqual(self.megaphone.wait(), 0)
        self.ended("daemon-stop-tunnel", "daemon", client)

    # Nobody

    def test_a_tunnel_says_who_closed_first(self):
        client = self.tunnel(self.mute())
        client.finish().expect_gone()
        self.ended("complete", "client", client)

        def script(peer):
            peer.receive()
            peer.finish().expect_gone()

        client = self.tunnel(self.origin(script))
        client.send(b"x").expect_gone()
        client.close()
        record = self.megaphone.wait_record(lambda record: record["ended_by"] == "origin")
        self.assertEqual(record["end"], "complete")

    def test_an_exchange_that_ran_to_its_end(self):
        client = self.client(self.megaphone)
        client.send(request(self.origin().url())).read_response()
        self.ended("complete", None, client)


if __name__ == "__main__":
    main()
