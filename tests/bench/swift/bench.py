"""CPU time of an exchange in Swift compared with the Rust client's: short rounds that alternate; the ratio is the median."""

import json
import os
import statistics
import subprocess
import sys
from urllib.parse import urlencode
from urllib.request import urlopen


NAMES = ("Rust, one", "Rust, usual", "Rust, apart", "Swift")


class Contender:
    """A program that takes rounds on its standard input."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def round(self, in_flight, count):
        self.process.stdin.write(f"{in_flight} {count}\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def end(self):
        self.process.stdin.close()
        self.process.wait(10)


def main(rust, swift, emulator, ca_copy, rounds):
    server = subprocess.Popen(
        [emulator, "--until-stdin-closes"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    line = json.loads(server.stdout.readline())
    user, spa = line["users"][0], line["spa"]["client_id"]
    with open(line["ca_file"]) as given, open(ca_copy, "w") as copy:
        copy.write(given.read())
    query = urlencode({"kind": "teams", "user": user["username"], "client_id": spa})
    token = json.load(urlopen(f"{line['http_url']}/_emulator/mint?{query}"))["token"]
    print(f"µs of CPU an exchange, medians of {rounds} rounds; the ratios are Swift's, medians too")
    print(f"{'':22}" + "".join(f"{name:>13}" for name in (*NAMES, "/ one", "/ usual", "/ apart")))
    for name, key in (("http (HTTP/1.1)", "connection_string_http"), ("https (HTTP/2)", "connection_string")):
        arguments = [line[key], ca_copy, token, spa, user["object_id"]]
        contenders = [Contender([rust, *arguments, threads]) for threads in ("one", "usual", "apart")]
        contenders.append(Contender([*swift, *arguments]))
        for in_flight in (1, 16, 64):
            count = 128 if in_flight == 1 else 512
            for contender in contenders:
                contender.round(in_flight, count)
            all_times = []
            for number in range(rounds):
                order = contenders if number % 2 else contenders[::-1]
                times = {contender: contender.round(in_flight, count) for contender in order}
                all_times.append([times[contender] for contender in contenders])
            medians = [statistics.median(times) for times in zip(*all_times)]
            ratios = [statistics.median(times[-1] / times[at] for times in all_times) for at in range(3)]
            figures = "".join(f"{figure:13.1f}" for figure in medians) + "".join(f"{ratio:13.2f}" for ratio in ratios)
            print(f"{name}, {in_flight:>2}".ljust(22) + figures, flush=True)
        for contender in contenders:
            contender.end()
    server.stdin.close()


if __name__ == "__main__":
    rust, swift, emulator, ca_copy, rounds = sys.argv[1:]
    main(rust, swift.split(), emulator, os.path.abspath(ca_copy), int(rounds))
