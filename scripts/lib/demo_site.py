"""A small web site on 127.0.0.1:8080, or on a free port where that one is taken. Prints its URL and serves until killed."""
import functools
import http.server
import sys


class Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass  # the terminal belongs to the daemon


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128  # many pages at once; 5 would make some of them wait for a second


def serve(folder):
    handler = functools.partial(Handler, directory=folder)
    for port in (8080, 0):
        try:
            server = Server(("127.0.0.1", port), handler)
            break
        except OSError:
            if port == 0:
                raise
    print("http://127.0.0.1:%d/" % server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    serve(sys.argv[1])
