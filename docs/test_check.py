"""Tests of the modules of checks, badges.py, capacity.py and swift_api.py; test_glossary.py has those of the glossary."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import badges  # noqa: E402
import capacity  # noqa: E402
import swift_api  # noqa: E402
from checks import links, platforms, readme, site, snippets, tables  # noqa: E402
from checks.repository import PAGES, ROOT  # noqa: E402

NAMES = {"throttled", "get_token", "client_id", "error_kind"}


def complaints(text):
    return list(snippets.page_complaints(PAGES / "page.md", text, NAMES))


class Platforms(unittest.TestCase):
    PAGE = (
        "# Platforms\n\n| platform | Rust target | C library | emulator | command |\n|---|---|---|---|---|\n"
        "| Linux, glibc | `l` | run | run | `make test test-all` |\n| Moon | `m` | run | built | |\n"
        "| Mars | `x` | no: no air | run | |\n| Linux, musl | `y` | run in part | run | |\n\n## Linux\n"
    )
    MAKEFILE = "test:\n\ttools/test\ntest-all:\n\ttools/test deeper\n"

    def complaints(self, readme, page=PAGE, makefile=MAKEFILE):
        return list(platforms.platform_complaints(readme, page, makefile))

    def test_the_readme_puts_each_platform_by_its_worst_part(self):
        readme = "# It\n\n**Platforms** Mars.\n\nMore.\n"
        self.assertEqual(len(self.complaints(readme)), 1)
        copied = platforms.with_platforms(readme, self.PAGE)
        line = "**Platforms** ([details](docs/src/platforms.md)). Tests ran on Linux glibc; in part on Linux musl."
        self.assertEqual(copied, f"# It\n\n{line} Built, never run: Moon. Not built: Mars.\n\nMore.\n")
        self.assertEqual(self.complaints(copied), [])

    def test_a_readme_without_the_line_an_unknown_word_and_a_command_that_is_not_there(self):
        self.assertEqual(len(self.complaints("# It\n")), 1)
        good = platforms.with_platforms("**Platforms**\n", self.PAGE)
        self.assertEqual(len(self.complaints(good, page=self.PAGE.replace("run in part", "hardly"))), 1)
        self.assertEqual(len(self.complaints(good, makefile="test:\n")), 1)


class Tables(unittest.TestCase):
    def test_names_are_those_of_the_first_column(self):
        page = "| `event` | meaning |\n|---|---|\n| `a_b`, `c` | `not_this` |\n\n| `code` |\n|---|\n| `d` |\n"
        self.assertEqual(tables.listed(page, "`event`"), {"a_b", "c"})
        self.assertEqual(tables.listed(page, "`code`"), {"d"})
        comment = "".join(f"    //! {line}\n" for line in page.splitlines())
        self.assertEqual(tables.listed(comment, "`event`"), {"a_b", "c"})

    def test_a_name_too_many_and_one_too_few(self):
        told = list(tables.differences("page.md", {"a", "b"}, {"b", "c"}))
        self.assertEqual(told, ["page.md: its table has a, which the code doesn't have", "page.md: its table lacks c"])

    def test_both_ways_to_log_an_event(self):
        text = 'warn!(event = "one", x);\nlog_failure("two", y);\nlog_failure(\n    "three",\n'
        self.assertEqual(tables.EVENT.findall(text), ["one", "two", "three"])

    def test_the_code_is_found(self):
        self.assertIn("panic_caught", tables.logged("core/src"))
        self.assertIn("serving", tables.logged("cli/src"))
        self.assertIn("user_mismatch", tables.codes())


class Readme(unittest.TestCase):
    PAGES = {"bindings/kotlin/README.md": "```java\nof(1);\n```\n"}
    GOOD = "".join(f"```{language}\nof(1);\n```\n" for language in ("rust,no_run", "c", "python", "java", "swift"))

    def complaints(self, text):
        return list(readme.readme_complaints(text, self.PAGES))

    def test_a_good_one(self):
        self.assertEqual(self.complaints(self.GOOD), [])

    def test_each_host_has_a_snippet_that_is_tested(self):
        self.assertEqual(len(self.complaints(self.GOOD.replace("```swift", "```sh"))), 1)
        self.assertEqual(len(self.complaints(self.GOOD.replace("java\nof(1)", "java\nof(2)"))), 1)
        self.assertEqual(len(self.complaints(self.GOOD + "```go\n```\n")), 1)

    def test_it_is_short(self):
        self.assertEqual(len(self.complaints(self.GOOD + "More.\n" * readme.README_LINES)), 1)


class Sources(unittest.TestCase):
    def test_a_good_page(self):
        self.assertEqual(complaints("{{#include ../../README.md:rust}}\n`Throttled` `getToken(…)` `ErrorKind`\n"), [])

    def test_snippets_are_included(self):
        self.assertEqual(len(complaints("```rust\nfn main() {}\n```\n")), 1)
        self.assertEqual(complaints("```rust\n{{#include ../../samples/cpp-service/main.cpp:answer}}\n```\n"), [])

    def test_files_and_anchors_are_there(self):
        self.assertEqual(len(complaints("{{#include ../../README.txt}}\n")), 1)
        self.assertEqual(len(complaints("{{#include ../../README.md:no_such}}\n")), 1)
        self.assertEqual(len(complaints("{{#include ../../README.md:1:5}}\n")), 1)

    def test_what_is_included_is_tested(self):
        self.assertEqual(len(complaints("{{#include ../../CONTRIBUTING.md}}\n")), 1)

    def test_names_exist(self):
        self.assertEqual(len(complaints("`TokenThrottled` `get_tokens()` `ErrorKind.NoSuchKind`\n")), 3)

    def test_paths_exist(self):
        self.assertEqual(len(complaints("`samples/no-such` `cli/src`\n")), 1)


class Links(unittest.TestCase):
    def complaints(self, text):
        return list(links.link_complaints(ROOT / "bindings/page.md", text))

    def test_good_links(self):
        self.assertEqual(self.complaints("# The `a` of *b*, c\n[a](#the-a-of-b-c) [r](../README.md#try-it) [t](../tools) [w](https://example.com)"), [])

    def test_bad_links(self):
        self.assertEqual(len(self.complaints("[a](#gone) [b](../README.txt) [c](../README.md#gone)\n")), 3)

    def test_code_is_not_searched(self):
        self.assertEqual(self.complaints("```c\ncall(a[0](1));\n# no heading\n```\n`a[0](1)`\n"), [])
        self.assertEqual(len(self.complaints("```sh\n# no heading\n```\n[a](#no-heading)\n")), 1)


class Site(unittest.TestCase):
    def complaints(self, **pages):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in pages.items():
                pathlib.Path(folder, name + ".html").write_text(text, encoding="utf-8")
            return site.site_complaints(pathlib.Path(folder))[0]

    def test_good_links(self):
        other = '<h2 id="there">There</h2>'
        self.assertEqual(self.complaints(a='<a href="b.html#there">b</a><a href="https://example.com">e</a>', b=other), [])

    def test_bad_links(self):
        found = self.complaints(a='<a href="c.html">c</a><a href="b.html#gone">b</a><a href="#gone">a</a>', b="")
        self.assertEqual(len(found), 3)

    def test_nothing_is_loaded_from_elsewhere(self):
        self.assertEqual(len(self.complaints(a='<script src="https://cdn.example/x.js"></script>')), 1)

    def in_references(self, left_out=(), **pages):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in pages.items():
                path = pathlib.Path(folder, "api", name.replace("_", "/") + ".html")
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            pathlib.Path(folder, "api.html").write_text('<a href="api/kotlin/a.html#gone">a</a>', encoding="utf-8")
            return site.site_complaints(pathlib.Path(folder), left_out)[0]

    def test_a_generator_may_forget_its_own_anchors_but_no_page(self):
        links = '<a href="b.html#gone">b</a>'
        self.assertEqual(self.in_references(kotlin_a=f'<i id="gone">{links}</i>', kotlin_b=""), [])
        self.assertEqual(len(self.in_references(kotlin_a=f'<i id="gone">{links}</i>')), 1)
        # From elsewhere, and in the pages that our own script writes.
        self.assertEqual(len(self.in_references(kotlin_a="")), 1)
        self.assertEqual(len(self.in_references(kotlin_a='<i id="gone"></i>', swift_a=links, swift_b="")), 1)

    def test_rustdocs_own_broken_links_are_no_errors_in_its_pages_alone(self):
        links = '<i id="gone"></i><a href="dispatcher#default">d</a><script src="../trait.impl/core/trait.Clone.js"></script>'
        self.assertEqual(self.in_references({"kotlin"}, rust_a=links), [])
        self.assertEqual(len(self.in_references({"kotlin"}, rust_a=links + '<a href="trait.Clone.html">c</a>')), 1)
        self.assertEqual(len(self.in_references({"kotlin"}, python_a=links)), 2)

    def test_only_the_host_without_a_toolchain_may_have_no_reference(self):
        self.assertEqual(self.in_references({"kotlin"}), [])
        self.assertEqual(len(self.in_references({"swift"})), 1)
        with tempfile.TemporaryDirectory() as folder:
            missing = list(site.reference_complaints(pathlib.Path(folder), {"swift", "kotlin"}))
        self.assertEqual(len(missing), len({"rust", "python", "c"}))

    def test_a_reference_without_the_operation_is_none(self):
        others = set(site.REFERENCES) - {"c"}
        for text, wrong in (("<a>get_token_for_teams_user</a>", 0), ("<a>try_get_token_for_teams_user</a>", 1)):
            with tempfile.TemporaryDirectory() as folder:
                path = pathlib.Path(folder, "c", site.REFERENCES["c"][0])
                path.parent.mkdir()
                path.write_text(text, encoding="utf-8")
                self.assertEqual(len(list(site.reference_complaints(pathlib.Path(folder), others))), wrong)

    def test_the_types_of_the_small_references_are_listed(self):
        with tempfile.TemporaryDirectory() as folder:
            page = pathlib.Path(folder, "api/kotlin/azure/module/dev.acsauth.azure/-client/index.html")
            page.parent.mkdir(parents=True)
            page.write_text("", encoding="utf-8")
            self.assertEqual(len(list(site.unlisted_types(pathlib.Path(folder)))), 1)
            pathlib.Path(folder, "api.html").write_text('<a href="api/kotlin/azure/module/dev.acsauth.azure/-client/index.html">c</a>', encoding="utf-8")
            self.assertEqual(list(site.unlisted_types(pathlib.Path(folder))), [])

    def test_the_search_has_each_page_and_needs_no_server(self):
        summary = "# Summary\n\n- [A](a.md)\n- [B](b/c.md)\n"
        for index, wrong in [
            ('window.search = {"doc_urls":["a.html#a","b/c.html#c"]}', 0),
            ('window.search = {"doc_urls":["a.html#a"]}', 1),
            ('{"doc_urls":["a.html#a","b/c.html#c"]}', 1),
        ]:
            with tempfile.TemporaryDirectory() as folder:
                pathlib.Path(folder, "searchindex.js").write_text(index, encoding="utf-8")
                self.assertEqual(len(list(site.search_complaints(pathlib.Path(folder), summary))), wrong)
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(len(list(site.search_complaints(pathlib.Path(folder), summary))), 3)


class Capacity(unittest.TestCase):
    def test_the_tables_are_computed(self):
        self.assertEqual((ROOT / "docs/tested/capacity.md").read_text("utf-8"), capacity.page(), "run docs/capacity.py >docs/tested/capacity.md")

    def test_one_user_who_is_online_all_day_exchanges_once_in_a_lifetime(self):
        an_hour, a_day = capacity.always_fresh(1, 1)
        self.assertAlmostEqual(an_hour, 60 / (capacity.LIFETIME - capacity.MARGIN))
        self.assertAlmostEqual(a_day, 8 * an_hour)
        self.assertEqual(capacity.on_demand(10, 0.5, 2, 0.25), (2.5, 10))


class SwiftPages(unittest.TestCase):
    @staticmethod
    def symbol(precise, kind, *path, comment=None, spelling="…"):
        made = {
            "identifier": {"precise": precise},
            "kind": {"identifier": kind},
            "pathComponents": list(path),
            "names": {"title": path[-1]},
            "declarationFragments": [{"spelling": spelling}],
        }
        if comment:
            made["docComment"] = {"lines": [{"text": line} for line in comment.split("\n")]}
        return precise, made

    def test_types_have_pages_and_members_stand_on_them(self):
        symbols = dict(
            [
                self.symbol("c", "swift.class", "Client", comment="Exchanges; see ``Options``.\n\n- Parameter id: The id."),
                self.symbol("m", "swift.method", "Client", "create()", spelling="func create() async throws", comment="Creates a user."),
                self.symbol("o", "swift.struct", "Options", comment="Options."),
                self.symbol("e", "swift.property", "String", "mine"),
            ]
        )
        files = swift_api.book(symbols, {"m": "c", "e": "String"})
        self.assertIn("[`Options`](Options.md)", files["Client.md"])
        self.assertIn("- *Parameter* `id`: The id.", files["Client.md"])
        self.assertIn("func create() async throws", files["Client.md"])
        self.assertIn("mine", files["Extensions.md"])
        for page in ("Client.md", "Options.md", "Extensions.md"):
            self.assertIn(f"]({page})", files["SUMMARY.md"])

    def test_a_type_without_documentation_is_an_error(self):
        symbols = dict([self.symbol("c", "swift.class", "Client"), self.symbol("o", "swift.struct", "Options", comment="Options.")])
        self.assertEqual(list(swift_api.complaints(symbols, {})), ["Client has no documentation"])


class Badges(unittest.TestCase):
    SOURCE = """
#[cfg(feature = "redis")]
pub use cache::{RedisOptions, SealingKey};
impl Builder {
    /// Shares.
    #[cfg(feature = "redis")]
    #[must_use]
    pub fn share(self) -> Self { self }
    pub fn other(self) -> Self { self }
}
#[cfg(feature = "handler")]
mod hidden;
"""
    BADGE = '<div class="stab portability">Available on <strong>crate feature <code>redis</code></strong> only.</div>'

    def complaints(self, pages):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in pages.items():
                (pathlib.Path(folder) / name).write_text(text)
            return list(badges.complaints([self.SOURCE], pathlib.Path(folder)))

    def test_gated_items_have_badges(self):
        pages = {name: self.BADGE for name in ("struct.RedisOptions.html", "struct.SealingKey.html")}
        pages["struct.Builder.html"] = f'<h4 id="method.share"></h4>{self.BADGE}<h4 id="method.other"></h4>'
        self.assertEqual(self.complaints(pages), [])

    def test_a_badge_of_another_item_or_feature_does_not_count(self):
        self.assertEqual(len(self.complaints({})), 3)
        pages = {"struct.RedisOptions.html": self.BADGE.replace("redis", "handler"), "struct.SealingKey.html": ""}
        pages["struct.Builder.html"] = f'<h4 id="method.share"></h4><h4 id="method.other"></h4>{self.BADGE}'
        self.assertEqual(len(self.complaints(pages)), 3)


if __name__ == "__main__":
    unittest.main()
