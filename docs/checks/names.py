"""Names on the pages exist: kinds, options, settings, codes, events."""

import re

from .repository import ROOT, read

WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*")


def snake(name):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def codes():
    """The codes of the handler's answers."""
    return re.findall(r'= "(\w+)", \d{3},', read("core/src/handler/problem.rs"))


def what_is_left_out():
    """Kinds and codes that are missing on the pages that list all of them."""
    kinds = re.findall(r"^(\w+) = (\d+)$", read("tests/surface/errors.txt"), re.MULTILINE)
    listed = re.findall(r"^\| (\d+) \| `(\w+)` \|", read("docs/src/errors.md"), re.MULTILINE)
    for name, value in sorted(set(kinds) ^ {(name, value) for value, name in listed}):
        yield f"docs/src/errors.md: its table of kinds and tests/surface/errors.txt differ in {name} = {value}"
    answers = read("docs/src/handler.md")
    for code in codes():
        if f"`{code}`" not in answers:
            yield f"docs/src/handler.md: the code {code} is not there"


def known_names():
    """The names of the surface, the settings, the codes and the symbols, in snake case, and those of docs/foreign-words.txt."""
    names = set()
    for path in ("api.txt", "errors.txt", "exports.txt", "rust.txt"):
        for line in read(f"tests/surface/{path}").splitlines():
            names.update(WORD.findall(line.split("#")[0]))
    names.update(re.findall(r"`([^`]+)`", read("core/src/handler/settings/names.md")))
    names.update(codes())
    for source in (ROOT / "core/src/handler").rglob("*.rs"):
        names.update(re.findall(r'(?:\bevent = |log_failure\()"(\w+)"', source.read_text(encoding="utf-8")))
    names.update(WORD.findall(read("include/acs_auth.h")))
    foreign = read("docs/foreign-words.txt")
    names.update(word for line in foreign.splitlines() for word in line.split("#")[0].split())
    return {snake(part) for name in names for part in name.split(".") if part}


def is_name(code):
    """Whether inline code is a name that could be ours: joined words, in any host's case."""
    bare = re.sub(r"\(.*\)$", "", code)
    if not re.fullmatch(r"[A-Za-z][\w.]*", bare):
        return False
    return any("_" in part or re.search(r"[a-z][A-Z]", part) for part in bare.split("."))
