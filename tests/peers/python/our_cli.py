"""Our client through its command line: the same operations, with their results."""

import json
import os
import subprocess

from emulator import Emulator


class Refused(Exception):
    """A failed call: the error that `--json` prints, and the exit code."""

    def __init__(self, exit_code: int, error: dict):
        super().__init__(f"exit code {exit_code}: {error}")
        self.exit_code = exit_code
        self.error = error


class OurClient:
    def __init__(self, emulator: Emulator, connection_string: str | None = None):
        self._program = os.environ["ACS_AUTH_BIN"]
        self._ca_file = emulator.ca_file
        self._connection_string = connection_string or emulator.connection_string

    def create_user(self) -> str:
        return self._run("users", "create")["id"]

    def create_user_and_token(self, scopes: list[str], minutes: int) -> dict:
        return self._run("users", "create", *_scopes(scopes), "--expires-in-minutes", str(minutes))

    def issue_token(self, user: str, scopes: list[str], minutes: int) -> dict:
        return self._run("tokens", "issue", user, *_scopes(scopes), "--expires-in-minutes", str(minutes))

    def revoke_tokens(self, user: str) -> None:
        self._run("tokens", "revoke", user)

    def delete_user(self, user: str) -> None:
        self._run("users", "delete", user)

    def exchange_teams_user(self, token: str, client_id: str, user_id: str) -> dict:
        return self._run(
            "exchange", "--token-file", "-", "--client-id", client_id, "--user-id", user_id, stdin=token
        )

    def exchange_teams_extension(self, token: str) -> dict:
        return self._run("exchange", "--token-file", "-", "--teams-extension", stdin=token)

    def _run(self, *arguments: str, stdin: str = "") -> dict:
        environment = {**os.environ, "COMMUNICATION_SERVICES_CONNECTION_STRING": self._connection_string}
        ended = subprocess.run(
            [self._program, *arguments, "--json", "--endpoint-ca", self._ca_file],
            input=stdin,
            env=environment,
            capture_output=True,
            text=True,
            timeout=30,
        )
        assert ended.stdout, f"{arguments}: exit code {ended.returncode}, {ended.stderr}"
        answer = json.loads(ended.stdout)
        if ended.returncode != 0:
            raise Refused(ended.returncode, answer["error"])
        return answer


def _scopes(scopes: list[str]) -> list[str]:
    return [word for scope in scopes for word in ("--scope", scope)]
