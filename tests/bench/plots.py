"""Plots as SVG text. Pure; no library."""
import math
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts" / "lib"))

import svg  # pylint: disable=wrong-import-position

WIDTH = 720
COLOURS = ("#0b6e4f", "#c8553d", "#3066be", "#7a5c99", "#8a8d91", "#c79a00", "#444444", "#2a9d8f")
LABEL, TOP, BAR, GAP = 150, 48, 16, 14


def bars(title, groups, mark=None):
    """Horizontal bars. `groups`: [(label, [(name, value), ...]), ...]; `mark`: a value that gets a line."""
    names = list(dict.fromkeys(name for _, values in groups for name, _ in values))
    largest = max([value for _, values in groups for _, value in values] + [mark or 0]) or 1
    scale = (WIDTH - LABEL - 60) / largest
    body, y = [], TOP + 8
    for label, values in groups:
        body.append(svg.text(LABEL - 8, y + BAR * len(values) / 2 + 4, label, "end"))
        for name, value in values:
            colour = COLOURS[names.index(name) % len(COLOURS)]
            body.append(f'<rect x="{LABEL}" y="{y}" width="{value * scale:.1f}" height="{BAR - 2}" fill="{colour}"/>')
            body.append(svg.text(LABEL + value * scale + 4, y + BAR - 5, f"{value:.2f} {name}"))
            y += BAR
        y += GAP
    if mark is not None:
        body.append(svg.line(LABEL + mark * scale, TOP, LABEL + mark * scale, y - GAP, "#222", "4 3"))
    return svg.document(WIDTH, y + 8, title, body)


def lines(title, x_label, y_label, series, height=340):
    """Lines over a logarithmic x axis, y from nought. `series`: {name: [(x, y), ...]}"""
    points = [point for values in series.values() for point in values]
    first, last = (math.log10(edge(x for x, _ in points)) for edge in (min, max))
    top = max(y for _, y in points) * 1.1 or 1
    left, right, bottom = 70, WIDTH - 130, height - 50

    def at(x, y):
        part = (math.log10(x) - first) / (last - first) if last > first else 0.5
        return left + part * (right - left), bottom - y / top * (bottom - TOP)

    body = [
        svg.line(left, bottom, right, bottom),
        svg.line(left, TOP, left, bottom),
        svg.text((left + right) / 2, height - 12, x_label, "middle"),
        svg.text(8, TOP - 4, y_label),
    ]
    for x in sorted({x for x, _ in points}):
        body.append(svg.text(at(x, 0)[0], bottom + 18, f"{x:,}", "middle"))
    for part in range(1, 5):
        value = top * part / 5
        body.append(svg.line(left, at(10**first, value)[1], right, at(10**first, value)[1], "#eee"))
        body.append(svg.text(left - 6, at(10**first, value)[1] + 4, f"{value:.3g}", "end"))
    for index, (name, values) in enumerate(series.items()):
        colour = COLOURS[index % len(COLOURS)]
        path = " ".join("{:.1f},{:.1f}".format(*at(*point)) for point in values)
        body.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        body += [
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in (at(*point) for point in values)
        ]
        x, y = at(*values[-1])
        body.append(svg.text(x + 8, y + 4, name))
    return svg.document(WIDTH, height, title, body)
