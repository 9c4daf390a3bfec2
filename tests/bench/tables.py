"""Tables in Markdown, and the line that is said after each repetition. Pure."""
import statistics

import pairing

ORDER = {"ours": 0, "peer": 0, "variant": 0, "limit": 1, "direct": 2}


def number(value):
    """Three digits are enough, and more would lie."""
    if value is None:
        return "-"
    for size, letter in ((1e6, "M"), (1e3, "k")):
        if abs(value) >= size * 0.9995:
            value /= size
            return f"{value:.0f}{letter}" if abs(value) >= 99.95 else f"{value:.3g}{letter}"
    return f"{value:.0f}" if abs(value) >= 99.95 else f"{value:.3g}"


def microseconds(value):
    return f"{value:.0f}" if value and value >= 100 else f"{value:.1f}" if value else "-"


def ratio(values):
    """Median and spread of paired ratios."""
    if not values:
        return "-"
    if len(values) == 1:
        return f"{values[0]:.2f} (once)"
    return f"{statistics.median(values):.2f} ({min(values):.2f}-{max(values):.2f})"


def row(cells):
    return "| " + " | ".join(cells) + " |"


def table(heads, rows):
    return "\n".join([row(heads), "|" + "---|" * len(heads), *(row(cells) for cells in rows)]) + "\n"


def escaped(text):
    return text.replace("|", "/").replace("\n", " ")


def line(run, unit):
    """Returns the line for the terminal."""
    name = f"  {run['target']:14} #{run['repetition']}"
    if run.get("errors"):
        return f"{name} VOID: {run['errors']} errors, {run.get('first_error', '')[:100]}"
    if "proportional_each" in run:
        return (
            f"{name} {run['proportional_each']:.0f} bytes of each tunnel ({run['resident_each']:.0f} resident), "
            f"idle CPU {run['idle_cpu']:.2f}, {number(run['rate'])}/s opened"
        )
    lost = f", {run['lost']} lost" if run.get("lost") else ""
    disturbed = " DISTURBED" if run["disturbed"] else ""
    return (
        f"{name} {number(run['work_per_cpu']):>6} {unit}/CPU-s, {number(run['rate']):>6}/s, CPUs {run['cpus']:.2f}, "
        f"p50 {microseconds(run['p50_us'])} p99 {microseconds(run['p99_us'])} us, "
        f"others {run['foreign']:.2f}, stolen {run['stolen']:.2f}{lost}{disturbed}"
    )


def notes(runs):
    """Returns remarks about a row for readers."""
    found = []
    count, first = pairing.errors(runs)
    if count:
        found.append(f"**not a result: {count} errors** ({escaped(first)[:60]})")
    done = sum(run.get("ok", 0) for run in runs) or 1
    reconnects, sent = sum(run.get("reconnects", 0) for run in runs), sum(run.get("sent", 0) for run in runs)
    if reconnects:
        found.append(f"new connection for {100 * reconnects / done:.3g} %")
    if sent and any(run.get("lost") for run in runs):
        found.append(f"{100 * sum(run.get('lost', 0) for run in runs) / sent:.2g} % lost")
    chosen = pairing.usable(runs)
    disturbed = sum(bool(run.get("disturbed")) for run in chosen)
    if disturbed:
        found.append(f"{disturbed} of {len(chosen)} disturbed")
    return "; ".join(found)


def ours_of(runs):
    return next((run["target"] for run in runs if run["kind"] == "ours"), None)


def _sorted(by_target, key):
    return sorted(by_target.items(), key=lambda item: (ORDER[item[1][0]["kind"]], key(item[1])))


def _name(target, runs):
    return {"ours": f"**{target}**", "peer": target}.get(runs[0]["kind"], f"*{target}*")


def workload_table(runs, workload):
    """All targets of one workload; ours are the paired ratios to each."""
    targets = pairing.by_target(runs, workload.name)
    if workload.is_idle:
        return idle_table(targets)
    ours = ours_of([run for found in targets.values() for run in found])
    paired = pairing.ratios(runs, workload.name, ours) if ours else {}
    rows = []
    for target, found in _sorted(targets, lambda r: -(pairing.median(r, "work_per_cpu") or 0)):
        chosen = pairing.usable(found)
        values = [run["work_per_cpu"] for run in chosen if run.get("work_per_cpu")]
        spread = pairing.spread(values)
        rows.append(
            [
                _name(target, found),
                number(pairing.median(chosen, "work_per_cpu")),
                "-" if spread is None else f"{100 * spread:.0f} %",
                ratio(paired.get(target)),
                number(pairing.median(chosen, "rate")),
                f"{pairing.median(chosen, 'cpus') or 0:.2f}",
                microseconds(pairing.median(chosen, "p50_us")),
                microseconds(pairing.median(chosen, "p99_us")),
                notes(found),
            ]
        )
    return table(
        [
            "target",
            f"{workload.unit}/CPU-s",
            "spread",
            "ours / it",
            f"{workload.unit}/s",
            "CPUs",
            "p50 µs",
            "p99 µs",
            "",
        ],
        rows,
    )


def idle_table(targets):
    rows = []
    for target, found in _sorted(targets, lambda r: pairing.median(r, "proportional_each") or 0):
        closed = pairing.median(found, "close_seconds")
        base = pairing.median(found, "resident_base")
        rows.append(
            [
                _name(target, found),
                number(pairing.median(found, "proportional_each")),
                number(pairing.median(found, "resident_each")),
                f"{base / 2**20:.1f}" if base else "-",
                f"{pairing.median(found, 'idle_cpu') or 0:.2f}",
                number(pairing.median(found, "rate")),
                "-" if closed is None else f"{closed:.2f}",
                notes(found),
            ]
        )
    return table(
        [
            "target",
            "PSS bytes of a tunnel",
            "RSS bytes",
            "RSS before, MiB",
            "CPU-s per idle second",
            "opened/s",
            "closed in s",
            "",
        ],
        rows,
    )


def growth_table(runs, workloads):
    """One series: what a piece of work costs, for each target and size."""
    names = sorted({run["target"] for run in runs if run["workload"] in {w.name for w in workloads}})
    rows = []
    for workload in workloads:
        found = pairing.by_target(runs, workload.name)
        costs = [cost(found.get(name, [])) for name in names]
        rows.append([f"{workload.size:,}", *("-" if value is None else f"{value:.1f}" for value in costs)])
    return table([workloads[0].series, *(f"{name}: CPU-µs per {workloads[0].unit}" for name in names)], rows)


def cost(runs):
    """CPU microseconds of a piece of work; nothing where there was no result."""
    rate = pairing.median(pairing.usable([run for run in runs if pairing.is_result(run)]), "work_per_cpu")
    return 1e6 / rate if rate else None
