"""No command of this repository is silent for minutes: each make target says first about how long it takes, cargo, npm and pip show
their progress on a terminal, and elsewhere a line names each step and its time so far.

Run by `make lint`. Programs that would take long are stand-ins which print how they were called."""

import os
import pathlib
import pty
import re
import signal
import subprocess
import tempfile
import threading
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
#: Targets whose output is read by programs, or which end at once.
AT_ONCE = {"help", "version"}
#: Commands that are silent for long: scripts must run them through the functions of tools/common.sh.
SILENT = re.compile(r"\bcargo (?:build|check|clippy|doc|install)\b.*--quiet|\bnpm (?:ci|install)\b")
BESIDE_THE_FUNCTION = re.compile(r"\b(?:exec|env|command|timeout \S+|nice(?: -n \S+)?|xargs) (?:\w+=\S+ )*(?:cargo|npm) ")
WAITS = 60


def called(terminal, command, stand_ins="cargo npm", **variables):
    """What a command prints, in lines, with stand-ins for the programs that it calls. With STAND_IN_WAITS, they run until a line with a
    step's time so far has been printed."""
    with tempfile.TemporaryDirectory() as folder:
        for name in stand_ins.split():
            program = pathlib.Path(folder, name)
            program.write_text(f'''#!/bin/sh
[ -z "${{STAND_IN_WAITS:-}}" ] || until [ -e "{folder}/told" ]; do sleep 0.1; done
echo "called: ${{0##*/}} $*"
''')
            program.chmod(0o755)
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "ACS_"))}
        environment = {**inherited, **variables, "PATH": f"{folder}:{os.environ['PATH']}"}
        if not terminal:
            streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
            process = subprocess.Popen(command, cwd=ROOT, env=environment, text=True, start_new_session=True, **streams)
            bound = threading.Timer(WAITS, os.killpg, (process.pid, signal.SIGKILL))
            bound.start()
            lines = []
            with process:
                for line in process.stdout:
                    lines.append(line.rstrip("\n"))
                    if line.endswith(" s so far\n"):
                        pathlib.Path(folder, "told").touch()
            bound.cancel()
            return lines
        ours, theirs = pty.openpty()
        printed = bytearray()

        def read():
            # Linux reports an error when the other end of the terminal is closed.
            try:
                while chunk := os.read(ours, 4096):
                    printed.extend(chunk)
            except OSError:
                pass

        reader = threading.Thread(target=read)
        reader.start()
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=theirs, stdout=theirs, stderr=theirs)
        os.close(theirs)
        try:
            process.wait(WAITS)
        finally:
            process.kill()
            reader.join(WAITS)
            os.close(ours)
        return printed.decode().splitlines()


def shell(text):
    return ["bash", "-c", f"source tools/common.sh\n{text}"]


class Targets(unittest.TestCase):
    def test_each_says_about_how_long_it_takes(self):
        makefile = (ROOT / "Makefile").read_text("utf-8")
        targets = set(re.findall(r"^([a-z0-9-]+):", makefile, re.MULTILINE))
        timed = set(re.findall(r"^# .*\n#~ .+\n([a-z0-9-]+):", makefile, re.MULTILINE))
        self.assertEqual(targets - timed, AT_ONCE)

    def test_the_first_line_is_the_time(self):
        for terminal in (False, True):
            first = called(terminal, ["make", "--no-print-directory", "demo"])[0]
            self.assertRegex(first, r"^make demo: about \d+ (s|min)\b")

    def test_standard_output_is_left_to_programs(self):
        command = ["make", "--no-print-directory", "version"]
        printed = subprocess.run(command, cwd=ROOT, timeout=WAITS, capture_output=True, text=True, check=True)
        self.assertRegex(printed.stdout, r"^\d+\.\d+\.\d+\S*\n$")


class Progress(unittest.TestCase):
    def test_cargo_shows_its_own_on_a_terminal(self):
        printed = called(True, ["make", "--no-print-directory", "demo"])
        self.assertIn("called: cargo build --locked -p acs-auth-cli", printed)

    def test_elsewhere_a_line_names_the_step_and_later_its_time(self):
        printed = called(False, ["make", "--no-print-directory", "demo"], ACS_TICK="1", STAND_IN_WAITS="yes")
        self.assertEqual(printed[1], "-- cargo build -p acs-auth-cli")
        self.assertRegex(printed[2], r"^-- cargo build -p acs-auth-cli: \d+ s so far$")
        self.assertIn("called: cargo build --quiet --locked -p acs-auth-cli", printed)
        self.assertEqual(printed[-1], "called: cargo run --quiet --locked -p acs-auth-cli -- demo")

    def test_npm_shows_its_own_on_a_terminal_and_a_line_elsewhere(self):
        install = shell("npm ci --ignore-scripts --no-progress --loglevel=error")
        self.assertEqual(called(True, install), ["called: npm ci --ignore-scripts"])
        step, call = called(False, install)
        self.assertTrue(step.startswith("-- npm ci in "), step)
        self.assertEqual(call, "called: npm ci --ignore-scripts --no-progress --loglevel=error")

    def test_pip_shows_its_own_on_a_terminal_and_a_line_elsewhere(self):
        install = shell("pip_locked python a/requirements.lock")
        verb = "install "
        for terminal, quiet in ((True, ""), (False, "--quiet ")):
            step, call = called(terminal, install, "python")
            self.assertRegex(step, r"^-- pip, for .*requirements\.lock$")
            self.assertTrue(call.startswith(f"called: python -m pip {verb}{quiet}--disable-pip-version-check"), call)

    def test_apt_is_named_meanwhile(self):
        # As if root ran it, and as if the last update were too long ago.
        text = "id() { echo 0; }; find() { :; }; touch() { :; }; debian_packages no-such-command a-package"
        printed = called(False, shell(text), "apt-get", ACS_TICK="1", STAND_IN_WAITS="yes")
        self.assertEqual(printed[0], "-- apt-get update")
        self.assertRegex(printed[1], r"^-- apt-get update: \d+ s so far$")
        self.assertEqual(printed[2], "called: apt-get update -qq")
        self.assertEqual(printed[3], "-- apt-get install a-package")
        self.assertEqual(printed[-1], "called: apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends a-package")

    def test_what_goes_to_a_file_is_named_meanwhile(self):
        with tempfile.TemporaryDirectory() as folder:
            text = f"logged {folder}/log 'the build' cargo fmt"
            printed = called(False, shell(text), ACS_TICK="1", STAND_IN_WAITS="yes")
            self.assertEqual(printed[0], "-- the build")
            self.assertRegex(printed[1], r"^-- the build: \d+ s so far$")
            self.assertEqual(pathlib.Path(folder, "log").read_text(), "called: cargo fmt\n")

    def test_arguments_after_two_dashes_are_the_programs_own(self):
        printed = called(True, shell("cargo clippy --quiet --locked -- --quiet"))
        self.assertEqual(printed, ["called: cargo clippy --locked -- --quiet"])

    def test_a_build_by_zig_is_told(self):
        build = shell("PATH=$PATH cargo-zigbuild build --quiet --locked --target t")
        printed = called(False, build, "cargo-zigbuild", ACS_TICK="1", STAND_IN_WAITS="1")
        self.assertEqual(printed[0], "-- cargo-zigbuild build --target t")
        self.assertRegex(printed[1], r"^-- cargo-zigbuild build --target t: \d+ s so far$")
        self.assertEqual(printed[-1], "called: cargo-zigbuild build --quiet --locked --target t")
        self.assertEqual(called(True, build, "cargo-zigbuild"), ["called: cargo-zigbuild build --locked --target t"])

    def test_a_failure_stays_one(self):
        printed = called(False, shell("ticking it false || echo failed; ticking it true && echo passed"))
        self.assertEqual(printed, ["-- it", "failed", "-- it", "passed"])


class Scripts(unittest.TestCase):
    def test_none_goes_around_the_functions(self):
        searched = 0
        for path in sorted((ROOT / "tools").iterdir()) + sorted((ROOT / "tests").glob("**/run")):
            text = path.read_text("utf-8") if path.is_file() else ""
            if not text.startswith("#!/usr/bin/env bash") or "node_modules" in path.parts:
                continue
            # Without comments and texts for another shell.
            lines = [line for line in text.splitlines() if not re.match(r"\s*(?:#|echo|step|printf)\b", line)]
            silent = [line.strip() for line in lines if SILENT.search(line)]
            searched += len(silent)
            shared = re.search(r'^source .*(?:bench|common|cross)\.sh"?$', text, re.MULTILINE)
            around = [line for line in silent if BESIDE_THE_FUNCTION.search(line) or not shared]
            # This script names its steps itself, since it also runs from other checkouts.
            if path.relative_to(ROOT) == pathlib.Path("tests/peers/run"):
                around = [line for line in around if not line.startswith("npm ci")]
            self.assertEqual(around, [], f"{path.relative_to(ROOT)}: silent; call cargo and npm as functions of tools/common.sh")
        self.assertGreater(searched, 15)


if __name__ == "__main__":
    unittest.main()
