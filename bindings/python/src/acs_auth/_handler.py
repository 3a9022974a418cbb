"""The endpoint of the back end, for any HTTP framework: a request in, a response out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import _credentials, _observer
from ._library import call, native, objects, wait
from ._logging import refresh_log_level
from ._messages import body_bytes, http_text, pairs
from ._models import Record
from ._options import Cloud, lower
from ._settings import HandlerSettings

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._credentials import KeyCredential, TokenCredential
    from ._messages import Body, Headers, HttpText
    from ._observer import Observer
    from ._setting_keywords import SettingKeywords


class Request(Record):
    """An HTTP request, as a framework received it.

    Method, path and headers are `str` or `bytes`; invalid UTF-8 becomes U+FFFD. The path may include the query. Headers are a
    mapping, a multi-dict or pairs. The body is bytes, another buffer, a `str` or None.
    """

    __slots__ = ("method", "path", "headers", "body")
    _hidden = ("headers", "body")

    method: str
    path: str
    headers: list[tuple[str, str]]
    body: bytes

    def __init__(self, method: HttpText, path: HttpText, headers: Headers = (), body: Body = b"") -> None:
        self.method = http_text("method", method)
        self.path = http_text("path", path)
        self.headers = pairs(headers)
        self.body = body_bytes(body)

    def _parts(self) -> tuple[str, str, list[tuple[str, str]], bytes]:
        # Converted again, because the attributes may have been set since.
        return http_text("method", self.method), http_text("path", self.path), pairs(self.headers), body_bytes(self.body)


class Response(Record):
    """An HTTP response, to be sent unchanged. Header names are in lower case. The body of a success contains a token."""

    __slots__ = ("status", "headers", "body")
    _hidden = ("headers", "body")

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def __init__(self, status: int, headers: Headers, body: bytes) -> None:
        self.status = status
        self.headers = pairs(headers)
        self.body = body

    def header(self, name: str) -> str | None:
        """Returns the first value of a header, or None; the name is case-insensitive."""
        wanted = name.lower()
        return next((value for found, value in self.headers if found.lower() == wanted), None)


class HandlerBase(_credentials.HoldsKeys):
    """Settings come from `settings`, or from keywords, which override them; `HandlerSettings.names()` explains them.

    A dot in a name is an underscore in a keyword. `cloud` may be a `Cloud`, which also overrides `authority`, and
    `secondary_access_key` a key credential, whose updates take effect.
    """

    def __init__(
        self,
        settings: HandlerSettings | None = None,
        *,
        key_credential: KeyCredential | None = None,
        observer: Observer | None = None,
        token_credential: TokenCredential | None = None,
        **keywords: Unpack[SettingKeywords],
    ) -> None:
        self._begin()
        try:
            cloud = keywords.get("cloud")
            if isinstance(cloud, Cloud):
                del keywords["cloud"]
            else:
                cloud = None
            secondary = keywords.get("secondary_access_key")
            self._keys = _credentials.AccessKeys(key_credential, secondary)
            _credentials.optional_key("secondary_access_key", secondary)
            given = HandlerSettings(**keywords)
            if settings is not None:
                given |= settings
            credential = None
            if token_credential is not None:
                _credentials.check_token_credential(token_credential)
                credential = self._adapt(token_credential)
            refresh_log_level()
            key = _credentials.optional_key("key_credential", key_credential)
            arguments = (lower(given), lower(cloud), credential, _observer.adapt(observer), key)
            self._object = objects().TokenExchangeHandler(call(native().TokenExchangeHandler, *arguments))
        finally:
            key_credential = key = secondary = arguments = None  # type: ignore[assignment]
            keywords = {}

    def _begin(self) -> None:
        """Sets up what `_adapt` needs."""

    def _adapt(self, credential: Any) -> Any:
        return _credentials.adapt(credential)


class TokenExchangeHandler(HandlerBase):
    """Serves `/api/token/teams`: verifies the caller, explains an invalid Teams token, caches, limits, exchanges.

    It also serves `/healthz`, `/livez` and `/readyz` and, if settings turn them on, `/api/token/teams-extension`, `/api/token`
    and `/api/user`.

    `TokenExchangeHandler(settings, *, key_credential, token_credential, observer, **keywords)`: create one and keep it. Any
    number of threads may use it at once, on both sides of a fork; a forked child starts with an empty cache.

    - `settings`: `HandlerSettings`, for example `HandlerSettings.from_env()`.
    - `keywords`: settings, which override those of `settings`. A dot in a setting's name is an underscore in the keyword.
      `HandlerSettings.names()` describes all settings. `cloud` may be a `Cloud`, which also overrides `authority`.
    - `key_credential` or `token_credential`: authenticates to the resource of the setting `endpoint`, instead of the setting
      `connection_string`. Updates of a key credential take effect, also as `secondary_access_key`.
    - `observer`: a function that takes an event of `acs_auth.events`, or an object with `on_event`.

    Raises `InvalidArgumentError` or `InvalidConnectionStringError`, whose `target` names the setting.
    `update_access_key(access_key, secondary_access_key)` replaces the keys.
    """

    def handle(self, request: Request) -> Response:
        """Returns the response to a request. It doesn't raise for the caller's mistakes."""
        return Response(*wait(self._open().handle, *request._parts()))
