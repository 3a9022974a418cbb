"""Fails for undocumented items of the header and for functions that no test calls; prints how many items there are."""

import re
import sys
from collections import Counter

import header
from header import ROOT


def main():
    items = header.read()
    problems = [f"not documented: {item.kind} {item.full_name}" for item in items if not item.doc]
    for item in items:
        if item.doc and not re.search(r"[.,:;]$|\w…\.?$", item.doc):
            problems.append(f"not a sentence: {item.full_name}: {item.doc}")
        if "[`" in item.doc or "](" in item.doc or "# Safety" in item.doc:
            problems.append(f"the documentation is Rust's: {item.full_name}: {item.doc}")
    sources = "\n".join(path.read_text() for path in sorted((ROOT / "tests" / "c").glob("*.c")))
    calls = set(re.findall(r"\b(acs_\w+)\b", sources))
    missing = header.names(items, "function") - calls - by_macro(sources)
    problems += [f"called by no test: {name}" for name in sorted(missing)]
    counts = Counter(item.kind for item in items)
    documented = sum(bool(item.doc) for item in items)
    print("\n".join(problems))
    print(f"header: {documented} of {len(items)} items are documented: "
          + ", ".join(f"{counts[kind]} {kind}" for kind in sorted(counts)))
    return bool(problems)


def by_macro(sources):
    """The _init functions that options.c calls through its INITIALISER macro."""
    return {f"acs_{name}_init" for name in re.findall(r"^INITIALISER\((\w+)\)", sources, re.M)}


if __name__ == "__main__":
    sys.exit(main())
