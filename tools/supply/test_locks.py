"""Tests of locks.py: each way around a lock is found, and what is fixed passes."""

import pathlib
import subprocess
import tempfile
import unittest

import locks

LIST = "# For Python 3.9 and newer.\nfirst==1.0\nsecond<2; python_version < '3.10'\n"
HASH = "--hash=sha256:" + "0" * 64
LOCK = f"# Of the list with the digest {locks.digest(LIST)}.\nfirst==1.0 \\\n    {HASH}\nsecond==1.9 ; python_version < '3.10' \\\n    {HASH} \\\n    {HASH}\n"


class PipLists(unittest.TestCase):
    def test_a_lock_with_a_hash_for_each_package_passes(self):
        self.assertEqual(locks.pip_faults(LIST, LOCK), [])

    def test_a_list_without_a_lock_or_an_oldest_python_fails(self):
        self.assertEqual(locks.pip_faults(LIST, None), ["no lock"])
        self.assertIn("oldest Python", locks.pip_faults("first==1.0\n", LOCK)[0])

    def test_a_lock_of_another_list_fails(self):
        for changed in (LIST.replace("1.0", "1.1"), LIST + "third\n", LIST.replace("3.9 and", "3.10 and"), "# For Python 3.9 and newer.\nfirst==1.0\n"):
            self.assertEqual(locks.pip_faults(changed, LOCK), ["the lock is of another list"], changed)

    def test_comments_of_a_list_do_not_count(self):
        self.assertEqual(locks.pip_faults(LIST.replace("first==1.0", "# Why.\nfirst==1.0  # because"), LOCK), [])

    def test_a_package_without_a_version_or_a_hash_fails(self):
        for changed in (LOCK.replace("==1.9", ">=1.9"), LOCK.replace(f" \\\n    {HASH}\nsecond", "\nsecond"), LOCK.replace("sha256", "md5"), LOCK + "third==3\n"):
            self.assertIn("no version or no hash", " ".join(locks.pip_faults(LIST, changed)), changed)

    def test_an_empty_lock_fails(self):
        self.assertEqual(locks.pip_faults(LIST, LOCK.partition("\n")[0]), ["the lock is empty"])


class NpmLists(unittest.TestCase):
    PACKAGE = {"name": "it", "dependencies": {"a": "1.0.0"}}

    def lock(self, **entry):
        return {"packages": {"": dict(self.PACKAGE), "node_modules/a": {"version": "1.0.0", "integrity": "sha512-x", **entry}}}

    def test_a_lock_with_integrity_passes(self):
        self.assertEqual(locks.npm_faults(self.PACKAGE, self.lock()), [])
        self.assertEqual(locks.npm_faults({"name": "it"}, None), [])

    def test_a_package_without_a_lock_or_with_an_old_one_fails(self):
        self.assertEqual(locks.npm_faults(self.PACKAGE, None), ["no package-lock.json"])
        self.assertIn("other dependencies", locks.npm_faults({"name": "it", "dependencies": {"a": "1.0.1"}}, self.lock())[0])

    def test_weak_or_missing_hashes_fail(self):
        for entry in ({"integrity": ""}, {"integrity": "sha1-x"}):
            self.assertEqual(locks.npm_faults(self.PACKAGE, self.lock(**entry)), ["no sha512 in package-lock.json: node_modules/a"])

    def test_a_lock_that_names_a_registry_fails(self):
        [fault] = locks.npm_faults(self.PACKAGE, self.lock(resolved="https://mirror.example/a.tgz"))
        self.assertIn("names a registry: node_modules/a", fault)
        self.assertEqual(locks.npm_faults(self.PACKAGE, self.lock(resolved="../a", link=True)), [])


class Scripts(unittest.TestCase):
    def test_installing_without_a_lock_is_found(self):
        for text in (
            "pip install requests",
            "python3 -m pip install --quiet \\\n    -r requirements.txt",
            "pip install --require-hashes -r requirements.lock",  # It may run a setup.py.
            "pip download azure-core",
            "uv pip install ruff",
            "uvx ruff check",
            "npm install left-pad",
            "npm i",
            "npx cowsay",
            "yarn add left-pad",
            "cargo install ripgrep",
            "cargo install --locked ripgrep",
            "cargo install ripgrep@1.0.0",
            "cargo +nightly install ripgrep",
            "go install example.com/tool@latest",
            "npm pack mermaid@1.0.0\ntar -xzf mermaid-1.0.0.tgz",
            'command = [sys.executable, "-m", "pip", "install", "requests"]',
        ):
            self.assertEqual(len(locks.script_faults(text)), 1, text)

    def test_what_is_fixed_passes(self):
        for text in (
            "pip install --require-hashes --only-binary=:all: -r requirements.lock",
            "pip install --no-index target/wheels/*.whl",
            "npm ci --ignore-scripts",
            'npm install --registry "$registry" "$packages"/ours.tgz',
            "npx --no-install acs-emulator --version",
            'cargo install --locked "$name@$version"',
            "go install example.com/tool@v1.2.3",
            "go install .",
            "npm pack mermaid@1.0.0 &&\n  echo $sum | sha512sum --check",
            "# pip install requests",
            "echo hello // npm install",
            'command = [sys.executable, "-m", "pip", "install", "--require-hashes"]',
        ):
            self.assertEqual(locks.script_faults(text), [], text)


class Trees(unittest.TestCase):
    def test_a_whole_tree_is_read(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            subprocess.run(["git", "init", "--quiet", folder], check=True)
            (root / "requirements.txt").write_text(LIST)
            (root / "requirements.lock").write_text(LOCK)
            (root / "package.json").write_text('{"name": "it"}')
            (root / "install").write_text("#!/bin/sh\npip install --no-index x.whl\n")
            (root / "more-requirements.txt").write_text("# For Python 3.9 and newer.\n-r requirements.txt\n")
            (root / "more-requirements.lock").write_text(LOCK.replace(locks.digest(LIST), locks.digest("# For Python 3.9 and newer.\n" + LIST)))
            self.assertEqual(locks.check(root), 0)
            (root / "requirements.txt").write_text(LIST.replace("1.0", "1.1"))
            self.assertEqual(locks.check(root), 2)
            (root / "requirements.txt").write_text(LIST)
            (root / "install").write_text("#!/bin/sh\npip install x\n")
            (root / "package.json").write_text('{"name": "it", "devDependencies": {"a": "1"}}')
            (root / "requirements.lock").unlink()
            self.assertEqual(locks.check(root), 3)


if __name__ == "__main__":
    unittest.main()
