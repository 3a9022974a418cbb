"""Names on the pages exist: kinds, options, settings, codes, events."""

import re

from .repository import ROOT, read
from .tables import codes, logged

WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*")


def snake(name):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def known_names():
    """The names of the surface, the settings, the codes and the symbols, in snake case, and those of docs/foreign-words.txt."""
    names = set()
    for path in ("api.txt", "errors.txt", "exports.txt", "rust.txt"):
        for line in read(f"tests/surface/{path}").splitlines():
            names.update(WORD.findall(line.split("#")[0]))
    names.update(re.findall(r"`([^`]+)`", read("core/src/handler/settings/names.md")))
    names.update(codes())
    names.update(logged("core/src") | logged("cli/src"))
    names.update(WORD.findall(read("include/acs_auth.h")))
    # Types of the Java packages, whose files have their names.
    names.update(source.stem for source in (ROOT / "bindings/kotlin").glob("*/src/main/java/**/*.java"))
    foreign = read("docs/foreign-words.txt")
    names.update(word for line in foreign.splitlines() for word in line.split("#")[0].split())
    return {snake(part) for name in names for part in name.split(".") if part}


def is_name(code):
    """Whether inline code is a name that could be ours: joined words, in any host's case."""
    bare = re.sub(r"\(.*\)$", "", code)
    if not re.fullmatch(r"[A-Za-z][\w.]*", bare):
        return False
    return any("_" in part or re.search(r"[a-z][A-Z]", part) for part in bare.split("."))
