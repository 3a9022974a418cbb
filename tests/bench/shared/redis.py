"""Redis servers on loopback without persistence: a single one, or a cluster without replicas."""

import contextlib
import socket
import subprocess
import tempfile
import time

#: Seconds within which servers must be ready.
READY = 30


def free_port():
    """A port that is free now, like the port of the node's bus, 10,000 above it. Both are below the system's ephemeral ports."""
    for port in range(12_000, 22_000):
        with contextlib.suppress(OSError), socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", port))
            second.bind(("127.0.0.1", port + 10_000))
            return port
    raise SystemExit("no free port")


def ask(port, *command):
    """Returns what redis-cli prints; an error ends the bench."""
    done = subprocess.run(["redis-cli", "-p", str(port), *command], capture_output=True, text=True, timeout=READY)
    if done.returncode:
        raise SystemExit(f"redis-cli {' '.join(command)} failed: {done.stdout}{done.stderr}")
    return done.stdout


def wait_until(is_so, what):
    end = time.monotonic() + READY
    while not is_so():
        if time.monotonic() > end:
            raise SystemExit(f"redis: {what}: not in {READY} s")
        time.sleep(0.05)


@contextlib.contextmanager
def servers(count):
    """Runs one server, or a cluster of several; yields the URL and the processes."""
    started, ports = [], []
    with tempfile.TemporaryDirectory() as folder:
        try:
            for number in range(count):
                port = free_port()
                options = ["--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no", "--dir", folder]
                if count > 1:
                    options += ["--cluster-enabled", "yes", "--cluster-config-file", f"nodes-{number}.conf"]
                started.append(subprocess.Popen(["redis-server", *options], stdout=subprocess.DEVNULL))
                ports.append(port)
                wait_until(lambda port=port: answers(port), "it does not answer")
            if count > 1:
                nodes = [f"127.0.0.1:{port}" for port in ports]
                ask(ports[0], "--cluster", "create", *nodes, "--cluster-replicas", "0", "--cluster-yes")
                wait_until(lambda: all("cluster_state:ok" in ask(port, "cluster", "info") for port in ports), "no cluster")
                yield f"redis+cluster://{','.join(nodes)}", started
            else:
                yield f"redis://127.0.0.1:{ports[0]}", started
        finally:
            for process in started:
                process.kill()
                process.wait()


def answers(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
        connection.sendall(b"PING\r\n")
        return connection.recv(7) == b"+PONG\r\n"
    return False
