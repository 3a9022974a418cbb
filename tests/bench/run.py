"""Measures sections of the page on performance, and makes the page of them.

    tools/bench [--quick] [SECTION]…

Sections: client, parts, endpoint, python, jvm, swift, c, node, sizes, scale; `hosts` are python, jvm, swift, c and node. All by default. Each is
measured by its own script, which leaves its figures in a file (shared/figures.py); sections that aren't measured now stay as they are. The results
are in target/bench/results.json after each section; at the end they replace those sections in docs/performance/results.json, of which the page is
made. With --quick, builds are unoptimised and rounds few and short, which only tries the benches: the page is then in target/bench/page.
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
#: Seconds. No script takes longer, release builds and the installation of what it needs included.
LONGEST = 3 * 3600


def output(*command):
    """What a command prints, or nothing if it isn't there or fails."""
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
    """The share of the machine that other programs use now."""

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
    found = re.search(pattern, (ROOT / path).read_text("utf-8"))
    return found.group(1) if found else ""


def number_in(text):
    """The version number in what a program prints."""
    found = re.search(r"\d+(?:\.\d+)+", text)
    return found.group() if found else ""


def versions(section):
    """The versions of what a section was measured with."""
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
    """Runs a script; returns what went wrong, or nothing. One that takes too long is ended with all that it started."""
    process = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
    try:
        status = process.wait(LONGEST)
        return f"ended with {status}" if status else None
    except subprocess.TimeoutExpired:
        return f"took more than {LONGEST} s"
    finally:
        # Also when the bench is interrupted.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def measure(section, quick):
    """Runs a section's scripts; returns its result, or None if there are no figures."""
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
        if ended or not file.is_file():
            why = f"{script[0]} {ended or 'ended'}, and left {'' if file.is_file() else 'no '}figures"
            print(f"bench: {section}: not measured: {why}", file=sys.stderr)
            return None
        found = json.loads(file.read_text("utf-8"))
        for fault in figures.faults(found):
            print(f"bench: {section}: not measured: {fault}", file=sys.stderr)
            return None
        result["figures"] += found
    # After the scripts, which install what is asked for its version.
    result["versions"] = versions(section)
    return result


def merged(known, measured):
    """Results with those that were measured now, in the order of the sections."""
    sections = {**known["sections"], **measured}
    return {"sections": {name: sections[name] for name in SCRIPTS if name in sections}}


def dump(results, path):
    """One figure a line, so that a change of one shows as one."""
    text = json.dumps(results, ensure_ascii=False, indent=1)
    text = re.sub(r"\{\s+(\"name\".*?)\s+\}", lambda match: "{" + re.sub(r"\s*\n\s*", " ", match.group(1)) + "}", text, flags=re.DOTALL)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n", "utf-8")


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("sections", nargs="*", choices=[*SCRIPTS, "hosts", []], metavar="SECTION")
    options = parser.parse_args(arguments)
    chosen = [each for name in options.sections or SCRIPTS for each in (HOSTS if name == "hosts" else (name,))]
    FOLDER.mkdir(parents=True, exist_ok=True)
    measured, missed = {}, []
    for section in chosen:
        result = measure(section, options.quick)
        if result is None:
            missed.append(section)
            continue
        measured[section] = result
        dump(merged({"sections": {}}, measured), FOLDER / "results.json")
    results, folder = FOLDER / "results.json", FOLDER / "page"
    if measured and not options.quick:
        dump(merged(json.loads(RESULTS.read_text("utf-8")), measured), RESULTS)
        results, folder = RESULTS, ROOT / "docs/src"
    if measured:
        subprocess.run([sys.executable, ROOT / "docs/performance/page.py", results, folder], check=True)
        print(f"\nbench: {', '.join(measured)}: measured; the page is {os.path.relpath(folder, ROOT)}/performance.md")
    if missed:
        print(f"bench: {', '.join(missed)}: not measured", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
