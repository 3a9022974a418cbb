"""One word for one thing, on pages, in documentation comments, in texts of programs and in the list of commands."""

import re
import textwrap
import typing

from .repository import NOT_PROSE, ROOT, all_pages, is_ours, read


class Entry(typing.NamedTuple):
    """A line of docs/glossary.txt. `pattern` is None if the word isn't searched for."""

    word: str
    pattern: typing.Optional[re.Pattern]
    reason: str
    instead: str


LINE = re.compile(r"(?P<word>[^:]+?)(?:: (?:/(?P<pattern>.+)/|(?P<reason>.+?)))? -> (?P<instead>.+)")


def glossary(text=None):
    """The entries of docs/glossary.txt. A line that is none is a ValueError."""
    entries = []
    for line in (read("docs/glossary.txt") if text is None else text).splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        found = LINE.fullmatch(line)
        if found is None:
            raise ValueError(f"docs/glossary.txt: {line!r} is none of the three forms")
        word, pattern, reason, instead = found.group("word", "pattern", "reason", "instead")
        if reason is None:
            # Without a pattern the word itself is searched for.
            pattern = re.compile(pattern or rf"\b{re.escape(word)}\b", re.IGNORECASE)
        entries.append(Entry(word, pattern if reason is None else None, reason or "", instead))
    return entries


def glossary_complaints(where, text, words):
    # A phrase may span two lines.
    prose = " ".join(NOT_PROSE.sub(" ", text).split())
    for entry in words:
        found = entry.pattern and entry.pattern.search(prose)
        if found:
            yield f"{where}: write {entry.instead} in place of {found.group().strip()!r} (docs/glossary.txt)"


# Where the public text of a source file is: documentation comments, and strings that are sentences, as errors, log records and help are.
DOC_LINES = re.compile(r"^\s*//[/!](.*)$", re.MULTILINE)
DOC_BLOCKS = re.compile(r"/\*\*(.*?)\*/", re.DOTALL)
DOCSTRINGS = re.compile(r'"""(.*?)"""', re.DOTALL)
STRINGS = re.compile(r'"((?:[^"\\\n]|\\(?:.|\n))*)"')
TEMPLATES = re.compile(r"`((?:[^`\\]|\\.)*)`", re.DOTALL)
# Comments of scripts and of the Makefile, which `make` prints.
REMARKS = re.compile(r"^#(?!!)[ ~]*(.*)$", re.MULTILINE)
# Values in templates, and variables that a command takes.
VALUES = re.compile(r"\$\{[^}]*\}|\b[A-Z_]+=\S*")
BETWEEN_TAGS = re.compile(r">([^<>]+)<")
SOURCES = {
    ".rs": (DOC_LINES, STRINGS),
    ".py": (DOCSTRINGS, STRINGS),
    ".kt": (DOC_BLOCKS, STRINGS),
    ".java": (DOC_BLOCKS, STRINGS),
    ".swift": (DOC_LINES, STRINGS),
    ".h": (DOC_LINES, DOC_BLOCKS),
    ".hpp": (DOC_LINES, DOC_BLOCKS, STRINGS),
    ".c": (STRINGS,),
    ".cpp": (STRINGS,),
    ".ts": (DOC_BLOCKS, STRINGS, TEMPLATES),
    ".js": (DOC_BLOCKS, STRINGS, TEMPLATES),
    ".mjs": (DOC_BLOCKS, STRINGS, TEMPLATES),
    ".json": (STRINGS,),
    ".toml": (STRINGS,),
    ".html": (BETWEEN_TAGS,),
    ".xml": (BETWEEN_TAGS,),
    # Scripts and the Makefile.
    "": (REMARKS, STRINGS),
}
# Texts of the service itself.
OF_THE_SERVICE = {"Provided AAD token issued for unexpected user."}
PUBLIC = ("bindings", "cli", "core", "emulator", "include", "samples", "tools")
# Folders that aren't released: only those working on the project read their text.
NOT_PUBLIC = frozenset({"tests", "Tests", "test", "benches", "examples"})
# Written by other programs.
GENERATED = {"package-lock.json", "package.json", "tsconfig.json"}


def as_paragraphs(text):
    """A comment or string without the prefixes and the indentation of its lines, so that only code in it is indented."""
    first, *others = text.replace("\\\n", " ").split("\n")
    others = [re.sub(r"^\s*\*+ ?", "", line) for line in others]
    return "\n".join([first.strip(), *textwrap.dedent("\n".join(others)).split("\n")])


def public_text(source, suffix):
    """The public text of a source file as prose, without code in it."""
    texts = []
    for pattern in SOURCES[suffix]:
        for text in pattern.findall(source):
            # A string of one word is a name or a value.
            if pattern not in (STRINGS, TEMPLATES) or (len(text.split()) > 1 and text not in OF_THE_SERVICE):
                text = VALUES.sub(" ", text)
                texts.append(NOT_PROSE.sub(" ", as_paragraphs(text)))
    return "\n".join(texts)


def public_sources():
    """The source files whose documentation and texts users read."""
    yield ROOT / "Makefile"
    for top in PUBLIC:
        for path in sorted((ROOT / top).rglob("*")):
            if path.suffix in SOURCES and path.is_file() and is_ours(path, NOT_PUBLIC) and path.name not in GENERATED:
                # Of the files without a suffix, the scripts.
                if path.suffix or path.read_bytes().startswith(b"#!"):
                    yield path


def all_complaints():
    """The glossary's complaints about all pages and public sources."""
    words = glossary()
    for page in all_pages():
        yield from glossary_complaints(page.relative_to(ROOT), page.read_text(encoding="utf-8"), words)
    for path in public_sources():
        yield from glossary_complaints(path.relative_to(ROOT), public_text(path.read_text(encoding="utf-8"), path.suffix), words)
