"""The programs of a bench: the emulator, and contenders that read rounds from standard input; CPU time and memory of a process."""

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

# Ignores proxies in the environment, since all of this is on loopback.
_open = build_opener(ProxyHandler({})).open
#: Seconds that a program may take to answer a line of input. Even a round of a slow contender takes less.
PATIENCE = 600


def on_core(core, command):
    """The command, pinned to this core if there are several; None leaves it unpinned."""
    cores = sorted(os.sched_getaffinity(0))
    if core is None or len(cores) < 2 or not shutil.which("taskset"):
        return list(command)
    return ["taskset", "-c", str(cores[core % len(cores)]), *command]


class Emulator:
    """A running emulator: the JSON that it printed at its start, and its control API."""

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

    def arguments(self):
        """The arguments of a program that exchanges: connection string, CA file, a new Entra token, client id, user's object id."""
        return [self.info["connection_string"], self.ca_file, self.mint(), self.client_id, self.user_object_id]

    def delay(self, milliseconds):
        """Delays the response to each exchange from now on."""
        fault = {"operation": "exchange_teams_user", "latency_ms": milliseconds, "count": 2**32 - 1}
        self.call("POST", "/faults", fault)

    def forget_requests(self):
        """Deletes the emulator's records of requests."""
        self.call("DELETE", "/requests")


@contextlib.contextmanager
def emulator(program, *options, core=1):
    """Runs the emulator while the context is open."""
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
    """Closes a program's input, and kills the program if it doesn't end within 20 s."""
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
    """A program that reads a line from standard input for each round, and prints a line with the result. It has a core to itself."""

    def __init__(self, command, core=0, environment=None):
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
        """Runs a round; returns the microseconds of CPU per exchange that the program prints."""
        return float(self.ask(f"{in_flight} {count}"))

    def end(self, by_signal=False):
        if by_signal:
            self.process.terminate()
        end(self.process)
        self.errors.close()


def take_turns(contenders, rounds, take):
    """Runs each round with every contender, in alternating order, so that other load of the machine affects all; returns their results."""
    results = {name: [] for name in contenders}
    for number in range(rounds):
        for name in list(contenders)[:: -1 if number % 2 else 1]:
            results[name].append(take(contenders[name]))
    return results


def cpu_seconds(pid):
    """The CPU time of a process in seconds, including threads that have ended, to the nanosecond."""
    # The ID of another process's CPU clock, computed as by clock_getcpuclockid(3).
    return time.clock_gettime((~pid << 3) | 2)


def resident_bytes(pid):
    """The resident memory of a process in bytes."""
    with open(f"/proc/{pid}/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
