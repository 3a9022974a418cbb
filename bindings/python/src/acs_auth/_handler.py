"""The back end's endpoint, for any HTTP framework: a request in, a response out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import _credentials, _observer
from ._durations import milliseconds
from ._library import call, native, objects, wait
from ._logging import refresh_log_level
from ._messages import body_bytes, http_text, pairs
from ._models import Record
from ._options import lower, native_token_check

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ._credentials import KeyCredential, TokenCredential
    from ._durations import Duration
    from ._keys import AccessKey
    from ._messages import Body, Headers, HttpText
    from ._observer import Observer
    from ._options import Cloud, TokenCheck
    from ._settings import HandlerSettings


class Request(Record):
    """An HTTP request, as a framework received it. The path may have the query with it.

    Texts are str, with what the framework could not decode left as surrogates, or bytes; headers are a mapping, a
    multi-dict or pairs; the body is bytes, another buffer, a text or None.
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
        # Its attributes may have been set since.
        return http_text("method", self.method), http_text("path", self.path), pairs(self.headers), body_bytes(self.body)


class Response(Record):
    """An HTTP response, to be sent as it is; names of headers are in lower case. A success's body holds a token."""

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
        """The first value of a header, whatever the case of the name."""
        wanted = name.lower()
        return next((value for found, value in self.headers if found.lower() == wanted), None)


class HandlerBase(_credentials.HoldsKeys):
    """Settings come from `settings`, or are keywords, which go over them; `HandlerSettings.names()` explains them."""

    def __init__(
        self,
        settings: HandlerSettings | None = None,
        *,
        allow_insecure_endpoint: bool | None = None,
        allowed_clients: Sequence[str] | None = None,
        api_client_id: str | None = None,
        attempt_timeout: Duration | None = None,
        audiences: Sequence[str] | None = None,
        cache_bytes: int | None = None,
        cloud: Cloud | None = None,
        connect_timeout: Duration | None = None,
        connection_string: str | None = None,
        cors_origins: Sequence[str] | None = None,
        endpoint: str | None = None,
        graph_adopt_unsigned_mappings: bool | None = None,
        graph_base_url: str | None = None,
        graph_client_secret: str | None = None,
        graph_extension_name: str | None = None,
        graph_mapping_keys: Sequence[str] | None = None,
        http2: bool | None = None,
        key_credential: KeyCredential | None = None,
        limit: int | None = None,
        limit_window: Duration | None = None,
        observer: Observer | None = None,
        redis_cache_secret: str | None = None,
        redis_lock: bool | None = None,
        redis_namespace: str | None = None,
        redis_sealing_keys: Sequence[str] | None = None,
        redis_timeout: Duration | None = None,
        redis_url: str | None = None,
        required_scope: str | None = None,
        root_certificates_pem: str | None = None,
        secondary_access_key: str | AccessKey | KeyCredential | None = None,
        service_timeout: Duration | None = None,
        teams_client_ids: Sequence[str] | None = None,
        tenants: Sequence[str] | None = None,
        timeout: Duration | None = None,
        token_check: TokenCheck | str | None = None,
        token_credential: TokenCredential | None = None,
        token_scopes: Sequence[str] | None = None,
        user_limit: int | None = None,
    ) -> None:
        def listed(values: Sequence[str] | None) -> list[str] | None:
            return None if values is None else list(values)

        try:
            self._keys = _credentials.AccessKeys(key_credential, secondary_access_key)
            options = native().HandlerOptions(
                allow_insecure_endpoint=allow_insecure_endpoint,
                allowed_clients=listed(allowed_clients),
                api_client_id=api_client_id,
                attempt_timeout_ms=milliseconds("attempt_timeout", attempt_timeout),
                audiences=listed(audiences),
                cache_bytes=cache_bytes,
                cloud=lower(cloud),
                connect_timeout_ms=milliseconds("connect_timeout", connect_timeout),
                connection_string=connection_string,
                cors_origins=listed(cors_origins),
                endpoint=endpoint,
                graph_adopt_unsigned_mappings=graph_adopt_unsigned_mappings,
                graph_base_url=graph_base_url,
                graph_client_secret=graph_client_secret,
                graph_extension_name=graph_extension_name,
                graph_mapping_keys=listed(graph_mapping_keys),
                http2=http2,
                limit=limit,
                limit_window_ms=milliseconds("limit_window", limit_window),
                redis_cache_secret=redis_cache_secret,
                redis_lock=redis_lock,
                redis_namespace=redis_namespace,
                redis_sealing_keys=listed(redis_sealing_keys),
                redis_timeout_ms=milliseconds("redis_timeout", redis_timeout),
                redis_url=redis_url,
                required_scope=required_scope,
                root_certificates_pem=root_certificates_pem,
                secondary_access_key=_credentials.optional_key("secondary_access_key", secondary_access_key),
                service_timeout_ms=milliseconds("service_timeout", service_timeout),
                teams_client_ids=listed(teams_client_ids),
                tenants=listed(tenants),
                timeout_ms=milliseconds("timeout", timeout),
                token_check=native_token_check(token_check),
                token_scopes=listed(token_scopes),
                user_limit=user_limit,
            )
            credential = None
            if token_credential is not None:
                _credentials.check_token_credential(token_credential)
                credential = self._adapt(token_credential)
            refresh_log_level()
            key = _credentials.optional_key("key_credential", key_credential)
            arguments = (options, lower(settings), credential, _observer.adapt(observer), key)
            self._object = objects().TokenExchangeHandler(call(native().TokenExchangeHandler, *arguments))
        finally:
            connection_string = key_credential = key = secondary_access_key = graph_client_secret = graph_mapping_keys = None
            redis_cache_secret = redis_sealing_keys = redis_url = None
            options = arguments = None  # type: ignore[assignment]

    def _adapt(self, credential: Any) -> Any:
        return _credentials.adapt(credential)


class TokenExchangeHandler(HandlerBase):
    """Answers `/api/token/teams`: verifies the caller, explains a bad Teams token, caches, limits, exchanges."""

    def handle(self, request: Request) -> Response:
        """The response to a request; it does not raise for what the caller did wrong."""
        return Response(*wait(self._open().handle, *request._parts()))
