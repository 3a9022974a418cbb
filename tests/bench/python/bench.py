"""Compares the package with the official one and with a hand-written client, on one server in one run: CPU time and ratios.

    tools/bench-python
"""

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "bindings/python/tests"))
from support import emulator as emulators

HERE = Path(__file__).parent
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))


def measure(given, what, name, count):
    environment = {**os.environ, "BENCH_GIVEN": json.dumps(given)}
    # Each client trusts the emulator's authority through one of these.
    environment |= dict.fromkeys(("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"), given["ca_file"])
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, str(HERE / "measure.py"), what, name, str(count)]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


#: What is measured, the contender, and how often; figures of one kind are compared with the first of them.
PLAN = [
    ("one by one", "Official", 300),
    ("one by one", "Ours", 2000),
    ("one by one", "OursAsUsual", 2000),
    ("one by one", "OfficialAio", 300),
    ("one by one", "Aiohttp", 1000),
    ("one by one", "OursAio", 2000),
    ("one by one", "OursCached", 20000),
    ("one by one", "OursAioCached", 20000),
    ("one by one, TLS", "Official", 300),
    ("one by one, TLS", "Ours", 2000),
    ("one by one, TLS", "OfficialAio", 300),
    ("one by one, TLS", "Aiohttp", 1000),
    ("one by one, TLS", "OursAio", 2000),
    ("64 in flight", "Official", 600),
    ("64 in flight", "Ours", 4000),
    ("64 in flight", "OfficialAio", 600),
    ("64 in flight", "Aiohttp", 2000),
    ("64 in flight", "OursAio", 4000),
    ("signing", "Official", 5000),
    ("signing", "Ours", 20000),
    ("start", "Official", 1),
    ("start", "Ours", 1),
    ("start", "OfficialAio", 1),
    ("start", "OursAio", 1),
]


def main():
    process, line = emulators.start(os.environ["ACS_EMULATOR_BIN"])
    emulator = emulators.Emulator(line)
    emulator.reset()
    token, client_id, user_object_id = emulator.exchange_arguments()
    given = {
        "url": emulator.http_url,
        "connection_string": emulator.connection_string_http,
        "access_key": emulator.access_key,
        "ca_file": emulator.ca_file,
        "token": token,
        "client_id": client_id,
        "user_object_id": user_object_id,
    }
    by_tls = {**given, "url": emulator.https_url, "connection_string": emulator.connection_string}
    found = {}
    # In turns, so that other load of the machine affects all of them.
    for _ in range(ROUNDS):
        for what, name, count in PLAN:
            chosen = by_tls if what.endswith("TLS") else given
            found.setdefault((what, name), []).append(measure(chosen, what, name, count))
    emulator.close()
    process.communicate(timeout=10)
    show(found)


def show(found):
    median = {
        key: {of: statistics.median(run[of] for run in runs) * 1e6 for of in ("cpu", "wall")}
        for key, runs in found.items()
    }
    print(f"medians of {ROUNDS} rounds, microseconds each\n")
    print(f"| {'what':<15} | {'who':<13} | {'CPU':>9} | {'wall':>9} |")
    for (what, name), of in median.items():
        print(f"| {what:<15} | {name:<13} | {of['cpu']:9.1f} | {of['wall']:9.1f} |")
    print(f"\n| {'goal':<52} | {'is':>7} | {'met':<3} |")
    for goal, what, mine, other, of, limit in (
        ("CPU of an exchange, sync: at most 1/10", "one by one", "Ours", "Official", "cpu", 1 / 10),
        ("CPU of an exchange, aio: at most 1/8", "one by one", "OursAio", "OfficialAio", "cpu", 1 / 8),
        ("CPU of an exchange, sync: below aiohttp by hand", "one by one", "Ours", "Aiohttp", "cpu", 1),
        ("CPU of an exchange, aio: below aiohttp by hand", "one by one", "OursAio", "Aiohttp", "cpu", 1),
        ("the same by TLS, sync: at most 1/10", "one by one, TLS", "Ours", "Official", "cpu", 1 / 10),
        ("the same by TLS, aio: at most 1/8", "one by one, TLS", "OursAio", "OfficialAio", "cpu", 1 / 8),
        ("the same by TLS, sync: below aiohttp by hand", "one by one, TLS", "Ours", "Aiohttp", "cpu", 1),
        ("the same by TLS, aio: below aiohttp by hand", "one by one, TLS", "OursAio", "Aiohttp", "cpu", 1),
        ("64 in flight, sync: 10 times the throughput", "64 in flight", "Ours", "Official", "wall", 1 / 10),
        ("64 in flight, aio: 10 times the throughput", "64 in flight", "OursAio", "OfficialAio", "wall", 1 / 10),
        ("a cache hit: at most 1/20 of an exchange", "one by one", "OursCached", "Official", "cpu", 1 / 20),
        ("signing: not slower than the official policy", "signing", "Ours", "Official", "cpu", 1),
        ("import and client: at most 1/3", "start", "Ours", "Official", "wall", 1 / 3),
        ("import and client of aio: at most 1/3", "start", "OursAio", "OfficialAio", "wall", 1 / 3),
    ):
        ratio = median[what, mine][of] / median[what, other][of]
        print(f"| {goal:<52} | {ratio:7.3f} | {'yes' if ratio <= limit else 'no':<3} |")


if __name__ == "__main__":
    main()
