"""Draws the plots of the page with matplotlib: the same figures give the same bytes."""

import io

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot
from matplotlib.ticker import ScalarFormatter

import scale
from figures import Section, quartiles, ratios
from page import planned_plots
from sections import SECTIONS

SETTINGS = {
    "svg.hashsalt": "acs-auth",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.3,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
}


def svg(figure):
    """A figure as SVG, without the time at which it was drawn."""
    out = io.StringIO()
    figure.savefig(out, format="svg", bbox_inches="tight", metadata={"Date": None, "Creator": None})
    pyplot.close(figure)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def ratio_plot(section, kind):
    """Plots the ratio of each contender to the one that the section compares with."""
    rows = []
    for name in section.names("µs of CPU"):
        contenders = section.contenders(name, "µs of CPU")
        base = kind.base(contenders)
        rows += [(name, each, ratios(values, contenders[base])) for each, values in contenders.items() if base and each != base]
    figure, axes = pyplot.subplots(figsize=(8, 0.8 + 0.24 * len(rows)))
    colours = {contender: f"C{at}" for at, contender in enumerate(dict.fromkeys(contender for _, contender, _ in rows))}
    for at, (_, contender, values) in enumerate(rows):
        middle, low, high = quartiles(values)
        axes.errorbar([middle], [at], xerr=[[middle - low], [high - middle]], fmt="o", color=colours[contender], markersize=5, capsize=3)
    axes.axvline(1, color="black", linewidth=1)
    axes.set_yticks(range(len(rows)), [f"{name}: {contender}" for name, contender, _ in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(left=0)
    axes.set_xlabel(f"CPU time as a ratio to {' or '.join(kind.beside)} of the same run; bars: quartiles")
    return svg(figure)


def scale_plot(section, group):
    """Plots CPU time and memory per unit of work against the work."""
    lines = scale.of_group(section, group)
    units = [unit for unit in ("µs of CPU", "bytes") if any(key[2].startswith(unit) for key in lines)]
    figure, panels = pyplot.subplots(1, len(units), figsize=(4.4 * len(units), 3.2), squeeze=False)
    for axes, unit in zip(panels[0], units):
        for (name, contender, its), points in lines.items():
            if its.startswith(unit):
                divisor = 1024 if unit == "bytes" else 1
                cost = [(work, scale.per_unit(work, values, its) / divisor) for work, values in points]
                cost = [(work, each) for work, each in cost if each > 0]
                axes.plot(*zip(*cost) if cost else ([], []), marker="o", markersize=4, label=name if contender in name else f"{name}, {contender}")
        axes.set_xscale("log", base=2 if group == "processes" else 10)
        if group == "processes":
            axes.xaxis.set_major_formatter(ScalarFormatter())
        else:
            axes.set_yscale("log")
        axes.set_xlabel(scale.GROUPS[group][1])
        axes.set_ylabel("µs of CPU each" if unit == "µs of CPU" else "KiB each")
        axes.legend(fontsize=7, frameon=False)
    figure.tight_layout()
    return svg(figure)


def draw(results):
    """The plots as SVG, by file name."""
    drawn = {}
    with matplotlib.rc_context(SETTINGS):
        for key, files in planned_plots(results).items():
            section = Section(results["sections"][key]["figures"])
            for file in files:
                group = file.removeprefix("scale-").removesuffix(".svg")
                drawn[file] = scale_plot(section, group) if key == "scale" else ratio_plot(section, SECTIONS[key])
    return drawn
