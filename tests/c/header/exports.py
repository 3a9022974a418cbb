"""Checks that a built library's symbols, the header's functions and tests/surface/exports.txt are the same."""

import subprocess
import sys
from pathlib import Path

import header


def symbols(library):
    """The symbols that a shared library exports or an archive defines."""
    how = ["--dynamic"] if library.suffix != ".a" else ["--extern-only"]
    command = ["nm", *how, "--defined-only", "--format=posix", str(library)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return {fields[0] for line in output.splitlines() if len(fields := line.split()) >= 2 and fields[1] != "U"}


def main(library):
    declared = header.names(header.read(), "function")
    listed_lines = (header.ROOT / "tests" / "surface" / "exports.txt").read_text().splitlines()
    listed = [line for line in listed_lines if line and not line.startswith("#")]
    exported = symbols(library)
    problems = []
    if library.suffix == ".a":
        # An archive also defines the symbols of everything it contains; only those of the header may start with acs_.
        strangers = {name for name in exported if not name.startswith("acs_")}
        print(f"archive: {len(strangers)} global symbols are of Rust and of the libraries within")
        exported -= strangers
    if listed != sorted(set(listed)):
        problems.append("exports.txt is not sorted, or names one twice")
    for name in sorted(declared ^ exported):
        problems.append(f"{name}: {'declared and not exported' if name in declared else 'exported and not declared'}")
    for name in sorted(set(listed) ^ exported):
        problems.append(f"{name}: {'listed and not exported' if name in listed else 'exported and not listed'}")
    print("\n".join(problems) or f"exports: {len(exported)} of {library.name}, as declared and as listed")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
