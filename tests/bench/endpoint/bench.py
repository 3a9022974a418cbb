"""The endpoint `/api/token/teams` beside axum answering 201 and Node by hand: CPU time of a request, requests per second on one core, latencies, and
the memory of idle connections. The server has a core to itself; load and emulator share another.
"""

import argparse
import json
import os
import resource
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from shared import processes
from shared.figures import Figures

HERE = Path(__file__).resolve().parent
FLOOR = "axum, answering 201"
OURS = "acs-auth serve"
QUIET = "acs-auth serve, --log warn"
NODE = "Node, by hand"
CONNECTIONS = (1, 16, 64)


class Server:
    """A server under test, which prints its address as a line of JSON."""

    def __init__(self, command, environment):
        self.program = processes.Contender(command, environment=environment)
        line = self.program.line()
        if not line:
            self.program.errors.seek(0)
            raise SystemExit(f"{command} did not start:\n{self.program.errors.read()[-4000:]}")
        self.address = json.loads(line)["url"].partition("://")[2]
        self.pid = self.program.process.pid


class Load:
    def __init__(self, program):
        self.program = processes.Contender([program], core=1)

    def tell(self, **command):
        return json.loads(self.program.ask(json.dumps(command)))

    def run(self, server, count, first=0):
        """Makes requests; returns CPU time per request and latencies in microseconds, and requests per second."""
        before = processes.cpu_seconds(server.pid)
        ran = self.tell(run=count, first=first)
        cpu = processes.cpu_seconds(server.pid) - before
        return {"cpu": cpu / count * 1e6, "rate": count / ran["seconds"], "p50": ran["p50"], "p99": ran["p99"]}


class Bench:
    def __init__(self, options, load, servers, emulator, folder):
        self.options, self.load, self.servers, self.emulator, self.folder = options, load, servers, emulator, folder
        self.figures = Figures(options.json)

    def pairs(self, name, count):
        """Writes a file with pairs of a bearer token and a Teams token, all of them new; returns its path."""
        path = os.path.join(self.folder, name)
        with open(path, "w") as file:
            for _ in range(count):
                file.write(f"{self.emulator.mint('api')} {self.emulator.mint('teams')}\n")
        return path

    def known(self):
        pairs = self.pairs("known", 1)
        rounds, count = (2, 200) if self.options.quick else (20, 20_000)
        for connections in CONNECTIONS:
            def take(server):
                self.load.tell(open=server.address, connections=connections, pairs=pairs)
                result = self.load.run(server, count)
                self.load.tell(close=True)
                return result

            for server in self.servers.values():
                take(server)
            name = f"known tokens, {connections} connection{'s' * (connections > 1)}"
            self.keep(name, processes.take_turns(self.servers, rounds, take))

    def unknown(self):
        rounds, count = (2, 20) if self.options.quick else (10, 400)
        pairs = self.pairs("unknown", rounds * count + 1)
        servers = {name: server for name, server in self.servers.items() if name != FLOOR}
        taken = dict.fromkeys(servers, 1)

        def take(name):
            # Opening the connections uses the first pair, so it isn't unknown any more.
            self.load.tell(open=servers[name].address, connections=16, pairs=pairs)
            result = self.load.run(servers[name], count, taken[name])
            taken[name] += count
            self.load.tell(close=True)
            return result

        turns = processes.take_turns({name: name for name in servers}, rounds, take)
        self.keep("unknown tokens, 16 connections", turns)

    def idle(self):
        pairs = self.pairs("idle", 1)
        count = 50 if self.options.quick else 10_000
        needed = count + 500
        if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < needed:
            print(f"{count:,} idle connections: not measured, since they need {needed:,} descriptors (ulimit -n)", flush=True)
            return
        for name in (FLOOR, OURS, NODE):
            server = self.servers[name]
            before = processes.resident_bytes(server.pid)
            self.load.tell(open=server.address, connections=count, pairs=pairs)
            each = (processes.resident_bytes(server.pid) - before) / count
            self.load.tell(close=True)
            self.figures.add(f"{count:,} idle connections", name, "bytes each", [each])
            print(f"{f'{count:,} idle connections':34}{name:28}{each / 1024:10.1f} KiB each", flush=True)

    def keep(self, name, turns):
        for contender, results in turns.items():
            for key, unit in (("cpu", "µs of CPU"), ("rate", "a second"), ("p50", "µs, p50"), ("p99", "µs, p99")):
                self.figures.add(name, contender, unit, [result[key] for result in results])
            told = {key: statistics.median(result[key] for result in results) for key in results[0]}
            print(f"{name:34}{contender:28}" + "".join(f"{key} {told[key]:9.0f}  " for key in told), flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("programs", help="the folder of acs-auth and acs-emulator")
    parser.add_argument("endpoint_programs", help="the folder of floor and load")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with tempfile.TemporaryDirectory() as folder, processes.emulator(f"{options.programs}/acs-emulator") as emulator:
        info = emulator.info
        settings = {
            "ACS_AUTH_CONNECTION_STRING": info["connection_string"],
            "ACS_AUTH_AUTHORITY": info["https_url"],
            "ACS_AUTH_TENANT_IDS": info["tenant_id"],
            "ACS_AUTH_API_CLIENT_ID": info["api"]["client_id"],
            "ACS_AUTH_TEAMS_CLIENT_IDS": info["spa"]["client_id"],
            "ACS_AUTH_LIMIT_EXCHANGES": "1000000",
            "ACS_AUTH_LIMIT_WINDOW_MS": "1000",
            "ACS_AUTH_LIMIT_PER_USER": "0",
            "NODE_EXTRA_CA_CERTS": info["ca_file"],
        }
        serve = [f"{options.programs}/acs-auth", "serve", "--listen", "127.0.0.1:0", "--endpoint-ca", info["ca_file"]]
        serve += ["--max-connections", "16384", "--idle-timeout", "600"]
        commands = {
            FLOOR: [f"{options.endpoint_programs}/floor"],
            OURS: serve,
            QUIET: [*serve, "--log", "warn"],
            NODE: ["node", str(HERE.parent / "node/server.mjs")],
        }
        servers = {name: Server(command, settings) for name, command in commands.items()}
        load = Load(f"{options.endpoint_programs}/load")
        bench = Bench(options, load, servers, emulator, folder)
        try:
            bench.known()
            bench.unknown()
            bench.idle()
        finally:
            load.program.end()
            for server in servers.values():
                server.program.end(by_signal=True)
        bench.figures.write()


if __name__ == "__main__":
    main()
