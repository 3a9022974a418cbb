#!/usr/bin/env python3
"""Checks the pages before mdbook and the site after it: `check.py sources`, `check.py site FOLDER`; writes the README's
line on platforms: `check.py platforms`.

sources: every snippet is included from a file that tests run, and its anchor exists and isn't empty; paths of this
repository exist; names of kinds, options, settings and codes are in tests/surface or docs/foreign-words.txt. No page of the
repository, no documentation comment and no text that users read uses a word that docs/glossary.txt replaces.
site: every link of the site leads to an existing page and anchor, nothing is loaded from elsewhere, each host has its API
reference, and the index of the site's own search has every page. `check.py site FOLDER HOST…` leaves out hosts without a toolchain.
"""

import html.parser
import pathlib
import re
import sys
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs/src"

# Files that snippets may come from, and what builds or runs each.
TESTED = {
    "README.md": "doctest of core (Rust), tests/c/readme (C), tools/test-python, bindings/swift/Tests/consumer, make demo",
    "packaging/README.md": "tools/test-packages",
    "bindings/python/README.md": "tools/test-python",
    "bindings/python/guides/README.md": "bindings/python/tests/test_guides.py",
    "bindings/python/guides/django_view.py": "bindings/python/tests/test_guides.py",
    "bindings/python/guides/flask_blueprint.py": "bindings/python/tests/test_guides.py",
    "bindings/swift/README.md": "bindings/swift/Tests/consumer",
    "bindings/kotlin/README.md": "bindings/kotlin/acs-auth/src/test/kotlin/dev/acsauth/ReadmeTest.kt",
    "bindings/kotlin/SPRING_BOOT.md": "bindings/kotlin/spring-boot",
    "core/src/handler/settings/names.md": "a test of core/src/handler/settings/mod.rs",
    "docs/tested/commands.md": "docs/commands.py",
    "samples/c-service/README.md": "tests/c/samples/test_readme.py",
    "samples/c-service/main.c": "tests/c/samples/test_service.py",
    "samples/c-libcurl/README.md": "tests/c/samples/test_readme.py",
    "samples/c-libcurl/main.c": "tests/c/samples/test_libcurl.py",
    "samples/cpp-service/README.md": "tests/c/samples/test_readme.py",
    "samples/cpp-service/main.cpp": "tests/c/samples/test_service.py",
    "samples/minimal-client/README.md": "tests/e2e/cases/readme.mjs",
    "samples/kotlin-ktor/src/main/kotlin/Main.kt": "samples/kotlin-ktor/src/test",
    "samples/python-fastapi/main.py": "samples/python-fastapi/test_main.py",
    "docs/tested/capacity.md": "docs/test_check.py",
    "docs/tested/deployment/Dockerfile": "docs/test_deployment.py",
    "docs/tested/deployment/acs-auth.service": "docs/test_deployment.py",
    "docs/tested/deployment/container-app.yaml": "docs/test_deployment.py",
    "docs/tested/deployment/functions.sh": "docs/test_deployment.py",
    "docs/tested/deployment/kubernetes.yaml": "docs/test_deployment.py",
    "tests/c/consumers/cmake/CMakeLists.txt": "tools/test-packages",
    "tests/emulator-packages/junit/src/test/java/stranger/GreeterTest.java": "tools/test-emulator-packages",
    "tests/emulator-packages/node/greeter.test.js": "tools/test-emulator-packages",
    "tests/emulator-packages/python/test_greeter.py": "tools/test-emulator-packages",
    "tests/c/consumers/consumer.cpp": "tools/test-packages",
    "tests/c/consumers/pkg-config-make/Makefile": "tools/test-packages",
    "emulator/README.md": "its own page, whole",
    "emulator/ENTRA.md": "its own page, whole",
}
# Languages of snippets that a page may contain itself, since they are not programs: diagrams, requests, JSON.
WRITTEN_OUT = {"mermaid", "http", "json"}

INCLUDE = re.compile(r"\{\{#(\w+) +([^}\s]+)\s*\}\}")
FENCE = re.compile(r"^```(\S*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
INLINE = re.compile(r"`([^`\n]+)`")
REPOSITORY_PATH = re.compile(r"^(?:bindings|cli|core|docs|emulator|include|packaging|samples|tests|tools)/[\w./-]*$")
# Code, comments and targets of links: what a reader doesn't read as prose.
NOT_PROSE = re.compile(r"^```.*?^```$|^ {4}[^\n]*$|`[^`\n]+`|<!--.*?-->|\]\([^)]*\)", re.DOTALL | re.MULTILINE)
# Folders with pages of others.
NOT_OURS = {"node_modules", "node22", "target", "build"}
WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*")


def anchored(text, name):
    """What mdbook includes for an anchor, or None where the file has none of this name."""
    begin = re.search(rf"ANCHOR:\s*{re.escape(name)}\b.*\n", text)
    end = re.search(rf"^.*ANCHOR_END:\s*{re.escape(name)}\b", text, re.MULTILINE)
    if begin is None or end is None or end.start() < begin.end():
        return None
    kept = text[begin.end() : end.start()].splitlines(keepends=True)
    return "".join(line for line in kept if "ANCHOR" not in line)


def snake(name):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def codes():
    """The codes of the handler's answers."""
    return re.findall(r'= "(\w+)", \d{3},', (ROOT / "core/src/handler/problem.rs").read_text(encoding="utf-8"))


def what_is_left_out():
    """Kinds and codes that are missing on the pages that list all of them."""
    kinds = re.findall(r"^(\w+) = (\d+)$", (ROOT / "tests/surface/errors.txt").read_text(encoding="utf-8"), re.MULTILINE)
    listed = re.findall(r"^\| (\d+) \| `(\w+)` \|", (PAGES / "errors.md").read_text(encoding="utf-8"), re.MULTILINE)
    for name, value in sorted(set(kinds) ^ {(name, value) for value, name in listed}):
        yield f"docs/src/errors.md: its table of kinds and tests/surface/errors.txt differ in {name} = {value}"
    answers = (PAGES / "handler.md").read_text(encoding="utf-8")
    for code in codes():
        if f"`{code}`" not in answers:
            yield f"docs/src/handler.md: the code {code} is not there"


def known_names():
    """The names of the surface, the settings, the codes and the symbols, in snake case, and those of docs/foreign-words.txt."""
    names = set()
    for path in ("api.txt", "errors.txt", "exports.txt", "rust.txt"):
        for line in (ROOT / "tests/surface" / path).read_text(encoding="utf-8").splitlines():
            names.update(WORD.findall(line.split("#")[0]))
    names.update(re.findall(r"`([^`]+)`", (ROOT / "core/src/handler/settings/names.md").read_text(encoding="utf-8")))
    names.update(codes())
    for source in (ROOT / "core/src/handler").rglob("*.rs"):
        names.update(re.findall(r'(?:\bevent = |log_failure\()"(\w+)"', source.read_text(encoding="utf-8")))
    names.update(WORD.findall((ROOT / "include/acs_auth.h").read_text(encoding="utf-8")))
    foreign = (ROOT / "docs/foreign-words.txt").read_text(encoding="utf-8")
    names.update(word for line in foreign.splitlines() for word in line.split("#")[0].split())
    return {snake(part) for name in names for part in name.split(".") if part}


def is_name(code):
    """Whether inline code is a name that could be ours: joined words, in any host's case."""
    bare = re.sub(r"\(.*\)$", "", code)
    if not re.fullmatch(r"[A-Za-z][\w.]*", bare):
        return False
    return any("_" in part or re.search(r"[a-z][A-Z]", part) for part in bare.split("."))


def page_complaints(page, text, names):
    where = page.relative_to(ROOT) if page.is_relative_to(ROOT) else page
    for kind, target in INCLUDE.findall(text):
        path, _, anchor = target.partition(":")
        file = (page.parent / path).resolve()
        inside = str(file.relative_to(ROOT)) if file.is_relative_to(ROOT) else path
        if kind != "include":
            yield f"{where}: {kind} is not used here"
        elif not file.is_file():
            yield f"{where}: {inside} is not there"
        elif inside not in TESTED:
            yield f"{where}: {inside} is not known to be tested (docs/check.py, TESTED)"
        elif anchor:
            if re.match(r"[\d:]", anchor):
                yield f"{where}: {target} is by line, which breaks unseen: use an anchor"
            elif not (anchored(file.read_text(encoding="utf-8"), anchor) or "").strip():
                yield f"{where}: {inside} has no anchor {anchor}, or nothing in it"
    for language, body in FENCE.findall(text):
        if language not in WRITTEN_OUT and INCLUDE.sub("", body).strip():
            yield f"{where}: a snippet in {language or 'no language'} is written out, not included"
    for code in INLINE.findall(FENCE.sub("", text)):
        if REPOSITORY_PATH.match(code) and not (ROOT / code).exists():
            yield f"{where}: {code} is not there"
        if is_name(code):
            for part in re.sub(r"\(.*\)$", "", code).split("."):
                if is_name(part) and snake(part) not in names:
                    yield f"{where}: {code} is neither in tests/surface nor in docs/foreign-words.txt"
                    break


def glossary():
    """The words that pages don't use: a pattern, the word, and the ones in its place."""
    lines = (ROOT / "docs/glossary.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split(" -> ") for line in lines if " -> " in line and not line.startswith("#")]
    return [(re.compile(rf"\b{re.escape(word)}\b", re.IGNORECASE), word, instead) for word, instead in pairs]


def glossary_complaints(where, text, words):
    # A phrase may span two lines.
    prose = " ".join(NOT_PROSE.sub(" ", text).split())
    for pattern, word, instead in words:
        if pattern.search(prose):
            yield f"{where}: write {instead} in place of {word!r} (docs/glossary.txt)"


# Where the public text of a source file is: documentation comments, and strings that are sentences, as errors, log records and help are.
DOC_LINES = re.compile(r"^\s*//[/!](.*)$", re.MULTILINE)
DOC_BLOCKS = re.compile(r"/\*\*(.*?)\*/", re.DOTALL)
DOCSTRINGS = re.compile(r'"""(.*?)"""', re.DOTALL)
STRINGS = re.compile(r'"((?:[^"\\\n]|\\(?:.|\n))*)"')
SOURCES = {
    ".rs": (DOC_LINES, STRINGS),
    ".py": (DOCSTRINGS, STRINGS),
    ".kt": (DOC_BLOCKS, STRINGS),
    ".java": (DOC_BLOCKS, STRINGS),
    ".swift": (DOC_LINES, STRINGS),
    ".h": (DOC_LINES, DOC_BLOCKS),
    ".hpp": (DOC_LINES, DOC_BLOCKS, STRINGS),
}
# Texts of the service itself.
OF_THE_SERVICE = {"Provided AAD token issued for unexpected user."}
# Folders that aren't released: only those who work on the project read their text.
NOT_PUBLIC = {"tests", "Tests", "test", "benches", "examples"}


def public_text(source, suffix):
    """The public text of a source file as prose, without code in it."""
    texts = []
    for pattern in SOURCES[suffix]:
        # A string of one or two words is a name or a value.
        texts += [text for text in pattern.findall(source) if pattern is not STRINGS or len(text.split()) > 2]
    return "\n".join(NOT_PROSE.sub(" ", text.replace("\\\n", " ")) for text in texts if text not in OF_THE_SERVICE)


def public_sources():
    """The source files whose documentation and texts users read."""
    for top in ("bindings", "cli", "core", "emulator", "include"):
        for path in sorted((ROOT / top).rglob("*")):
            folders = path.relative_to(ROOT).parts[:-1]
            if path.suffix in SOURCES and not any(each.startswith(".") or each in NOT_OURS | NOT_PUBLIC for each in folders):
                yield path


def all_pages():
    """The Markdown of this repository, but for the changelog, which names what was replaced."""
    for path in sorted(ROOT.rglob("*.md")):
        folders = path.relative_to(ROOT).parts[:-1]
        if path.name != "CHANGELOG.md" and not any(each.startswith(".") or each in NOT_OURS for each in folders):
            yield path


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


# Who builds or runs the README's snippets; those of other languages must be copies of one in the page named here.
README_TESTED = {"rust,no_run", "c", "python", "swift", "sh"}
README_COPIED = {"java": "bindings/kotlin/README.md", "kotlin": "bindings/kotlin/README.md"}
README_LINES = 120


def readme_complaints(readme, pages):
    """Whether the README is short, has a program for each host, and tests cover each."""
    if readme.count("\n") > README_LINES:
        yield f"README.md: {readme.count(chr(10))} lines, more than {README_LINES}: move facts to docs/src"
    snippets = FENCE.findall(readme)
    for language, body in snippets:
        if language in README_COPIED:
            page = README_COPIED[language]
            if (language, body) not in FENCE.findall(pages[page]):
                yield f"README.md: its snippet in {language} is not one of {page}, which tests compile"
        elif language not in README_TESTED:
            yield f"README.md: nothing tests a snippet in {language or 'no language'}"
    hosts = {language.partition(",")[0] for language, _ in snippets}
    for missing in sorted({"rust", "c", "python", "swift"} - hosts) + ([] if hosts & {"java", "kotlin"} else ["java"]):
        yield f"README.md: no example in {missing}"


def check_sources():
    names = known_names()
    pages = sorted(PAGES.rglob("*.md"))
    summary = (PAGES / "SUMMARY.md").read_text(encoding="utf-8")
    complaints = [
        f"{path}: nothing tests {path}, as {by.split()[0]} is not there"
        for path, by in TESTED.items()
        if (ROOT / path).exists() and re.match(r"\S+/\S+\.?", by) and not (ROOT / by.split()[0].rstrip(",")).exists()
    ]
    complaints += what_is_left_out()
    complaints += platform_complaints(*((ROOT / path).read_text(encoding="utf-8") for path in ("README.md", "docs/src/platforms.md", "Makefile")))
    texts = {page: (ROOT / page).read_text(encoding="utf-8") for page in ("README.md", *README_COPIED.values())}
    complaints += readme_complaints(texts["README.md"], texts)
    snippets = 0
    for page in pages:
        text = page.read_text(encoding="utf-8")
        snippets += len(INCLUDE.findall(text))
        complaints += page_complaints(page, text, names)
        if page.name != "SUMMARY.md" and f"({page.relative_to(PAGES)})" not in summary:
            complaints.append(f"{page.relative_to(ROOT)}: SUMMARY.md does not list it")
    words = glossary()
    for page in all_pages():
        complaints += glossary_complaints(page.relative_to(ROOT), page.read_text(encoding="utf-8"), words)
    for path in public_sources():
        complaints += glossary_complaints(path.relative_to(ROOT), public_text(path.read_text(encoding="utf-8"), path.suffix), words)
    return complaints, f"{len(pages) - 1} pages, {snippets} included snippets"


class Page(html.parser.HTMLParser):
    """The ids of a page, the links from it, and what it loads."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.loads = set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if given.get("id"):
            self.ids.add(given["id"])
        if tag == "a" and given.get("name"):
            self.ids.add(given["name"])
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        if tag in ("script", "img", "iframe", "object", "source") and given.get("src"):
            self.loads.append(given["src"])
        if tag == "link" and given.get("href") and given.get("rel") != "canonical":
            self.loads.append(given["href"])


# Folders of the site that tools/docs-api writes, and a page and pattern by which each must have get_token_for_teams_user; for C++, the form that
# throws.
REFERENCES = {
    "rust": ("acs_auth/client/struct.CommunicationIdentityClient.html", r"\bget_token_for_teams_user<"),
    "python": ("acs_auth/aio.html", r"\bget_token_for_teams_user<"),
    "kotlin": ("acs-auth/dev.acsauth/-communication-identity-client/index.html", r"\bgetTokenForTeamsUser<"),
    "swift": ("CommunicationIdentityClient.html", r"\bgetTokenForTeamsUser\("),
    "c": ("classacs_1_1client.html", r"\bget_token_for_teams_user<"),
}


# Links that rustdoc itself leaves broken: those in tracing's documentation of what all types implement, and lists of implementations.
RUSTDOCS_OWN = re.compile(r"^dispatcher#|(?:^|/)trait\.impl/.*\.js$")


def reference_complaints(api, left_out):
    """Hosts that have no API reference, or one without get_token_for_teams_user."""
    for host, (page, operation) in REFERENCES.items():
        if host in left_out:
            continue
        path = api / host / page
        if not path.is_file() or not re.search(operation, path.read_text(encoding="utf-8")):
            yield f"api/{host}/{page} is not there, or lacks {operation}"


def within_one_reference(path, target, api):
    """Whether a documentation generator made the link: its pages exist, but some generators omit anchors."""
    folders = [each.relative_to(api).parts[0] for each in (path, target) if each.is_relative_to(api)]
    # Swift's pages are made by our own script.
    return len(folders) == 2 and folders[0] == folders[1] != "swift"


def search_complaints(folder, summary):
    """Whether the search works without a server, and finds every page of the book."""
    index = folder / "searchindex.js"
    text = index.read_text(encoding="utf-8") if index.is_file() else ""
    # The index must be a script, since a page that is opened as a file can't fetch data.
    if not text.startswith("window.search"):
        yield "the site has no search index"
    for page in re.findall(r"\]\(([^)]+)\.md\)", summary):
        if f'"{page}.html#' not in text:
            yield f"the search does not find {page}.md"


def site_complaints(folder, left_out=()):
    api = folder.resolve() / "api"
    pages = {path.resolve(): Page(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.html"))}
    # mdbook's table of contents for browsers without scripts, and its page for a 404: their links are relative to
    # another folder.
    aside = {"toc.html", "404.html"}
    links = 0
    complaints = []
    for path, page in pages.items():
        where = path.relative_to(folder.resolve())
        if path.name in aside:
            continue
        for link in page.links + page.loads:
            url = urllib.parse.urlsplit(link)
            if url.scheme in ("data", "mailto", "javascript"):
                continue
            if url.scheme or url.netloc:
                if link in page.loads:
                    complaints.append(f"{where}: loads {link}")
                continue
            links += 1
            target = (path.parent / urllib.parse.unquote(url.path)).resolve() if url.path else path
            if target.is_dir():
                target /= "index.html"
            if target.is_relative_to(api) and target.relative_to(api).parts[0] in left_out:
                continue
            if path.is_relative_to(api / "rust") and RUSTDOCS_OWN.search(link):
                continue
            if not target.is_file():
                complaints.append(f"{where}: {link} leads nowhere")
            elif url.fragment and link in page.links and target in pages and not within_one_reference(path, target, api):
                if urllib.parse.unquote(url.fragment) not in pages[target].ids:
                    complaints.append(f"{where}: {link} has no such anchor")
    return complaints, f"{len(pages)} pages of the site, {links} internal links"


def main(arguments):
    if arguments == ["platforms"]:
        readme = ROOT / "README.md"
        page = (PAGES / "platforms.md").read_text(encoding="utf-8")
        readme.write_text(with_platforms(readme.read_text(encoding="utf-8"), page), encoding="utf-8")
        return 0
    if arguments == ["sources"]:
        complaints, told = check_sources()
    elif len(arguments) >= 2 and arguments[0] == "site":
        folder, left_out = pathlib.Path(arguments[1]), set(arguments[2:])
        complaints, told = site_complaints(folder, left_out)
        complaints += search_complaints(folder, (PAGES / "SUMMARY.md").read_text(encoding="utf-8"))
        complaints += reference_complaints(folder / "api", left_out)
    else:
        print(__doc__, file=sys.stderr)
        return 64
    for complaint in complaints:
        print(f"error: {complaint}", file=sys.stderr)
    print(f"{told}: {len(complaints)} errors")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
