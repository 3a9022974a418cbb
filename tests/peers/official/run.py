"""Runs the official package's own tests on ours: `run.py FOLDER`, the folder `tests` of its source distribution.

Of the tests one thing is changed, in a copy that is removed afterwards: the import. They run live against the emulator
(ACS_EMULATOR_BIN), with `exceptions.txt` as the list of those that may fail. Further arguments are pytest's.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import acs_emulator

HERE = Path(__file__).parent


def copy_with_our_import(source, target):
    """Copies the tests, and returns how many files had the import."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("recordings", "__pycache__"))
    changed = 0
    for path in target.rglob("*.py"):
        text = path.read_text("utf-8")
        if "azure.communication.identity" in text:
            path.write_text(text.replace("azure.communication.identity", "acs_auth"), "utf-8")
            changed += 1
    return changed


def main(folder, *arguments):
    process, line = acs_emulator.start()
    try:
        with tempfile.TemporaryDirectory() as temporary:
            tests = Path(temporary, "tests")
            if not copy_with_our_import(folder, tests):
                raise SystemExit(f"{folder} has no test that imports azure.communication.identity")
            environment = {
                **os.environ,
                "ACS_EMULATOR_LINE": line,
                "OFFICIAL_EXCEPTIONS": str(HERE / "exceptions.txt"),
                "PYTHONPATH": os.pathsep.join(filter(None, [str(HERE), os.environ.get("PYTHONPATH")])),
            }
            command = [sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "live", "-o", "asyncio_default_fixture_loop_scope=function", *arguments]
            return subprocess.run(command, cwd=tests, env=environment, timeout=1800).returncode
    finally:
        acs_emulator.stop(process)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit("run.py needs the folder of the official tests")
    raise SystemExit(main(*sys.argv[1:]))
