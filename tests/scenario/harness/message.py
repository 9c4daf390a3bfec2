"""HTTP/1.1 messages as tests see them: deliberately simple, and independent of the daemon's own parser."""
import dataclasses


@dataclasses.dataclass
class Head:
    first_line: str
    fields: list  # (name, value) as they came

    @classmethod
    def parse(cls, raw):
        lines = raw.decode("latin-1").split("\r\n")
        fields = []
        for line in lines[1:]:
            if line:
                name, colon, value = line.partition(":")
                assert colon, f"no field: {line!r}"
                fields.append((name, value.strip()))
        return cls(lines[0], fields)

    def all(self, name):
        return [value for key, value in self.fields if key.lower() == name.lower()]

    def get(self, name, default=None):
        values = self.all(name)
        return ", ".join(values) if values else default

    @property
    def method(self):
        return self.first_line.split(" ")[0]

    @property
    def target(self):
        return self.first_line.split(" ")[1]

    @property
    def status(self):
        return int(self.first_line.split(" ")[1])

    @property
    def proxy_error(self):
        """The error word of Proxy-Status, or None."""
        for part in self.get("Proxy-Status", "").split(";"):
            name, _, value = part.strip().partition("=")
            if name == "error":
                return value
        return None


@dataclasses.dataclass
class Message:
    head: Head
    body: bytes = b""
    trailers: list = dataclasses.field(default_factory=list)

    @property
    def status(self):
        return self.head.status


def chunked(*chunks, trailers=()):
    text = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks if chunk)
    return text + b"0\r\n" + b"".join(f"{name}: {value}\r\n".encode() for name, value in trailers) + b"\r\n"


def build(first_line, fields, body=b""):
    lines = [first_line, *(f"{name}: {value}" for name, value in fields)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body


def request(url, method="GET", fields=(), body=None, version="HTTP/1.1"):
    """A request to a proxy. Host is taken from the URL unless `fields` has one."""
    fields = list(fields)
    if not any(name.lower() == "host" for name, _ in fields):
        authority = url.partition("://")[2].split("/")[0].split("?")[0] if "://" in url else url
        fields.insert(0, ("Host", authority.rpartition("@")[2]))
    if body is not None:
        fields.append(("Content-Length", len(body)))
    return build(f"{method} {url} {version}", fields, body or b"")


def response(status=200, fields=(), body=None, phrase="OK", version="HTTP/1.1"):
    fields = list(fields)
    if body is not None:
        fields.append(("Content-Length", len(body)))
    return build(f"{version} {status} {phrase}", fields, body or b"")
