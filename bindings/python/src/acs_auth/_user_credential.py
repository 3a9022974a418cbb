"""A user's ACS token that renews itself, for chat and calling clients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable

from . import _credentials
from ._causes import of_cause_too
from ._client import CommunicationIdentityClient
from ._durations import invalid, milliseconds, whole_seconds
from ._errors import AcsAuthError, own_error
from ._kinds import ErrorKind
from ._library import call, callbacks, native, objects, wait
from ._logging import refresh_log_level
from ._models import NotCopied, PreviewApiVersion
from ._shared.utils import read_claims

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterable
    from types import TracebackType
    from typing import Union

    from ._base import ClientBase
    from ._credentials import AsyncSupportsTokenInfo, AsyncTokenCredential, BearerToken, SupportsTokenInfo, TokenCredential
    from ._durations import Duration
    from ._exchanger import ExchangerBase
    from ._models import AccessToken

    EntraCredential = Union[TokenCredential, SupportsTokenInfo, AsyncTokenCredential, AsyncSupportsTokenInfo]

#: The characters of a bearer token (RFC 6750, 2.1).
_OF_TOKENS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=")


class UserCredentialBase(NotCopied):
    """Options are keywords. The library's defaults apply to those that are omitted."""

    def __init__(
        self,
        token: str | BearerToken | None = None,
        *,
        token_refresher: Callable[[], BearerToken] | Callable[[], Awaitable[BearerToken]] | None = None,
        proactive_refresh: bool = False,
        resource_endpoint: str | None = None,
        token_credential: EntraCredential | None = None,
        scopes: Iterable[str] | None = None,
        client: ClientBase | None = None,
        exchanger: ExchangerBase | None = None,
        client_id: str | None = None,
        user_object_id: str | None = None,
        refresh_time_before_expiry: Duration | None = None,
        timeout: Duration | None = None,
    ) -> None:
        """Creates the credential, and requests nothing yet. The class describes the arguments."""
        self._begin()
        try:
            _check(token, token_refresher, proactive_refresh, resource_endpoint, token_credential, client, exchanger)
            text, expires_on = _text_and_expiry(token)
            if resource_endpoint is not None:
                client = self._client(resource_endpoint, token_credential)
            module = native()
            options = module.CommunicationTokenCredentialOptions(
                token=text,
                token_expires_on=expires_on,
                scopes=_list_of(scopes),
                client_id=client_id,
                user_object_id=user_object_id,
                refresh_proactively=proactive_refresh,
                refresh_time_before_expiry_s=whole_seconds("refresh_time_before_expiry", refresh_time_before_expiry),
                timeout_ms=milliseconds("timeout", timeout),
            )
            refresh_log_level()
            made = call(
                module.CommunicationTokenCredential,
                options,
                None if token_refresher is None else self._adapt_refresher(token_refresher),
                None if token_credential is None else self._adapt(token_credential),
                None if client is None else client._open().object,
                None if exchanger is None else exchanger._open().object,
            )
            self._object: Any = objects().CommunicationTokenCredential(made)
            self._source = _Source(client if client is not None else exchanger)
        finally:
            # Tools that show the variables of a traceback must not show tokens.
            token = text = options = None

    def _begin(self) -> None:
        """Sets up what `_adapt` and `_adapt_refresher` need."""

    def _adapt(self, credential: Any) -> Any:
        return _credentials.adapt(credential)

    def _adapt_refresher(self, refresher: Any) -> Any:
        return _credentials.adapt_refresher(refresher)

    def _client(self, endpoint: str, credential: Any) -> ClientBase:
        """Creates the client for `resource_endpoint`.

        It exchanges the credential's tokens and never requests one for itself.
        """
        return CommunicationIdentityClient(endpoint, credential, preview=PreviewApiVersion.V2025_03_02_PREVIEW)

    def _open(self) -> Any:
        """Returns the native object. Raises the error of a closed credential."""
        found = self._object
        if found is None:
            raise _closed()
        self._source.follow()
        return found

    def _start(self) -> None:
        """Starts proactive renewal, if it is enabled."""
        found = self._open()
        callbacks()
        call(found.object.start)

    def _end(self) -> None:
        found, self._object = self._object, None
        if found is not None:
            found.object.end_renewals()

    def _raised(self, error: AcsAuthError) -> AcsAuthError:
        """Returns what a failed call raises: the error, as an instance of the refresher's exception class too, or the error of
        a closed credential."""
        if self._object is None and error.kind is ErrorKind.CANCELLED:
            return _closed()
        return of_cause_too(error, error.__cause__)

    def __repr__(self) -> str:
        return f"<{type(self).__module__.replace('._user_credential', '')}.{type(self).__name__}>"


class _Source:
    """The client or exchanger that exchanges tokens, if any. Its key credentials and transport are followed for each call."""

    __slots__ = ("holder", "keys", "watcher")

    def __init__(self, given: Any) -> None:
        # Not the client itself, which the program may close.
        self.holder: Any = None if given is None else given._open()
        self.keys: Any = None if given is None else given._keys
        self.watcher: Any = None if given is None else given._watcher

    def follow(self) -> None:
        if self.holder is not None:
            self.watcher.sees_all()
            self.keys.follow(self.holder)


def _check(
    token: Any, refresher: Any, proactive: bool, endpoint: Any, credential: Any, client: Any, exchanger: Any
) -> None:
    """Raises the official class's errors for arguments that can't be used together."""
    if token is not None and not isinstance(token, str) and not hasattr(token, "expires_on"):
        raise TypeError("Token must be a string.")
    if refresher is not None and not callable(refresher):
        raise TypeError(f"token_refresher must be a function, not {type(refresher).__name__}.")
    if credential is not None:
        _credentials.check_token_credential(credential)
    elif endpoint is not None:
        raise invalid("token_credential", "resource_endpoint is only for a token_credential; missing: token_credential.")
    elif proactive and refresher is None:
        raise invalid("proactive_refresh", "When 'proactive_refresh' is True, 'token_refresher' must not be None.")
    if endpoint is not None and (client is not None or exchanger is not None):
        raise invalid("resource_endpoint", "Pass one of resource_endpoint, client and exchanger, not two of them.")
    if credential is not None and endpoint is None and client is None and exchanger is None:
        raise invalid("resource_endpoint", "token_credential needs somewhere to exchange its tokens; missing: resource_endpoint.")
    if token is None and refresher is None and credential is None:
        raise invalid(
            "token",
            "Pass token, token_refresher, or resource_endpoint and token_credential; "
            "missing: resource_endpoint, token_credential.",
        )


def _text_and_expiry(token: Any) -> tuple[str | None, int | None]:
    """Returns the text of a token, and its expiry if it contains one."""
    if token is None:
        return None, None
    if not isinstance(token, str):
        return token.token, int(token.expires_on)
    if token.count(".") == 2:
        # Read as by the official class, which also accepts tokens with blanks. The library rejects malformed ones.
        expires_on = (read_claims(token) or {}).get("exp")
        # Not infinity, which 1e999 is in Python's JSON.
        if isinstance(expires_on, (int, float)) and abs(expires_on) < 2**63:
            return token, int(expires_on)
        return token, None
    # Opaque or encrypted.
    if not set(token) <= _OF_TOKENS:
        raise invalid("token", "Token is not formatted correctly.")
    return token, None


def _list_of(scopes: Iterable[str] | None) -> list[str] | None:
    if isinstance(scopes, str):
        raise TypeError("scopes must be a list of strings, not one string.")
    return None if scopes is None else list(scopes) or None


def _closed() -> AcsAuthError:
    reason = "An instance of CommunicationTokenCredential cannot be reused once it has been closed."
    return of_cause_too(own_error(ErrorKind.CANCELLED, reason), RuntimeError(reason))


class CommunicationTokenCredential(UserCredentialBase):
    """The ACS token of one user, renewed on demand and proactively, for the official chat and calling clients.

    A valid token is returned at once. With less than 10 minutes left it is renewed in the background. With less than 2
    minutes left a call waits for the renewal, for half of `timeout`, but at most 15 s, and returns the former token if that
    fails. Failed renewals are retried with backoff. Any number of threads may use it at once, on both sides of a fork. Use
    it in a `with` statement, or close it.

    Arguments; all but `token` are keywords:

    - `token`: the first token, or the only one: a string, or an `AccessToken` with its expiry. The expiry of a string is read
      from the JWT; one that isn't a JWT is used for 10 minutes.
    - `token_refresher`: a function that returns the next token with its expiry. Or:
    - `token_credential`: the user's Entra credential. Its tokens are exchanged at `resource_endpoint`, by `client`, or for a
      Teams user by `exchanger` with `client_id` and `user_object_id`.
    - `scopes`: what `token_credential` requests tokens for, with `resource_endpoint` or `client`: scopes of Entra users
      (`https://communication.azure.com/clients/…`) or of Teams Phone extensibility. The default is `.default` of the former.
      Their exchange is a preview, so `client` needs the option `preview`.
    - `proactive_refresh`: renews the token even if nobody calls `get_token`; off by default.
    - `refresh_time_before_expiry`: how long before its expiry a token is renewed; 10 minutes by default. A new token with less
      time left is renewed after half of it.
    - `timeout`: how long `get_token` waits for a token; 30 s by default.

    Raises `InvalidArgumentError` for arguments that can't be used together.
    """

    def get_token(self, *scopes: str, **kwargs: Any) -> AccessToken:
        """Returns the token, renewed first if necessary. The arguments, which azure-core passes, are ignored.

        If the refresher raises, the error has its exception as `__cause__` and can be caught as that class or as
        `AcsAuthError`.
        """
        failed: AcsAuthError
        try:
            token: AccessToken = wait(self._open().get_token)
            return token
        except AcsAuthError as error:
            failed = error
        raise self._raised(failed)

    def close(self) -> None:
        """Ends renewals. Waiting and later calls raise a `CancelledError`, which is also a `RuntimeError`."""
        self._end()

    def __enter__(self) -> CommunicationTokenCredential:
        self._start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
