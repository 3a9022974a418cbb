"""Tests of checks/glossary.py and of docs/glossary.txt: each word is found where it is wrong, and only there."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from checks import glossary  # noqa: E402
from checks.repository import ROOT, all_pages  # noqa: E402

WORDS = glossary.glossary()
# For each word that is searched for: a sentence in which it is wrong and, if it has a pattern, one in which it is right.
SENTENCES = {
    "backend": ("Your Backend calls it.", "Compare backend in config.json with the address."),
    "server side": ("It runs on the server side.", "The server's side of the connection is closed."),
    "swap": ("It swaps the token.", "Swapped or doubled headers are rejected."),
    "conversion": ("The conversion of the user's Entra token fails.", "It converts the text to UTF-8."),
    "AAD token": ("Pass the AAD token.", "Provided AAD token issued for unexpected user."),
    "who": ("It is shared. Who wants the same token waits.", "Who may use Teams Phone extensibility, and through which apps."),
    "one who": ("It is for one who signs in.", "Anyone who can write to Redis could fill it."),
    "given again": ("A rejection is given again for 30 s.", "The token is returned again."),
    "not taken": ("A token of Graph is not taken.", "A rejected user's token is not taken for a bad bearer token."),
    "kept": ("The tokens are kept for an hour.", "The order of events is kept."),
    "longest kept": ("The longest kept is a day.", None),
    "refusals kept": ("How many refusals are kept.", "The entries that are cached."),
    "lead": ("The first caller takes the lead.", "The same custom id leads to the same identity."),
    "land": ("The exchange has landed.", "It works in every landscape."),
    "seat": ("No seat is left.", "A seatbelt."),
    "board": ("Ten callers are on board.", "The keyboard and the dashboard."),
    "single flight": ("A cache with single\nflight.", "Flights are single calls."),
    "patience": ("A caller with little patience leaves.", "A patent is granted."),
    "going again": ("It is going again after a timeout.", "It goes on again later."),
    "pre-flight": ("The pre-flight of a token.", "A CORS preflight check is cached, a preflight is answered."),
    "secret of the resource": ("Rotate the secret of your resource.", "The app's secret for Microsoft Graph."),
    "lent": ("The response is lent to the callback.", "It is silent."),
    "recipe": ("A pool is a recipe for its client.", "Homebrew's formula, and Conan's recipe with a consumer."),
    "given": ("The token is given back.", "The body is empty unless given."),
    "is told": ("The observer is told of it.", "It tells the two apart."),
    "unless told": ("Unless told otherwise, it waits.", None),
    "told by": ("The time is told by the service.", None),
    "the very same": ("It is the very same token.", None),
    "believed by": ("A token is believed by the handler.", None),
    "come of it": ("What comes of it is unknown.", "Tokens come of age."),
    "as usual": ("The rest is as usual.", None),
    "longer than nothing": ("It must be longer than nothing.", None),
    "no one knows": ("No one knows the id.", None),
    "gives no random": ("The system gives no random bytes.", None),
}


def found(text):
    return list(glossary.glossary_complaints("page.md", text, WORDS))


def found_in(suffix, source):
    return len(found(glossary.public_text(source, suffix)))


class Words(unittest.TestCase):
    def test_each_word_has_its_sentences(self):
        searched = {entry.word: entry for entry in WORDS if entry.pattern}
        self.assertEqual(set(searched), set(SENTENCES))
        for word, (wrong, right) in SENTENCES.items():
            with self.subTest(word):
                self.assertTrue(searched[word].pattern.search(" ".join(wrong.split())))
                if right is not None:
                    self.assertEqual(found(right), [])

    def test_a_pattern_needs_a_right_use(self):
        lines = (ROOT / "docs/glossary.txt").read_text("utf-8").splitlines()
        patterns = {line.split(": /")[0] for line in lines if ": /" in line and not line.startswith("#")}
        self.assertEqual({word for word in patterns if SENTENCES[word][1] is None}, set())

    def test_a_word_that_is_not_searched_for_has_a_reason(self):
        self.assertEqual([entry.word for entry in WORDS if entry.pattern is None and len(entry.reason) < 20], [])

    def test_forms_of_lines(self):
        plain, pattern, reason = glossary.glossary("# x\na b -> c\n\nd: /e: f/ -> g -> h\ni: it is right elsewhere -> j\n")
        self.assertEqual((plain.word, plain.pattern.pattern, plain.instead), ("a b", r"\ba\ b\b", "c"))
        self.assertEqual((pattern.word, pattern.pattern.pattern, pattern.instead), ("d", "e: f", "g -> h"))
        self.assertEqual((reason.pattern, reason.reason), (None, "it is right elsewhere"))
        for wrong in ("a", "a: /b/", "a: -> b", "-> b"):
            self.assertRaises(ValueError, glossary.glossary, wrong)


class Pages(unittest.TestCase):
    def test_prose_is_searched_but_no_code(self):
        self.assertEqual(found("Your back end coalesces; `backend` is a name, [so](backend.md) <!-- single flight -->\n"), [])
        self.assertEqual(found("```sh\nbackend\n```\n\n    BACKEND=rust make\n"), [])
        self.assertEqual(len(found("A Backend with single\nflight.\n")), 2)

    def test_pages_of_others_are_not_searched(self):
        pages = {str(page.relative_to(ROOT)) for page in all_pages()}
        self.assertLessEqual({"README.md", "docs/src/index.md", "emulator/README.md", "tests/conformance/README.md"}, pages)
        self.assertFalse({page for page in pages if "node_modules" in page or page == "CHANGELOG.md"})


class Sources(unittest.TestCase):
    def test_documentation_comments_and_texts(self):
        self.assertEqual(found_in(".rs", '/// The backend.\nlet backend = "backend"; // a backend\nerror("no backend");\n'), 1)
        self.assertEqual(found_in(".rs", "/// Single\n/// flight.\n"), 1)
        self.assertEqual(found_in(".rs", 'error("A caller \\\n    is told.");\n'), 1)
        self.assertEqual(found_in(".py", '"""It is a backend."""\n'), 1)
        self.assertEqual(found_in(".kt", "/** It is a backend. */\n// a backend of it\n"), 1)
        self.assertEqual(found_in(".swift", "/// Is a `backend`.\n"), 0)
        self.assertEqual(found_in(".ts", "fail(`The backend at ${backend} fails.`);\n"), 1)
        self.assertEqual(found_in(".ts", "const policy = `connect-src ${backend}`;\n"), 0)
        self.assertEqual(found_in(".html", "<p>A backend.</p><b id='backend'></b>"), 1)
        self.assertEqual(found_in("", "#!/bin/sh\n# Starts a backend, with BACKEND=rust.\nbackend=1\n"), 1)

    def test_the_indentation_of_a_comment_is_no_code(self):
        self.assertEqual(found_in(".kt", "    /**\n     * Calls.\n     *\n     * It is a backend.\n     */\n"), 1)
        self.assertEqual(found_in(".kt", "    /**\n     * Calls:\n     *\n     *     backend(1)\n     */\n"), 0)
        self.assertEqual(found_in(".py", '    """Calls.\n\n        It is a backend.\n        """\n'), 1)

    def test_what_users_read_is_searched(self):
        sources = {str(path.relative_to(ROOT)) for path in glossary.public_sources()}
        self.assertLessEqual(
            {"Makefile", "tools/test", "include/acs_auth.h", "cli/src/args.rs", "samples/minimal-client/src/explanations.json"}, sources
        )
        self.assertGreater(len(sources), 800)


if __name__ == "__main__":
    unittest.main()
