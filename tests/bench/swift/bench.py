"""CPU time of an exchange in Swift beside the Rust client: short rounds in turns; a ratio is the median of the rounds'."""

import argparse
import os
import shutil
import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from shared import processes
from shared.figures import Figures

NAMES = ("Rust, one", "Rust, usual", "Rust, apart", "Swift")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("rust")
    parser.add_argument("swift")
    parser.add_argument("emulator")
    parser.add_argument("ca_copy", help="a file in this checkout, which is all that Debian's toolchain sees")
    parser.add_argument("rounds", type=int)
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args()
    figures = Figures(options.json)
    print(f"µs of CPU an exchange, medians of {options.rounds} rounds; the ratios are Swift's, medians too")
    print(f"{'':22}" + "".join(f"{name:>13}" for name in (*NAMES, "/ one", "/ usual", "/ apart")))
    with processes.emulator(options.emulator) as emulator:
        ca_copy = os.path.abspath(shutil.copy(emulator.ca_file, options.ca_copy))
        for name, key in (("http, HTTP/1.1", "connection_string_http"), ("https, HTTP/2", "connection_string")):
            arguments = [emulator.info[key], ca_copy, emulator.mint(), emulator.client_id, emulator.user_object_id]
            commands = [[options.rust, *arguments, threads] for threads in ("one", "usual", "apart")]
            commands.append([*options.swift.split(), *arguments])
            contenders = {title: processes.Contender(command) for title, command in zip(NAMES, commands)}
            for in_flight in (1, 16, 64):
                compare(contenders, options.rounds, f"{name}, {in_flight} in flight", in_flight, figures)
            for contender in contenders.values():
                contender.end()
    figures.write()


def compare(contenders, rounds, name, in_flight, figures):
    count = 128 if in_flight == 1 else 512
    for contender in contenders.values():
        contender.round(in_flight, count)
    turns = processes.take_turns(contenders, rounds, lambda contender: contender.round(in_flight, count))
    figures.add_turns(name, "µs of CPU", turns)
    medians = [statistics.median(turns[title]) for title in NAMES]
    ratios = [statistics.median(ours / other for ours, other in zip(turns["Swift"], turns[title])) for title in NAMES[:-1]]
    print(name.removesuffix(" in flight").ljust(22) + "".join(f"{each:13.1f}" for each in medians) + "".join(f"{each:13.2f}" for each in ratios), flush=True)


if __name__ == "__main__":
    main()
