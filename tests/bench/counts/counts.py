"""Counts instructions and allocations of operations under callgrind and compares them with counts.txt.

    counts.py PROGRAM EMULATOR                  compares; a count that differs by more than the bound is an error
    counts.py PROGRAM EMULATOR --write REASON   writes the counts that differ, with the reason of the change
    counts.py PROGRAM EMULATOR --json FILE      compares nothing; writes the counts, in all and by crate, as figures

An operation is run for two lengths; the difference is divided by the difference of the lengths, so that starting the
process, connecting and first uses are not counted. Counts depend neither on the machine's load nor on its speed. callgrind
emulates a processor with AVX2 but without instructions for SHA, so SHA-256 counts more than it costs on a newer processor.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from crates import instructions_by_crate
from shared import processes
from shared.figures import Figures

FILE = Path(__file__).with_name("counts.txt")
BOUND = 0.03
# The numbers of repetitions in the two runs of an operation; smaller if it waits for the service.
LENGTHS = {"exchange": (20, 120), "exchange_bare_reqwest": (20, 120)}
USUAL_LENGTHS = (100, 600)
OPERATIONS = ("sign", "prepare", "parse", "verify", "cache_hit", "exchange", "exchange_bare_reqwest")
# The emulator's delay. A client under callgrind must always be waiting when the response comes: a response that is already
# there changes the count by some thousand instructions.
LATENCY_MS = 15
# Seconds. A run takes some seconds; a machine under load may be much slower.
RUN_TIMEOUT = 240
ALLOCATIONS = ("malloc", "calloc", "realloc", "posix_memalign", "aligned_alloc")


def set_up(emulator, folder):
    """Delays exchanges, and writes a file with what the operations need to know about the emulator; returns its path."""
    tokens = {f"{kind}_token": emulator.mint(kind) for kind in ("teams", "api")}
    emulator.delay(LATENCY_MS)
    path = os.path.join(folder, "setup.json")
    with open(path, "w") as file:
        json.dump({**emulator.info, **tokens}, file)
    return path


def run(program, operation, length, ca_file, setup, folder):
    """Runs an operation this many times; returns all its instructions and allocations."""
    out = os.path.join(folder, f"{operation}.{length}")
    environment = {
        # Not this machine's, which differ from others'.
        "SSL_CERT_FILE": ca_file,
        "ACS_COUNTS_SETUP": setup,
    }
    options = ["--tool=callgrind", f"--callgrind-out-file={out}", "--zero-before=*start_counting*"]
    command = ["valgrind", *options, program, operation, str(length)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=RUN_TIMEOUT)
    if done.returncode != 0:
        sys.exit(f"counts: {operation} failed:\n{done.stderr[-4000:]}")
    return read_profile(out)


def read_profile(path):
    """The instructions in a profile of callgrind, and the calls of functions that allocate."""
    names, called, instructions, allocations = {}, "", 0, 0
    with open(path) as lines:
        for line in lines:
            if line.startswith(("fn=", "cfn=")):
                number, name = re.match(r"c?fn=(\(\d+\))(?: (.*))?", line).groups()
                if name:
                    names[number] = name.strip()
                called = names[number]
            elif line.startswith("calls=") and called.split("'")[0] in ALLOCATIONS:
                allocations += int(line[6:].split()[0])
            elif line.startswith("totals:"):
                instructions = int(line.split()[1])
    return instructions, allocations


def count(program, emulator_program, by_crate=None):
    """Counts the instructions and allocations of each operation, once. Fills `by_crate`, if given, with the instructions of each crate."""
    with tempfile.TemporaryDirectory() as folder, processes.emulator(emulator_program, "--rng-seed", "1") as emulator:
        setup = set_up(emulator, folder)

        def one(operation):
            few, many = LENGTHS.get(operation, USUAL_LENGTHS)
            less, more = (run(program, operation, length, emulator.ca_file, setup, folder) for length in (few, many))
            keep = os.environ.get("ACS_COUNTS_KEEP")
            if keep:
                shutil.copy(os.path.join(folder, f"{operation}.{many}"), keep)
            if by_crate is not None:
                ran = [instructions_by_crate(os.path.join(folder, f"{operation}.{length}")) for length in (few, many)]
                by_crate[operation] = {crate: (ran[1][crate] - ran[0][crate]) / (many - few) for crate in ran[1]}
            return operation, [(b - a) / (many - few) for a, b in zip(less, more)]

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return dict(pool.map(one, OPERATIONS))


def read_expected():
    """The committed counts: instructions, allocations and reason by operation; and the lines above them."""
    head, expected = [], {}
    for line in FILE.read_text().splitlines():
        if line.startswith("#"):
            head.append(line)
        else:
            operation, instructions, allocations, reason = line.split(maxsplit=3)
            expected[operation] = (int(instructions), float(allocations), reason)
    return head, expected


def differs(new, kept):
    return any(abs(a - b) > BOUND * max(b, 1) for a, b in zip(new, kept))


def write_figures(program, emulator, path):
    """Writes the counts as figures for the page on performance."""
    figures, by_crate = Figures(path), {}
    for operation, (instructions, allocations) in count(program, emulator, by_crate).items():
        figures.add(operation, "all", "instructions", [instructions])
        figures.add(operation, "all", "allocations", [allocations])
        for crate, instructions in sorted(by_crate[operation].items(), key=lambda each: -each[1]):
            if instructions >= 1:
                figures.add(operation, crate, "instructions", [instructions])
    figures.write()


def main(program, emulator, reason):
    head, expected = read_expected()
    counted = count(program, emulator)
    changed = [name for name in counted if name not in expected or differs(counted[name], expected[name])]
    print(f"{'':24}{'instructions':>14}{'kept':>10}{'allocations':>13}{'kept':>8}")
    for name, (instructions, allocations) in counted.items():
        kept = expected.get(name, (0, 0))
        mark = "  <- differs" if name in changed else ""
        print(f"{name:24}{instructions:14.0f}{kept[0]:10}{allocations:13.1f}{kept[1]:8}{mark}")
    if reason:
        for name in changed:
            expected[name] = (round(counted[name][0]), round(counted[name][1], 1), reason)
        rows = [f"{name:24}{a:8} {b:7.1f}  {why}" for name, (a, b, why) in expected.items() if name in counted]
        FILE.write_text("\n".join([*head, *rows]) + "\n")
    elif changed:
        sys.exit(
            f"counts: {', '.join(changed)}: more than {BOUND:.0%} from {FILE.name}; if that is meant, run "
            '`tools/counts --write "why"` and commit the file'
        )
    print(f"counts: {len(counted)} operations within {BOUND:.0%}" if not changed else "counts: written")


if __name__ == "__main__":
    match sys.argv[1:]:
        case [program, emulator]:
            main(program, emulator, None)
        case [program, emulator, "--write", reason] if reason.strip():
            main(program, emulator, reason)
        case [program, emulator, "--json", path]:
            write_figures(program, emulator, path)
        case _:
            sys.exit(__doc__)
