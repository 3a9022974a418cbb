"""A running emulator: its start line, and its control API."""

from __future__ import annotations

import http.client
import json
import threading
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode, urlsplit


class Emulator:
    """A running emulator.

    `connection_string` uses TLS, for which a client must trust the certificate authority in `ca_file`.
    `connection_string_http` doesn't use TLS.
    """

    def __init__(self, line: str) -> None:
        self.info: dict[str, Any] = json.loads(line)
        self.http_url: str = self.info["http_url"]
        self.https_url: str = self.info["https_url"]
        self.ca_file: str = self.info["ca_file"]
        self.connection_string: str = self.info["connection_string"]
        self.connection_string_http: str = self.info["connection_string_http"]
        self.secondary_access_key: str = self.info["secondary_access_key"]
        self.tenant_id: str = self.info["tenant_id"]
        self.api = SimpleNamespace(**self.info["api"])
        self.spa = SimpleNamespace(**self.info["spa"])
        self.daemon = SimpleNamespace(**self.info["daemon"])
        self.user = SimpleNamespace(**next(user for user in self.info["users"] if user["licensed"]))
        self.access_key: str = self.connection_string.split("accesskey=", 1)[1]
        self._lock = threading.Lock()
        self._connection = http.client.HTTPConnection(urlsplit(self.http_url).netloc, timeout=30)

    @property
    def ca(self) -> bytes:
        """The certificate authority, in PEM form."""
        with open(self.ca_file, "rb") as file:
            return file.read()

    @property
    def trust_variables(self) -> dict[str, str]:
        """The environment variables that make requests and OpenSSL trust only the emulator's certificate authority."""
        return {"REQUESTS_CA_BUNDLE": self.ca_file, "SSL_CERT_FILE": self.ca_file}

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Sends a request to the control API; `path` follows `/_emulator`.

        Raises RuntimeError with the response if the emulator rejects the request.
        """
        data = None if body is None else json.dumps(body)
        headers = {} if body is None else {"Content-Type": "application/json"}
        with self._lock:
            self._connection.request(method, "/_emulator" + path, data, headers)
            answer = self._connection.getresponse()
            text = answer.read().decode()
        if not 200 <= answer.status < 300:
            raise RuntimeError(f"The emulator's control API answered {answer.status}: {text}")
        return json.loads(text) if text else None

    def close(self) -> None:
        """Closes the connection to the control API."""
        self._connection.close()

    def reset(self) -> None:
        """Restores the initial state: no identities, faults, requests or sessions."""
        self.control("POST", "/reset")

    def mint(self, **query: Any) -> str:
        """Mints a token of Entra ID. The emulator's manual lists the parameters."""
        token: str = self.control("GET", "/mint?" + urlencode(query))["token"]
        return token

    def teams_token(self, **query: Any) -> str:
        """Mints the licensed user's Entra token for `get_token_for_teams_user`; `query` as in `mint`."""
        return self.mint(user=self.user.username, client_id=self.spa.client_id, kind="teams", **query)

    def exchange_arguments(self, **query: Any) -> tuple[str, str, str]:
        """Mints a Teams token and returns the three arguments of `get_token_for_teams_user`; `query` as in `mint`."""
        return self.teams_token(**query), self.spa.client_id, self.user.object_id

    def spoil(self, **fault: Any) -> None:
        """Spoils the next matching responses. The emulator's manual lists the members of a fault."""
        self.control("POST", "/faults", fault)

    def forget_requests(self) -> None:
        """Deletes the records of the requests so far."""
        self.control("DELETE", "/requests")

    def requests(self, operation: str = "acs") -> list[dict[str, Any]]:
        """Returns the requests so far, oldest first.

        `operation` is an operation's name, or `acs`, `entra` or `graph` for a whole service.
        """
        kept = self.control("GET", f"/requests?operation={operation}")["requests"]
        return sorted(kept, key=lambda request: int(request["id"]))
