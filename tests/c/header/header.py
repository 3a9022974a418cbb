"""Reads include/acs_auth.h: its declarations and their documentation.

The header is generated in one style, so a few rules are enough; anything that doesn't match them is an error.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PATH = ROOT / "include" / "acs_auth.h"

BY_DESIGN = {"ACS_AUTH_H", "__cplusplus"}


@dataclass
class Item:
    kind: str
    """function, struct, member, opaque (a handle), callback, enum, value or macro."""
    name: str
    doc: str
    text: str = ""
    owner: str = ""
    parameters: list = field(default_factory=list)

    @property
    def full_name(self):
        return f"{self.owner}.{self.name}" if self.owner else self.name


def read(path=PATH):
    """All items, in the header's order."""
    lines = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S).splitlines()
    items, doc, rest = [], [], ""
    owner = None
    for line in lines:
        line = line.strip()
        if not rest and line.startswith("///"):
            doc.append(line[3:].strip())
        elif not line or line.startswith(("#if", "#endif", "#include", 'extern "C"')):
            continue
        elif line.startswith("#define"):
            name = line.split()[1]
            if name not in BY_DESIGN:
                items.append(Item("macro", name, _taken(doc), line))
        elif owner is None and re.fullmatch(r"typedef (struct|enum) \w+ \{", line):
            kind, name = line.split()[1:3]
            items.append(Item(kind, name, _taken(doc)))
            owner = items[-1]
        elif owner and line == f"}} {owner.name};":
            owner = None
        elif owner and owner.kind == "enum":
            name = re.fullmatch(r"(\w+) = (-?\d+),", line)[1]
            items.append(Item("value", name, _taken(doc), line, owner.name))
        elif not owner and line == "}":
            continue
        else:
            rest = f"{rest} {line}".strip()
            if rest.endswith(";"):
                items.append(_declaration(rest, _taken(doc), owner))
                rest = ""
    if rest or owner or doc:
        raise ValueError(f"the header ends within a declaration: {rest!r}, {owner}, {doc}")
    return items


def _taken(doc):
    text = " ".join(doc).strip()
    doc.clear()
    return text


def _declaration(text, doc, owner):
    if owner:
        function = re.search(r"\(\*(\w+)\)", text)
        name = function[1] if function else re.search(r"(\w+)(\[\d+\])?;$", text)[1]
        return Item("member", name, doc, text, owner.name)
    if match := re.fullmatch(r"typedef struct (\w+) (\w+);", text):
        return Item("opaque", match[2], doc, text)
    if match := re.match(r"typedef .*\(\*(\w+)\)\(", text):
        return Item("callback", match[1], doc, text)
    if match := re.fullmatch(r"([\w \*]+?)(\w+)\((.*)\);", text):
        return Item("function", match[2], doc, text, parameters=_parameters(match[3]))
    raise ValueError(f"not understood: {text}")


def _parameters(text):
    """The parameters as (type, name). A function parameter contains commas only within its own brackets."""
    if text == "void":
        return []
    parts = re.split(r",\s*(?![^()]*\))", text)
    found = []
    for part in parts:
        function = re.search(r"\(\*(\w+)\)", part)
        name = function[1] if function else re.search(r"(\w+)$", part)[1]
        found.append((part[: -len(name)].strip() if not function else part, name))
    return found


def names(items, *kinds):
    return {item.name for item in items if item.kind in kinds}
