#!/usr/bin/env python3
"""Checks that core's documentation, as docs.rs builds it, names the feature of each item that needs one: `badges.py FOLDER`.

FOLDER has the crate's documentation, written by `cargo doc` with `--cfg docsrs`.
"""

import html
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
# A public item behind one feature, in the source.
GATED = re.compile(
    r'^ *#\[cfg\(feature = "(?P<feature>[\w-]+)"\)\]\n(?:^ *(?:///|#\[).*\n)*'
    r"^ *pub (?:async |const |unsafe )*(?P<kind>fn|mod|struct|enum|trait|use) (?P<rest>[^;({<]*(?:\{[^}]*\})?)",
    re.MULTILINE,
)
BADGE = re.compile(r'class="stab portability"[^>]*>(.*?)</(?:div|span)>', re.DOTALL)


def gated(source):
    """The items of a file with their features."""
    for found in GATED.finditer(source):
        names = found["rest"]
        if found["kind"] == "use":
            names = names.rsplit("::", 1)[-1].strip("{} \n")
        for name in re.split(r",\s*", names):
            if name:
                yield name.strip().rsplit("::", 1)[-1], found["kind"], found["feature"]


def has_badge(folder, name, kind, feature):
    """Whether a page of the item, or the item's part of a page, shows the feature."""
    patterns = {"mod": f"**/{name}/index.html", "fn": f"**/fn.{name}.html"}.get(kind, f"**/*.{name}.html")
    for page in folder.glob(patterns):
        if any(feature in html.unescape(badge) for badge in BADGE.findall(page.read_text())):
            return True
    if kind != "fn":
        return False
    for page in folder.glob("**/*.html"):
        for part in page.read_text().split(f'id="method.{name}"')[1:]:
            # The badge is between the heading of the method and the next one.
            if any(feature in html.unescape(badge) for badge in BADGE.findall(part.split('id="method.')[0])):
                return True
    return False


def complaints(sources, folder):
    for source in sources:
        for name, kind, feature in gated(source):
            if not has_badge(folder, name, kind, feature):
                yield f"{kind} {name}: its documentation does not name the feature {feature}"


def main(arguments):
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 64
    sources = [path.read_text() for path in sorted((ROOT / "core/src").rglob("*.rs"))]
    count = sum(1 for source in sources for _ in gated(source))
    wrong = list(complaints(sources, pathlib.Path(arguments[0])))
    for line in wrong:
        print(line, file=sys.stderr)
    print(f"badges: {count} items, {len(wrong)} without")
    return 1 if wrong or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
