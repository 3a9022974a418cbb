"""The base of the synchronous client and of the one of `aio`: construction, and conversion of arguments."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from . import _credentials
from ._azure_options import CallArguments, call_arguments, client_arguments, pairs, proxy_of
from ._durations import invalid, milliseconds, whole_seconds
from ._endpoint import ConnectionString, Endpoint
from ._library import call, make_client, native, objects
from ._logging import refresh_log_level
from ._options import RetryPolicy, lower, native_token_check, pem, text
from ._tracing import is_traced
from ._watching import MARK, Watched, Watcher

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ._credentials import AsyncCredential, KeyCredential
    from ._durations import Duration
    from ._keys import AccessKey
    from ._models import ApiVersion, PreviewApiVersion
    from ._options import Cloud, Proxy, TokenCheck


class ClientBase(_credentials.HoldsKeys):
    """Options are keywords. The library's defaults apply to those that are omitted."""

    def __init__(
        self,
        endpoint: str | Endpoint,
        credential: AsyncCredential,
        *,
        allow_insecure_endpoint: bool = False,
        api_version: ApiVersion | str | None = None,
        application_id: str | None = None,
        client_identity_pem: bytes | str | None = None,
        cloud: Cloud | None = None,
        connect_timeout: Duration | None = None,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] | None = None,
        http2: bool = False,
        preview: PreviewApiVersion | str | None = None,
        proxy: Proxy | None = None,
        retry_policy: RetryPolicy | None = None,
        root_certificates_pem: bytes | str | None = None,
        secondary_access_key: str | AccessKey | KeyCredential | None = None,
        timeout: Duration | None = None,
        token_check: TokenCheck | str | None = None,
        transport: Any = None,
        user_agent: str | None = None,
        **kwargs: Any,
    ) -> None:
        """Creates a client. It doesn't connect yet.

        The class describes the options. `kwargs` may be those keywords of azure-core that the README lists.
        """
        try:
            connection_string = kwargs.pop("_connection_string", None)
            if connection_string is None:
                _credentials.check(credential)
                if not isinstance(endpoint, (str, Endpoint)):
                    raise ValueError(f"endpoint must be a str, not {type(endpoint).__name__}.")
            given = client_arguments(kwargs)
            connect_timeout = given.option("connect_timeout", connect_timeout)
            # azure-core has both, and its timeout limits the whole call too.
            timeout = timeout if timeout is not None else given.options.get("timeout")
            retry_policy = given.option("retry_policy", retry_policy)
            root_certificates_pem = given.option("root_certificates_pem", root_certificates_pem)
            client_identity_pem = given.option("client_identity_pem", client_identity_pem)
            header_pairs = [*pairs(given.options.get("headers")), *pairs(headers)]
            proxies = given.option("proxy", proxy)
            if proxies is not proxy:
                proxy = proxy_of(proxies, _url_of(endpoint, connection_string))
            if retry_policy is not None and not isinstance(retry_policy, RetryPolicy):
                raise TypeError(f"retry_policy must be acs_auth.RetryPolicy, not {type(retry_policy).__name__}.")
            self._request_id = given.request_id
            self._watcher = Watcher(transport, given.raw_request_hook, given.raw_response_hook)
            self._watcher.policies = given.policies
            self._watcher.verify = given.verify
            self._watcher.is_async = self._is_async
            if connection_string is not None:
                credential = None  # type: ignore[assignment]
            self._keys = _credentials.AccessKeys(credential, secondary_access_key)
            key = _credentials.key_of(credential)
            options = native().ClientOptions(
                connection_string=connection_string,
                endpoint=None if connection_string is not None else str(endpoint),
                access_key=key,
                secondary_access_key=_credentials.optional_key("secondary_access_key", secondary_access_key),
                allow_insecure_endpoint=allow_insecure_endpoint,
                api_version=text(api_version),
                application_id=application_id,
                client_identity_pem=pem("client_identity_pem", client_identity_pem),
                cloud=lower(cloud),
                connect_timeout_ms=milliseconds("connect_timeout", connect_timeout),
                headers=[native().Header(name=name, value=value) for name, value in header_pairs],
                http2=http2,
                preview=text(preview),
                token_check=native_token_check(token_check),
                proxy=lower(proxy),
                retry_policy=lower(retry_policy),
                root_certificates_pem=pem("root_certificates_pem", root_certificates_pem),
                timeout_ms=milliseconds("timeout", timeout),
                user_agent=user_agent,
            )
            is_key = key is not None or connection_string is not None
            token_credential = None if is_key else self._adapt(credential)
            refresh_log_level()
            made = make_client(options, token_credential, self._watcher)
            self._object = objects().CommunicationIdentityClient(made)
        finally:
            # Tools that show the variables of a traceback must not show keys.
            connection_string = credential = key = options = kwargs = None  # type: ignore[assignment]
            secondary_access_key = headers = header_pairs = client_identity_pem = given = None  # type: ignore[assignment]

    _is_async = False
    _request_id: str | None = None
    _watcher: Watcher

    def _adapt(self, credential: Any) -> Any:
        return _credentials.adapt(credential)

    @property
    def endpoint(self) -> Endpoint:
        """The resource's endpoint."""
        return Endpoint._of(self._open().object.endpoint())

    @property
    def clock_skew_seconds(self) -> int:
        """How many seconds this machine's clock is behind the service's (negative: ahead), as learned from a rejected signature.

        0 if there was none. Requests are signed with the corrected time, but correct the machine's clock anyway.
        """
        skew: int = self._open().object.clock_skew_seconds()
        return skew

    def _living(self) -> Any:
        if self._object is None:
            raise invalid("client", "The client has been closed.")
        return self._object

    def _begin(
        self, timeout: Duration | None, client_request_id: str | None, more: dict[str, Any], loop: Any = None
    ) -> tuple[Any, Watched | None]:
        """Returns the library's options of a call, and the call itself if Python observes its attempts."""
        sees_all = self._watcher.sees_all()
        traced = is_traced(more)
        if client_request_id is None:
            client_request_id = self._request_id if more.get("request_id") is None else None
        if not (more or sees_all or traced):
            if timeout is None and client_request_id is None:
                return None, None
            return CallArguments(timeout, client_request_id).for_abi(), None
        arguments = call_arguments(timeout, client_request_id, more, self._watcher.transport)
        watched = None
        if sees_all or traced or arguments.is_watched():
            watched = Watched(arguments, self._watcher, loop, traced)
            self._watcher.calls[watched.number] = watched
            arguments.headers.append((MARK, str(watched.number)))
        return arguments.for_abi(), watched

    def _end(self, watched: Watched | None) -> None:
        """Stops observing the call. Raises the exception of its hook or transport, if there was one."""
        if watched is None:
            return
        self._watcher.calls.pop(watched.number, None)
        raised = watched.take_raised()
        # A cancelled task or Ctrl-C takes precedence over what a hook raised.
        if raised is not None and isinstance(sys.exc_info()[1], (Exception, type(None))):
            raise raised

    def __repr__(self) -> str:
        where = "closed" if self._object is None else self._object.object.endpoint()
        return f"<{type(self).__module__.replace('._client', '')}.{type(self).__name__} {where}>"


def _url_of(endpoint: Any, connection_string: str | None) -> str:
    """Returns the URL of the client's endpoint, which the choice of a proxy depends on."""
    if connection_string is not None:
        return ConnectionString.parse_allowing_insecure(connection_string).endpoint.url
    return Endpoint.parse_allowing_insecure(str(endpoint)).url


def id_of(user: Any) -> str:
    """Returns the id of a user identifier, of this package or of an official one."""
    properties = getattr(user, "properties", None)
    try:
        found: str = properties["id"]  # type: ignore[index]
        return found
    except (TypeError, KeyError):
        raise TypeError(f"user must be a CommunicationUserIdentifier, not {type(user).__name__}.") from None


def scope_texts(scopes: Iterable[Any]) -> list[str]:
    if isinstance(scopes, str) or scopes is None:
        raise TypeError("scopes must be a list, such as [CommunicationTokenScope.CHAT].")
    return [text(scope) for scope in scopes]


def text_list(name: str, values: Iterable[str]) -> list[str]:
    if isinstance(values, str) or values is None:
        raise TypeError(f"{name} must be a list of strings.")
    return [text(value) for value in values]


def expiry(token_expires_in: Duration | None) -> int | None:
    """Returns the lifetime in seconds. A number out of range raises here; a timedelta is left to the service, as by the
    official client, which takes nothing else."""
    seconds = whole_seconds("token_expires_in", token_expires_in)
    if seconds is not None and not hasattr(token_expires_in, "total_seconds"):
        call(native().check_token_lifetime, seconds)
    return seconds


__all__ = ["ClientBase", "expiry", "id_of", "scope_texts", "text_list"]
