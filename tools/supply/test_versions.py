"""Tests of tools/minimal-versions: it finds every way to admit a version that core isn't built with, before it builds anything."""

import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Versions(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        for name in ("tools/minimal-versions", "tools/common.sh", "packaging/minimal-versions.lock", "Cargo.toml", "rust-toolchain.toml"):
            (self.root / name).parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / name, self.root / name)
        shutil.copytree(ROOT / "core", self.root / "core", ignore=shutil.ignore_patterns("tests", "benches"))

    def rejected(self, what, change):
        """Fails unless a change of core's manifest is rejected with these words."""
        manifest = self.root / "core/Cargo.toml"
        before = manifest.read_text("utf-8")
        manifest.write_text(change(before))
        self.assertTrue(manifest.read_text("utf-8") != before, "nothing to change")
        ran = subprocess.run([self.root / "tools/minimal-versions"], capture_output=True, text=True, timeout=300)
        self.assertNotEqual(ran.returncode, 0, ran)
        self.assertIn(what, ran.stderr)

    #: A dependency's name, and its bound in two parts, of which the second isn't 0.
    BOUND = re.compile(r'^([\w-]+)( = (?:\{ version = )?"\d+\.\d+)\.([1-9]\d*)"', re.MULTILINE)

    def test_an_older_version_than_the_locks(self):
        self.rejected("is admitted from", lambda text: self.BOUND.sub(r'\1\2.0"', text, count=1))

    def test_a_bound_of_two_numbers(self):
        self.rejected("needs all three numbers", lambda text: self.BOUND.sub(r'\1\2"', text, count=1))

    def test_a_dependency_that_the_lock_lacks(self):
        self.rejected("is of other bounds", lambda text: text.replace("[dependencies]\n", '[dependencies]\nanyhow = "1.0.0"\n', 1))


if __name__ == "__main__":
    unittest.main()
