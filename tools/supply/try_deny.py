"""Tests that each rule of deny.toml rejects a program that breaks it. `tools/deny --try` runs this, with cargo-deny on the PATH.

The programs depend only on local crates. Advisories are tested on this project, with a made-up database of one advisory."""

import os
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
ADVISORY = """```toml
[advisory]
id = "RUSTSEC-2020-0001"
package = "{package}"
date = "2020-01-01"

[versions]
patched = []
```

# A made-up fault

It is for a test.
"""


def run(*command, cwd, **variables):
    return subprocess.run(command, cwd=cwd, env={**os.environ, **variables}, capture_output=True, text=True, timeout=120)


def git(folder, *arguments):
    identity = ("-c", "user.name=one", "-c", "user.email=one@example.invalid", "-c", "commit.gpgsign=false", "-c", "init.defaultBranch=main")
    made = run("git", *identity, *arguments, cwd=folder)
    assert made.returncode == 0, made


def crate(folder, name, licence='license = "MIT"', rest=""):
    """A crate without code."""
    (folder / "src").mkdir(parents=True)
    (folder / "src/lib.rs").write_text("")
    (folder / "Cargo.toml").write_text(f'[package]\nname = "{name}"\nversion = "1.0.0"\nedition = "2021"\n{licence}\n{rest}')


class Rules(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def check(self, dependency, name="other", licence='license = "MIT"', features=""):
        """Runs cargo-deny with the project's rules on a program with this dependency on a crate of that name."""
        crate(self.folder / "other", name, licence, features)
        git(self.folder, "init", "--quiet", "other")
        git(self.folder / "other", "add", "--all")
        git(self.folder / "other", "commit", "--quiet", "--message=it")
        crate(self.folder / "program", "program", rest=f"[dependencies]\n{name} = {dependency.format(folder=self.folder)}\n")
        locked = run("cargo", "generate-lockfile", "--offline", cwd=self.folder / "program") if "git" not in dependency else run(
            "cargo", "generate-lockfile", cwd=self.folder / "program", CARGO_NET_GIT_FETCH_WITH_CLI="true", CARGO_HOME=str(self.folder / "cargo"))
        self.assertEqual(locked.returncode, 0, locked.stderr)
        options = {"CARGO_HOME": str(self.folder / "cargo")} if "git" in dependency else {}
        command = ("cargo", "deny", "--offline", "--locked", "--config", str(ROOT / "deny.toml"), "check", "licenses", "bans", "sources")
        return run(*command, cwd=self.folder / "program", **options)

    def rejected(self, what, *arguments, **options):
        checked = self.check(*arguments, **options)
        self.assertNotEqual(checked.returncode, 0, checked.stderr)
        self.assertIn(what, checked.stderr)

    PATH = '{{ path = "{folder}/other", version = "1.0.0" }}'

    def test_a_permissive_crate_passes(self):
        checked = self.check(self.PATH)
        self.assertEqual(checked.returncode, 0, checked.stderr)

    def test_another_licence(self):
        self.rejected("error[rejected]", self.PATH, licence='license = "GPL-3.0-only"')

    def test_an_exception_is_for_one_crate(self):
        self.rejected("error[rejected]", self.PATH, licence='license = "MPL-2.0"')

    def test_no_licence(self):
        self.rejected("error[unlicensed]", self.PATH, licence="")

    def test_each_banned_crate(self):
        for name in ("openssl-sys", "native-tls", "async-std", "chrono"):
            with self.subTest(name):
                self.setUp()
                self.rejected("error[banned]", self.PATH, name=name)

    def test_a_wildcard(self):
        self.rejected("error[wildcard]", '{{ path = "{folder}/other", version = "*" }}')

    def test_the_features_of_tokio(self):
        for feature in ("full", "parking_lot"):
            with self.subTest(feature):
                self.setUp()
                dependency = f'{{{{ path = "{{folder}}/other", version = "1.0.0", features = ["{feature}"] }}}}'
                self.rejected("error[feature-banned]", dependency, name="tokio", features=f"[features]\n{feature} = []\n")

    def test_a_source_that_is_no_registry(self):
        self.rejected("error[source-not-allowed]", '{{ git = "file://{folder}/other", version = "1.0.0" }}')

    def test_an_advisory(self):
        for package, status in (("tokio", 1), ("not-a-crate-of-ours", 0)):
            with self.subTest(package):
                self.setUp()
                advisory = self.folder / f"database/crates/{package}/RUSTSEC-2020-0001.md"
                advisory.parent.mkdir(parents=True)
                advisory.write_text(ADVISORY.format(package=package))
                git(self.folder, "init", "--quiet", "database")
                git(self.folder / "database", "add", "--all")
                git(self.folder / "database", "commit", "--quiet", "--message=it")
                checked = run("tools/deny", "advisories", cwd=ROOT, ACS_ADVISORY_DB=str(self.folder / "database"))
                self.assertEqual(checked.returncode, status, checked.stderr)
                self.assertEqual("error[vulnerability]" in checked.stderr, status == 1, checked.stderr)


if __name__ == "__main__":
    unittest.main()
