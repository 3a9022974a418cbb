#!/usr/bin/env python3
"""Maintains packaging/linked-crates.txt, the list of the crates that products are linked with or built by: a new one is a line to review.

    crates.py           fails if the list differs from what cargo resolves, if a reason is missing, or if a crate that must have no unsafe code has some
    crates.py --write   writes the list; reasons of direct dependencies are kept, and those of new ones are left to be written

Each line has the name and the version; the products that are linked with it on any platform (c: the C library, u: the library of Python, Kotlin
and Swift, p: the command line, e: the emulator; `-`: none); what of it runs at build time (script, macro); how often its Rust uses
`unsafe`; and after the bar why it is there: for a direct dependency written by hand, for others the crates that depend on it.
"""

import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIST = ROOT / "packaging/linked-crates.txt"
PRODUCTS = {"c": "acs-auth-c", "u": "acs-auth-uniffi", "p": "acs-auth-cli", "e": "acs-emulator"}
#: Those that products are made for: https://doc.rust-lang.org/rustc/platform-support.html
TARGETS = [
    *(f"{cpu}-unknown-linux-{libc}" for cpu in ("x86_64", "aarch64") for libc in ("gnu", "musl")),
    *(f"{cpu}-{rest}" for cpu in ("x86_64", "aarch64") for rest in ("apple-darwin", "pc-windows-msvc")),
    "x86_64-pc-windows-gnu",
    "aarch64-pc-windows-gnullvm",
]
#: Of our own, the crates that must have no unsafe code.
SAFE = {"acs-auth", "acs-auth-cli", "acs-emulator"}
UNWRITTEN = "REASON MISSING"

#: What isn't code: strings, comments, characters. Raw strings come first, since quotes mean nothing in them; a lifetime has no closing quote.
NO_CODE = re.compile(r'\bb?r(#*)".*?"\1|//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\])*"|\'(?:\\.[^\']*|[^\'\\])\'', re.DOTALL)


def count_unsafe(source):
    """How often Rust source has the keyword."""
    return len(re.findall(r"\bunsafe\b", NO_CODE.sub(" ", source)))


def unsafe_in(folder):
    """How often a crate's own source has it."""
    source = folder / "src" if (folder / "src").is_dir() else folder
    return sum(count_unsafe(path.read_text("utf-8", "replace")) for path in sorted(source.rglob("*.rs")))


def parents(tree):
    """The crates of a `cargo tree --prefix depth`, each with those that depend on it."""
    found, path = {}, []
    for line in tree.splitlines():
        match = re.match(r"(\d+)(\S+) v(\S+)", line)
        if not match:
            continue
        depth, crate = int(match.group(1)), match.group(2, 3)
        del path[depth:]
        found.setdefault(crate, set()).update(path[-1:])
        path.append(crate)
    return found


def cargo(*arguments):
    """What a command of cargo prints."""
    return subprocess.run(["cargo", *arguments], cwd=ROOT, check=True, capture_output=True, text=True, timeout=600).stdout


def packages():
    """All crates that the lock names: (name, version) to folder, whether it is ours, and what of it runs at build time."""
    found = {}
    for package in json.loads(cargo("metadata", "--locked", "--format-version", "1"))["packages"]:
        kinds = {kind for target in package["targets"] for kind in target["kind"]}
        runs = "+".join(word for word, kind in (("script", "custom-build"), ("macro", "proc-macro")) if kind in kinds) or "-"
        found[package["name"], package["version"]] = (pathlib.Path(package["manifest_path"]).parent, package["source"] is None, runs)
    return found


def lines(known, trees, folders, count=unsafe_in):
    """The list, given the reasons by name, and of each product the trees of what is linked and of what is linked or runs at build time."""
    products, brought = {}, {}
    for letter, (linked, whole) in trees.items():
        for crate in parents(linked):
            products.setdefault(crate, []).append(letter)
        for crate, by in parents(whole).items():
            brought.setdefault(crate, set()).update(by)
    made = []
    for crate, by in sorted(brought.items()):
        folder, ours, runs = folders[crate]
        if ours:
            why = "ours"
        elif any(folders[one][1] for one in by):
            why = known.get(crate[0], UNWRITTEN)
        else:
            why = "of " + ", ".join(sorted({name for name, _ in by}))
        made.append(f"{crate[0]} {'.' if ours else crate[1]} {''.join(products.get(crate, '-'))} {runs} {count(folder)} | {why}")
    return made


def reasons(listing):
    """The reasons of a list, by name."""
    parts = (line.partition(" | ") for line in listing if not line.startswith("#"))
    return {before.split()[0]: why for before, _, why in parts if why not in ("ours", UNWRITTEN) and not why.startswith("of ")}


def faults(kept, actual):
    """What is wrong with the kept list."""
    found = [f"+ {line}" for line in actual if line not in kept] + [f"- {line}" for line in kept if line not in actual]
    found += [f"write why: {line}" for line in kept if line.endswith(UNWRITTEN)]
    for line in actual:
        name, _, _, _, count = line.partition(" | ")[0].split()
        if name in SAFE and line.endswith("| ours") and count != "0":
            found.append(f"{name} must have no unsafe code, and has it {count} times")
    return found


def main(arguments):
    """Checks or writes the list."""
    head = "".join(f"# {line}\n" if line else "#\n" for line in __doc__.splitlines()[5:])
    options = ["tree", "--locked", "--prefix", "depth", "--format", "{p}", *(f"--target={target}" for target in TARGETS)]
    trees = {}
    for letter, package in PRODUCTS.items():
        trees[letter] = [cargo(*options, "-p", package, "-e", edges) for edges in ("normal,no-proc-macro", "normal,build")]
    kept = [line for line in LIST.read_text("utf-8").splitlines() if line and not line.startswith("#")] if LIST.exists() else []
    actual = lines(reasons(kept), trees, packages())
    if arguments == ["--write"]:
        LIST.write_text(head + "\n".join(actual) + "\n", "utf-8")
        kept = actual
    found = faults(kept, actual)
    for fault in found:
        print(f"crates: {fault}", file=sys.stderr)
    ours = [line.split() for line in actual if line.endswith("| ours")]
    others = [line.split() for line in actual if not line.endswith("| ours")]
    linked = [line for line in others if line[2] != "-"]
    print(f"crates: {len(linked)} crates of others are linked, {len(others) - len(linked)} more are built with; {sum(line[3] != '-' for line in others)} run code at build time")
    print("crates: unsafe in ours: " + ", ".join(f"{line[0]} {line[4]}" for line in ours))
    if found:
        raise SystemExit("crates: review the crates above, then run tools/supply-chain --write crates, and write why each new direct dependency is there")


if __name__ == "__main__":
    main(sys.argv[1:])
