"""The file to which a bench writes its figures: a JSON array of objects with a name, a contender, a unit and values.

The name is what was measured. Contenders with the same name took turns: values with the same index are of the same round. As a program, it
makes such a file from lines on standard input:

    printf 'name\tcontender\tunit\tvalue…\n' | figures.py FILE
"""

import json
import math
import sys
from pathlib import Path


class Figures:
    """Collects figures, and writes them to a file if there is one."""

    def __init__(self, path=None):
        self.path = path
        self.all = []

    def add(self, name, contender, unit, values):
        self.all.append({"name": name, "contender": contender, "unit": unit, "values": [float(value) for value in values]})

    def add_turns(self, name, unit, turns):
        """Adds the values of contenders that took turns, by name."""
        for contender, values in turns.items():
            self.add(name, contender, unit, values)

    def write(self):
        if self.path:
            Path(self.path).write_text(json.dumps(self.all, ensure_ascii=False, indent=0) + "\n", "utf-8")


def faults(figures):
    """Returns a text for each fault in the contents of such a file."""
    if not isinstance(figures, list) or not figures:
        return ["no figures"]
    found = []
    for figure in figures:
        if not isinstance(figure, dict) or set(figure) != {"name", "contender", "unit", "values"}:
            found.append(f"not a figure: {str(figure)[:80]}")
        elif not all(isinstance(figure[key], str) and figure[key] for key in ("name", "contender", "unit")):
            found.append(f"a text is missing: {str(figure)[:80]}")
        elif not figure["values"] or not all(type(value) in (int, float) and math.isfinite(value) for value in figure["values"]):
            found.append(f"{figure['name']}, {figure['contender']}: values must be finite numbers, at least one")
    keys = [(figure["name"], figure["contender"], figure["unit"]) for figure in figures if not found]
    return found + [f"twice: {', '.join(key)}" for key in sorted(set(keys)) if keys.count(key) > 1]


if __name__ == "__main__":
    lines = Figures(sys.argv[1])
    for line in sys.stdin:
        name, contender, unit, *values = line.rstrip("\n").split("\t")
        lines.add(name, contender, unit, values)
    lines.write()
