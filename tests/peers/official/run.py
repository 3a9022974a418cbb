"""Runs the official package's own tests, on that package and on ours: `run.py FOLDER [ARGUMENT OF PYTEST]…`

FOLDER is `tests` of its source distribution. The tests run from a temporary copy, live against the emulator (ACS_EMULATOR_BIN);
for ours, the import is changed in the copy. `expected.txt` lists the tests that may fail.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import acs_emulator

HERE = Path(__file__).parent


OFFICIAL, OURS = "azure.communication.identity", "acs_auth"


def copy(source, target, package):
    """Copies the tests for this package, and returns how many files import it."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("recordings", "__pycache__"))
    found = 0
    for path in target.rglob("*.py"):
        text = path.read_text("utf-8")
        if OFFICIAL in text:
            path.write_text(text.replace(OFFICIAL, package), "utf-8")
            found += 1
    return found


def run(folder, on, line, arguments):
    """Runs the tests on `official` or `ours`, and returns pytest's status."""
    with tempfile.TemporaryDirectory() as temporary:
        tests = Path(temporary, "tests")
        if not copy(folder, tests, OFFICIAL if on == "official" else OURS):
            raise SystemExit(f"{folder} has no test that imports {OFFICIAL}")
        environment = {
            **os.environ,
            "ACS_EMULATOR_LINE": line,
            "OFFICIAL_ON": on,
            "PYTHONPATH": os.pathsep.join(filter(None, [str(HERE), os.environ.get("PYTHONPATH")])),
        }
        command = [sys.executable, "-B", "-W", "ignore", "-m", "pytest", "-q", "--tb=no", "-p", "no:cacheprovider", "-p", "live"]
        command += ["-o", "asyncio_default_fixture_loop_scope=function", *arguments]
        return subprocess.run(command, cwd=tests, env=environment, timeout=1800).returncode


def main(folder, *arguments):
    process, line = acs_emulator.start()
    try:
        # On the official package first: a test that fails there shows nothing about ours.
        statuses = [run(folder, on, line, arguments) for on in ("official", "ours")]
        return next((status for status in statuses if status), 0)
    finally:
        acs_emulator.stop(process)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit("run.py needs the folder of the official tests")
    raise SystemExit(main(*sys.argv[1:]))
