"""Requests and responses of each operation, without I/O: for a program with its own HTTP client."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, Callable

from ._base import expiry, id_of, scope_texts
from ._durations import unix_seconds
from ._library import call, native
from ._models import AccessToken, Record, readable
from ._options import text
from ._users import CommunicationUserIdentifier

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Union

    from ._durations import Duration, Moment
    from ._endpoint import Endpoint
    from ._models import CommunicationTokenScope

    HttpText = Union[str, bytes]
    HttpValue = Union[HttpText, Iterable[HttpText], None]
    Headers = Union[Iterable[tuple[HttpText, HttpValue]], Mapping[str, HttpValue], Mapping[bytes, HttpValue], None]
    Body = Union[bytes, bytearray, memoryview, str, None]

DEFAULT_API_VERSION = "2023-10-01"
"""The API version of all operations but those of Teams Phone extensibility."""
TEAMS_EXTENSION_API_VERSION = "2025-06-30"
"""The first API version with the operations of Teams Phone extensibility."""
ACS_SCOPE = "https://communication.azure.com//.default"
"""The scope of the Entra tokens that authenticate requests in place of an access key."""
ACS_RESOURCE_APP_ID = "1fd5118e-2576-4263-8130-9503064c837a"
"""The application id of ACS in Entra ID: an audience of the tokens to exchange."""


class Method(Enum):
    """The HTTP methods of the operations."""

    GET = "GET"
    POST = "POST"
    PUT = "PUT"
    DELETE = "DELETE"
    PATCH = "PATCH"


class Authentication(Enum):
    """What authenticates a request."""

    CREDENTIAL = "credential"
    """The resource's credential: sign the request with `sign_request`, or add a bearer token for `ACS_SCOPE`."""
    USER_TOKEN = "user_token"
    """The user's Entra token, which is in the headers already."""


class Retryable(Enum):
    """Whether a request may be retried after it may have been processed."""

    ALWAYS = "always"
    """Yes: the operation is idempotent."""
    IF_NOT_PROCESSED = "if_not_processed"
    """No: each request creates something. Retry it only if it can't have been processed."""


class PreparedRequest(Record):
    """A request to be sent unchanged, after signing it if `authentication` is CREDENTIAL. Its headers or body may contain a
    token.

    Pass the response to the `parse_…` function of the same operation.
    """

    __slots__ = ("method", "url", "headers", "body", "authentication", "retryable")
    _hidden = ("headers", "body")

    method: Method
    url: str
    headers: list[tuple[str, str]]
    body: bytes
    authentication: Authentication
    retryable: Retryable

    def __init__(self, given: Any) -> None:
        self.method = Method[given.method.name]
        self.url = given.url
        self.headers = [(header.name, header.value) for header in given.headers]
        self.body = given.body
        self.authentication = Authentication[given.authentication.name]
        self.retryable = Retryable[given.retryable.name]


class RawResponse(Record):
    """A response for a `parse_…` function: status, headers, body, and when it was received (default: now)."""

    __slots__ = ("status", "headers", "body", "received_at")
    _hidden = ("body",)

    def __init__(
        self, status: int, headers: Headers = (), body: Body = b"", received_at: Moment | None = None
    ) -> None:
        self.status = status
        self.headers = pairs(headers)
        self.body = body
        self.received_at = unix_seconds("received_at", received_at)

    def _native(self) -> Any:
        return native().RawResponse(
            status=self.status,
            headers=native_headers(self.headers),
            body=body_bytes(self.body),
            received_at=self.received_at,
        )


def pairs(headers: Any) -> list[tuple[str, str]]:
    """Returns headers as pairs, from a mapping, a multi-dict or pairs of `str` or `bytes`; each value in a list is a header."""
    # The `items` of a multi-dict has only one value of each header, or joins them.
    methods = (getattr(headers, name, None) for name in ("multi_items", "lists", "items"))
    items = next((method for method in methods if callable(method)), None)
    given: Any = (headers or ()) if items is None else items()
    return [(_header_text(name), value) for name, values in given for value in _values(values)]


def _values(given: Any) -> list[str]:
    if isinstance(given, (list, tuple)):
        return [_header_text(value) for value in given]
    return [] if given is None else [_header_text(given)]


def _header_text(given: Any) -> str:
    return http_text("headers", given) if isinstance(given, (str, bytes, bytearray, memoryview)) else str(given)


def http_text(name: str, given: Any) -> str:
    """Returns a part of an HTTP message, which frameworks pass as bytes or decoded in various ways, as a string.

    Invalid UTF-8 becomes U+FFFD, and not "?", which has a meaning in a path.
    """
    if isinstance(given, (bytes, bytearray, memoryview)):
        return bytes(given).decode("utf-8", "replace")
    if not isinstance(given, str):
        raise TypeError(f"{name} must be str or bytes, not {type(given).__name__}")
    return readable(given)


def body_bytes(given: Any) -> bytes:
    """Returns the body of an HTTP message, given as bytes, another buffer, a string, or None for none."""
    if given is None:
        return b""
    if isinstance(given, str):
        return http_text("body", given).encode()
    try:
        return bytes(memoryview(given))
    except TypeError:
        pass
    raise TypeError(f"body must be bytes, not {type(given).__name__}")


def native_headers(headers: Headers) -> list[Any]:
    header = native().Header
    return [header(name=name, value=value) for name, value in pairs(headers)]


def prepare_create_user(endpoint: Endpoint, api_version: str = DEFAULT_API_VERSION) -> PreparedRequest:
    """Prepares the request of `create_user`."""
    return prepared(native().prepare_create_user, endpoint, text(api_version))


def prepare_create_user_and_token(
    endpoint: Endpoint,
    scopes: Iterable[str | CommunicationTokenScope],
    token_expires_in: Duration | None = None,
    api_version: str = DEFAULT_API_VERSION,
) -> PreparedRequest:
    """Prepares the request of `create_user_and_token`."""
    arguments = (scope_texts(scopes), expiry(token_expires_in), text(api_version))
    return prepared(native().prepare_create_user_and_token, endpoint, *arguments)


def prepare_issue_token(
    endpoint: Endpoint,
    user: CommunicationUserIdentifier,
    scopes: Iterable[str | CommunicationTokenScope],
    token_expires_in: Duration | None = None,
    api_version: str = DEFAULT_API_VERSION,
) -> PreparedRequest:
    """Prepares the request of `get_token`."""
    arguments = (native_user(user), scope_texts(scopes), expiry(token_expires_in), text(api_version))
    return prepared(native().prepare_issue_token, endpoint, *arguments)


def prepare_revoke_tokens(
    endpoint: Endpoint, user: CommunicationUserIdentifier, api_version: str = DEFAULT_API_VERSION
) -> PreparedRequest:
    """Prepares the request of `revoke_tokens`."""
    return prepared(native().prepare_revoke_tokens, endpoint, native_user(user), text(api_version))


def prepare_delete_user(
    endpoint: Endpoint, user: CommunicationUserIdentifier, api_version: str = DEFAULT_API_VERSION
) -> PreparedRequest:
    """Prepares the request of `delete_user`."""
    return prepared(native().prepare_delete_user, endpoint, native_user(user), text(api_version))


def prepare_exchange_teams_user(
    endpoint: Endpoint,
    aad_token: str,
    client_id: str,
    user_object_id: str,
    api_version: str = DEFAULT_API_VERSION,
) -> PreparedRequest:
    """Prepares the request of `get_token_for_teams_user`. Its body contains the user's token."""
    try:
        arguments = (client_id, user_object_id, text(api_version))
        return prepared(native().prepare_exchange_teams_user, endpoint, aad_token, *arguments)
    finally:
        del aad_token


def prepare_exchange_teams_extension(
    endpoint: Endpoint, aad_token: str, api_version: str = TEAMS_EXTENSION_API_VERSION
) -> PreparedRequest:
    """Prepares the request of `get_token_for_teams_extension_user`. Its headers contain the user's token."""
    try:
        return prepared(native().prepare_exchange_teams_extension, endpoint, aad_token, text(api_version))
    finally:
        del aad_token


def native_user(user: Any) -> Any:
    return native().CommunicationUserIdentifier(id=id_of(user))


def user_of(given: Any) -> CommunicationUserIdentifier:
    return CommunicationUserIdentifier(given.id)


def token_of(given: Any) -> AccessToken:
    return AccessToken(given.token, given.expires_on)


def prepared(function: Callable[..., Any], endpoint: Endpoint, *arguments: Any) -> PreparedRequest:
    try:
        return PreparedRequest(call(function, endpoint._native(), *arguments))
    finally:
        del arguments


def parse_create_user(response: RawResponse) -> CommunicationUserIdentifier:
    """Returns the created identity. Raises the service's error as an `AcsAuthError`."""
    return user_of(parsed(native().parse_create_user, response))


def parse_create_user_and_token(response: RawResponse) -> tuple[CommunicationUserIdentifier, AccessToken]:
    """Returns the created identity and its token. Raises the service's error as an `AcsAuthError`."""
    given = parsed(native().parse_create_user_and_token, response)
    return user_of(given.user), token_of(given.token)


def parse_issue_token(response: RawResponse) -> AccessToken:
    """Returns the issued token. Raises the service's error as an `AcsAuthError`."""
    return token_of(parsed(native().parse_issue_token, response))


def parse_revoke_tokens(response: RawResponse) -> None:
    """Returns nothing. Raises the service's error as an `AcsAuthError`."""
    parsed(native().parse_revoke_tokens, response)


def parse_delete_user(response: RawResponse) -> None:
    """Returns nothing. Raises the service's error as an `AcsAuthError`."""
    parsed(native().parse_delete_user, response)


def parse_exchange_teams_user(response: RawResponse) -> AccessToken:
    """Returns the ACS token. Raises the service's error as an `AcsAuthError`."""
    return token_of(parsed(native().parse_exchange_teams_user, response))


def parse_exchange_teams_extension(response: RawResponse) -> tuple[CommunicationUserIdentifier, AccessToken]:
    """Returns the user's identity and token. Raises the service's error as an `AcsAuthError`."""
    given = parsed(native().parse_exchange_teams_extension, response)
    return user_of(given.user), token_of(given.token)


def parsed(function: Callable[..., Any], response: RawResponse) -> Any:
    return call(function, response._native())


def retry_after(headers: Headers, received_at: Moment | None = None) -> float | None:
    """Returns how many seconds a response asks to wait, or None.

    Reads `retry-after-ms`, `x-ms-retry-after-ms` and `Retry-After`. `received_at` is for a date in the latter (default: now).
    """
    given = call(native().retry_after_ms, native_headers(headers), unix_seconds("received_at", received_at))
    return None if given is None else given / 1000
