"""Runs the sample c-libcurl: ACS_PROGRAM is its program, ACS_EMULATOR the emulator."""

import socket
import subprocess
import unittest

from emulator import Emulator
from service import PATIENCE, command, environment


class Calls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.emulator = Emulator()
        cls.addClassCleanup(cls.emulator.stop)

    def setUp(self):
        self.emulator.reset()
        self.settings = {"COMMUNICATION_SERVICES_CONNECTION_STRING": self.emulator.info["connection_string_http"]}

    def run_it(self, *arguments, token=""):
        ended = subprocess.run(
            command(*arguments),
            env=environment(self.settings),
            input=token,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        for secret in self.emulator.secrets():
            self.assertNotIn(secret, ended.stdout + ended.stderr)
        return ended

    def exchange(self, token, **other):
        client_id = other.get("client_id", self.emulator.info["spa"]["client_id"])
        user = other.get("user", self.emulator.info["users"][0]["object_id"])
        return self.run_it("exchange", client_id, user, token=token)

    def succeeds(self, ended):
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))
        return ended.stdout.splitlines()

    def fails(self, ended, *says):
        self.assertEqual((ended.returncode, ended.stdout), (1, ""), ended.stderr)
        for part in says:
            self.assertIn(part, ended.stderr)

    def whose(self, token):
        """The identity that the emulator issued the access token for. The token must be valid."""
        known = self.emulator.call("POST", "/introspect", {"token": token})
        self.assertTrue(known["active"], known)
        return "8:" + known["claims"]["skypeid"]

    def test_a_user_with_a_token(self):
        user, token = self.succeeds(self.run_it("create-user"))
        self.assertTrue(user.startswith("8:acs:" + self.emulator.info["resource_id"]), user)
        self.assertEqual(self.whose(token), user)
        (request,) = self.emulator.requests("create_user_and_token")
        self.assertEqual(request["status"], 201)

    def test_an_exchange(self):
        for end in ("", "\n", "\r\n"):
            (token,) = self.succeeds(self.exchange(self.emulator.mint("teams") + end))
            self.assertEqual(self.whose(token), "8:orgid:" + self.emulator.info["users"][0]["object_id"])

    def test_what_was_signed_is_what_was_sent(self):
        self.succeeds(self.exchange(self.emulator.mint("teams")))
        (request,) = self.emulator.requests("exchange_teams_user")
        self.assertEqual(request["target"], "/teamsUser/:exchangeAccessToken?api-version=2023-10-01")
        self.assertEqual([check for check in request["checks"] if not check["ok"]], [])
        names = [name for name, _ in request["headers"]]
        self.assertEqual(len(names), len(set(names)), "no header twice")

    def test_tokens_that_are_refused(self):
        self.fails(
            self.exchange(self.emulator.mint("teams", attack="expired")),
            "EntraTokenRejected: ",
            "(code InvalidAccessToken, target none)",
        )
        self.fails(self.exchange(self.emulator.mint("teams", attack="tampered")), "EntraTokenRejected: ")
        self.fails(self.exchange(""), "EntraTokenRejected: ")

    def test_arguments_that_are_refused(self):
        token = self.emulator.mint("teams")
        other = self.emulator.info["users"][1]["object_id"]
        self.fails(self.exchange(token, user=other), "ValidationFailed: ", "(code ", ", target userId)")
        app = self.emulator.info["daemon"]["client_id"]
        self.fails(self.exchange(token, client_id=app), "ValidationFailed: ", ", target appId)")

    def test_a_key_that_is_denied(self):
        endpoint = self.settings["COMMUNICATION_SERVICES_CONNECTION_STRING"].split("accesskey=")[0]
        self.settings["COMMUNICATION_SERVICES_CONNECTION_STRING"] = endpoint + "accesskey=" + 43 * "A" + "="
        self.fails(self.run_it("create-user"), "CredentialDenied: ", "(code Denied, ")

    def test_a_service_that_throttles(self):
        self.emulator.fault(operation="create_user_and_token", status=429, retry_after={"seconds": 7})
        self.fails(self.run_it("create-user"), "Throttled: ")

    def test_a_service_that_fails(self):
        self.emulator.fault(operation="create_user_and_token", status=503)
        self.fails(self.run_it("create-user"), "ServiceError: ")

    def test_an_answer_of_something_else(self):
        self.emulator.fault(operation="create_user_and_token", non_json=True)
        self.fails(self.run_it("create-user"), "UnexpectedResponse: ")

    def test_a_redirect_is_not_followed(self):
        with socket.create_server(("127.0.0.1", 0)) as elsewhere:
            elsewhere.settimeout(0)
            url = f"http://127.0.0.1:{elsewhere.getsockname()[1]}/"
            self.emulator.fault(operation="create_user_and_token", redirect=url)
            self.fails(self.run_it("create-user"), "UnexpectedResponse: ")
            with self.assertRaises(BlockingIOError):
                elsewhere.accept()

    def test_an_answer_without_end(self):
        self.emulator.fault(operation="create_user_and_token", oversize=1_000_000)
        self.fails(self.run_it("create-user"), "no answer: ")

    def test_no_answer(self):
        self.emulator.fault(operation="create_user_and_token", reset="before_answer")
        self.fails(self.run_it("create-user"), "no answer: ")

    def test_a_connection_string_that_is_none(self):
        self.settings["COMMUNICATION_SERVICES_CONNECTION_STRING"] = "endpoint=https://contoso.example"
        self.fails(self.run_it("create-user"), "InvalidConnectionString: ", "target accesskey")
        del self.settings["COMMUNICATION_SERVICES_CONNECTION_STRING"]
        self.fails(self.run_it("create-user"), "InvalidArgument: ")

    def test_the_usage(self):
        for arguments in ((), ("fly",), ("create-user", "now"), ("exchange", "client-id")):
            ended = self.run_it(*arguments)
            self.assertEqual((ended.returncode, ended.stdout), (64, ""))
            self.assertTrue(ended.stderr.startswith("usage: c-libcurl "))


if __name__ == "__main__":
    unittest.main(verbosity=2)
