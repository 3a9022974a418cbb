"""Signs a request that the program sends with its own HTTP client, without I/O."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import _credentials
from ._durations import unix_seconds
from ._keys import AccessKey
from ._library import call
from ._models import Record

if TYPE_CHECKING:
    from ._credentials import KeyCredential
    from ._durations import Moment


class SignableRequest(Record):
    """What a signature covers: the method, the URL exactly as it is sent, and the body."""

    __slots__ = ("method", "url", "body")
    _hidden = ("body",)

    def __init__(self, method: str, url: str, body: bytes = b"") -> None:
        self.method = method
        self.url = url
        self.body = body


class SignedHeaders(Record):
    """The headers to add to the request unchanged, and how they were computed."""

    __slots__ = ("x_ms_date", "x_ms_content_sha256", "authorization", "host", "target", "string_to_sign")
    _hidden = ("authorization",)

    x_ms_date: str
    x_ms_content_sha256: str
    authorization: str
    host: str
    target: str
    string_to_sign: str

    def __init__(
        self, x_ms_date: str, x_ms_content_sha256: str, authorization: str, host: str, target: str, string_to_sign: str
    ) -> None:
        self.x_ms_date = x_ms_date
        self.x_ms_content_sha256 = x_ms_content_sha256
        self.authorization = authorization
        self.host = host
        self.target = target
        self.string_to_sign = string_to_sign

    def headers(self) -> dict[str, str]:
        """Returns the three headers to add, by name. The request's `Host` header must be `host`."""
        return {
            "x-ms-date": self.x_ms_date,
            "x-ms-content-sha256": self.x_ms_content_sha256,
            "Authorization": self.authorization,
        }


def sign_request(
    request: SignableRequest, key: AccessKey | KeyCredential | str, now: Moment | None = None
) -> SignedHeaders:
    """Signs a request with an access key, at the time `now` (default: the current time). The service rejects old signatures."""
    try:
        if type(key) is not AccessKey:
            key = AccessKey(_text(key))
        arguments = (request.method, request.url, request.body, unix_seconds("now", now))
        return SignedHeaders(*call(key._signing().sign, *arguments))
    finally:
        del key


def _text(key: Any) -> str:
    found = _credentials.key_of(key)
    if found is None:
        raise TypeError(f"key must be a str, an AccessKey or an AzureKeyCredential, not {type(key).__name__}.")
    return found
