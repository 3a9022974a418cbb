"""The emulator as the samples' tests use it."""

import json
import subprocess
import urllib.parse
import urllib.request


class Emulator:
    """Runs for as long as this process holds its standard input open."""

    def __init__(self, program):
        self.process = subprocess.Popen(
            [program, "--until-stdin-closes"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.info = json.loads(self.process.stdout.readline())

    def control(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        headers = {"content-type": "application/json"}
        request = urllib.request.Request(f"{self.info['http_url']}/_emulator{path}", data, headers, method=method)
        with urllib.request.urlopen(request) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def mint(self, **query):
        return self.control("GET", "/mint?" + urllib.parse.urlencode(query))["token"]

    def fault(self, **fault):
        self.control("POST", "/faults", fault)

    def reset(self):
        self.control("POST", "/reset")

    def stop(self):
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()
