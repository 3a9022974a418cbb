"""Executes a sample's README.md and compares the output: ACS_SAMPLE in ACS_ROOT, by ACS_AUTH_LIBRARY and ACS_EMULATOR.

Its ```sh blocks are run as one bash session in a copy of the sample's folder, with the library under test in the prefix
$HOME/acs. The output of an ```sh block must end with the ```text block below it, in which … stands for anything.
"""

import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(os.environ["ACS_ROOT"])
MARK = "-- the end of a block --"

PKG_CONFIG = """\
Name: acs_auth
Description: The library under test
Version: 0.1.0
Libs: -L{prefix}/lib -lacs_auth
Cflags: -I{prefix}/include
"""
CMAKE = """\
add_library(acs_auth::acs_auth SHARED IMPORTED)
set_target_properties(acs_auth::acs_auth PROPERTIES
    IMPORTED_LOCATION {prefix}/lib/libacs_auth.so.0
    INTERFACE_INCLUDE_DIRECTORIES {prefix}/include)
"""


def install(prefix):
    """Imitates an installation for the samples' build files. (tests/c/consumers builds with a real one.)"""
    (prefix / "lib/pkgconfig").mkdir(parents=True)
    (prefix / "lib/cmake/acs_auth").mkdir(parents=True)
    (prefix / "include").symlink_to(ROOT / "include")
    for name in ("libacs_auth.so", "libacs_auth.so.0"):
        (prefix / "lib" / name).symlink_to(os.environ["ACS_AUTH_LIBRARY"])
    (prefix / "lib/pkgconfig/acs_auth.pc").write_text(PKG_CONFIG.format(prefix=prefix))
    (prefix / "lib/cmake/acs_auth/acs_auth-config.cmake").write_text(CMAKE.format(prefix=prefix))


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def pattern(text):
    return ".*".join(re.escape(part) for part in text.split("…"))


class Readme(unittest.TestCase):
    def test_its_blocks(self):
        sample = ROOT / "samples" / os.environ["ACS_SAMPLE"]
        page = (sample / "README.md").read_text(encoding="utf-8").replace("8080", str(free_port()))
        blocks = re.findall(r"^```(sh|text)\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
        scripts = [text for kind, text in blocks if kind == "sh"]
        self.assertGreaterEqual(len(scripts), 4)

        # In the build's folder, which is ctest's working directory.
        folder = tempfile.TemporaryDirectory(dir=os.getcwd())
        self.addCleanup(folder.cleanup)
        home = pathlib.Path(folder.name)
        install(home / "acs")
        shutil.copytree(sample, home / "sample", ignore=shutil.ignore_patterns("build", sample.name))
        start = "set -e -o pipefail\ntrap 'pids=$(jobs -p); [ -z \"$pids\" ] || kill $pids; wait' EXIT"
        session = f"\necho '{MARK}'\n".join([start, *scripts, ""])
        ended = subprocess.run(
            ["bash", "-c", session],
            cwd=home / "sample",
            env={"HOME": str(home), "PATH": f"{pathlib.Path(os.environ['ACS_EMULATOR']).parent}:{os.environ['PATH']}"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            timeout=240,
            text=True,
            check=False,
        )
        self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)

        printed = ended.stdout.split(MARK + "\n")[1:]
        compared = 0
        for kind, text in blocks:
            if kind == "sh":
                said = printed.pop(0)
            else:
                self.assertRegex(said.rstrip(), re.compile(f"(^|\n){pattern(text.rstrip())}$", re.DOTALL))
                compared += 1
        self.assertGreaterEqual(compared, 3)


if __name__ == "__main__":
    unittest.main(verbosity=2)
