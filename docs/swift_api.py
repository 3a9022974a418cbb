#!/usr/bin/env python3
"""Writes the pages of Swift's API from its symbol graphs, as the source of a book for mdbook: `swift_api.py GRAPHS FOLDER`.

GRAPHS is the folder with the output of `swiftc -emit-symbol-graph`. The pages of Swift's own DocC work only on a web server, at one
fixed path; these are plain files like the rest of the site.
"""

import json
import pathlib
import re
import sys

GROUPS = [
    ("Classes", {"swift.class"}),
    ("Structures", {"swift.struct"}),
    ("Enumerations", {"swift.enum"}),
    ("Protocols", {"swift.protocol"}),
    ("Functions and values", {"swift.func", "swift.var", "swift.typealias", "swift.macro"}),
]
PAGED = {kind for _, kinds in GROUPS for kind in kinds}
LINK = re.compile(r"``([\w./():]+)``")
# List items with a meaning in DocC: `- Parameter name: …`, `- Returns: …`.
FIELD = re.compile(r"^- (Parameters?|Returns|Throws)\b( \w+)?:", re.MULTILINE)
BOOK = """[book]
title = "AcsAuth for Swift"
language = "en"
src = "src"

[build]
create-missing = false

[output.html]
default-theme = "light"
preferred-dark-theme = "navy"
no-section-label = true

[output.html.print]
enable = false
"""


def symbols_of(folder):
    """The public symbols of all graphs, and which type each member belongs to."""
    symbols, owners = {}, {}
    for path in sorted(folder.glob("AcsAuth*.symbols.json")):
        graph = json.loads(path.read_text("utf-8"))
        for symbol in graph["symbols"]:
            # The compiler copies members of the standard library's protocols to each type.
            if "::SYNTHESIZED::" not in symbol["identifier"]["precise"]:
                symbols[symbol["identifier"]["precise"]] = symbol
        for relation in graph["relationships"]:
            if relation["kind"] in ("memberOf", "requirementOf", "optionalRequirementOf"):
                owners[relation["source"]] = relation["target"]
    return symbols, owners


def title(symbol):
    return ".".join(symbol["pathComponents"])


def page(symbol):
    """The name of a type's page; a nested type has one of its own."""
    return re.sub(r"[^\w.]", "", title(symbol)) + ".md"


def declaration(symbol):
    return "".join(fragment["spelling"] for fragment in symbol["declarationFragments"])


def prose(symbol, pages):
    """A documentation comment in mdbook's Markdown."""
    text = "\n".join(line["text"] for line in symbol.get("docComment", {}).get("lines", []))
    text = FIELD.sub(lambda field: f"- *{field[1]}*{f' `{field[2].strip()}`' if field[2] else ''}:", text)

    def linked(name):
        target = pages.get(name[1].split("/")[0].split("(")[0])
        shown = "`" + name[1].replace("/", ".") + "`"
        return f"[{shown}]({target})" if target else shown

    return LINK.sub(linked, text)


def complaints(symbols, owners):
    """Types and functions without documentation; members aren't checked, since those of a conformance have the protocol's."""
    for precise, symbol in symbols.items():
        if symbol["kind"]["identifier"] in PAGED and precise not in owners and not symbol.get("docComment"):
            yield f"{title(symbol)} has no documentation"


def book(symbols, owners):
    """The book's files by name."""
    paged = {
        precise: symbol
        for precise, symbol in symbols.items()
        if symbol["kind"]["identifier"] in PAGED and (owners.get(precise) not in symbols or symbol["kind"]["identifier"] in PAGED - GROUPS[-1][1])
    }
    pages = {title(symbol): page(symbol) for symbol in paged.values()}
    members, extensions = {}, {}
    for precise, symbol in symbols.items():
        if precise in paged:
            continue
        owner = owners.get(precise)
        if owner in symbols:
            members.setdefault(owner, []).append(symbol)
        else:
            extensions.setdefault(symbol["pathComponents"][0], []).append(symbol)
    files = {}
    summary = ["# Summary\n\n[AcsAuth](index.md)\n"]
    index = ["# AcsAuth for Swift\n\nThe public API of the module `AcsAuth`. The page [Swift](../../start/swift.html) has a first program.\n"]

    def entry(symbol):
        parts = [f"## {symbol['names']['title']}\n\n```swift\n{declaration(symbol)}\n```\n"]
        if text := prose(symbol, pages):
            parts.append(text + "\n")
        return parts

    for heading, kinds in GROUPS:
        group = sorted((symbol for symbol in paged.values() if symbol["kind"]["identifier"] in kinds), key=title)
        if not group:
            continue
        summary.append(f"\n# {heading}\n")
        index.append(f"\n## {heading}\n\n| | |\n|---|---|")
        for symbol in group:
            text = prose(symbol, pages)
            first = re.sub(r"\s+", " ", text.split("\n\n")[0]).replace("|", r"\|")
            summary.append(f"- [{title(symbol)}]({page(symbol)})")
            index.append(f"| [`{title(symbol)}`]({page(symbol)}) | {first} |")
            parts = [f"# {title(symbol)}\n\n```swift\n{declaration(symbol)}\n```\n", text + "\n"]
            nested = [pages[name] for name in pages if name.startswith(title(symbol) + ".")]
            if nested:
                parts.append("Nested: " + ", ".join(f"[`{name[:-3]}`]({name})" for name in sorted(nested)) + "\n")
            for member in sorted(members.get(symbol["identifier"]["precise"], []), key=lambda member: member["names"]["title"]):
                parts += entry(member)
            files[page(symbol)] = "\n".join(parts)
        summary.append("")
        index.append("")
    if extensions:
        summary.append("\n# Extensions\n\n- [Extensions](Extensions.md)")
        files["Extensions.md"] = "# Extensions of Swift's own types\n\n" + "\n".join(
            part for name in sorted(extensions) for symbol in extensions[name] for part in entry(symbol)
        )
    files["SUMMARY.md"] = "\n".join(summary) + "\n"
    files["index.md"] = "\n".join(index) + "\n"
    return files


def main(arguments):
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 64
    graphs, folder = map(pathlib.Path, arguments)
    symbols, owners = symbols_of(graphs)
    wrong = list(complaints(symbols, owners))
    for complaint in wrong:
        print(f"error: {complaint}", file=sys.stderr)
    (folder / "src").mkdir(parents=True, exist_ok=True)
    (folder / "book.toml").write_text(BOOK, "utf-8")
    files = book(symbols, owners)
    for name, text in files.items():
        (folder / "src" / name).write_text(text, "utf-8")
    print(f"swift: {len(files) - 2} pages of {len(symbols)} symbols, {len(wrong)} errors")
    return 1 if wrong or not symbols else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
