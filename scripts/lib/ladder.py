"""A ladder of the packets of a capture, as SVG: one arrow for each packet, from sender to receiver. Pure.

Frames are dicts of text by the names in FIELDS, as tshark gives them; of several values of one field the first is that of
the packet itself.
"""
import svg

FIELDS = {
    "time": "frame.time_relative",
    "interface": "frame.interface_name",
    "direction": "frame.packet_flags_direction",
    "protocol": "_ws.col.Protocol",
    "info": "_ws.col.Info",
    "comment": "frame.comment",
    "tcp_from": "tcp.srcport",
    "tcp_to": "tcp.dstport",
    "udp_from": "udp.srcport",
    "udp_to": "udp.dstport",
    "flags": "tcp.flags",
    "seq": "tcp.seq",
    "ack": "tcp.ack",
    "tcp_bytes": "tcp.payload",
    "udp_bytes": "udp.payload",
    "icmp": "icmp.type",
    "icmp6": "icmpv6.type",
}
SEPARATOR = "|"  # between several values of one field
MOST = 200  # arrows
LEFT, WIDTH, TOP, STEP = 90, 1000, 84, 36
INBOUND, OUTBOUND = 1, 2  # of a packet, as the one who captured it saw it
FLAGS = ((0x02, "SYN"), (0x04, "RST"), (0x01, "FIN"), (0x10, "ACK"))
COLOURS = ("#0b6e4f", "#3066be", "#7a5c99", "#c79a00", "#2a9d8f", "#444444")
RESET = "#c8553d"
FAINT = "#6b6e72"
LEGEND = (
    ("#222", "One colour for each pair of ports, which stand below the ends of their arrows."),
    (RESET, "A reset, or an ICMP message."),
    (FAINT, "An acknowledgment without bytes. Seq and Ack count from 0 in each direction."),
    ("#222", "Point at an arrow, and its comments are shown."),
)
LONGEST = 56  # characters between two columns
SMALLEST, LARGEST = " ", "~"  # what is printed of a payload


def first(values):
    return values.split(SEPARATOR)[0]


def is_icmp(frame):
    return bool(frame["icmp"] or frame["icmp6"])


def ports(frame):
    """(from, to) of the conversation; an ICMP message belongs to the datagram that it quotes."""
    near, far = first(frame["tcp_from"] or frame["udp_from"]), first(frame["tcp_to"] or frame["udp_to"])
    return (far, near) if is_icmp(frame) else (near, far)


def said(payload):
    """The bytes of a payload in words: themselves where they are few letters."""
    data = bytes.fromhex(payload)
    letters = data.decode("latin-1").replace("\n", "")
    if letters and len(letters) <= 24 and all(SMALLEST <= letter <= LARGEST for letter in letters):
        return f"“{letters}”"
    return f"{len(data):,} bytes"


def label(frame):
    if frame["flags"] and frame["protocol"] == "TCP":
        flags = int(frame["flags"], 16)
        names = [name for bit, name in FLAGS if flags & bit]
        if frame["tcp_bytes"]:
            names = [name for name in names if name != "ACK"] + [said(frame["tcp_bytes"])]
        return ", ".join(names)
    if frame["protocol"] == "UDP" or (frame["udp_bytes"] and not frame["flags"] and not is_icmp(frame)):
        return said(frame["udp_bytes"]) if frame["udp_bytes"] else "an empty datagram"
    return frame["info"].strip()


def numbers(frame):
    """The sequence number of a segment, and what it acknowledges."""
    seq, ack = first(frame["seq"]), first(frame["ack"])
    if frame["protocol"] == "ICMP" or not seq:
        return ""
    return f"Seq={seq} Ack={ack}" if int(frame["flags"] or "0", 16) & 0x10 else f"Seq={seq}"


def moment(seconds):
    """A time since the first packet, in the unit that fits it."""
    for unit, size, digits in (("µs", 1e-6, 0), ("ms", 1e-3, 1), ("s", 1, 2)):
        if round(seconds / size, digits) < 1000 or unit == "s":
            return f"{seconds / size:.{digits}f} {unit}"
    return ""


def colour(frame, number):
    flags = int(frame["flags"] or "0", 16)
    if flags & 0x04 or is_icmp(frame):
        return RESET
    return FAINT if label(frame) == "ACK" else COLOURS[number % len(COLOURS)]


def comes_from_who_began(frame):
    """Of the first frame that is seen of a conversation. Where megaphone made the file, it says so: clients connect to it,
    it connects to origins. Else it is a guess; nobody begins with an ICMP message."""
    side, direction = frame["interface"].rpartition("/")[2], int(frame["direction"] or "0", 16)
    if side not in ("client", "origin") or direction not in (INBOUND, OUTBOUND):
        return not is_icmp(frame)
    return (direction == INBOUND) == (side == "client")


class Conversations:
    """The conversations of a capture: the initiator of each pair of ports."""

    def __init__(self):
        self.begun = {}  # (interface, protocol, ports without order): (port of who began, number)

    def of(self, frame):
        """(port of who began, number, whether this frame comes from there)"""
        pair = ports(frame)
        key = (frame["interface"], bool(frame["flags"]), frozenset(pair))
        began = pair[0] if comes_from_who_began(frame) else pair[1]
        began, number = self.begun.setdefault(key, (began, len(self.begun)))
        return began, number, pair[0] == began


def columns(frames):
    """Their heads, and where each interface has its two."""
    interfaces = {frame["interface"] for frame in frames}
    places = {name: (1, 2) if name.endswith("/origin") else (0, 1) for name in interfaces}
    if (1, 2) in places.values():
        return ["client", "megaphone", "origin"], places
    ours = any(name.endswith("/client") for name in interfaces)
    return ["client", "megaphone" if ours else "server"], places


def arrow(x1, x2, y, frame, number, port):
    """One packet, with both ports and its numbers below, and its comments for those who point at it. `port` is that of who
    began."""
    tint, words = colour(frame, number), label(frame)
    shown = words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"
    tip = x2 + (-7 if x2 > x1 else 7)
    left, right = sorted((x1, x2))
    here, there = sorted(ports(frame), key=lambda each: each != port)
    parts = [
        svg.line(x1, y, x2, y, tint),
        f'<polygon points="{x2:.1f},{y:.1f} {tip:.1f},{y - 4:.1f} {tip:.1f},{y + 4:.1f}" fill="{tint}"/>',
        svg.text((x1 + x2) / 2, y - 4, shown, "middle", colour="#555" if words == "ACK" else "#222"),
        svg.text(left + 9, y + 11, here, size=9, colour=FAINT),
        svg.text((x1 + x2) / 2, y + 11, numbers(frame), "middle", 9, FAINT),
        svg.text(right - 9, y + 11, there, "end", 9, FAINT),
    ]
    hint = svg.escape("\n".join([words, *frame["comment"].split(SEPARATOR)]).strip())
    return f"<g><title>{hint}</title>{''.join(parts)}</g>"


def draw(frames, title):
    heads, places = columns(frames)
    shown, conversations = frames[:MOST], Conversations()
    at = [LEFT + 60 + (WIDTH - LEFT - 120) * place / (len(heads) - 1) for place in range(len(heads))]
    foot = TOP + STEP * len(shown)
    height = foot + 16 * (len(LEGEND) + 2)
    body = [svg.text(x, TOP - 34, head, "middle", 13) for x, head in zip(at, heads)]
    body += [svg.line(x, TOP - 26, x, foot, "#ccc") for x in at]
    for row, frame in enumerate(shown):
        y = TOP + STEP * row
        near, far = (at[column] for column in places[frame["interface"]])
        port, number, forth = conversations.of(frame)
        body.append(svg.text(LEFT, y + 4, moment(float(frame["time"])), "end", 10, FAINT))
        body.append(arrow(*(near, far) if forth else (far, near), y, frame, number, port))
    if len(frames) > MOST:
        body.append(svg.text(LEFT, foot + 4, f"and {len(frames) - MOST} more"))
    body += [svg.text(LEFT, foot + 16 * (row + 2), words, size=10, colour=tint) for row, (tint, words) in enumerate(LEGEND)]
    return svg.document(WIDTH, height, title, body)
