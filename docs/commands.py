#!/usr/bin/env python3
"""Runs docs/tested/commands.md with the `acs-auth` on the PATH.

Its ```sh blocks are one bash session. The output of a block must end with the ```text block below it, where … stands
for anything.
"""

import pathlib
import re
import subprocess
import sys
import tempfile

PAGE = pathlib.Path(__file__).resolve().parent / "tested/commands.md"
MARK = "-- the end of a block --"


def pattern(text):
    return ".*".join(re.escape(part) for part in text.split("…"))


def main():
    blocks = re.findall(r"^```(sh|text)\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    script = "".join(f"{body}\necho '{MARK}'\n" for kind, body in blocks if kind == "sh")
    # Programs that are still running are ended with the session.
    script = "set -eu\ntrap 'kill $(jobs -p)' EXIT\n" + script
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            ["bash", "-c", script], cwd=folder, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, timeout=120, check=False
        )
    outputs = done.stdout.decode().split(MARK + "\n")
    passed = failed = 0
    at = -1
    for kind, body in blocks:
        if kind == "sh":
            at += 1
        elif at < len(outputs) and re.search(pattern(body) + r"\Z", outputs[at], re.DOTALL):
            passed += 1
        else:
            failed += 1
            print(f"error: block {at + 1} printed\n{outputs[at] if at < len(outputs) else 'nothing'}", file=sys.stderr)
    if len(outputs) - 1 != at + 1:
        failed += 1
        print(f"error: the session ended in block {len(outputs)} with {done.returncode}", file=sys.stderr)
    print(f"commands: {passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
