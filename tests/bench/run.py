"""Measures sections of the page on performance, and makes the page of them.

    tools/bench [--quick] [SECTION]…

Sections: client, parts, endpoint, python, jvm, swift, c, node, sizes, scale; `hosts` stands for python, jvm, swift, c and node. Without one, all are
measured. Each section has its own script, which writes its figures to a file (shared/figures.py). After each section, its result replaces the former
one in docs/performance/results.json, so an interrupted run keeps the sections that it has finished; the others stay as they are. At the end,
docs/performance/page.py makes the page from this file. Ends with status 1 if a section could not be measured.

With --quick, builds are unoptimised and rounds few and short: this only tries the benches, and writes results and page to target/bench.
"""

import argparse
import contextlib
import datetime
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))
from shared import figures

HOSTS = ("python", "jvm", "swift", "c", "node")
#: The scripts of each section.
SCRIPTS = {
    "client": (["tools/bench-client"],),
    "parts": (["tools/counts"],),
    "endpoint": (["tools/bench-endpoint"],),
    "python": (["tools/bench-python"],),
    "jvm": (["tests/bench/kotlin/run"],),
    "swift": (["tools/bench-swift"],),
    "c": (["tools/bench-c"],),
    "node": (["tools/bench-node"],),
    "sizes": (["tools/size"], ["tools/size-c"]),
    "scale": (["tools/bench-scale"],),
}
#: Those that are exact, and so have no quick form; sizes are always of release builds.
EXACT = ("parts", "sizes")
RESULTS = ROOT / "docs/performance/results.json"
FOLDER = ROOT / "target/bench"
#: Seconds that a script may take, including release builds and the installation of what it needs.
LONGEST = 3 * 3600


def output(*command):
    """What a command prints; empty if it fails or doesn't exist."""
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def machine():
    """Processor, cores, memory and system."""
    processor = re.search(r"^model name\s*:\s*(.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    memory = int(re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text()).group(1)) / 2**20
    system = os.uname()
    name = processor.group(1) if processor else "an unknown processor"
    return f"{name} ({len(os.sched_getaffinity(0))} cores, {memory:.0f} GiB), {system.sysname} {system.release.split('-')[0]}, {system.machine}"


def busy(seconds=2):
    """The share of the machine that is in use now, while no bench runs."""

    def times():
        fields = [int(field) for field in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
        return sum(fields), fields[3] + fields[4]

    before = times()
    time.sleep(seconds)
    total, idle = (after - earlier for after, earlier in zip(times(), before))
    return round(1 - idle / total, 3) if total else 0.0


def locked(name):
    """The version of a crate in Cargo.lock, the newest if there are several."""
    found = re.findall(rf'name = "{name}"\nversion = "([^"]+)"', (ROOT / "Cargo.lock").read_text("utf-8"))
    return found[-1] if found else ""


def pinned(path, pattern):
    """What the pattern's group matches in a file of this repository; empty if nothing does."""
    found = re.search(pattern, (ROOT / path).read_text("utf-8"))
    return found.group(1) if found else ""


def number_in(text):
    """The version number in what a program prints."""
    found = re.search(r"\d+(?:\.\d+)+", text)
    return found.group() if found else ""


def versions(section):
    """The versions of the tools and libraries that a section was measured with."""
    known = {"rustc": number_in(output("rustc", "--version"))}
    requirements, node, pom = "tests/bench/python/requirements.txt", "tests/bench/node/package.json", "tests/bench/kotlin/pom.xml"
    of = {
        "client": lambda: {name: locked(name) for name in ("reqwest", "hyper", "rustls", "ring", "tokio")},
        "parts": lambda: {"valgrind": number_in(output("valgrind", "--version")), "reqwest": locked("reqwest")},
        "endpoint": lambda: {
            "axum": pinned("tests/bench/endpoint/Cargo.lock", r'name = "axum"\nversion = "([^"]+)"'),
            "Node": number_in(output("node", "--version")),
            "jose": pinned(node, r'"jose": "([^"]+)"'),
            "undici": pinned(node, r'"undici": "([^"]+)"'),
        },
        "python": lambda: {
            "Python": number_in(output("target/python/bench/bin/python", "--version")),
            **{name: pinned(requirements, rf"(?m)^{name}==(\S+)") for name in ("azure-communication-identity", "azure-core", "aiohttp")},
        },
        "jvm": lambda: {
            "Java": number_in(output("java", "--version")),
            "azure-communication-identity": pinned(pom, r"azure-communication-identity</artifactId>\s*<version>([^<]+)"),
            "azure-core": pinned(pom, r"azure-core</artifactId>\s*<version>([^<]+)"),
        },
        "swift": lambda: {"Swift": number_in(output("tools/swift-toolchain"))},
        "c": lambda: {"libcurl": output("pkg-config", "--modversion", "libcurl"), "OpenSSL": output("pkg-config", "--modversion", "libcrypto")},
        "node": lambda: {
            "Node": number_in(output("node", "--version")),
            "@azure/communication-identity": pinned(node, r'"@azure/communication-identity": "([^"]+)"'),
            "undici": pinned(node, r'"undici": "([^"]+)"'),
        },
        "scale": lambda: {"redis-server": number_in(output("redis-server", "--version"))},
    }
    return known | {name: version for name, version in of.get(section, dict)().items() if version}


def carry_out(command):
    """Runs a script; returns what went wrong, or None. At the end, kills whatever it started and left running."""
    process = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
    try:
        status = process.wait(LONGEST)
        return f"ended with {status}" if status else None
    except subprocess.TimeoutExpired:
        return f"took more than {LONGEST} s"
    finally:
        # On Ctrl-C and other signals too.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class Unmeasured(Exception):
    """A section that has no figures, and why."""


def end_on_signals():
    """Turns signals that would end this program at once into an exit, so that carry_out kills what it started. Those that `nohup` ignores stay so."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, lambda number, _: sys.exit(128 + number))


def measure(section, quick):
    """Runs a section's scripts; returns its result. Raises Unmeasured if there are no figures."""
    quick = quick and section not in EXACT
    result = {
        "measured": datetime.date.today().isoformat(),
        "commit": output("git", "rev-parse", "--short=10", "HEAD"),
        "changed": bool(output("git", "status", "--porcelain", "--untracked-files=no", "--", ":!docs/performance", ":!docs/src/performance*")),
        "quick": quick,
        "busy": busy(),
        "machine": machine(),
        "figures": [],
    }
    for number, script in enumerate(SCRIPTS[section]):
        file = FOLDER / f"{section}-{number}.json"
        file.unlink(missing_ok=True)
        command = [*script, *(["--quick"] if quick else []), "--json", str(file)]
        print(f"\n== {section}: {' '.join(script)}", flush=True)
        ended = carry_out(command)
        if ended:
            raise Unmeasured(f"{script[0]} {ended}")
        try:
            found = json.loads(file.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise Unmeasured(f"{script[0]} wrote no figures: {error}") from error
        faults = figures.faults(found)
        if faults:
            raise Unmeasured(f"{script[0]}: {'; '.join(faults)}")
        result["figures"] += found
    result["busy"] = max(result["busy"], busy())
    # After the scripts, since they install what is asked for its version.
    result["versions"] = versions(section)
    return result


def merged(known, measured):
    """The known results, updated by the measured ones, in the order of the sections."""
    sections = {**known["sections"], **measured}
    return {"sections": {name: sections[name] for name in SCRIPTS if name in sections}}


def dump(results, path):
    """Writes results with one figure per line, for readable diffs."""
    text = json.dumps(results, ensure_ascii=False, indent=1)
    text = re.sub(r"\{\s+(\"name\".*?)\s+\}", lambda match: "{" + re.sub(r"\s*\n\s*", " ", match.group(1)) + "}", text, flags=re.DOTALL)
    path.parent.mkdir(parents=True, exist_ok=True)
    # In one step, so that an interrupted run leaves no half of a file.
    part = path.with_suffix(".part")
    part.write_text(text + "\n", "utf-8")
    part.replace(path)


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="only try the benches: unoptimised builds, few and short rounds")
    parser.add_argument("sections", nargs="*", metavar="SECTION")
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.sections) - {*SCRIPTS, "hosts"})
    if unknown:
        parser.error(f"unknown section: {', '.join(unknown)}; the sections are {', '.join(SCRIPTS)} and hosts")
    chosen = dict.fromkeys(each for name in options.sections or SCRIPTS for each in (HOSTS if name == "hosts" else (name,)))
    FOLDER.mkdir(parents=True, exist_ok=True)
    if options.quick:
        known, results, folder = {"sections": {}}, FOLDER / "results.json", FOLDER / "page"
    else:
        known, results, folder = json.loads(RESULTS.read_text("utf-8")), RESULTS, ROOT / "docs/src"
    measured, missed = {}, []
    for section in chosen:
        try:
            measured[section] = measure(section, options.quick)
        except Unmeasured as why:
            print(f"bench: {section}: not measured: {why}", file=sys.stderr)
            missed.append(section)
            continue
        dump(merged(known, measured), results)
    if measured:
        subprocess.run([sys.executable, ROOT / "docs/performance/page.py", results, folder], check=True)
        print(f"\nbench: {', '.join(measured)}: measured; the page is {os.path.relpath(folder, ROOT)}/performance.md")
    if missed:
        print(f"bench: {', '.join(missed)}: not measured", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    end_on_signals()
    sys.exit(main())
