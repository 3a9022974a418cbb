"""The site after mdbook: links, API references, search."""

import html.parser
import re
import urllib.parse


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


# Folders of the site that tools/docs-api writes, with a page that each must have and a pattern in it: where there is one, the operation
# get_token_for_teams_user; for C++, the form that throws.
REFERENCES = {
    "rust": ("acs_auth/client/struct.CommunicationIdentityClient.html", r"\bget_token_for_teams_user<"),
    "python": ("acs_auth/aio.html", r"\bget_token_for_teams_user<"),
    "kotlin": ("acs-auth/dev.acsauth/-communication-identity-client/index.html", r"\bgetTokenForTeamsUser<"),
    "kotlin/azure": ("acs-auth-azure/dev.acsauth.azure/-communication-identity-client/index.html", r"\bgetTokenForTeamsUser<"),
    "kotlin/spring-boot-starter": ("acs-auth-spring-boot-starter/dev.acsauth.spring/-acs-auth-customizer/index.html", r"\bcustomize<"),
    "kotlin/emulator-junit": ("acs-emulator-junit/dev.acsauth.emulator/-acs-emulator/index.html", r"\bconnectionString<"),
    "swift": ("CommunicationIdentityClient.html", r"\bgetTokenForTeamsUser\("),
    "c": ("classacs_1_1client.html", r"\bget_token_for_teams_user<"),
}
# Links that rustdoc itself leaves broken: those in tracing's documentation of what all types implement, and lists of implementations.
RUSTDOCS_OWN = re.compile(r"^dispatcher#|(?:^|/)trait\.impl/.*\.js$")


def reference_complaints(api, left_out):
    """API references that are missing, or lack what REFERENCES names."""
    for folder, (page, operation) in REFERENCES.items():
        if folder.split("/")[0] in left_out:
            continue
        path = api / folder / page
        if not path.is_file() or not re.search(operation, path.read_text(encoding="utf-8")):
            yield f"api/{folder}/{page} is not there, or lacks {operation}"


def unlisted_types(folder, listed="api.html"):
    """Types of the small references that the site's page on references doesn't link to: its search finds them by that page."""
    page = folder / listed
    links = set(Page(page.read_text(encoding="utf-8")).links) if page.is_file() else set()
    for reference in sorted(each for each in REFERENCES if "/" in each):
        for path in sorted((folder / "api" / reference).glob("*/*/-*/index.html")):
            link = str(path.relative_to(folder))
            if link not in links:
                yield f"{listed} doesn't link to {link}"


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
