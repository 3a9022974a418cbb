"""Starts and calls a sample service: ACS_PROGRAM is the service, ACS_EMULATOR the emulator."""

import signal
import socket
import struct
import subprocess
import unittest
from concurrent.futures import ThreadPoolExecutor

from emulator import Emulator
from service import PATIENCE, Answer, Service, environment, program

EXCHANGE = "exchange_teams_user"


class Served(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.emulator = Emulator()
        cls.addClassCleanup(cls.emulator.stop)

    def setUp(self):
        self.emulator.reset()
        self.bearer = self.emulator.mint("api")
        self.teams = self.emulator.mint("teams")

    @classmethod
    def start(cls):
        service = Service(cls.emulator.settings())
        cls.addClassCleanup(service.kill)
        return service

    @classmethod
    def ends_well(cls, service, with_signal=signal.SIGTERM):
        service.end(with_signal)
        code = service.wait()
        log = service.log.decode()
        if code != 0:
            raise AssertionError(f"it ended with {code}\n{log}")
        for secret in cls.emulator.secrets():
            if secret in log:
                raise AssertionError(f"a secret is in the log\n{log}")
        return log


class Answers(Served):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = cls.start()

    @classmethod
    def tearDownClass(cls):
        log = cls.ends_well(cls.service)
        for event in ("bearer_rejected", "teams_token_rejected"):
            if event not in log:
                raise AssertionError(f"{event} was not logged\n{log}")

    def refused(self, answer, status, code):
        self.assertEqual((answer.status, answer.code()), (status, code), answer.body)
        self.assertEqual(answer.headers["content-type"], "application/problem+json")
        self.assertIsNotNone(answer.headers["x-correlation-id"])

    def test_a_token_for_either_method(self):
        for method in ("POST", "GET"):
            answer = self.service.exchange(self.bearer, self.teams, method)
            self.assertEqual(answer.status, 201, answer.body)
            self.assertEqual(answer.headers["content-type"], "application/json")
            self.assertEqual(answer.headers["cache-control"], "no-store")
            self.assertEqual(set(answer.json()), {"token", "expiresOn"})
            self.assertGreater(len(answer.json()["token"]), 100)
        self.assertEqual(len(self.emulator.requests(EXCHANGE)), 1, "the second was cached")

    def test_health(self):
        answer = self.service.call("GET", "/healthz?by=probe")
        self.assertEqual(answer.status, 200, answer.body)
        self.assertEqual(answer.json(), {"status": "ok", "keys": "reachable", "redis": "not_configured"})

    def test_head_and_options(self):
        answer = self.service.call("HEAD", "/healthz")
        self.assertEqual((answer.status, answer.body), (200, b""))
        answer = self.service.call("OPTIONS", "/api/token/teams")
        self.assertEqual((answer.status, answer.body), (204, b""))
        self.assertEqual(answer.headers["allow"], "GET, HEAD, POST, OPTIONS")
        self.refused(self.service.call("DELETE", "/api/token/teams"), 405, "method_not_allowed")

    def test_callers_that_are_refused(self):
        answer = self.service.call("POST", "/api/token/teams", {"teams-user-aad-token": self.teams})
        self.refused(answer, 401, "unauthorized")
        self.assertTrue(answer.headers["www-authenticate"].startswith("Bearer"))
        expired = self.emulator.mint("api", attack="expired")
        self.refused(self.service.exchange(expired, self.teams), 401, "unauthorized")
        other = self.emulator.mint("teams", attack="other_user")
        self.refused(self.service.exchange(self.bearer, other), 403, "user_mismatch")
        old = self.emulator.mint("teams", attack="expired")
        self.refused(self.service.exchange(self.bearer, old), 401, "teams_token_expired")
        self.assertEqual(self.emulator.requests(EXCHANGE), [])

    def test_paths_are_taken_as_they_were_sent(self):
        for path in ("/", "/api/token/team", "/api/token/%74eams", "/api/token/teams/", "/%0A", "/" + 7000 * "a"):
            self.refused(self.service.call("GET", path), 404, "not_found")

    def test_bodies(self):
        self.assertEqual(self.service.exchange(self.bearer, self.teams, body=16 * 1024 * b"a").status, 201)
        for size in (16 * 1024 + 1, 60_000, 500_000):
            body = size * b"a"
            self.refused(self.service.exchange(self.bearer, self.teams, body=body), 413, "body_too_large")
            chunks = [body[at : at + 10_000] for at in range(0, size, 10_000)]
            self.refused(self.service.exchange(self.bearer, self.teams, body=iter(chunks)), 413, "body_too_large")

    def test_a_body_without_end_is_given_up(self):
        connection = self.service.send("POST /api/token/teams HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        with self.assertRaises(OSError), connection:
            for _ in range(2000):
                connection.sendall(b"10000\r\n" + 65536 * b"a" + b"\r\n")
        self.assertEqual(self.service.call("GET", "/healthz").status, 200)

    def test_too_many_headers(self):
        many = {f"x-{number}": "a" for number in range(200)}
        answer = self.service.call("GET", "/healthz", many)
        self.refused(answer, 431, "headers_too_large")

    def test_bytes_that_are_no_text(self):
        answer = self.service.call("GET", "/healthz", {"x-name": "\xff\xfe"})
        self.assertEqual(answer.status, 200)

    def test_one_connection_for_several_requests(self):
        connection = self.service.connect()
        for _ in range(3):
            connection.request("POST", "/api/token/team", body=b"abc")
            self.refused(Answer(connection.getresponse()), 404, "not_found")
        connection.close()

    def test_64_requests_side_by_side(self):
        tokens = [self.emulator.mint("teams") for _ in range(32)]
        with ThreadPoolExecutor(64) as threads:
            answers = list(threads.map(lambda token: self.service.exchange(self.bearer, token), 2 * tokens))
        self.assertEqual([answer.status for answer in answers], 64 * [201])
        first, second = answers[:32], answers[32:]
        self.assertEqual([a.json()["token"] for a in first], [a.json()["token"] for a in second])
        self.assertEqual(len({a.json()["token"] for a in first}), 32)
        self.assertEqual(len(self.emulator.requests(EXCHANGE)), 32)

    def test_a_client_that_goes_away(self):
        self.emulator.fault(operation=EXCHANGE, latency_ms=1000)
        connection = self.service.send(
            "POST /api/token/teams HTTP/1.1\r\nHost: a\r\n"
            f"Authorization: Bearer {self.bearer}\r\nteams-user-aad-token: {self.teams}\r\n\r\n"
        )
        self.emulator.wait_for_requests(EXCHANGE, 1)
        # With this option, closing the connection resets it.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
        self.assertEqual(self.service.exchange(self.bearer, self.teams).status, 201)
        self.assertEqual(len(self.emulator.requests(EXCHANGE)), 1, "the first one's token was of use")


class Ends(Served):
    def setUp(self):
        super().setUp()
        self.service = self.start()

    def test_what_is_in_flight_is_finished(self):
        count = 8
        self.emulator.fault(operation=EXCHANGE, latency_ms=1500, count=count)
        idle = self.service.connect()
        idle.request("GET", "/healthz")
        self.assertEqual(Answer(idle.getresponse()).status, 200)
        tokens = [self.emulator.mint("teams") for _ in range(count)]
        with ThreadPoolExecutor(count) as threads:
            calls = [threads.submit(self.service.exchange, self.bearer, token) for token in tokens]
            self.emulator.wait_for_requests(EXCHANGE, count)
            self.ends_well(self.service)
            self.assertEqual([call.result().status for call in calls], count * [201])
        idle.close()
        with self.assertRaises(ConnectionRefusedError):
            self.service.connect().connect()

    def test_an_interrupt_ends_it_too(self):
        self.assertEqual(self.service.call("GET", "/healthz").status, 200)
        self.ends_well(self.service, signal.SIGINT)


class Starts(unittest.TestCase):
    def test_a_setting_that_cannot_be_used_is_named(self):
        emulator = Emulator()
        self.addCleanup(emulator.stop)
        # Not under valgrind, because memcheck reports the memory of threads that end with the process as
        # lost.
        ended = subprocess.run(
            program("0"),
            env=environment({**emulator.settings(), "ACS_AUTH_TENANT_IDS": "contoso"}),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        self.assertEqual((ended.returncode, ended.stdout), (1, ""))
        self.assertIn("ACS_AUTH_TENANT_IDS", ended.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
