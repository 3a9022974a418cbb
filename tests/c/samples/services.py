"""A service of the samples, started and called as its users do.

services.py EMULATOR SERVICE
"""

import concurrent.futures
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
import unittest
import urllib.parse

from emulator import Emulator

EMULATOR, SERVICE = sys.argv[1:3]
# Long enough for every machine: what takes longer hangs.
PATIENCE = 60


class Service:
    """A running service."""

    def __init__(self, info):
        with open(info["ca_file"], encoding="ascii") as file:
            ca = file.read()
        settings = {
            "ACS_AUTH_CONNECTION_STRING": info["connection_string"],
            "ACS_AUTH_AUTHORITY": info["https_url"],
            "ACS_AUTH_API_CLIENT_ID": info["api"]["client_id"],
            "ACS_AUTH_TENANTS": info["tenant_id"],
            "ACS_AUTH_TEAMS_CLIENT_IDS": info["spa"]["client_id"],
            "ACS_AUTH_ROOT_CERTIFICATES_PEM": ca,
        }
        self.process = subprocess.Popen(
            [SERVICE, "0"], env={**os.environ, **settings}, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self.address = urllib.parse.urlsplit(self.process.stdout.readline().decode().strip()).netloc

    def call(self, method="POST", path="/api/token/teams", headers=None, body=None):
        connection = http.client.HTTPConnection(self.address, timeout=PATIENCE)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.headers
        finally:
            connection.close()

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        _, said = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, said.decode()


class Answers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.emulator = Emulator(EMULATOR)
        cls.teams = cls.emulator.mint(kind="teams")
        cls.bearer = cls.emulator.mint(kind="api")

    @classmethod
    def tearDownClass(cls):
        cls.emulator.stop()

    def setUp(self):
        self.emulator.reset()
        self.service = Service(self.emulator.info)

    def tearDown(self):
        code, said = self.service.end() if self.service.process.poll() is None else (0, "")
        self.assertEqual(code, 0, said)
        for secret in (self.teams, self.bearer, self.emulator.info["connection_string"].split("accesskey=")[1]):
            self.assertNotIn(secret, said)

    def tokens(self, **other):
        headers = {"authorization": f"Bearer {self.bearer}", "teams-user-aad-token": self.teams}
        headers.update(other)
        return {name: value for name, value in headers.items() if value is not None}

    def refused(self, answer, status, code):
        self.assertEqual(answer[0], status, answer[1])
        self.assertEqual(answer[2]["content-type"], "application/problem+json")
        self.assertEqual(json.loads(answer[1])["code"], code)

    def test_a_token_is_exchanged(self):
        for method in ("POST", "GET"):
            status, body, headers = self.service.call(method, headers=self.tokens())
            self.assertEqual(status, 201, body)
            self.assertTrue(json.loads(body)["token"])
            self.assertEqual(headers["cache-control"], "no-store")

    def test_health_is_told(self):
        status, body, _ = self.service.call("GET", "/healthz")
        self.assertEqual((status, json.loads(body)["status"]), (200, "ok"))

    def test_what_is_refused_is_explained(self):
        call = self.service.call
        self.refused(call(headers=self.tokens(authorization=None)), 401, "unauthorized")
        self.refused(call(headers=self.tokens(authorization="Bearer a.b.c")), 401, "unauthorized")
        other = self.emulator.mint(kind="teams", user=self.emulator.info["users"][1]["username"])
        self.refused(call(headers=self.tokens(**{"teams-user-aad-token": other})), 403, "user_mismatch")
        expired = self.emulator.mint(kind="teams", attack="expired")
        self.refused(call(headers=self.tokens(**{"teams-user-aad-token": expired})), 401, "teams_token_expired")
        self.refused(call(headers=self.tokens(**{"teams-user-aad-token": None})), 400, "teams_token_missing")
        self.refused(call("GET", "/api/token/teams/"), 404, "not_found")
        self.refused(call("GET", "/%68ealthz"), 404, "not_found")
        self.refused(call("DELETE"), 405, "method_not_allowed")
        self.refused(call(headers=self.tokens(), body=b"x" * 20_000), 413, "body_too_large")

    def test_methods_without_a_body(self):
        status, body, headers = self.service.call("OPTIONS")
        self.assertEqual((status, body), (204, b""))
        self.assertIn("POST", headers["allow"])
        status, body, _ = self.service.call("HEAD", "/healthz")
        self.assertEqual((status, body), (200, b""))

    def test_many_call_at_once(self):
        with concurrent.futures.ThreadPoolExecutor(64) as pool:
            calls = [pool.submit(self.service.call, headers=self.tokens()) for _ in range(64)]
            self.assertEqual({call.result()[0] for call in calls}, {201})

    def test_who_goes_away_hurts_nobody(self):
        self.emulator.fault(operation="exchange_teams_user", latency_ms=700)
        host, port = self.service.address.split(":")
        with socket.create_connection((host, int(port)), PATIENCE) as gone:
            lines = [f"{name}: {value}" for name, value in self.tokens(host=self.service.address).items()]
            gone.sendall("\r\n".join(["GET /api/token/teams HTTP/1.1", *lines, "", ""]).encode())
            time.sleep(0.2)
        status, body, _ = self.service.call(headers=self.tokens())
        self.assertEqual(status, 201, body)

    def test_what_is_under_way_is_finished(self):
        self.emulator.fault(operation="exchange_teams_user", latency_ms=1500)
        connections = [http.client.HTTPConnection(self.service.address, timeout=PATIENCE) for _ in range(8)]
        for connection in connections:
            connection.request("POST", "/api/token/teams", None, self.tokens())
        while not self.emulator.control("GET", "/requests?operation=exchange_teams_user")["requests"]:
            time.sleep(0.02)
        # The first has arrived; the others, which share its exchange, are on their way to it.
        time.sleep(0.5)
        code, said = self.service.end()
        self.assertEqual({connection.getresponse().status for connection in connections}, {201})
        self.assertEqual(code, 0, said)
        for connection in connections:
            connection.close()

    def test_interrupts_end_it_too(self):
        code, said = self.service.end(signal.SIGINT)
        self.assertEqual(code, 0, said)

    def test_settings_that_lack_something_are_refused(self):
        lacking = subprocess.run(
            [SERVICE, "0"], env={"PATH": os.environ["PATH"]}, capture_output=True, timeout=PATIENCE, check=False
        )
        self.assertEqual(lacking.returncode, 1)
        self.assertIn("connection_string", lacking.stderr.decode())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
