"""Named rules for what may differ between two runs of the same commands. Pure, except for the kernel's range of ports."""
import pathlib
import re

# Ports of clients: where the pages were written, and here.
CHOSEN = [
    (32768, 60999),
    tuple(map(int, pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split())),
]


def without_chosen(number):
    """A port that the kernel chose is any."""
    return "PORT" if any(low <= int(number[0]) <= high for low, high in CHOSEN) else number[0]



NOISE = {
    "tshark's word to root": (re.compile(r'^Running as user "root" and group "root".*\n', re.M), ""),
    "tshark's words at its start": (re.compile(r"^ \*\* \(tshark:.*\n", re.M), ""),
    "the shell's word on jobs": (re.compile(r"^\[\d+\][+-]? +[A-Z].*\n", re.M), ""),
    "blanks at the end": (re.compile(r"[ \r]+$", re.M), ""),
}
RULES = {
    **NOISE,
    "numbers of processes": (re.compile(r"\bprocess \d+"), "process N"),
    "dates": (re.compile(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT"), "DATE"),
    "numbers and times of packets": (re.compile(r"^ *\d+ +\d+\.\d{6,9} ", re.M), "N TIME "),
    "seconds with many digits": (re.compile(r"\b\d+\.\d{4,9}\b"), "TIME"),
    "the rows of histograms": (re.compile(r"^ +[\d.]+ \.\. +[\d.]+ ms .*\n", re.M), ""),
    "figures of round trips": (re.compile(r"^(round trip|percentiles) ([a-z0-9./]+) [\d./]+ ms", re.M), r"\1 \2"),
    "sizes of what is under way": (re.compile(r"\b\d+(\.\d+)? ([kM]B|[KM]iB)\b"), "N kB"),
    "durations": (re.compile(r"\b\d+(\.\d+)? ?(ms|s|min|h)\b( \d+ ?(s|min)\b)*"), "DURATION"),
    "rates": (re.compile(r"\b\d+(?=(/s|k?B/s| bits/s)\b)"), "N"),
    "time stamps of TCP": (re.compile(r"\bTS(val|ecr)=\d+"), r"TS\1=N"),
    "ports that the kernel chose": (re.compile(r"\b\d{4,5}\b"), without_chosen),
    "numbers of exchanges": (re.compile(r"\bexchange( +)(?:[0-9a-z]{4}-\d+-)?\d+"), r"exchange\1N"),
    "numbers of connections": (re.compile(r"^ *[0-9a-z-]+(?= +(tcp|proxy) +(uppercase-tcp|proxy) )", re.M), "N"),
    "datagrams, and bytes, which are summed up every ten seconds": (
        re.compile(r"^(datagrams (in|out|dropped)|from clients|to clients) +\d+( B)?$", re.M), r"\1 N"),
    "the daemon's name in Via": (re.compile(r"\bmegaphone-[0-9a-f]{8}\b"), "megaphone-ID"),
    "versions of programs": (re.compile(r"\b(curl|Chrome|megaphoned)([/ ])[\d.]+"), r"\1\2N"),
    "widths of columns": (re.compile(r"[ \t]+"), " "),
    "the order of connections": (
        re.compile(r"(^N (tcp|proxy) .*\n)+", re.M), lambda found: "".join(sorted(found[0].splitlines(keepends=True)))),
}


def _by(rules, text):
    for rule, replacement in rules.values():
        text = rule.sub(replacement, text)
    return text


def told(text):
    """Returns the text as a page shows it."""
    return _by(NOISE, text)


def plain(text):
    """The same for two texts that differ in nothing else."""
    return _by(RULES, text)


def drawn(picture):
    """Returns the labels of a ladder's arrows, sorted: packets of two connections may change places."""
    arrows = re.findall(r"<g><title>(.*?)$", picture, re.M)
    return sorted(plain(arrow.partition("</title>")[0]) for arrow in arrows)
