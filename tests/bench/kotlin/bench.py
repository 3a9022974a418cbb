"""CPU time of an exchange in Kotlin and Java beside the official client and the Rust client: warm processes that take turns.

Over https, since the official client signs nothing for http, and by HTTP/1.1, the default of all three. Nothing is pinned to a core: on one
core, a JVM chooses another garbage collector, and compiling holds up the program.
"""

import argparse
import os
import statistics
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from shared import processes
from shared.figures import Figures

FORMS = ("blocking", "future", "suspend")
#: The Rust client runs on the runtime of `#[tokio::main]`, and with its callers on another thread than the library's, as on a JVM.
NAMES = ("official", "ours", "Rust client", "Rust, apart")
RUST = {"Rust client": "usual", "Rust, apart": "apart"}
IN_FLIGHT = (1, 16, 64)
ROUND = 2048
#: The least number of exchanges that warm up a process, and again at each number in flight.
WARM_UP = 24 * ROUND
SETTLE = 4 * ROUND
#: Rounds are steady when none of the last three is below this fraction of the best before them.
STEADY = 0.97


def cpu_of_round(contender, in_flight, count):
    """Microseconds of CPU per exchange. Read from outside, because a JVM knows its own CPU time only in steps of 10 ms."""
    before = processes.cpu_seconds(contender.process.pid)
    contender.round(in_flight, count)
    return (processes.cpu_seconds(contender.process.pid) - before) / count * 1e6


def warm_up(contender, in_flight, at_least):
    """Runs rounds until their CPU time stops falling."""
    times = []
    while len(times) * ROUND < at_least or min(times[-3:]) < min(times[:-3]) * STEADY:
        times.append(cpu_of_round(contender, in_flight, ROUND))


def compare(contenders, form, in_flight, options, figures):
    count = 64 if options.quick else ROUND
    if not options.quick:
        for contender in contenders.values():
            warm_up(contender, in_flight, SETTLE)
    turns = processes.take_turns(contenders, options.rounds, lambda contender: cpu_of_round(contender, in_flight, count))
    figures.add_turns(f"{form}, {in_flight} in flight", "µs of CPU", turns)
    medians = [statistics.median(turns[name]) for name in NAMES]
    ratios = [statistics.median(each / official for each, official in zip(turns[name], turns["official"])) for name in NAMES[1:]]
    print(f"{form:8} {in_flight:>2}  " + "".join(f"{each:12.0f}" for each in medians) + "".join(f"{each:12.2f}" for each in ratios), flush=True)


def first(java, arguments, name):
    """Milliseconds from a JVM's start to its first token."""
    ended = subprocess.run([*java, "bench.Bench", name, "first", *arguments], capture_output=True, text=True, timeout=120)
    if ended.returncode:
        raise SystemExit(f"the first exchange of a JVM, {name}:\n{ended.stderr[-4000:]}")
    return float(ended.stdout)


def trusting(java, folder, ca_file):
    """The command that starts a JVM which trusts the emulator."""
    trust = os.path.join(folder, "trust")
    if os.path.exists(trust):
        os.remove(trust)
    store = ["-keystore", trust, "-storepass", "changeit"]
    imported = ["keytool", "-importcert", "-noprompt", "-alias", "emulator", "-file", ca_file, *store]
    subprocess.run(imported, check=True, stderr=subprocess.DEVNULL, timeout=120)
    return [*java, f"-Djavax.net.ssl.trustStore={trust}", "-Djavax.net.ssl.trustStorePassword=changeit"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("emulator")
    parser.add_argument("folder", help="where the JVM's store of trusted certificates is made")
    parser.add_argument("rust")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--forms", default=",".join(FORMS))
    parser.add_argument("--quick", action="store_true", help="no warm-up, two short rounds")
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("java", nargs=argparse.REMAINDER, help="the command of a JVM with the bench's class path")
    options = parser.parse_args()
    options.rounds = 2 if options.quick else options.rounds
    figures = Figures(options.json)
    print(f"µs of CPU an exchange, medians of {options.rounds} rounds in turns; ratios to the official client's")
    print(f"{'':12}" + "".join(f"{name:>12}" for name in (*NAMES, "ours/off.", "Rust/off.", "apart/off.")))
    with processes.emulator(options.emulator, core=None) as emulator:
        java = trusting(options.java, options.folder, emulator.ca_file)
        arguments = emulator.arguments()
        for form in options.forms.split(","):
            contenders = {name: processes.Contender([*java, "bench.Bench", name, form, *arguments], core=None) for name in NAMES[:2]}
            contenders |= {name: processes.Contender([options.rust, *arguments, runtime, "http1"], core=None) for name, runtime in RUST.items()}
            for contender in contenders.values():
                if options.quick:
                    cpu_of_round(contender, 16, 64)
                else:
                    warm_up(contender, 16, WARM_UP)
            for in_flight in IN_FLIGHT:
                compare(contenders, form, in_flight, options, figures)
            for contender in contenders.values():
                contender.end()
        clients = {name: name for name in NAMES[:2]}
        starts = processes.take_turns(clients, 2 if options.quick else 9, lambda name: first(java, arguments, name))
    figures.add_turns("the first exchange of a new JVM", "ms", starts)
    official, ours = (statistics.median(starts[name]) for name in NAMES[:2])
    ratio = statistics.median(ours / official for official, ours in zip(*starts.values()))
    print(f"first exchange in a new JVM, medians: official {official:.0f} ms, ours {ours:.0f} ms, ratio {ratio:.2f}")
    figures.write()


if __name__ == "__main__":
    main()
