"""The sample that signs with the library and sends with libcurl, run as its users do.

libcurl.py EMULATOR PROGRAM
"""

import os
import subprocess
import sys
import unittest

from emulator import Emulator

EMULATOR, PROGRAM = sys.argv[1:3]


class Program(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.emulator = Emulator(EMULATOR)
        cls.info = cls.emulator.info

    @classmethod
    def tearDownClass(cls):
        cls.emulator.stop()

    def setUp(self):
        self.emulator.reset()

    def run_it(self, *arguments, connection_string=None):
        text = self.info["connection_string_http"] if connection_string is None else connection_string
        environment = {**os.environ, "COMMUNICATION_SERVICES_CONNECTION_STRING": text}
        ran = subprocess.run([PROGRAM, *arguments], env=environment, capture_output=True, timeout=60, check=False)
        shown = (ran.stdout + ran.stderr).decode()
        for secret in (*arguments[1:2], text.partition("accesskey=")[2]):
            self.assertTrue(not secret or secret not in shown, "a secret is shown")
        return ran.returncode, ran.stdout.decode(), ran.stderr.decode()

    def exchange(self, token, user=None):
        user = user or self.info["users"][0]["object_id"]
        return self.run_it("exchange", token, self.info["spa"]["client_id"], user)

    def test_a_user_is_created(self):
        code, out, err = self.run_it("create-user")
        self.assertEqual((code, err), (0, ""))
        self.assertRegex(out, r"^8:acs:\S+\nexpires at \d+\n$")

    def test_a_token_is_exchanged(self):
        code, out, err = self.exchange(self.emulator.mint(kind="teams"))
        self.assertEqual((code, err), (0, ""))
        self.assertRegex(out, r"^expires at \d+\n$")

    def test_what_is_refused_is_explained(self):
        code, _, err = self.exchange(self.emulator.mint(kind="teams", attack="expired"))
        self.assertEqual(code, 1)
        self.assertIn("EntraTokenRejected: ", err)
        self.assertIn("(code InvalidAccessToken, target none)", err)
        code, _, err = self.exchange(self.emulator.mint(kind="teams"), "not-a-guid")
        self.assertIn("ValidationFailed: ", err)
        self.assertIn("target userId", err)

    def test_a_redirect_is_not_followed(self):
        self.emulator.fault(operation="create_user_and_token", redirect="http://127.0.0.1:1/elsewhere")
        code, _, err = self.run_it("create-user")
        self.assertEqual(code, 1)
        self.assertIn("UnexpectedResponse: ", err)

    def test_no_answer_is_told(self):
        code, _, err = self.run_it("create-user", connection_string="endpoint=http://127.0.0.1:1;accesskey=QUJD")
        self.assertEqual(code, 1)
        self.assertIn("no answer: ", err)

    def test_a_bad_connection_string_is_refused(self):
        code, _, err = self.run_it("create-user", connection_string="nonsense")
        self.assertEqual(code, 1)
        self.assertIn("InvalidConnectionString: ", err)

    def test_the_usage_is_told(self):
        self.assertEqual(self.run_it("fly")[0], 64)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
