"""CPU time of an exchange in Kotlin and Java compared with the official client's: warm JVMs in turns; the ratio is the median.

By https, since the official client signs nothing for http.
"""

import json
import os
import statistics
import subprocess
import sys
from urllib.parse import urlencode
from urllib.request import urlopen

FORMS = ("blocking", "future", "suspend")
IN_FLIGHT = (1, 16, 64)
ROUND = 2048
#: The least number of exchanges before a JVM is measured, and again at each number in flight.
WARM_UP = 24 * ROUND
SETTLE = 4 * ROUND
#: Rounds are steady when none of the last three is below this fraction of the best before them.
STEADY = 0.97


class Contender:
    """A program that takes rounds on its standard input."""

    def __init__(self, command, errors):
        self.errors = errors
        with open(errors, "w") as stderr:
            self.process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, text=True
            )

    def round(self, in_flight):
        self.process.stdin.write(f"{in_flight} {ROUND}\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            with open(self.errors) as errors:
                sys.exit(errors.read())
        return float(line)

    def warm_up(self, in_flight, at_least):
        """Runs rounds until the figure stops falling."""
        times = []
        while len(times) * ROUND < at_least or min(times[-3:]) < min(times[:-3]) * STEADY:
            times.append(self.round(in_flight))

    def end(self):
        self.process.stdin.close()
        self.process.wait(10)


def compare(contenders, rounds, form, in_flight):
    for contender in contenders:
        contender.warm_up(in_flight, SETTLE)
    turns = []
    for number in range(rounds):
        times = {contender: contender.round(in_flight) for contender in contenders[:: 1 if number % 2 else -1]}
        turns.append([times[contender] for contender in contenders])
    medians = [statistics.median(times) for times in zip(*turns)]
    ratios = [statistics.median(times[at] / times[0] for times in turns) for at in range(1, len(contenders))]
    figures = "".join(f"{figure:10.0f}" for figure in medians) + "".join(f"{ratio:10.2f}" for ratio in ratios)
    print(f"{form:8} {in_flight:>2}  " + figures, flush=True)


def first(java, arguments, name):
    """Milliseconds from a JVM's start to its first token."""
    run = [*java, "bench.Bench", name, "first", *arguments]
    return float(subprocess.run(run, check=True, capture_output=True, text=True).stdout)


def main(emulator, ca_copy, rust, rounds, chosen, *java):
    server = subprocess.Popen(
        [emulator, "--until-stdin-closes"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    line = json.loads(server.stdout.readline())
    user, spa = line["users"][0], line["spa"]["client_id"]
    trust = os.path.dirname(ca_copy) + "/trust"
    with open(line["ca_file"]) as given, open(ca_copy, "w") as copy:
        copy.write(given.read())
    if os.path.exists(trust):
        os.remove(trust)
    store = ["-keystore", trust, "-storepass", "changeit"]
    imported = ["keytool", "-importcert", "-noprompt", "-alias", "emulator", "-file", ca_copy, *store]
    subprocess.run(imported, check=True, stderr=subprocess.DEVNULL)
    java = [*java, f"-Djavax.net.ssl.trustStore={trust}", "-Djavax.net.ssl.trustStorePassword=changeit"]
    query = urlencode({"kind": "teams", "user": user["username"], "client_id": spa})
    token = json.load(urlopen(f"{line['http_url']}/_emulator/mint?{query}"))["token"]
    arguments = [line["connection_string"], ca_copy, token, spa, user["object_id"]]

    names = ("official", "ours", "Rust")
    forms = [form for form in FORMS if form in chosen.split(",")] or FORMS
    print(f"µs of CPU an exchange, medians of {rounds} rounds of {ROUND} in turns; ratios to the official client's")
    print(f"{'':12}" + "".join(f"{name:>10}" for name in (*names, "ours/off.", "Rust/off.")))
    for form in forms:
        commands = [[*java, "bench.Bench", name, form, *arguments] for name in names[:2]]
        commands.append([rust, *arguments, "usual"])
        folder = os.path.dirname(ca_copy)
        contenders = [Contender(command, f"{folder}/errors-{at}") for at, command in enumerate(commands)]
        for contender in contenders:
            contender.warm_up(16, WARM_UP)
        for in_flight in IN_FLIGHT:
            compare(contenders, rounds, form, in_flight)
        for contender in contenders:
            contender.end()
    times = [[first(java, arguments, name) for name in names[:2]] for _ in range(9)]
    official, ours = (statistics.median(of_one) for of_one in zip(*times))
    ratio = statistics.median(ours / official for official, ours in times)
    print(f"first exchange in a new JVM, medians of 9: official {official:.0f} ms, ours {ours:.0f} ms, ratio {ratio:.2f}")
    server.stdin.close()


if __name__ == "__main__":
    emulator, ca_copy, rust, rounds, chosen, *java = sys.argv[1:]
    main(emulator, os.path.abspath(ca_copy), rust, int(rounds), chosen, *java)
