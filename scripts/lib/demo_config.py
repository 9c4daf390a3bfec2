"""Prints a configuration file for the demo: the site is allowed as a destination, and as the end of a tunnel, of every
proxy, and each exchange is told on the terminal.

Usage: demo_config.py CONFIG SITE
"""
import sys
import urllib.parse

KEYS = {
    "[[proxy]]": {"allow_destinations": '["127.0.0.0/8"]', "connect_ports": "[443, %d]"},
    "[access_log]": {"path": '"stdout"'},
}


def main(config, site):
    port = urllib.parse.urlsplit(site).port
    section = None
    with open(config, encoding="utf-8") as file:
        for line in file:
            text = line.split("#")[0].strip()
            if text.startswith("["):
                section = text
            keys = KEYS.get(section, {})
            if text.partition("=")[0].strip() in keys:
                continue
            print(line, end="")
            if text == section:
                for key, value in keys.items():
                    print(f"{key} = {value.replace('%d', str(port))}  # for the demo only")


if __name__ == "__main__":
    main(*sys.argv[1:])
