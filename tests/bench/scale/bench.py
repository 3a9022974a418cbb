"""Cost against work: exchanges, exchanges in flight, cached users, and processes that share a Redis. Each point is a process of its own.

    tools/bench-scale [--quick] [--json FILE] [--only NAME]
"""

import argparse
import json
import resource
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from shared import processes, redis
from shared.figures import Figures

#: The points of each kind: all, and those of --quick.
EXCHANGES = ((1, 10, 100, 1_000, 10_000, 100_000), (1, 10, 100))
IN_FLIGHT = ((1, 10, 100, 1_000, 10_000), (1, 10, 100))
CACHED = ((1, 10, 100, 1_000, 10_000, 100_000, 1_000_000), (1, 100, 1_000))
PROCESSES = ((1, 2, 4, 8), (1, 2))
#: Milliseconds that the service takes when many are in flight.
SERVICE_MS = 250
#: Users of each process that shares a Redis.
USERS = (5_000, 100)
#: Seconds that a point may take. The longest fills a cache with a million users.
PATIENCE = 1_800


class Bench:
    def __init__(self, options):
        self.options = options
        self.figures = Figures(options.json)
        self.rounds = 1 if options.quick else 3

    def points(self, of):
        return of[1] if self.options.quick else of[0]

    def point(self, *arguments):
        """Runs the program once; returns its result, a line of JSON."""
        command = processes.on_core(0, [self.options.program, *map(str, arguments)])
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            raise SystemExit(f"{' '.join(map(str, arguments[:2]))}: not over after {PATIENCE} s") from None
        if done.returncode:
            raise SystemExit(f"{' '.join(map(str, arguments[:2]))} failed:\n{done.stderr[-4000:]}")
        return json.loads(done.stdout)

    def add(self, series, point, results, *columns):
        """Adds a point of a series from the results of its rounds. A column is a unit, a contender, and the key of the results."""
        for unit, contender, key in columns:
            scale = 1e6 if unit.startswith("µs") else 1
            self.figures.add(f"{series}: {point}", contender, unit, [result[key] * scale for result in results])
        told = ", ".join(f"{contender}: {results[0][key] * (1e6 if unit.startswith('µs') else 1):,.1f} {unit}" for unit, contender, key in columns)
        print(f"{series:34} {point:>9,}  {told}", flush=True)

    def exchanges(self):
        with processes.emulator(self.options.emulator) as emulator:
            for count in self.points(EXCHANGES):
                arguments = emulator.arguments()
                results = [self.point("exchanges", count, 16, *arguments) for _ in range(self.rounds)]
                self.add("exchanges", count, results, ("µs of CPU in all", "client", "cpu"), ("bytes in all", "client", "memory"))

    def in_flight(self):
        with processes.emulator(self.options.emulator) as emulator:
            emulator.delay(SERVICE_MS)
            for count in self.points(IN_FLIGHT):
                # Client and emulator each need one descriptor per connection.
                needed = count + 500
                if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < needed:
                    print(f"in flight: {count:,}: not measured, since it needs {needed:,} descriptors (ulimit -n)", flush=True)
                    continue
                seconds = 2 if self.options.quick else 8
                results = [self.point("in-flight", count, seconds, *emulator.arguments()) for _ in range(self.rounds)]
                columns = (("µs of CPU each", "client", "each"), ("bytes in all", "client", "memory"), ("a second", "client", "a_second"))
                self.add("in flight", count, results, *columns)

    def cached(self):
        for users in self.points(CACHED):
            # Enough hits to measure, and not so many that they take long.
            hits = min(max(users, 20_000), 200_000) if not self.options.quick else 1_000
            results = [self.point("cached", users, hits) for _ in range(1 if users > 100_000 else self.rounds)]
            columns = (("µs of CPU each", "exchanger", "fill"), ("bytes in all", "exchanger", "memory"))
            self.add("cached users, to fill", users, results, *columns)
            self.add("cached users, a hit", users, results, ("µs of CPU each", "exchanger", "hit"))

    def processes(self):
        for title, count in (("one Redis", 1), ("a cluster of three", 3)):
            for number in self.points(PROCESSES):
                with redis.servers(count) as (url, nodes):
                    self.fleet(title, url, nodes, number)

    def fleet(self, title, url, nodes, number):
        users = USERS[1] if self.options.quick else USERS[0]
        members = [processes.Contender([self.options.program, "member", url], core=None) for _ in range(number)]
        for at, member in enumerate(members):
            # Connects, and exchanges one for the first time.
            member.ask(f"{10**9 + at} 1")
        # Each exchanges for its own users, and then finds those of the next one in Redis.
        self.phase(f"exchanges through {title}", members, nodes, [at * users for at in range(number)], users, users)
        if number > 1:
            others = [(at + 1) % number * users for at in range(number)]
            self.phase(f"found in {title}", members, nodes, others, users, 0)
        for member in members:
            member.end()

    def phase(self, series, members, nodes, first_users, users, expected):
        """Runs a round in all processes at once; adds what they and Redis cost per exchange."""
        before = [processes.cpu_seconds(node.pid) for node in nodes]
        for member, first in zip(members, first_users):
            member.process.stdin.write(f"{first} {users}\n")
            member.process.stdin.flush()
        results = [json.loads(member.line() or "null") for member in members]
        if any(result is None or result["sent"] != expected for result in results):
            raise SystemExit(f"{series}: each process must send {expected} exchanges to the service: {results}")
        used = sum(processes.cpu_seconds(node.pid) for node in nodes) - sum(before)
        mean = {key: sum(result[key] for result in results) / len(results) for key in results[0]}
        mean["redis"] = used / len(members) / users
        mean["redis_resident"] = sum(processes.resident_bytes(node.pid) for node in nodes)
        mean["rate"] = sum(result["a_second"] for result in results)
        columns = [("µs of CPU each", "each process", "each"), ("µs of CPU each", "Redis", "redis"), ("a second", "all", "rate")]
        columns += [("bytes each", "each process", "resident"), ("bytes in all", "Redis", "redis_resident")]
        self.add(series, len(members), [mean], *columns)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("emulator")
    parser.add_argument("--quick", action="store_true", help="the small points, once")
    parser.add_argument("--json", metavar="FILE")
    kinds = ("exchanges", "in_flight", "cached", "processes")
    parser.add_argument("--only", choices=kinds)
    options = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    bench = Bench(options)
    for kind in kinds:
        if options.only in (None, kind):
            getattr(bench, kind)()
    bench.figures.write()


if __name__ == "__main__":
    main()
