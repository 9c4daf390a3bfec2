"""The proxy as Node sees it: its own parser, keep-alive agents, interim answers, and https through CONNECT."""
import json

from harness import Origin
from harness.case import main
from harness.message import build, chunked
from harness.real_client import RealClient, require

COMMON = """
const http = require('http'), fs = require('fs');
const [proxy, site, extra] = [new URL(process.argv[1]), process.argv[2], process.argv[3]];
const fail = (error) => { console.error(error); process.exit(1); };
const through = (path, options = {}) =>
  ({host: proxy.hostname, port: proxy.port, path: site + path, headers: {Host: new URL(site).host}, ...options});
const read = (answer) => new Promise((resolve, reject) => {
  const parts = [];
  answer.on('data', (part) => parts.push(part)).on('error', reject);
  answer.on('end', () => resolve(Buffer.concat(parts)));
});
const ask = (options, body, events = {}) => new Promise((resolve, reject) => {
  const request = http.request(options, async (answer) => resolve({answer, body: await read(answer)}));
  for (const [name, handler] of Object.entries(events)) request.on(name, (...given) => handler(request, ...given));
  request.on('error', reject);
  if (body !== undefined) request.end(body);
});
const tell = (value) => console.log(JSON.stringify(value));
"""


class Node(RealClient):
    def node(self, daemon, url, script, *arguments):
        script = COMMON + "(async () => {" + script + "})().catch(fail);"
        done = self.run_tool("node", "-e", script, self.address(daemon), url, *arguments)
        return json.loads(done.stdout)

    def test_a_keep_alive_agent_uses_its_connections_again(self):
        site, daemon = self.site(), self.proxy()
        script = """
          const agent = new http.Agent({keepAlive: true, maxSockets: 5});
          const asked = [];
          for (let i = 0; i < 100; ++i) asked.push(ask(through('/' + i, {agent}), ''));
          const got = await Promise.all(asked);
          tell(got.map(({answer, body}) => [answer.statusCode, body.toString()]));
          agent.destroy();"""
        answers = self.node(daemon, site.url().rstrip("/"), script)
        self.assertEqual(answers, [[200, f"/{number}"] for number in range(100)])
        records = self.wait_records(daemon, 100)
        self.assertEqual(len({record["client"] for record in records}), 5)
        self.assertLessEqual(site.connections, 5)

    def test_bodies_go_with_a_length_and_in_chunks(self):
        site, daemon = self.site(), self.proxy()
        script = """
          const agent = new http.Agent({keepAlive: true, maxSockets: 1});
          const body = Buffer.alloc(3000000, 'abc');
          const headers = {'Content-Length': body.length, Host: new URL(site).host};
          const whole = await ask(through('/', {agent, method: 'PUT', headers}), body);
          const parts = await ask(through('/', {agent, method: 'POST'}), undefined, {socket: (request) => {
            for (let at = 0; at < body.length; at += 70001) request.write(body.subarray(at, at + 70001));
            request.end();
          }});
          tell([whole.body.equals(body), parts.body.equals(body)]);
          agent.destroy();"""
        self.assertEqual(self.node(daemon, site.url().rstrip("/"), script), [True, True])
        self.assertEqual([request.chunked for request in site.requests], [False, True])

    def test_an_upload_waits_for_100_continue(self):
        site, daemon = self.site(), self.proxy()
        script = """
          let continued = 0;
          const headers = {Expect: '100-continue', Host: new URL(site).host};
          const {answer, body} = await ask(through('/', {method: 'POST', headers}), undefined, {
            continue: (request) => { ++continued; request.end('the body'); },
            socket: (request) => request.flushHeaders(),
          });
          tell([continued, answer.statusCode, body.toString()]);"""
        self.assertEqual(self.node(daemon, site.url().rstrip("/"), script), [1, 200, "the body"])

    def test_early_hints_arrive_and_trailers_arrive(self):
        def script(peer):
            peer.read_request()
            peer.send(build("HTTP/1.1 103 Early Hints", [("Link", "</style.css>; rel=preload")]))
            fields = [("Transfer-Encoding", "chunked"), ("Trailer", "X-Sum")]
            peer.send(build("HTTP/1.1 200 OK", fields) + chunked(b"whole", trailers=[("X-Sum", "5")]))

        origin, daemon = Origin(script), self.proxy()
        self.addCleanup(origin.close)
        script = """
          const hints = [];
          const {answer, body} = await ask(through('/'), '', {information: (_, info) => hints.push(info.statusCode)});
          tell([hints, answer.statusCode, body.toString(), answer.trailers]);"""
        got = self.node(daemon, origin.url().rstrip("/"), script)
        self.assertEqual(got, [[103], 200, "whole", {"x-sum": "5"}])

    def test_pages_come_through_a_tunnel(self):
        site, daemon = self.site(tls=True), self.proxy()
        script = """
          const options = {host: proxy.hostname, port: proxy.port, method: 'CONNECT', path: new URL(site).host};
          http.request(options).on('error', fail).on('connect', async (answer, socket) => {
            if (answer.statusCode !== 200) fail(answer.statusCode);
            const secured = require('tls').connect({socket, ca: fs.readFileSync(extra), servername: 'localhost'});
            const agent = new http.Agent({keepAlive: true, maxSockets: 1});
            agent.createConnection = () => secured;
            const got = [], headers = {Host: new URL(site).host};
            for (let i = 0; i < 20; ++i) got.push((await ask({agent, path: '/' + i, headers}, '')).body.toString());
            tell(got);
            secured.destroy();
          }).end();"""
        got = self.node(daemon, site.url().rstrip("/"), script, self.certificate())
        self.assertEqual(got, [f"/{number}" for number in range(20)])
        self.assertEqual((site.connections, daemon.wait_record()["kind"]), (1, "connect"))


if __name__ == "__main__":
    require("node")
    main()
