"""Tests of crates.py: a crate, a version, a reason and an `unsafe` that is not in the kept list is found."""

import pathlib
import unittest

import crates

TREE = "0ours v0.1.0 (folder/of/ours)\n1direct v1.0.0\n2deep v2.0.0\n3deeper v3.0.0\n1other v1.0.0\n2deep v2.0.0 (*)\n"
WHOLE = TREE + "1builder v1.0.0\n"
FOLDERS = {
    ("ours", "0.1.0"): ("ours", True, "-"),
    ("direct", "1.0.0"): ("direct", False, "script"),
    ("deep", "2.0.0"): ("deep", False, "-"),
    ("deeper", "3.0.0"): ("deeper", False, "-"),
    ("other", "1.0.0"): ("other", False, "-"),
    ("builder", "1.0.0"): ("builder", False, "macro"),
}
REASONS = {"direct": "does this", "other": "does that", "builder": "derives"}
KEPT = [
    "builder 1.0.0 - macro 7 | derives",
    "deep 2.0.0 c - 4 | of direct, other",
    "deeper 3.0.0 c - 6 | of deep",
    "direct 1.0.0 c script 6 | does this",
    "other 1.0.0 c - 5 | does that",
    "ours . c - 4 | ours",
]


def lines(tree=TREE, whole=WHOLE, known=REASONS, folders=FOLDERS):
    return crates.lines(known, {"c": [tree, whole]}, folders, count=len)


class Lists(unittest.TestCase):
    def test_a_list_has_what_is_linked_and_what_builds_it(self):
        self.assertEqual(lines(), KEPT)
        self.assertEqual(crates.faults(KEPT, KEPT), [])
        self.assertEqual(crates.reasons(["# head", *KEPT]), REASONS)

    def test_a_new_crate_and_a_new_version_are_found(self):
        folders = {**FOLDERS, ("new", "1.0.0"): ("new", False, "-"), ("deep", "2.0.1"): ("deep", False, "-")}
        self.assertIn("+ new 1.0.0 c - 3 | of deeper", crates.faults(KEPT, lines(TREE + "4new v1.0.0\n", WHOLE.replace("3deeper v3.0.0\n", "3deeper v3.0.0\n4new v1.0.0\n"), folders=folders)))
        self.assertIn("- deep 2.0.0 c - 4 | of direct, other", crates.faults(KEPT, lines(TREE.replace("2.0.0", "2.0.1"), WHOLE.replace("2.0.0", "2.0.1"), folders=folders)))

    def test_a_direct_dependency_needs_a_reason(self):
        without = lines(known={"other": "does that", "builder": "derives"})
        self.assertEqual(crates.faults(without, without), [f"write why: direct 1.0.0 c script 6 | {crates.UNWRITTEN}"])

    def test_what_was_built_with_and_is_now_linked_is_found(self):
        self.assertIn("+ builder 1.0.0 c macro 7 | derives", crates.faults(KEPT, lines(tree=WHOLE)))

    def test_more_unsafe_is_found_and_none_is_let_into_what_is_safe(self):
        more = [line.replace("c - 4 | ours", "c - 5 | ours") for line in KEPT]
        self.assertEqual(crates.faults(KEPT, more), ["+ ours . c - 5 | ours", "- ours . c - 4 | ours"])
        safe = ["acs-auth . c - 1 | ours"]
        self.assertEqual(crates.faults(safe, safe), ["acs-auth must have no unsafe code, and has it 1 times"])


class Counts(unittest.TestCase):
    def test_the_keyword_is_counted_in_code_alone(self):
        source = """
        // unsafe in a comment
        /* unsafe
           here too */
        #![forbid(unsafe_code)]
        const TEXT: &str = "unsafe \\" unsafe";
        const RAW: &str = r#"unsafe " unsafe"#;
        const QUOTE: char = '"'; unsafe fn counted<'a>(it: &'a str) -> &'a str { unsafe { it } }
        const ESCAPED: char = '\\''; unsafe impl Send for It {}
        """
        self.assertEqual(crates.count_unsafe(source), 3)

    def test_our_own_crates_are_found_with_what_they_have(self):
        self.assertEqual(crates.unsafe_in(crates.ROOT / "core"), 0)
        self.assertGreater(crates.unsafe_in(crates.ROOT / "bindings/runtime"), 0)


if __name__ == "__main__":
    unittest.main()
