"""Links from READMEs and other pages outside the site lead to existing files and headings."""

import re

from .repository import FENCE, PAGES, ROOT, all_pages

LINK = re.compile(r"\]\(([^)\s]+)\)")
INLINE = re.compile(r"`[^`\n]*`")
# Doxygen makes a page of this one, in another folder.
ELSEWHERE = {ROOT / "docs/api/c.md"}


def anchors(text):
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", FENCE.sub("", text), re.MULTILINE)
    plain = [re.sub(r"[`*]|\]\([^)]*\)", "", heading).lower() for heading in headings]
    return {re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", heading)) for heading in plain}


def link_complaints(page, text):
    for link in LINK.findall(INLINE.sub("", FENCE.sub("", text))):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve()
        if path and not target.exists():
            yield f"{page.relative_to(ROOT)}: {link} leads nowhere"
        elif anchor and (not path or target.suffix == ".md") and anchor not in anchors(target.read_text(encoding="utf-8") if path else text):
            yield f"{page.relative_to(ROOT)}: {link} has no such heading"


def all_complaints():
    """Complaints about the pages outside the site, whose links `check.py site` checks."""
    for page in all_pages():
        if not page.is_relative_to(PAGES) and page not in ELSEWHERE:
            yield from link_complaints(page, page.read_text(encoding="utf-8"))
