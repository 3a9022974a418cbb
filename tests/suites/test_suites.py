"""tools/test counts each suite by its exit status, bounds it, and leaves nothing running. `make lint` runs this.

The real script runs in a folder with a Makefile of its own, whose suites are one-line commands."""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
#: The suites of `make test`, and those of them that run in the background, except in CI.
SUITES = "lint test-rust test-c test-swift test-python test-kotlin test-peers".split()
ALONGSIDE = SUITES[4:]
#: How long a test waits for tools/test, in seconds.
WAITS = 60
#: How long a suite that never ends sleeps: a day. The fraction distinguishes this run's processes from another's.
LONG = f"86400.{os.getpid()}"


class Suites(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        (self.root / "tools").mkdir()
        for name in ("test", "common.sh"):
            shutil.copy(ROOT / "tools" / name, self.root / "tools")

    def start(self, recipes, ci=False, **variables):
        """Starts tools/test with these commands as suites; the others pass. The Makefile lacks those that are None."""
        known = {suite: recipes.get(suite, "true") for suite in SUITES}
        rules = [f"{suite}:\n\t" + recipe.replace("$", "$$") for suite, recipe in known.items() if recipe is not None]
        (self.root / "Makefile").write_text("SHELL := /bin/bash\n" + "\n".join(rules) + "\n")
        inherited = {name: value for name, value in os.environ.items() if name != "CI" and not name.startswith(("MAKE", "MFLAGS", "ACS_"))}
        environment = {**inherited, **({"CI": "true"} if ci else {}), **variables}
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        return subprocess.Popen([self.root / "tools/test"], env=environment, text=True, **streams)

    def run_with(self, recipes, **options):
        """The exit status of tools/test, and its lines."""
        process = self.start(recipes, **options)
        try:
            printed, _ = process.communicate(timeout=WAITS)
        finally:
            process.kill()
        return process.returncode, printed.splitlines()

    def script(self, text):
        """The name of a script in this copy that uses tools/common.sh."""
        path = self.root / "tools/suite"
        path.write_text(f'#!/usr/bin/env bash\nsource "$(dirname "$0")/common.sh"\n{text}\n')
        path.chmod(0o755)
        return "tools/suite"

    def assert_gone(self):
        """Nothing that a suite started runs any more. Waits for it, since a process ends a little after its signal."""
        end = time.monotonic() + 30
        while running := [it for it in pathlib.Path("/proc").glob("[0-9]*/cmdline") if LONG in read(it)]:
            self.assertLess(time.monotonic(), end, running)
            time.sleep(0.05)

    def test_the_lists_here_are_those_of_the_script(self):
        text = (ROOT / "tools/test").read_text("utf-8")
        suites, alongside = (re.search(rf"{name}=\((.*)\)", text).group(1).split() for name in ("suites", "alongside"))
        self.assertEqual((suites + alongside, alongside), (SUITES, ALONGSIDE))

    def test_the_workflow_has_a_job_for_each_of_the_longest_suites(self):
        # .ci/run runs `make test` and `make test-all` only.
        longest = (ROOT / "tools/test").read_text("utf-8").split("longest)", 1)[1]
        suites = re.search(r"suites=\((.*)\)", longest).group(1).split()
        workflow = (ROOT / ".github/workflows/test.yml").read_text("utf-8")
        self.assertEqual(re.search(r"suites: \[(.*)\]", workflow).group(1).split(", "), ["test", "test-all", *suites])

    def test_all_pass(self):
        for ci in (False, True):
            status, lines = self.run_with({}, ci=ci)
            self.assertEqual((status, lines[-1]), (0, "suites: 7 passed, 0 failed, 0 skipped"))

    def test_each_suite_that_fails_is_named(self):
        for ci in (False, True):
            status, lines = self.run_with({"test-rust": "false\n\ttrue", "test-python": "echo why; exit 3"}, ci=ci)
            self.assertEqual((status, lines[-1]), (1, "suites: 5 passed, 2 failed, 0 skipped"))
            self.assertIn("Failed: test-rust, test-python", lines)
            self.assertIn("why", lines)

    def test_a_target_that_make_does_not_know_fails(self):
        status, lines = self.run_with(dict.fromkeys(SUITES[1:]))
        self.assertEqual((status, lines[-1]), (1, "suites: 1 passed, 6 failed, 0 skipped"))

    def test_what_cannot_run_here_is_skipped_and_fails_in_ci(self):
        for text in ('missing "no toolchain"', 'partly_missing "no toolchain"; echo the rest; exit "$partly"', 'tools/suite-too; echo not reached'):
            shutil.copy(self.root / self.script('missing "no toolchain"'), self.root / "tools/suite-too")
            suite = self.script(text)
            for name in ("test-swift", "test-kotlin"):
                status, lines = self.run_with({name: suite})
                self.assertEqual((status, lines[-1]), (0, "suites: 6 passed, 0 failed, 1 skipped"))
                self.assertIn(f"Skipped, for the reasons above: {name}", lines)
                self.assertIn("SKIPPED: no toolchain", lines)
                self.assertEqual("the rest" in lines, "the rest" in text)
                self.assertNotIn("not reached", lines)
                status, lines = self.run_with({name: suite}, ci=True)
                self.assertEqual((status, lines[-1]), (1, "suites: 6 passed, 1 failed, 0 skipped"))
                self.assertIn("error: no toolchain", lines)

    def test_the_status_itself_fails_in_ci(self):
        status, lines = self.run_with({"test-c": "exit 75"}, ci=True)
        self.assertEqual((status, lines[-1]), (1, "suites: 6 passed, 1 failed, 0 skipped"))
        self.assertIn("Failed: test-c (could not run)", lines)

    def test_a_suite_that_is_killed_fails(self):
        status, lines = self.run_with({"test-c": "kill -KILL $$", "test-peers": "kill -TERM $$"})
        self.assertEqual((status, lines[-1]), (1, "suites: 5 passed, 2 failed, 0 skipped"))
        self.assertIn("Failed: test-c (killed by signal 9), test-peers (killed by signal 15)", lines)

    def test_suites_whose_background_process_is_killed_fail(self):
        status, lines = self.run_with({"test-python": "kill -KILL $(ps -o ppid= -p $PPID)"})
        self.assertEqual((status, lines[-1]), (1, "suites: 4 passed, 3 failed, 0 skipped"))
        self.assertIn("Failed: test-python (killed), test-kotlin (killed), test-peers (killed)", lines)

    def test_a_suite_that_never_ends_is_ended_with_all_its_processes(self):
        for name in ("test-c", "test-python"):
            # Enough for the suites that pass, on a busy machine too.
            status, lines = self.run_with({name: f"sleep {LONG} & sleep {LONG}; true"}, ACS_SUITE_SECONDS="10")
            self.assertEqual((status, lines[-1]), (1, "suites: 6 passed, 1 failed, 0 skipped"))
            self.assertIn(f"Failed: {name} (not over after 10 s)", lines)
            self.assert_gone()

    def test_nothing_is_left_running_when_it_is_ended(self):
        begun = [self.root / name for name in ("one", "two")]
        recipes = {name: f"touch {path}; sleep {LONG}; true" for name, path in zip(("lint", "test-python"), begun)}
        process = self.start(recipes)
        end = time.monotonic() + WAITS
        while not all(path.exists() for path in begun):
            self.assertLess(time.monotonic(), end)
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=WAITS)
        self.assertNotEqual(process.returncode, 0)
        self.assert_gone()


def read(path):
    """The command line of a process, as words; none if the process has ended."""
    try:
        return path.read_bytes().decode("utf-8", "replace").split("\0")
    except OSError:
        return []


if __name__ == "__main__":
    unittest.main()
