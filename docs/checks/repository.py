"""The pages of this repository, and which of their text is prose."""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs/src"

FENCE = re.compile(r"^```(\S*)[^\n]*\n(.*?)^```$", re.DOTALL | re.MULTILINE)
# Code, comments and targets of links: what a reader doesn't read as prose.
NOT_PROSE = re.compile(r"^```.*?^```$|^ {4}[^\n]*$|`[^`\n]+`|<!--.*?-->|\]\([^)]*\)", re.DOTALL | re.MULTILINE)
# Folders with pages of others.
NOT_OURS = {"node_modules", "node22", "target", "build", "dist"}


def read(path):
    """The text of a file, named from the repository's root."""
    return (ROOT / path).read_text(encoding="utf-8")


def is_ours(path, left_out=frozenset()):
    """Whether no folder of a path is hidden, somebody else's, or one of those to leave out."""
    folders = path.relative_to(ROOT).parts[:-1]
    return not any(each.startswith(".") or each in NOT_OURS | left_out for each in folders)


def all_pages():
    """The Markdown of this repository, but for the changelog, which names what was replaced."""
    return [path for path in sorted(ROOT.rglob("*.md")) if path.name != "CHANGELOG.md" and is_ours(path)]
