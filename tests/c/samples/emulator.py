"""The emulator, its control API, and the settings of a back end that uses it."""

import json
import os
import subprocess
import time
import urllib.parse
import urllib.request

# Ignores proxies in the environment: all of this is on loopback.
_open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


class Emulator:
    def __init__(self):
        self._process = subprocess.Popen(
            [os.environ["ACS_EMULATOR"], "--until-stdin-closes"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.info = json.loads(self._process.stdout.readline())
        with open(self.info["ca_file"], encoding="ascii") as file:
            self.ca = file.read()
        self._minted = []

    def stop(self):
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()

    def call(self, method, path, body=None):
        request = urllib.request.Request(
            f"{self.info['http_url']}/_emulator{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with _open(request, timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def reset(self):
        self.call("POST", "/reset")

    def mint(self, kind, **more):
        """A token of the first user and the SPA: "teams" for an exchange, "api" for the back end."""
        query = {"client_id": self.info["spa"]["client_id"], "kind": kind, **more}
        token = self.call("GET", "/mint?" + urllib.parse.urlencode(query))["token"]
        self._minted.append(token)
        return token

    def fault(self, **fault):
        self.call("POST", "/faults", fault)

    def requests(self, operation):
        return self.call("GET", f"/requests?operation={operation}")["requests"]

    def wait_for_requests(self, operation, count):
        """Waits until this many requests have arrived, answered or not."""
        end = time.monotonic() + 120
        while len(self.requests(operation)) < count:
            if time.monotonic() > end:
                raise TimeoutError(f"{count} times {operation} did not come")
            time.sleep(0.02)

    def settings(self):
        """The environment variables of a back end, with timeouts that are long enough for valgrind."""
        return {
            "ACS_AUTH_CONNECTION_STRING": self.info["connection_string"],
            "ACS_AUTH_AUTHORITY": self.info["https_url"],
            "ACS_AUTH_TENANT_IDS": self.info["tenant_id"],
            "ACS_AUTH_API_CLIENT_ID": self.info["api"]["client_id"],
            "ACS_AUTH_TEAMS_CLIENT_IDS": self.info["spa"]["client_id"],
            "ACS_AUTH_ROOT_CERTIFICATES_PEM": self.ca,
            "ACS_AUTH_TIMEOUT_MS": "120000",
            "ACS_AUTH_SERVICE_TIMEOUT_MS": "100000",
            "ACS_AUTH_CONNECT_TIMEOUT_MS": "60000",
            "ACS_AUTH_ATTEMPT_TIMEOUT_MS": "60000",
            # All exchanges are those of one user.
            "ACS_AUTH_LIMIT_PER_USER": "0",
        }

    def secrets(self):
        """Secrets that no log may contain."""
        key = self.info["connection_string"].split("accesskey=")[1]
        return [key, self.info["api"]["client_secret"], *self._minted]
