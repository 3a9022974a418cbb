"""Programs of a bench: the emulator, contenders that take rounds on their standard input, CPU time and memory of a process."""

import contextlib
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

# Ignores proxies in the environment: all of this is on loopback.
_open = build_opener(ProxyHandler({})).open
#: Seconds. No answer of a program or of the emulator's control API takes longer, not even a round of a slow contender.
PATIENCE = 600


def on_core(core, command):
    """A command that runs on this core, if there are several; None means on any."""
    cores = sorted(os.sched_getaffinity(0))
    if core is None or len(cores) < 2 or not shutil.which("taskset"):
        return list(command)
    return ["taskset", "-c", str(cores[core % len(cores)]), *command]


class Emulator:
    """A running emulator: what it printed, and its control API."""

    def __init__(self, process):
        self.process = process
        self.info = json.loads(process.stdout.readline())
        self.user, self.client_id = self.info["users"][0], self.info["spa"]["client_id"]
        self.user_object_id = self.user["object_id"]
        self.http_url, self.https_url = self.info["http_url"], self.info["https_url"]
        self.ca_file = self.info["ca_file"]

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        headers = {"content-type": "application/json"}
        with _open(Request(f"{self.http_url}/_emulator{path}", data, headers, method=method), timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def mint(self, kind="teams", **more):
        """A new token: `teams` for an exchange, `api` for the endpoint."""
        query = {"kind": kind, "user": self.user["username"], "client_id": self.client_id, **more}
        return self.call("GET", f"/mint?{urlencode(query)}")["token"]

    def delay(self, milliseconds):
        """From now on each exchange is answered after this time."""
        fault = {"operation": "exchange_teams_user", "latency_ms": milliseconds, "count": 2**32 - 1}
        self.call("POST", "/faults", fault)

    def forget_requests(self):
        """The emulator records requests, so its own memory would grow."""
        self.call("DELETE", "/requests")


@contextlib.contextmanager
def emulator(program, *options, core=None):
    """Starts the emulator, and ends it at the end."""
    process = subprocess.Popen(
        on_core(core, [program, "--until-stdin-closes", *options]),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield Emulator(process)
    finally:
        end(process)


def end(process):
    """Closes a program's input, and kills it if it doesn't end by that."""
    with contextlib.suppress(OSError):
        process.stdin.close()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(20)
    if process.stdout:
        process.stdout.close()


class Contender:
    """A program that takes a line on its standard input for each round, and prints a line with the result."""

    def __init__(self, command, core=None, environment=None):
        self.errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            on_core(core, command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
            env={**os.environ, **(environment or {})},
        )

    def ask(self, line):
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(f"{line}\n")
            self.process.stdin.flush()
        answer = self.line()
        if not answer:
            self.process.wait(20)
            self.errors.seek(0)
            raise SystemExit(f"{self.process.args[0]} ended:\n{self.errors.read()[-4000:]}")
        return answer

    def line(self):
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
        if not ready:
            self.process.kill()
            raise SystemExit(f"{self.process.args[0]}: no answer in {PATIENCE} s")
        return self.process.stdout.readline()

    def round(self, in_flight, count):
        """Microseconds of CPU per exchange."""
        return float(self.ask(f"{in_flight} {count}"))

    def end(self, by_signal=False):
        if by_signal:
            self.process.terminate()
        end(self.process)
        self.errors.close()


def take_turns(contenders, rounds, take):
    """Lets each contender take each round, in alternating order, so that other load of the machine affects all; returns their results."""
    results = {name: [] for name in contenders}
    for number in range(rounds):
        for name in list(contenders)[:: -1 if number % 2 else 1]:
            results[name].append(take(contenders[name]))
    return results


def cpu_seconds(pid):
    """The CPU time of a process with all threads that it has had, to the nanosecond."""
    # The number of another process's CPU clock, as clock_getcpuclockid(3) makes it.
    return time.clock_gettime((~pid << 3) | 2)


def resident_bytes(pid):
    """The resident memory of a process."""
    with open(f"/proc/{pid}/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
