"""What the synchronous client and that of `aio` share: how they are made, and how arguments become native ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import _credentials
from ._durations import invalid, milliseconds, whole_seconds
from ._endpoint import Endpoint
from ._library import call, native, objects
from ._logging import refresh_log_level
from ._options import call_options, lower, native_token_check, pem, take_azure_options, text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ._credentials import AsyncCredential, KeyCredential
    from ._durations import Duration
    from ._keys import AccessKey
    from ._options import Cloud, Proxy, RetryPolicy, TokenCheck


class ClientBase(_credentials.HoldsKeys):
    """Options are keywords; what is left out is the library's default."""

    def __init__(
        self,
        endpoint: str | Endpoint,
        credential: AsyncCredential,
        *,
        allow_insecure_endpoint: bool = False,
        api_version: str | None = None,
        application_id: str | None = None,
        client_identity_pem: bytes | str | None = None,
        cloud: Cloud | None = None,
        connect_timeout: Duration | None = None,
        http2: bool = False,
        proxy: Proxy | None = None,
        retry_policy: RetryPolicy | None = None,
        root_certificates_pem: bytes | str | None = None,
        secondary_access_key: str | AccessKey | KeyCredential | None = None,
        timeout: Duration | None = None,
        token_check: TokenCheck | str | None = None,
        **kwargs: Any,
    ) -> None:
        """`kwargs` takes those keywords of azure-core that have a meaning here; the README has the table."""
        try:
            connection_string = kwargs.pop("_connection_string", None)
            if connection_string is None:
                _credentials.check(credential)
                if not isinstance(endpoint, (str, Endpoint)):
                    raise ValueError(f"The endpoint is a text, not {type(endpoint).__name__}.")
            if kwargs:
                azure = take_azure_options(kwargs)
                connect_timeout = azure.pop("connect_timeout", connect_timeout)
                timeout = timeout if timeout is not None else azure.pop("timeout", None)
                retry_policy = azure.pop("retry_policy", retry_policy)
                root_certificates_pem = azure.pop("root_certificates_pem", root_certificates_pem)
                client_identity_pem = azure.pop("client_identity_pem", client_identity_pem)
                proxy = azure.pop("proxy", proxy)
                application_id = azure.pop("application_id", application_id)
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
                http2=http2,
                token_check=native_token_check(token_check),
                proxy=lower(proxy),
                retry_policy=lower(retry_policy),
                root_certificates_pem=pem("root_certificates_pem", root_certificates_pem),
                timeout_ms=milliseconds("timeout", timeout),
            )
            is_key = key is not None or connection_string is not None
            token_credential = None if is_key else self._adapt(credential)
            refresh_log_level()
            made = call(native().CommunicationIdentityClient, options, token_credential)
            self._object = objects().CommunicationIdentityClient(made)
        finally:
            # A traceback that shows variables is not to show keys.
            connection_string = credential = key = options = kwargs = None  # type: ignore[assignment]
            secondary_access_key = None

    def _adapt(self, credential: Any) -> Any:
        return _credentials.adapt(credential)

    @property
    def endpoint(self) -> Endpoint:
        """Where the resource answers."""
        return Endpoint._of(self._open().object.endpoint())

    @property
    def clock_skew_seconds(self) -> int:
        """How far this machine's clock is behind the service's, once an answer has shown it."""
        skew: int = self._open().object.clock_skew_seconds()
        return skew

    def _living(self) -> Any:
        if self._object is None:
            raise invalid("client", "The client has been closed.")
        return self._object

    def __repr__(self) -> str:
        where = "closed" if self._object is None else self._object.object.endpoint()
        return f"<{type(self).__module__.replace('._client', '')}.{type(self).__name__} {where}>"


def id_of(user: Any) -> str:
    """The id of our identifier, or of the official package's."""
    properties = getattr(user, "properties", None)
    try:
        found: str = properties["id"]  # type: ignore[index]
        return found
    except (TypeError, KeyError):
        raise TypeError(f"A user is a CommunicationUserIdentifier, not {type(user).__name__}.") from None


def scope_texts(scopes: Iterable[Any]) -> list[str]:
    if isinstance(scopes, str) or scopes is None:
        raise TypeError("Scopes are a list, such as [CommunicationTokenScope.CHAT].")
    return [text(scope) for scope in scopes]


def expiry(token_expires_in: Duration | None) -> int | None:
    return whole_seconds("token_expires_in", token_expires_in)


__all__ = ["ClientBase", "call_options", "expiry", "id_of", "scope_texts"]
