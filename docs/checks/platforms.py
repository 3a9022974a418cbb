"""The README's line on platforms is computed from the table of docs/src/platforms.md."""

import re

PLATFORMS = re.compile(r"^\| platform \|.*\n(?:\|.*\n)+", re.MULTILINE)
PLATFORMS_LINE = re.compile(r"^\*\*Platforms\*\*.*\n", re.MULTILINE)
# The words in the page's table for a part, from best to worst, and those in the README's line.
LEVELS = {"run": "Tests ran on", "run in part": "in part on", "built": "Built, never run: ", "not built": "Not built: "}


def platform_level(cells):
    """The worst level of a row's parts; ValueError for a word that LEVELS lacks."""
    # "no: why" is a part that cannot be built.
    return max(list(LEVELS).index("not built" if cell.startswith("no:") else cell) for cell in cells)


def platform_line(page):
    """The README's line on platforms, from the table of docs/src/platforms.md: each platform in the group of its worst part."""
    header, _, *rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in PLATFORMS.search(page).group().splitlines()]
    parts = [at for at, name in enumerate(header) if name not in ("platform", "Rust target", "command")]
    groups = {}
    for row in rows:
        groups.setdefault(platform_level([row[at] for at in parts]), []).append(row[0].replace(", ", " "))
    text = ". ".join(f"{list(LEVELS.values())[level].strip()} {', '.join(groups[level])}" for level in sorted(groups))
    text = text.replace(". in part on", "; in part on")
    return f"**Platforms** ([details](docs/src/platforms.md)). {text}.\n"


def with_platforms(readme, page):
    """The README with its line on platforms replaced."""
    return PLATFORMS_LINE.sub(lambda _: platform_line(page), readme)


def platform_complaints(readme, page, makefile):
    """Whether the README agrees with the page on platforms, and the commands there exist."""
    if not PLATFORMS_LINE.search(readme) or not PLATFORMS.search(page):
        yield "README.md must have a line **Platforms**, and docs/src/platforms.md a table of platforms"
        return
    try:
        if with_platforms(readme, page) != readme:
            yield "README.md: its line on platforms is not that of docs/src/platforms.md: run docs/check.py platforms"
    except ValueError as unknown:
        yield f"docs/src/platforms.md: {unknown}: use one of {', '.join(LEVELS)}, or no: and why"
    for targets in re.findall(r"`make ([a-z -]+)`", "".join(PLATFORMS.findall(page))):
        for target in targets.split():
            if not re.search(rf"^{target}:", makefile, re.MULTILINE):
                yield f"docs/src/platforms.md: make has no target {target}"
