#!/usr/bin/env python3
"""Checks the pages before mdbook and the site after it: `check.py sources`, `check.py site FOLDER`; writes the README's
line on platforms: `check.py platforms`.

sources: every snippet is included from a file that tests run, and its anchor exists and isn't empty; paths of this
repository exist; names of kinds, options, settings and codes are in tests/surface or docs/foreign-words.txt; the tables of
kinds, codes and log events have exactly what the code has. No page of the repository, no documentation comment and no text
that users read uses a word that docs/glossary.txt replaces. Links of the pages outside the site lead to existing files and
headings.
site: every link of the site leads to an existing page and anchor, nothing is loaded from elsewhere, each host has its API
reference, and the index of the site's own search has every page. `check.py site FOLDER HOST…` leaves out hosts without a toolchain.

Each module of docs/checks has one of these ideas.
"""

import pathlib
import sys

from checks import glossary, links, names, platforms, readme, site, snippets, tables
from checks.repository import PAGES, ROOT, read


def check_sources():
    known = names.known_names()
    pages = sorted(PAGES.rglob("*.md"))
    summary = read("docs/src/SUMMARY.md")
    complaints = [*snippets.untested(), *tables.table_complaints(), *glossary.all_complaints(), *links.all_complaints()]
    complaints += platforms.platform_complaints(read("README.md"), read("docs/src/platforms.md"), read("Makefile"))
    complaints += readme.readme_complaints(read("README.md"), {page: read(page) for page in readme.README_COPIED.values()})
    included = 0
    for page in pages:
        text = page.read_text(encoding="utf-8")
        included += len(snippets.INCLUDE.findall(text))
        complaints += snippets.page_complaints(page, text, known)
        if page.name != "SUMMARY.md" and f"({page.relative_to(PAGES)})" not in summary:
            complaints.append(f"{page.relative_to(ROOT)}: SUMMARY.md does not list it")
    return complaints, f"{len(pages) - 1} pages, {included} included snippets"


def check_site(folder, left_out):
    complaints, told = site.site_complaints(folder, left_out)
    complaints += site.search_complaints(folder, read("docs/src/SUMMARY.md"))
    complaints += [*site.reference_complaints(folder / "api", left_out), *site.unlisted_types(folder)]
    return complaints, told


def main(arguments):
    if arguments == ["platforms"]:
        text = platforms.with_platforms(read("README.md"), read("docs/src/platforms.md"))
        (ROOT / "README.md").write_text(text, encoding="utf-8")
        return 0
    if arguments == ["sources"]:
        complaints, told = check_sources()
    elif len(arguments) >= 2 and arguments[0] == "site":
        complaints, told = check_site(pathlib.Path(arguments[1]), set(arguments[2:]))
    else:
        print(__doc__, file=sys.stderr)
        return 64
    for complaint in complaints:
        print(f"error: {complaint}", file=sys.stderr)
    print(f"{told}: {len(complaints)} errors")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
