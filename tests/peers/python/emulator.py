"""The emulator that `run` has started: its start line, and its control API."""

import json
import os
from dataclasses import dataclass
from types import SimpleNamespace
from urllib.parse import urlencode
from urllib.request import Request, urlopen


@dataclass(frozen=True)
class User:
    username: str
    password: str
    object_id: str
    licensed: bool


class Emulator:
    """Addresses, applications and users, read from the emulator's first line; and its control API."""

    def __init__(self, line: str):
        said = json.loads(line)
        self.http_url = said["http_url"]
        self.https_url = said["https_url"]
        self.ca_file = said["ca_file"]
        self.connection_string = said["connection_string"]
        self.authority = said["authority"]
        self.identity_header = said["identity_header"]
        self.tenant_id = said["tenant_id"]
        self.api = SimpleNamespace(**said["api"])
        self.spa = SimpleNamespace(**said["spa"])
        self.daemon = SimpleNamespace(**said["daemon"])
        users = [User(u["username"], u["password"], u["object_id"], u["licensed"]) for u in said["users"]]
        self.user = next(user for user in users if user.licensed)
        self.unlicensed_user = next(user for user in users if not user.licensed)

    @classmethod
    def of_this_run(cls) -> "Emulator":
        return cls(os.environ["ACS_EMULATOR_LINE"])

    @property
    def access_key(self) -> str:
        return self.connection_string.split("accesskey=", 1)[1]

    def mint(self, user: User, client_id: str, kind: str = "teams", attack: str | None = None) -> str:
        """Returns an Entra token for `user`: a valid one, or one with the fault that `attack` names."""
        query = {"user": user.username, "client_id": client_id, "kind": kind}
        if attack:
            query["attack"] = attack
        return self._control("GET", "/mint?" + urlencode(query))["token"]

    def requests(self) -> list[dict]:
        """Returns all recorded requests, oldest first."""
        return sorted(self._control("GET", "/requests")["requests"], key=lambda request: request["id"])

    def forget_requests(self) -> None:
        self._control("DELETE", "/requests")

    def spoil(self, **fault) -> None:
        """Spoils the next responses. The emulator's control API describes the members of `fault`."""
        self._control("POST", "/faults", fault)

    def mend(self) -> None:
        """Removes the faults that have not been used yet."""
        self._control("DELETE", "/faults")

    def reset(self) -> None:
        """Restores the initial state: no consents, identities, sessions, faults or requests."""
        self._control("POST", "/reset")

    def _control(self, method: str, path: str, body: dict | None = None) -> dict:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"} if data else {}
        request = Request(self.http_url + "/_emulator" + path, data, headers, method=method)
        with urlopen(request, timeout=10) as answer:
            text = answer.read()
        return json.loads(text) if text else {}
