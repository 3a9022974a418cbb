"""Compares the C header with tests/surface, in both directions.

Each line of api.txt and errors.txt must have its items in the header, by the rules below or by surface.txt, which gives
a reason where C's names differ. Each other item of the header must be in surface.txt as C's own, with a reason.
"""

import fnmatch
import re
import sys

import header
from header import ROOT

SURFACE = ROOT / "tests" / "surface"
TABLE = ROOT / "tests" / "c" / "header" / "surface.txt"

LINE = re.compile(r"(type|field|value|function|method|operation|option|callback|constant) ([\w.]+)(\?)?(.*)")


def snake(name):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def singular(name):
    return name[:-2] if name.endswith("xes") else name.removesuffix("s")


class Table:
    """surface.txt: `name T = c` (a type's name in C), `line -> items` (no rule applies), `own pattern` (C's own)."""

    def __init__(self, path):
        self.names, self.lines, self.own = {}, {}, []
        reason = None
        for number, line in enumerate(path.read_text().splitlines(), 1):
            line = line.strip()
            if line.startswith("#"):
                reason = line
            elif not line:
                reason = None
            elif reason is None:
                raise SystemExit(f"{path.name}:{number}: no reason stands above it")
            elif match := re.fullmatch(r"name (\w+) = (\w+)", line):
                self.names[match[1]] = match[2]
            elif match := re.fullmatch(r"own (.+)", line):
                self.own.append(match[1])
            elif match := re.fullmatch(r"(.+?) -> (.+)", line):
                self.lines[match[1]] = match[2].split(", ")
            else:
                raise SystemExit(f"{path.name}:{number}: not understood")
        self.used = set()

    def c_name(self, of_type):
        if of_type in self.names:
            self.used.add(of_type)
            return self.names[of_type]
        return snake(of_type)


def with_units(name):
    return [name, name + "_ms", name + "_s", name + "_us"]


def list_members(name):
    """A list as two members: the list and its count."""
    return [[plural, singular(plural) + "_count"] for plural in (name, name + "s")]


def list_functions(name):
    """A list as two functions: its count and one of its items."""
    return [[whole + "_count", singular(name)] for whole in (name, singular(name))]


def candidates(kind, name, rest, table):
    """Groups of items; all items of at least one group must be in the header."""
    owner, _, item = name.rpartition(".")
    prefix = "acs_" + table.c_name(owner) if owner else "acs"
    item = snake(item)
    if kind == "type":
        c_name = table.c_name(name)
        return [["type acs_" + c_name], ["ACS_" + c_name.upper() + "_*"]]
    if kind == "value":
        return [[f"{prefix}_{item}".upper()]]
    if kind == "constant":
        return [[item.upper() if item.startswith("acs_") else "ACS_" + item.upper()]]
    if kind == "operation":
        return [[f"{prefix}_{item}", f"{prefix}_{item}_submit"]]
    if kind == "callback":
        return [[f"{prefix}.{item}"]]
    if kind in ("function", "method"):
        return [[f"{prefix}_{m}"] for m in with_units(item)]
    if kind == "option":
        lists = [[f"{prefix}_options.{m}" for m in group] for group in list_members(item)]
        return lists + [[f"{prefix}_options.{m}"] for m in with_units(item)]
    if re.search(r": \[", rest):
        lists = [[f"{prefix}.{m}" for m in group] for group in list_members(item)]
        return lists + [[f"{prefix}_{m}" for m in group] for group in list_functions(item)]
    return [[f"{prefix}.{m}"] for m in with_units(item)] + [[f"{prefix}_{m}"] for m in with_units(item)]


def item_name(item):
    """The item's name in the comparison. Types are marked, because a function could have the same name."""
    if item.kind in ("opaque", "struct", "enum", "callback"):
        return "type " + item.name
    return item.name if item.kind == "value" else item.full_name


def found(group, names):
    matches = [fnmatch.filter(names, pattern) for pattern in group]
    return [name for match in matches for name in match] if all(matches) else None


def value_of(macro):
    match = re.fullmatch(r"#define \w+ (.+)", macro.text)
    return match[1].strip('"')


def main():
    items = header.read()
    by_name = {item_name(item): item for item in items}
    names = set(by_name)
    table = Table(TABLE)
    problems, mapped, lines = [], set(), 0

    def take(line, groups):
        for group in groups:
            if (matches := found(group, names)) is not None:
                mapped.update(matches)
                return matches
        tried = " or ".join(" + ".join(group) for group in groups)
        problems.append(f"not in the header: {line}\n    looked for {tried}")
        return []

    for line in (SURFACE / "api.txt").read_text().splitlines():
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        lines += 1
        kind, name, _, rest = LINE.fullmatch(line).groups()
        key = f"{kind} {name}"
        if key in table.lines:
            table.used.add(key)
            take(line, [table.lines[key]])
            continue
        matches = take(line, candidates(kind, name, rest, table))
        if kind in ("constant", "value") and (value := re.search(r' = "(.*)"$', line)):
            for match in matches:
                if value_of(by_name[match]) != value[1]:
                    problems.append(f"another value: {line}, and {by_name[match].text}")

    for line in (SURFACE / "errors.txt").read_text().splitlines():
        if match := re.fullmatch(r"(\w+) = (\d+)", line):
            lines += 1
            for name in take(line, [["ACS_STATUS_" + snake(match[1]).upper()]]):
                if not by_name[name].text.endswith(f"= {match[2]},"):
                    problems.append(f"another number: {line}, and {by_name[name].text}")
        elif match := re.match(r"field (\w+)\??:", line):
            lines += 1
            key = f"error {match[1]}"
            table.used.add(key)
            take(line, [table.lines[key]] if key in table.lines else [[f"acs_error_{m}"] for m in with_units(match[1])])

    for name in sorted(names - mapped):
        patterns = [pattern for pattern in table.own if fnmatch.fnmatchcase(name, pattern)]
        table.used.update(patterns)
        if not patterns:
            problems.append(f"of no line, and not said to be C's own: {name}")
    for entry in [*table.names, *table.lines, *table.own]:
        if entry not in table.used:
            problems.append(f"surface.txt names what is not there or needs no name: {entry}")

    print("\n".join(problems))
    print(f"surface: {lines} lines, {len(mapped)} items of the header for them, {len(names - mapped)} of C's own")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
