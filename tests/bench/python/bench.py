"""Compares the package with the official one and with a hand-written client, on one server in one run: CPU time and ratios.

    tools/bench-python [--quick] [--json FILE]
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from shared import processes
from shared.figures import Figures


def measure(given, what, name, count):
    environment = {**os.environ, "BENCH_GIVEN": json.dumps(given)}
    # Each client trusts the emulator's authority through one of these.
    environment |= dict.fromkeys(("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"), given["ca_file"])
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = processes.on_core(0, [sys.executable, str(HERE / "measure.py"), what, name, str(count)])
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


#: What is measured, the contender, and the number of exchanges or other operations.
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
    ("64 in flight, TLS", "Official", 600),
    ("64 in flight, TLS", "Ours", 4000),
    ("64 in flight, TLS", "OfficialAio", 600),
    ("64 in flight, TLS", "Aiohttp", 2000),
    ("64 in flight, TLS", "OursAio", 4000),
    ("signing", "Official", 5000),
    ("signing", "Ours", 20000),
    ("start", "Official", 1),
    ("start", "Ours", 1),
    ("start", "OfficialAio", 1),
    ("start", "OursAio", 1),
]


TITLES = {
    "Official": "official",
    "OfficialAio": "official, aio",
    "Aiohttp": "aiohttp, by hand",
    "Ours": "acs_auth",
    "OursAsUsual": "acs_auth, default check",
    "OursCached": "acs_auth, cached",
    "OursAio": "acs_auth.aio",
    "OursAioCached": "acs_auth.aio, cached",
    "Rust": "Rust client",
}

#: Rounds of the Rust client, from which the page computes what crossing into the library adds: exchanges in flight, and in all.
RUST = {"one by one, TLS": (1, 2000), "64 in flight, TLS": (64, 4000)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="one round of a tenth of the exchanges")
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    rounds, part = (1, 10) if options.quick else (options.rounds, 1)
    with processes.emulator(os.environ["ACS_EMULATOR_BIN"]) as emulator:
        given = {
            "url": emulator.http_url,
            "connection_string": emulator.info["connection_string_http"],
            "access_key": emulator.info["connection_string"].partition("accesskey=")[2],
            "ca_file": emulator.ca_file,
            "token": emulator.mint(),
            "client_id": emulator.client_id,
            "user_object_id": emulator.user_object_id,
        }
        by_tls = {**given, "url": emulator.https_url, "connection_string": emulator.info["connection_string"]}
        arguments = [by_tls[key] for key in ("connection_string", "ca_file", "token", "client_id", "user_object_id")]
        rust = processes.Contender([os.environ["BENCH_RUST_CLIENT"], *arguments, "apart", "http1"])
        found = {}
        # In turns, so that other load of the machine affects all of them.
        for _ in range(rounds):
            for what, name, count in PLAN:
                chosen = by_tls if what.endswith("TLS") else given
                found.setdefault((what, name), []).append(measure(chosen, what, name, max(1, count // part)))
            for what, (in_flight, count) in RUST.items():
                rust.round(in_flight, count // part)
                found.setdefault((what, "Rust"), []).append({"cpu": rust.round(in_flight, count // part) / 1e6})
        rust.end()
    show(found, rounds)
    figures = Figures(options.json)
    for (what, name), runs in found.items():
        for of, unit in (("cpu", "µs of CPU"), ("wall", "µs")):
            if of in runs[0]:
                figures.add(what, TITLES[name], unit, [run[of] * 1e6 for run in runs])
    figures.write()


def show(found, rounds):
    median = {
        key: {of: statistics.median(run[of] for run in runs) * 1e6 for of in runs[0]}
        for key, runs in found.items()
    }
    print(f"medians of {rounds} rounds, microseconds each\n")
    print(f"| {'what':<17} | {'who':<23} | {'CPU':>9} | {'wall':>9} |")
    for (what, name), of in median.items():
        print(f"| {what:<17} | {TITLES[name]:<23} | {of['cpu']:9.1f} | {of.get('wall', float('nan')):9.1f} |")


if __name__ == "__main__":
    main()
