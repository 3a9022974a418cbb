#!/usr/bin/env python3
"""Makes the page on performance from the results of `make bench`: `page.py [RESULTS FOLDER]`. The defaults are results.json beside this file, and
docs/src.

Every figure on the page comes from the results. Tests compare the committed page with what this makes from the committed results. If there is
anything to plot, matplotlib must be installed (tools/requirements/plots.lock).
"""

import json
import re
import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import scale
from figures import Section, differences, number, quartiles, ratios, size
from sections import COSTS, SECTIONS

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results.json"
PAGES = HERE.parent / "src"
#: If other programs used more than this share of the machine, it was not idle.
BUSY = 0.1


def shown(value, unit):
    return size(value) if unit.startswith("bytes") else number(value)


def spread(values, show):
    """The quartiles, if there are several values."""
    _, low, high = quartiles(values)
    return f"{show(low)} – {show(high)}" if len(values) > 1 else "one value"


def table(section, unit, kind):
    """A table of what each contender took, with its ratio to the contender that the section compares with."""
    heads = ["", "", unit, "quartiles", "ratio", "quartiles"]
    rows = []
    for name in section.names(unit):
        contenders = section.contenders(name, unit)
        base = kind.base(contenders)
        for contender, values in contenders.items():
            row = [name, contender, shown(quartiles(values)[0], unit), spread(values, lambda value: shown(value, unit)), "", ""]
            if base == contender and len(contenders) > 1:
                row[4] = "1"
            elif base and base != contender:
                compared = ratios(values, contenders[base])
                row[4], row[5] = f"{quartiles(compared)[0]:.2f}", spread(compared, lambda value: f"{value:.2f}")
            rows.append(row)
    if not any(row[4] for row in rows):
        heads, rows = heads[:4], [row[:4] for row in rows]
    lines = [f"| {' | '.join(heads)} |", f"|---|---|{'--:|' * (len(heads) - 2)}"]
    return "\n".join(lines + [f"| {' | '.join(row)} |" for row in rows])


def measured(goal, section):
    """Yields each measurement that a goal covers: its name, the value to compare with the bound, and this value as text."""
    for name in section.names(goal.unit):
        contenders = section.contenders(name, goal.unit)
        if not name.startswith(goal.name) or goal.contender not in contenders:
            continue
        values = contenders[goal.contender]
        if goal.by in ("ratio", "difference") and goal.beside not in contenders:
            continue
        if goal.by == "ratio":
            value = statistics.median(ratios(values, contenders[goal.beside]))
            yield name, value, f"{value:.2f}"
        elif goal.by == "difference":
            value = statistics.median(differences(values, contenders[goal.beside]))
            yield name, value, f"{number(value)} µs"
        elif goal.by == "tail":
            value = statistics.median(ratios(values, section.contenders(name, "µs, p50")[goal.contender]))
            yield name, value, f"{value:.2f}"
        elif goal.by == "each":
            value = statistics.median(values) / int(name.rpartition(": ")[2])
            yield name, value, shown(value, goal.unit)
        else:
            value = statistics.median(values)
            yield name, value, f"{value / 1e6:.2f} MB" if goal.unit == "bytes" else shown(value, goal.unit)


def goals(results):
    """The lines of a table: each goal with the worst of its measurements, or "not measured"."""
    yield "| goal | measured | the worst of | |"
    yield "|---|--:|---|---|"
    for key, kind in SECTIONS.items():
        section = Section(results["sections"].get(key, {}).get("figures", []))
        for goal in kind.goals:
            found = list(measured(goal, section))
            if not found:
                yield f"| {goal.text} | not measured | | |"
                continue
            name, value, text = (min if goal.at_least else max)(found, key=lambda each: each[1])
            met = value >= goal.bound if goal.at_least else value <= goal.bound
            yield f"| {goal.text} | {text} | {name} | {'met' if met else '**not met**'} |"


def taken(section, name, contender, less=""):
    """What a contender took in a measurement, or what it took more than another; None if that was not measured."""
    contenders = section.contenders(name, "µs of CPU")
    if contender not in contenders or (less and less not in contenders):
        return None
    return statistics.median(differences(contenders[contender], contenders[less]) if less else contenders[contender])


def costs(results):
    """The lines of a table: what some costs consist of."""
    yield "| cost | part | µs of CPU | share |"
    yield "|---|---|--:|--:|"
    for cost in COSTS:
        section = Section(results["sections"].get(cost.section, {}).get("figures", []))
        total = taken(section, cost.name, cost.contender)
        shares = [(share.text, taken(section, share.name, share.contender, share.less)) for share in cost.shares]
        if total is None or any(value is None for _, value in shares):
            yield f"| {cost.text} | not measured | | |"
            continue
        yield f"| {cost.text} | all | {number(total)} | |"
        for text, value in [*shares, (cost.rest, total - sum(value for _, value in shares))]:
            yield f"| | {text} | {number(value)} | {value / total * 100:.0f} % |"


def provenance(key, result):
    """When, on which commit and on which machine a section was measured."""
    if result is None:
        return f"**Not measured yet.** `make bench SECTIONS={key}` measures it."
    changed = ", with changes that were not committed" if result["changed"] else ""
    others = f"other programs used {result['busy'] * 100:.0f} % of it just before or after"
    idle = f"**The machine was not idle: {others}.**" if result["busy"] > BUSY else f"The machine was idle: {others}."
    versions = ", ".join(f"{name} {version}" for name, version in result["versions"].items())
    quick = " **This was a quick trial of unoptimised builds: the figures mean nothing.**" if result["quick"] else ""
    return f"Measured on {result['measured']} on commit {result['commit']}{changed}, on {result['machine']}. {idle}{quick}\n\nVersions: {versions}."


def part(key, results, plots):
    """The part of the page about a section."""
    result = results["sections"].get(key)
    blocks = [provenance(key, result)]
    if result is not None:
        section = Section(result["figures"])
        blocks += [f"![{alt}](performance/{file})" for file, alt in plots.get(key, {}).items()]
        blocks += scale.blocks(section) if key == "scale" else [table(section, unit, SECTIONS[key]) for unit in section.units()]
    return "\n\n".join(blocks)


def planned_plots(results):
    """For each section, the files of its plots, with the text of what they show."""
    planned = {}
    for key, result in results["sections"].items():
        section = Section(result["figures"])
        if key == "scale":
            planned[key] = {f"scale-{group}.svg": f"Cost against work: {title}" for group, title in scale.groups(section).items()}
        elif SECTIONS[key].beside and "µs of CPU" in section.units():
            planned[key] = {f"{key}.svg": "CPU time as a ratio, with quartiles"}
    return planned


def page(results):
    """The text of the page."""
    unknown = set(results["sections"]) - set(SECTIONS)
    if unknown:
        raise SystemExit(f"unknown sections in the results: {', '.join(sorted(unknown))}")
    plots = planned_plots(results)
    template = (HERE / "template.md").read_text("utf-8")
    text = template.replace("{{goals}}", "\n".join(goals(results))).replace("{{costs}}", "\n".join(costs(results)))
    text = re.sub(r"\{\{section (\w+)\}\}", lambda match: part(match.group(1), results, plots), text)
    return "<!-- Made by docs/performance/page.py of docs/performance/results.json; a test compares. -->\n\n" + text


def write(results, folder):
    """Writes the page and its plots, and removes plots that the page no longer has."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "performance.md").write_text(page(results), "utf-8")
    drawn = {}
    if any(planned_plots(results).values()):
        try:
            import plots
        except ModuleNotFoundError as missing:
            raise SystemExit(f"{missing}: install tools/requirements/plots.lock for the plots") from missing
        drawn = plots.draw(results)
    for old in (folder / "performance").glob("*.svg"):
        if old.name not in drawn:
            old.unlink()
    for name, svg in drawn.items():
        (folder / "performance").mkdir(exist_ok=True)
        (folder / "performance" / name).write_text(svg, "utf-8")


if __name__ == "__main__":
    if len(sys.argv) not in (1, 3):
        sys.exit(__doc__)
    source, target = (Path(sys.argv[1]), Path(sys.argv[2])) if len(sys.argv) == 3 else (RESULTS, PAGES)
    write(json.loads(source.read_text("utf-8")), target)
