"""The emulator: its start line, and its control API over one connection that is left open."""

import http.client
import json
import subprocess
from types import SimpleNamespace
from urllib.parse import urlencode, urlsplit


class Emulator:
    def __init__(self, line):
        self.info = json.loads(line)
        for name in (
            "http_url",
            "https_url",
            "ca_file",
            "connection_string",
            "connection_string_http",
            "secondary_access_key",
            "tenant_id",
        ):
            setattr(self, name, self.info[name])
        for name in ("api", "spa", "daemon"):
            setattr(self, name, SimpleNamespace(**self.info[name]))
        self.user = SimpleNamespace(**next(user for user in self.info["users"] if user["licensed"]))
        self.access_key = self.connection_string.split("accesskey=", 1)[1]
        self._connection = http.client.HTTPConnection(urlsplit(self.http_url).netloc, timeout=30)

    @property
    def ca(self):
        with open(self.ca_file, "rb") as file:
            return file.read()

    def control(self, method, path, body=None):
        data = None if body is None else json.dumps(body)
        headers = {} if body is None else {"Content-Type": "application/json"}
        self._connection.request(method, "/_emulator" + path, data, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        assert 200 <= answer.status < 300, f"the control API answered {answer.status}: {text}"
        return json.loads(text) if text else None

    def close(self):
        self._connection.close()

    def reset(self):
        self.control("POST", "/reset")

    def mint(self, **query):
        return self.control("GET", "/mint?" + urlencode(query))["token"]

    def teams_token(self, **query):
        return self.mint(user=self.user.username, client_id=self.spa.client_id, kind="teams", **query)

    def exchange_arguments(self, **query):
        return self.teams_token(**query), self.spa.client_id, self.user.object_id

    def spoil(self, **fault):
        self.control("POST", "/faults", fault)

    def forget_requests(self):
        self.control("DELETE", "/requests")

    def requests(self, operation="acs"):
        kept = self.control("GET", f"/requests?operation={operation}")["requests"]
        return sorted(kept, key=lambda request: request["id"])


def start(program):
    """Starts it; it ends when its standard input closes, which is when this process ends at the latest."""
    process = subprocess.Popen(
        [program, "--until-stdin-closes"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    line = process.stdout.readline()
    assert line, "the emulator did not start"
    return process, line
