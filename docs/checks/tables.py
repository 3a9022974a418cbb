"""The tables of kinds, codes and log events have exactly what the code has."""

import re

from .repository import ROOT, read

EVENT = re.compile(r'(?:\bevent = |log_failure\(\s*)"(\w+)"')
# The exchanger's events, which are not those of a request.
EXCHANGERS = {"exchanged", "limited"}


def codes():
    """The codes of the handler's answers."""
    return set(re.findall(r'= "(\w+)", \d{3},', read("core/src/handler/problem.rs")))


def logged(folder):
    """The events that the code in a folder logs."""
    sources = (source.read_text(encoding="utf-8") for source in (ROOT / folder).rglob("*.rs"))
    return {event for text in sources for event in EVENT.findall(text)}


def listed(text, heading):
    """The names in the first column of the tables with this heading, in a page or a documentation comment."""
    lines = [re.sub(r"^\s*//[/!] ?", "", line) for line in text.splitlines()]
    names = set()
    for start, line in enumerate(lines):
        if not line.startswith(f"| {heading} |"):
            continue
        for row in lines[start + 2 :]:
            if not row.startswith("|"):
                break
            names.update(re.findall(r"`(\w+)`", row.split("|")[1]))
    return names


def differences(page, found, expected):
    """Complaints about a table that has other names than the code."""
    for name in sorted(found - expected):
        yield f"{page}: its table has {name}, which the code doesn't have"
    for name in sorted(expected - found):
        yield f"{page}: its table lacks {name}"


def table_complaints():
    kinds = re.findall(r"^(\w+) = (\d+)$", read("tests/surface/errors.txt"), re.MULTILINE)
    shown = re.findall(r"^\| (\d+) \| `(\w+)` \|", read("docs/src/errors.md"), re.MULTILINE)
    numbered = ({f"{name} = {value}" for value, name in shown}, {f"{name} = {value}" for name, value in kinds})
    yield from differences("docs/src/errors.md", *numbered)
    requests = logged("core/src") - EXCHANGERS
    for page, heading, expected in [
        ("docs/src/handler.md", "`code`", codes()),
        ("core/src/handler/mod.rs", "`event`", requests),
        # Its text has the exchanger's, to which a pause belongs.
        ("docs/src/observability.md", "`event`", requests - {"paused"}),
        ("docs/src/serving.md", "`event`", logged("cli/src")),
    ]:
        yield from differences(page, listed(read(page), heading), expected)
