"""The section on cost against work. Its figures are named `series: work`."""

import re
import statistics

from figures import exponent, number, quartiles, size

#: A cost that grows faster than the work to this power counts as growing faster than the work: points of one run differ by a few per cent.
FASTER = 1.1
#: For each plot and table its title, the unit of work, and the pattern of its series' names.
GROUPS = {
    "exchanges": ("exchanges", "exchanges", r"exchanges$"),
    "in-flight": ("exchanges in flight", "in flight", r"in flight$"),
    "cached": ("cached users", "users", r"cached users"),
    "processes": ("processes that share a Redis", "processes", r"exchanges through|found in"),
}


def series(section):
    """Maps each (series, contender, unit) to its points (work, values)."""
    lines = {}
    for figure in section.figures:
        name, _, work = figure["name"].rpartition(": ")
        lines.setdefault((name, figure["contender"], figure["unit"]), []).append((int(work), figure["values"]))
    return {key: sorted(points) for key, points in lines.items()}


def groups(section):
    """The groups that were measured, with their titles."""
    names = {name for name, _, _ in series(section)}
    return {group: title for group, (title, _, pattern) in GROUPS.items() if any(re.match(pattern, name) for name in names)}


def of_group(section, group):
    return {key: points for key, points in series(section).items() if re.match(GROUPS[group][2], key[0])}


def per_unit(work, values, unit):
    """The median cost of each unit of work."""
    median = statistics.median(values)
    return median if unit.endswith("each") or unit == "a second" else median / work


def growth(points, unit):
    """The power of the work with which the whole cost grows, at the end of the points."""
    return exponent([(work, per_unit(work, values, unit) * work) for work, values in points])


def verdict(power):
    if power is None:
        return "too few points"
    return f"work to the power of {power:.2f}" + (": **faster than the work**" if power > FASTER else "")


def blocks(section):
    """A table for each group: the cost per unit of work at each point, and how the whole grows."""
    for group in groups(section):
        title, of, _ = GROUPS[group]
        lines = of_group(section, group)
        works = sorted({work for points in lines.values() for work, _ in points})
        yield f"**{title[0].upper()}{title[1:]}**, cost per unit of work:"
        heads = ["", "", "", *(f"{work:,}" for work in works), "the whole grows like"]
        rows = [f"| {' | '.join(heads)} |", f"|---|---|---|{'--:|' * len(works)}---|"]
        for (name, contender, unit), points in lines.items():
            known = dict(points)
            cells = [cell(work, known.get(work), unit) for work in works]
            grows = "" if unit == "a second" else verdict(growth(points, unit))
            what = {"bytes": "memory", "a second": "rate, all together"}.get(unit.removesuffix(" in all").removesuffix(" each"), unit.split(" in all")[0].split(" each")[0])
            rows.append(f"| {name} | {contender} | {what} | {' | '.join(cells)} | {grows} |")
        yield "\n".join(rows)


def cell(work, values, unit):
    # One process alone finds nothing of others in Redis.
    if values is None:
        return "–"
    value = per_unit(work, values, unit)
    low, high = (per_unit(work, [each], unit) for each in quartiles(values)[1:])
    show = size if unit.startswith("bytes") else number
    return show(value) if len(values) == 1 else f"{show(value)} ({show(low)} – {show(high)})"
