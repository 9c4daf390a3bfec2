"""Prints the listeners with their addresses, and a few lines to try.

Usage: welcome.py CONFIG MEGAPHONE [SITE]
"""
import sys
import tomllib

KINDS = {"uppercase_tcp": "TCP in capitals", "uppercase_udp": "UDP in capitals", "proxy": "HTTP proxy"}


def addresses(settings, kind):
    for listener in settings.get(kind, []):
        listen = listener["listen"]
        yield from [listen] if isinstance(listen, str) else listen


def main(config, megaphone, site=""):
    with open(config, "rb") as file:
        settings = tomllib.load(file)
    print("\nmegaphoned starts now; Ctrl-C ends it.\n")
    first = {}
    for kind, meaning in KINDS.items():
        for address in addresses(settings, kind):
            first.setdefault(kind, address)
            print(f"  {meaning:<16} {address}")
    print("\nTry in another terminal:\n")
    for kind, protocol in (("uppercase_tcp", "tcp"), ("uppercase_udp", "udp")):
        if kind in first:
            host, _, port = first[kind].rpartition(":")
            print(f"  {megaphone} {protocol} {host.strip('[]')} {port} hello")
    if "proxy" in first:
        print(f"  curl -x {first['proxy']} http://megaphone.internal/")
        if site:
            print(f"  curl -x {first['proxy']} {site}")
            print(f"  curl -p -x {first['proxy']} {site}second.html")
    print(flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
