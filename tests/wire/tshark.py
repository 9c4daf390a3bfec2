"""A capture file as tshark sees it, with every checksum checked."""
import shutil
import subprocess
import sys

CHECKS = ["-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE",
          "-o", "tcp.try_heuristic_first:TRUE"]  # a port may happen to be another protocol's
FAULTS = ("tcp.analysis.flags or ip.checksum.status==0 or tcp.checksum.status==0 or udp.checksum.status==0 "
          "or icmp.checksum.status==0 or icmpv6.checksum.status==0 or _ws.malformed")


def need():
    """Ends the test as skipped where there is no tshark."""
    if not shutil.which("tshark"):
        print("skipped: tshark is not installed")
        sys.exit(77)


def run(path, *arguments):
    done = subprocess.run(["tshark", "-n", "-r", str(path), *CHECKS, *arguments], capture_output=True, text=True,
                          timeout=120)
    if done.returncode != 0:
        raise AssertionError(f"tshark {' '.join(arguments)}: {done.stderr}")
    return done.stdout


def lines(path, condition, *names):
    """The fields of all frames that meet the condition; several values of one field stand in one text, by '|'."""
    fields = [word for name in names for word in ("-e", name)]
    text = run(path, "-Y", condition, "-T", "fields", "-E", "separator=/t", "-E", "aggregator=|", *fields)
    return [tuple(line.split("\t")) for line in text.splitlines()]


def faults(path):
    """Whatever tshark complains of: analysis flags, wrong checksums, malformed packets."""
    return run(path, "-Y", FAULTS)


def count(path, condition="frame"):
    return len(lines(path, condition, "frame.number"))


def streams(path):
    """The TCP conversations' numbers, in order."""
    return sorted({int(row[0]) for row in lines(path, "tcp", "tcp.stream")})


def follow(path, stream):
    """The bytes of a TCP conversation, from the client and from the server."""
    sides = {False: b"", True: b""}
    for line in run(path, "-q", "-z", f"follow,tcp,raw,{stream}").splitlines():
        text = line.strip()
        if text and all(c in "0123456789abcdef" for c in text):
            sides[line.startswith("\t")] += bytes.fromhex(text)
    return sides[False], sides[True]
