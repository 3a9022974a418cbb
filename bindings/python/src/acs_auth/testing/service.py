"""A fake of the identity service in this process, for unit tests that send nothing."""

from __future__ import annotations

import base64
import json
import os
import threading
import time
import uuid
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

from .. import _mocks
from .._http import HttpResponse

if TYPE_CHECKING:
    from types import TracebackType

    from .._client import CommunicationIdentityClient
    from ..aio._client import CommunicationIdentityClient as AsyncClient

#: The longest lifetime of a token, which is the default too, and the shortest, in minutes.
_LONGEST, _SHORTEST = 1440, 60


class FakeRequest:
    """A received request.

    `operation` is the name of the client's method, or `unknown`; `headers` have names in lower case; `body` is the parsed JSON,
    or None.
    """

    def __init__(self, operation: str, request: Any) -> None:
        self.operation = operation
        self.method: str = request.method
        self.url: str = request.url
        self.headers: dict[str, str] = {name.lower(): value for name, value in request.headers.items()}
        self.body: Any = json.loads(request.content) if request.content else None

    def __repr__(self) -> str:
        return f"<FakeRequest {self.operation}>"


class FakeService:
    """A transport that answers like the identity service, without a connection.

    `client()` creates a client that it answers. In a `with` statement it answers every client of the process, whoever
    creates it. Signatures and Entra tokens aren't verified. Its tokens are unsigned JWTs, which chat and calling clients
    can read and real services reject.

    - `requests`: the received requests, oldest first.
    - `users`: the ids of the identities that exist; `deleted`: those of deleted ones.
    - `assignments`: of Teams Phone extensibility, by the ids of tenant and principal.
    - `resource_id`: the id of the resource in the identities' ids.
    """

    def __init__(self) -> None:
        self.resource_id = str(uuid.uuid4())
        #: The requests so far, in their order.
        self.requests: list[FakeRequest] = []
        #: The ids of the identities that exist.
        self.users: list[str] = []
        self.deleted: set[str] = set()
        #: The assignments of Teams Phone extensibility, by the ids of tenant and principal.
        self.assignments: dict[tuple[str, str], dict[str, Any]] = {}
        self._custom_ids: dict[str, str] = {}
        self._failures: list[dict[str, Any]] = []
        self._lock = threading.Lock()
        self._before: list[Any] = []

    @property
    def endpoint(self) -> str:
        """An endpoint whose host name can't be resolved."""
        return "https://acs-auth-fake.invalid"

    def client(self, **options: Any) -> CommunicationIdentityClient:
        """Creates a client that this service answers. `options` are those of the class."""
        from .._client import CommunicationIdentityClient

        return CommunicationIdentityClient(self.endpoint, _random_key(), **{"transport": self, **options})

    def async_client(self, **options: Any) -> AsyncClient:
        """Creates the same client of `acs_auth.aio`."""
        from ..aio import CommunicationIdentityClient

        return CommunicationIdentityClient(self.endpoint, _random_key(), **{"transport": self, **options})

    def fail(
        self,
        status: int = 500,
        code: str | None = None,
        message: str = "Made to fail.",
        *,
        operation: str | None = None,
        count: int = 1,
        headers: dict[str, str] | None = None,
        error: BaseException | None = None,
    ) -> None:
        """Makes the next `count` requests fail: with `status`, `code` and `message`, or without a response if `error` is given.

        `operation` limits this to one operation: the name of the client's method, such as `get_token`. A retry is a request
        too. `error` is raised by the transport: azure-core's `ServiceRequestError` means that nothing was sent.
        """
        failure = {"status": status, "code": code, "message": message, "headers": headers or {}, "error": error}
        with self._lock:
            self._failures += [{"operation": operation, **failure} for _ in range(count)]

    def send(self, request: Any, **_: Any) -> HttpResponse:
        """Answers a request, like the method of azure-core's transports."""
        with self._lock:
            operation, user = _operation(request)
            arrived = FakeRequest(operation, request)
            self.requests.append(arrived)
            failure = self._next_failure(operation)
            if failure is not None:
                return self._fail(request, failure)
            status, body = self._answer(arrived, user)
        return _response(request, status, body, {})

    def _next_failure(self, operation: str) -> dict[str, Any] | None:
        for index, failure in enumerate(self._failures):
            if failure["operation"] in (None, operation):
                return self._failures.pop(index)
        return None

    def _fail(self, request: Any, failure: dict[str, Any]) -> HttpResponse:
        if failure["error"] is not None:
            raise failure["error"]
        body = _error(failure["code"] or f"Http{failure['status']}", failure["message"])
        return _response(request, failure["status"], body, failure["headers"])

    def _answer(self, request: FakeRequest, user: str | None) -> tuple[int, Any]:
        body = request.body or {}
        if request.operation == "unknown":
            return 404, _error("NotFound", f"{request.method} {request.url} is no operation of the fake service.")
        if user in self.deleted:
            return 404, _error("NotFound", "The identity was not found.")
        if request.operation.startswith("create_user"):
            return self._create(body)
        if request.operation.endswith("_teams_extension_assignment"):
            return self._assignment(request, body)
        if request.operation == "get_token":
            return self._token(user or "", body.get("scopes"), body.get("expiresInMinutes"))
        if request.operation == "get_token_for_teams_user":
            return self._token(f"8:orgid:{body.get('userId', '')}", ["chat", "voip"], None)
        if request.operation == "get_user_detail":
            custom = next((custom for custom, made in self._custom_ids.items() if made == user), None)
            return 200, {"id": user, **({"customId": custom} if custom else {})}
        if request.operation in ("get_token_for_teams_extension_user", "get_token_for_entra_user"):
            made = f"8:acs:{self.resource_id}_{uuid.uuid4()}_{uuid.uuid4()}"
            return 200, {"identity": {"id": made}, "accessToken": self._token(made, ["voip"], None)[1]}
        if request.operation == "delete_user" and user is not None:
            self.deleted.add(user)
            self.users = [other for other in self.users if other != user]
        return 204, None

    def _create(self, body: dict[str, Any]) -> tuple[int, Any]:
        custom = str(body.get("customId", ""))
        made = self._custom_ids.get(custom) or f"8:acs:{self.resource_id}_{uuid.uuid4()}"
        answer: dict[str, Any] = {"identity": {"id": made}}
        scopes = body.get("createTokenWithScopes")
        if scopes:
            status, token = self._token(made, scopes, body.get("expiresInMinutes"))
            if status != 200:
                return status, token
            answer["accessToken"] = token
        if custom:
            self._custom_ids[custom] = made
        if made not in self.users:
            self.users.append(made)
        return 201, answer

    def _assignment(self, request: FakeRequest, body: dict[str, Any]) -> tuple[int, Any]:
        path = urlsplit(request.url).path.strip("/").split("/")
        of = (unquote(path[3]), unquote(path[5]))
        if request.operation == "put_teams_extension_assignment":
            self.assignments[of] = {"tenantId": of[0], "objectId": of[1], **body}
        elif request.operation == "delete_teams_extension_assignment":
            self.assignments.pop(of, None)
            return 204, None
        if of not in self.assignments:
            return 404, _error("NotFound", "The assignment was not found.")
        return 200, self.assignments[of]

    def _token(self, user: str, scopes: Any, minutes: int | None) -> tuple[int, Any]:
        if not scopes:
            return 400, _error("ValidationError", "The scopes are empty.")
        if minutes is not None and not _SHORTEST <= minutes <= _LONGEST:
            return 400, _error("ValidationError", "The lifetime is out of range.")
        ends = int(time.time()) + 60 * (minutes or _LONGEST)
        at = datetime.fromtimestamp(ends, timezone.utc).isoformat()
        return 200, {"token": _jwt(user, scopes, ends), "expiresOn": at}

    def __enter__(self) -> FakeService:
        """Answers every client of the process from now on."""
        self._before.append(_mocks.installed())
        _mocks.install(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        _mocks.install(self._before.pop())

    # azure-core's pipelines call these too.

    def open(self) -> None:
        """Does nothing."""

    def close(self) -> None:
        """Does nothing."""


def _operation(request: Any) -> tuple[str, str | None]:
    """Returns the name of the client's method, and the id of the identity in the path."""
    parts = urlsplit(request.url)
    path = parts.path.strip("/").split("/")
    method = request.method.upper()
    if "api-version" not in parse_qs(parts.query):
        return "unknown", None
    if path == ["identities"] and method == "POST":
        body = json.loads(request.content) if request.content else {}
        name = "create_user_and_token" if body.get("createTokenWithScopes") else "create_user"
        return (f"{name}_with_custom_id" if body.get("customId") else name), None
    if path[0] == "identities" and len(path) == 2 and method == "GET":
        return "get_user_detail", unquote(path[1])
    if path[0] == "identities" and len(path) == 2 and method == "DELETE":
        return "delete_user", unquote(path[1])
    if path[0] == "identities" and len(path) == 3 and method == "POST":
        found = {":issueAccessToken": "get_token", ":revokeAccessTokens": "revoke_tokens"}.get(path[2], "unknown")
        return found, unquote(path[1])
    exchanges = {
        ("teamsUser", ":exchangeAccessToken"): "get_token_for_teams_user",
        ("teamsExtension", ":exchangeAccessToken"): "get_token_for_teams_extension_user",
        ("entra", ":exchangeAccessToken"): "get_token_for_entra_user",
    }
    if method == "POST" and len(path) == 2:
        return exchanges.get((path[0], path[1]), "unknown"), None
    if method == "POST" and path[0] == "access" and len(path) == 3:
        return exchanges.get((path[1], path[2]), "unknown"), None
    if path[:3] == ["access", "teamsExtension", "tenants"] and len(path) == 6 and method in ("PUT", "GET", "DELETE"):
        return f"{method.lower()}_teams_extension_assignment", None
    return "unknown", None


def _response(request: Any, status: int, body: Any, more: dict[str, str]) -> HttpResponse:
    headers = {"MS-CV": uuid.uuid4().hex, **more}
    content = b""
    if body is not None:
        content = json.dumps(body).encode()
        headers["Content-Type"] = "application/json; charset=utf-8"
    return HttpResponse(request, status, headers.items(), content)


def _error(code: str, message: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message}}


def _jwt(user: str, scopes: list[str], ends: int) -> str:
    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    claims = {"skypeid": user.partition(":")[2], "scp": scopes, "exp": ends, "iat": int(time.time()), "jti": uuid.uuid4().hex}
    # The clients of chat decode it as plain base64 after padding it.
    return ".".join((part({"alg": "none", "typ": "JWT"}), part(claims), "fake"))


def _random_key() -> str:
    return base64.b64encode(os.urandom(64)).decode()
