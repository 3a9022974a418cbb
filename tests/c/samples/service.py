"""A sample's program, started as users start it."""

import http.client
import json
import os
import shlex
import signal
import socket
import subprocess
import threading
import time

PATIENCE = 120


def environment(settings):
    """The settings, and those variables of the tests' own environment that the program and the test tools need."""
    kept = ("PATH", "ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS", "LD_LIBRARY_PATH", "WINEPATH", "HOME")
    return {**{name: os.environ[name] for name in kept if name in os.environ}, **settings}


def program(*arguments):
    """The command that runs ACS_PROGRAM, by ACS_RUNNER if it is for another platform."""
    return [*shlex.split(os.environ.get("ACS_RUNNER", "")), os.environ["ACS_PROGRAM"], *arguments]


def command(*arguments):
    """The same, under the command ACS_UNDER (such as valgrind) if that is set."""
    return [*shlex.split(os.environ.get("ACS_UNDER", "")), *program(*arguments)]


class Answer:
    def __init__(self, answer):
        self.status = answer.status
        self.headers = answer.headers
        self.body = answer.read()

    def json(self):
        return json.loads(self.body)

    def code(self):
        return self.json()["code"]


class Service:
    def __init__(self, settings):
        self._process = subprocess.Popen(
            command("0"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(settings),
        )
        self.log = b""
        self._reader = threading.Thread(target=self._read_log)
        self._reader.start()
        url = self._process.stdout.readline().decode().strip()
        if not url.startswith("http://127.0.0.1:"):
            self._process.wait()
            self._reader.join()
            raise RuntimeError(f"it said {url!r} and {self.log.decode()}")
        self.address = ("127.0.0.1", int(url.rsplit(":", 1)[1]))
        self._wait_for_keys()

    def _wait_for_keys(self):
        """Retries, because under valgrind four seconds may be too short for fetching Entra's keys the first time."""
        end = time.monotonic() + PATIENCE
        while self.call("GET", "/healthz").status != 200 and time.monotonic() < end:
            time.sleep(0.1)

    def _read_log(self):
        for line in self._process.stderr:
            self.log += line

    def connect(self):
        return http.client.HTTPConnection(*self.address, timeout=PATIENCE)

    def call(self, method, path, headers=None, body=None):
        connection = self.connect()
        try:
            connection.request(method, path, body=body, headers=headers or {})
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def exchange(self, bearer, teams, method="POST", **more):
        headers = {"Authorization": f"Bearer {bearer}", "teams-user-aad-token": teams}
        return self.call(method, "/api/token/teams", headers, **more)

    def send(self, text):
        """A connection on which this text was sent and nothing read."""
        connection = socket.create_connection(self.address, timeout=PATIENCE)
        connection.sendall(text.encode())
        return connection

    def end(self, with_signal=signal.SIGTERM):
        self._process.send_signal(with_signal)

    def wait(self):
        """The exit code. It is another one if a sanitizer or valgrind found something."""
        code = self._process.wait(PATIENCE)
        self._reader.join()
        self._process.stdout.close()
        self._process.stderr.close()
        return code

    def kill(self):
        if self._process.poll() is None:
            self._process.kill()
            self.wait()
