#!/usr/bin/env python3
"""Runs docs/tested/commands.md, and the commands of the README that prepare its programs, with the `acs-auth` on the PATH.

The ```sh blocks of a page are one bash session. The output of a block must end with the ```text block below it, where …
stands for anything.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile

from checks.repository import read
from checks.snippets import anchored

MARK = "-- the end of a block --"
# The README's commands run make in a checkout, whose program this is. The exchange shows that they set what programs need.
README_BEGINS = 'make() { acs-auth "$@"; }\n'
README_ENDS = """```sh
acs-auth exchange --token-file - --client-id "$CLIENT_ID" --user-id "$USER_OBJECT_ID" <<<"$AAD_TOKEN"
```
```text
eyJ…
```
"""


def pattern(text):
    return ".*".join(re.escape(part) for part in text.split("…"))


def check(page, text, begins=""):
    """Runs the blocks of a page; returns how many outputs were as expected, and how many weren't."""
    blocks = re.findall(r"^```(sh|text)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    script = "".join(f"{body}\necho '{MARK}'\n" for kind, body in blocks if kind == "sh")
    # Programs that are still running end with the session: its process group has those that a function started, too.
    script = f"set -eu\ntrap 'trap \"\" TERM; kill -- -$$' EXIT\n{begins}{script}"
    with tempfile.TemporaryDirectory() as folder:
        options = {"cwd": folder, "stdout": subprocess.PIPE, "stdin": subprocess.DEVNULL, "start_new_session": True}
        with subprocess.Popen(["bash", "-c", script], **options) as done:
            try:
                printed = done.communicate(timeout=120)[0]
            except BaseException:  # Ctrl-C doesn't reach the session either.
                os.killpg(done.pid, signal.SIGKILL)
                raise
    outputs = printed.decode().split(MARK + "\n")
    passed = failed = 0
    at = -1
    for kind, body in blocks:
        if kind == "sh":
            at += 1
        elif at < len(outputs) and re.search(pattern(body) + r"\Z", outputs[at], re.DOTALL):
            passed += 1
        else:
            failed += 1
            print(f"error: {page}: block {at + 1} printed\n{outputs[at] if at < len(outputs) else 'nothing'}", file=sys.stderr)
    if len(outputs) - 1 != at + 1:
        failed += 1
        print(f"error: {page}: the session ended in block {len(outputs)} with {done.returncode}", file=sys.stderr)
    return passed, failed


def main():
    counts = [
        check("docs/tested/commands.md", read("docs/tested/commands.md")),
        check("README.md", anchored(read("README.md"), "values") + README_ENDS, README_BEGINS),
    ]
    passed, failed = map(sum, zip(*counts))
    print(f"commands: {passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
