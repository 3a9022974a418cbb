#!/usr/bin/env python3
"""Checks that what pip, npm, cargo and go install is fixed by hash or version.

    locks.py                  fails if a lock does not fit its list, or if a script installs without one
    locks.py --write [LIST]…  resolves pip's lists again, with uv

A list for pip is a `*requirements*.txt` or a file of `tools/requirements`. Its lock, `.lock` in place of `.txt`, holds every package with its
hashes for the list's oldest Python (`# For Python 3.9 and newer.`) and all newer ones, on every platform. Samples are programs of
users and have no lock.
"""

import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
OLDEST = re.compile(r"^# For Python (3\.\d+) and newer\.", re.MULTILINE)
PIP_LIST = re.compile(r"(?:[^/]*requirements[^/]*|tools/requirements/[^/]+)\.txt$")
SCRIPT = re.compile(r"(?:^|/)(?:Dockerfile|Makefile|run|[^/.]+|[^/]+\.(?:sh|py|mjs|js|yml|yaml|toml|json|cmake|gradle))$")


def tracked(root):
    """The files that git knows or would add."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout.split("\0")
    return [name for name in names if name and (root / name).is_file()]


def expanded(path):
    """The text of a list with those that it includes."""
    text = path.read_text("utf-8")
    return re.sub(r"^-r (\S+)", lambda match: expanded(path.parent / match.group(1)), text, flags=re.MULTILINE)


def digest(requirements):
    """The digest of a list that its lock carries: without comments, but with the oldest Python."""
    lines = [line.split(" #")[0].strip() for line in requirements.splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")] + OLDEST.findall(requirements)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def pip_faults(requirements, lock):
    """What is wrong with a list for pip and its lock."""
    faults = []
    if not OLDEST.search(requirements):
        faults.append("no oldest Python: start it with `# For Python 3.9 and newer.`")
    if lock is None:
        return [*faults, "no lock"]
    first = lock.partition("\n")[0]
    if first != f"# Of the list with the digest {digest(requirements)}.":
        faults.append("the lock is of another list")
    packages = 0
    for line in lock.replace("\\\n", " ").splitlines():
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        packages += 1
        if not re.match(r"[A-Za-z0-9._-]+==[^\s;]+", line) or not re.search(r"--hash=sha256:[0-9a-f]{64}\b", line):
            faults.append(f"no version or no hash: {line[:60]}")
    return faults if packages else [*faults, "the lock is empty"]


DEPENDENCIES = ("dependencies", "devDependencies", "optionalDependencies")


def npm_faults(package, lock):
    """What is wrong with a package.json and its package-lock.json."""
    wanted = {kind: package[kind] for kind in DEPENDENCIES if package.get(kind)}
    if not wanted:
        return []
    if lock is None:
        return ["no package-lock.json"]
    packages = lock.get("packages", {})
    root = packages.get("", {})
    faults = []
    if {kind: root[kind] for kind in DEPENDENCIES if root.get(kind)} != wanted:
        faults.append("package-lock.json is of other dependencies: run npm install")
    for name, entry in packages.items():
        if name and not entry.get("link") and not str(entry.get("integrity", "")).startswith("sha512-"):
            faults.append(f"no sha512 in package-lock.json: {name}")
        # It may be a mirror that others cannot reach; the hash says which file it must be.
        if "resolved" in entry and not entry.get("link"):
            faults.append(f"package-lock.json names a registry: {name}: run npm install with --omit-lockfile-registry-resolved")
    return faults


#: Commands that install; the options that each must have; and a pattern that exempts it from them.
INSTALLERS = [
    (r"(?<!uv )\bpip(?:3[.0-9]*)? (?:install|download|wheel)\b", [r"--require-hashes", r"--(?:only|no)-binary[= ]:all:"], r"--no-index"),
    (r"\buv (?:pip (?:install|sync)|run|add|sync)\b|\b(?:uvx|pipx|easy_install|conda)\s", [r"(?!)"], None),
    # Only our own packages, from a test's own registry; everything else comes by `npm ci`.
    (r"\bnpm (?:install|i|add|update|exec|x)\b", [r"--registry"], None),
    (r"\bnpx\b", [r"--no-install"], None),
    (r"\b(?:yarn|pnpm|bunx?|corepack) (?:add|install|dlx|i|x)\b", [r"(?!)"], None),
    (r"\bcargo(?: \S*)? install\b", [r"--locked", r"@\S"], None),
    (r"\bgo (?:install|run|get)\b", [r"@v\S"], r"\bgo run \.|\bgo install \."),
    # The script must check the hash itself.
    (r"\bnpm pack\b[^|;&]*@", [r"sha512sum .*--check"], None),
]
#: In a list of arguments of Python or JavaScript.
PIP_ARGUMENTS = re.compile(r"""["']pip["'],\s*["'](?:install|download|wheel)["']""")


def script_faults(text):
    """The commands of a script that install what no lock fixes."""
    faults = []
    joined = re.sub(r"\\\n\s*", " ", text)
    for number, line in enumerate(joined.splitlines()):
        code = re.sub(r"(?:^|\s)(?:#|//).*", "", line)
        for command, needed, unless in INSTALLERS:
            if not re.search(command, code) or unless and re.search(unless, code):
                continue
            # The check of a download may be in the lines below it.
            below = "\n".join(joined.splitlines()[number : number + 3])
            if not all(re.search(option, below if "check" in option else code) for option in needed):
                faults.append(code.strip())
    if PIP_ARGUMENTS.search(text) and not re.search(r"--require-hashes|--no-index", text):
        faults.append(PIP_ARGUMENTS.search(text).group())
    return faults


def scripts(root, names):
    """The scripts of a tree that may install: neither commands for users nor this check."""
    for name in names:
        if name.startswith(("samples/", "docs/", "tools/supply/")) or not SCRIPT.search(name):
            continue
        text = (root / name).read_bytes()
        if b"\0" in text or "." not in pathlib.Path(name).name and not text.startswith((b"#!", b"# ")) and name != "Makefile":
            continue
        yield name, text.decode("utf-8", "replace")


def pip_lists(names):
    """pip's lists among files."""
    return [name for name in names if PIP_LIST.search(name) and not name.startswith("samples/")]


def check(root):
    """Prints what is wrong with a tree, and returns how much."""
    names = tracked(root)

    def read(name):
        path = root / name
        return path.read_text("utf-8") if path.is_file() else None

    faults = []
    lists = pip_lists(names)
    for name in lists:
        faults += [f"{name}: {fault}" for fault in pip_faults(expanded(root / name), read(name[:-4] + ".lock"))]
    packages = [name for name in names if pathlib.Path(name).name == "package.json"]
    for name in packages:
        lock = read(str(pathlib.Path(name).with_name("package-lock.json")))
        faults += [f"{name}: {fault}" for fault in npm_faults(json.loads(read(name)), lock and json.loads(lock))]
    looked_at = 0
    for name, text in scripts(root, names):
        looked_at += 1
        faults += [f"{name}: installs what no lock fixes: {fault}" for fault in script_faults(text)]
    for fault in faults:
        print(f"locks: {fault}", file=sys.stderr)
    print(f"locks: {len(lists)} lists of pip, {len(packages)} of npm, {looked_at} scripts, {len(faults)} faults")
    return len(faults)


def write(root, uv, lists):
    """Resolves lists again."""
    for name in lists:
        requirements = expanded(root / name)
        oldest = OLDEST.search(requirements).group(1)
        command = [uv, "pip", "compile", "--quiet", "--universal", "--python-version", oldest, "--generate-hashes", "--no-header", "--no-annotate"]
        locked = subprocess.run([*command, name], cwd=root, check=True, capture_output=True, text=True, timeout=600).stdout
        (root / (name[:-4] + ".lock")).write_text(f"# Of the list with the digest {digest(requirements)}.\n{locked}", "utf-8")
        print(f"locks: {name}: {locked.count('==')} packages")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        write(ROOT, os.environ["UV"], sys.argv[2:] or pip_lists(tracked(ROOT)))
    sys.exit(1 if check(ROOT) else 0)
