"""CPU time of an exchange by JavaScript's official client and by undici, beside the Rust client: rounds in turns."""

import argparse
import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from shared import processes
from shared.figures import Figures

HERE = Path(__file__).resolve().parent
NAMES = ("official", "undici, by hand", "Rust client")
WARM_UP = 20_000


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("emulator")
    parser.add_argument("rust")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args()
    rounds, count, warm_up = (2, 64, 64) if options.quick else (options.rounds, 2048, WARM_UP)
    figures = Figures(options.json)
    print(f"µs of CPU an exchange, medians of {rounds} rounds of {count}")
    print(f"{'':24}" + "".join(f"{name:>18}" for name in NAMES))
    with processes.emulator(options.emulator) as emulator:
        arguments = emulator.arguments()
        trust = {"NODE_EXTRA_CA_CERTS": emulator.ca_file}
        node = ["node", str(HERE / "exchanges.mjs")]
        contenders = {
            NAMES[0]: processes.Contender([*node, "official", *arguments], environment=trust),
            NAMES[1]: processes.Contender([*node, "undici", *arguments]),
            NAMES[2]: processes.Contender([options.rust, *arguments, "usual", "http1"]),
        }
        for in_flight in (1, 16, 64):
            for contender in contenders.values():
                contender.round(in_flight, warm_up)
            turns = processes.take_turns(contenders, rounds, lambda contender: contender.round(in_flight, count))
            name = f"{in_flight} in flight"
            figures.add_turns(name, "µs of CPU", turns)
            print(f"{name:24}" + "".join(f"{statistics.median(turns[each]):18.1f}" for each in NAMES), flush=True)
        for contender in contenders.values():
            contender.end()
    figures.write()


if __name__ == "__main__":
    main()
