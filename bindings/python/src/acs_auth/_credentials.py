"""Adapts the credentials that programs pass: a key, azure-core's AzureKeyCredential, or an object with `get_token_info` or
`get_token`."""

from __future__ import annotations

import time
from functools import cache
from typing import TYPE_CHECKING, Any, Callable

from ._causes import Failures, UnusableToken
from ._library import call, callbacks, native
from ._keys import AccessKey
from ._models import HIDDEN, NotCopied

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from typing import Protocol, Union

    class KeyCredential(Protocol):
        """azure.core.credentials.AzureKeyCredential, for instance."""

        @property
        def key(self) -> str: ...

    class BearerToken(Protocol):
        """azure.core.credentials.AccessToken, for instance."""

        @property
        def token(self) -> str: ...

        @property
        def expires_on(self) -> int: ...

    class TokenCredential(Protocol):
        """azure.core.credentials.TokenCredential, for instance a credential of azure-identity."""

        def get_token(self, *scopes: str) -> BearerToken: ...

    class SupportsTokenInfo(Protocol):
        """azure.core.credentials.SupportsTokenInfo: the token may have `refresh_on`, the time at which to renew it."""

        def get_token_info(self, *scopes: str, options: Any = None) -> BearerToken: ...

    class AsyncSupportsTokenInfo(Protocol):
        """azure.core.credentials_async.AsyncSupportsTokenInfo."""

        def get_token_info(self, *scopes: str, options: Any = None) -> Awaitable[BearerToken]: ...

    class AsyncTokenCredential(Protocol):
        """azure.core.credentials_async.AsyncTokenCredential, for instance a credential of azure.identity.aio."""

        def get_token(self, *scopes: str) -> Awaitable[BearerToken]: ...

    Credential = Union[str, AccessKey, KeyCredential, TokenCredential, SupportsTokenInfo]
    AsyncCredential = Union[Credential, AsyncTokenCredential, AsyncSupportsTokenInfo]


def key_of(credential: Any) -> str | None:
    """Returns the access key, or None if this neither is nor has one."""
    if isinstance(credential, AccessKey):
        return credential._text
    if isinstance(credential, str):
        return credential
    key = getattr(credential, "key", None)
    return key if isinstance(key, str) else None


def key_text(access_key: Any) -> str:
    """Returns the access key. Raises a TypeError if this neither is nor has one."""
    key = key_of(access_key)
    if key is None:
        raise TypeError(f"access_key must be a str, an AccessKey or an AzureKeyCredential, not {type(access_key).__name__}.")
    return key


def optional_key(name: str, credential: Any) -> str | None:
    """Returns the access key of an optional argument."""
    key = key_of(credential)
    if key is None and credential is not None:
        raise TypeError(f"{name} must be a str, an AccessKey or an AzureKeyCredential, not {type(credential).__name__}.")
    return key


def _gives_tokens(credential: Any) -> bool:
    return any(callable(getattr(credential, name, None)) for name in ("get_token_info", "get_token"))


def check(credential: Any) -> None:
    if not credential:
        raise ValueError("A credential is needed: an access key, an AzureKeyCredential or a token credential.")
    if key_of(credential) is None and not _gives_tokens(credential):
        raise TypeError(
            "credential must be a str, or have a `key`, a `get_token` or a `get_token_info`; "
            f"{type(credential).__name__} has none of them."
        )


def check_token_credential(credential: Any) -> None:
    if not _gives_tokens(credential):
        raise TypeError(
            f"token_credential must have a `get_token` or a `get_token_info`; {type(credential).__name__} has neither. "
            "Pass an AzureKeyCredential as key_credential."
        )


class _Followed:
    """A key credential that may be updated, and the key that was last read from it."""

    __slots__ = ("credential", "seen")

    def __init__(self, credential: Any) -> None:
        self.credential = credential
        self.seen = credential.key

    def changed(self) -> str | None:
        """Returns the key if it was replaced, otherwise None."""
        key: str = self.credential.key
        return None if key is self.seen or key == self.seen else key

    def __repr__(self) -> str:
        return f"<{HIDDEN}>"


def _followed(credential: Any) -> _Followed | None:
    """Returns None for credentials whose key can't change: a string, an AccessKey, a token credential."""
    if isinstance(credential, (str, AccessKey)) or key_of(credential) is None:
        return None
    return _Followed(credential)


class AccessKeys:
    """Follows the key credentials of a client or handler, so that `update` of an AzureKeyCredential takes effect in it.

    Must be created before the keys are read for the client: the next call then finds a key that changed in between.
    """

    __slots__ = ("_primary", "_secondary")

    def __init__(self, primary: Any, secondary: Any) -> None:
        self._primary = _followed(primary)
        self._secondary = _followed(secondary)

    def follow(self, holder: Any) -> None:
        """Passes keys that have changed to the native object. Every call does this, so it is cheap if none has."""
        primary, secondary = self._primary, self._secondary
        if primary is None and secondary is None:
            return
        new = None if primary is None else primary.changed()
        second = None if secondary is None else secondary.changed()
        if new is None and second is None:
            return
        try:
            call(holder.object.update_access_key, new, second)
            if primary is not None and new is not None:
                primary.seen = new
            if secondary is not None and second is not None:
                secondary.seen = second
        finally:
            new = second = None

    def replace(self, holder: Any, primary: Any, secondary: Any) -> None:
        """Passes these keys to the native object. They are used until a followed credential is updated again."""
        # Created before the keys are read: the next call then finds a key that changed in between.
        after = _followed(primary) or _as_it_is(self._primary)
        second_after = self._secondary if secondary is None else _followed(secondary) or _as_it_is(self._secondary)
        new, second = key_text(primary), None if secondary is None else key_text(secondary)
        try:
            call(holder.object.update_access_key, new, second)
            self._primary, self._secondary = after, second_after
        finally:
            primary = secondary = new = second = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"AccessKeys({HIDDEN})"


def _as_it_is(followed: _Followed | None) -> _Followed | None:
    """Follows the same credential from its present key on, so that this key doesn't count as a change."""
    return None if followed is None else _Followed(followed.credential)


class HoldsKeys(NotCopied):
    """An object whose access keys can be replaced while it is in use."""

    _object: Any = None
    _keys: AccessKeys

    def update_access_key(
        self,
        access_key: str | AccessKey | KeyCredential,
        secondary_access_key: str | AccessKey | KeyCredential | None = None,
    ) -> None:
        """Replaces the access key, and the secondary one unless it is None, in the client and everything built with it.

        From now on the new key signs, and tokens that were cached under the former one are no longer returned. Processes
        forked later use it too. If the key came from an `AzureKeyCredential`, you can update that one instead.
        """
        try:
            self._keys.replace(self._living(), access_key, secondary_access_key)
        finally:
            access_key = ""
            secondary_access_key = None

    def _living(self) -> Any:
        """Returns the native object."""
        return self._object

    def _open(self) -> Any:
        """Returns the native object, with the current keys of followed credentials."""
        found = self._living()
        self._keys.follow(found)
        return found


def adapt(credential: Any, finish: Callable[[Any, Callable[[], Any]], Any] | None = None) -> Any:
    """Returns the native callback for a token credential.

    `finish` waits for an awaitable, and gets a function that asks the credential again; without it, an awaitable is a
    TypeError.
    """
    return _adapted("credential", lambda scopes, claims: _ask(credential, scopes, claims, finish))


def adapt_refresher(refresher: Callable[[], Any]) -> Any:
    """Returns the native callback for a refresher: a function that returns a user's next token, not an awaitable."""
    return _adapted("token_refresher", lambda scopes, claims: _unexpired(_token(refresher(), "token_refresher", "")))


def _adapted(name: str, ask: Callable[[list[str], str | None], Any]) -> Any:
    return callbacks().credential(_adapter_class()(name, ask))


@cache
def _adapter_class() -> Any:
    module = native()

    class Adapter(module.TokenCredential):  # type: ignore[misc, name-defined]
        def __init__(self, name: str, ask: Callable[[list[str], str | None], Any]) -> None:
            self.failures = Failures(module, name)
            self._ask = ask

        def get_token_info(self, scopes: list[str], options: Any) -> Any:
            try:
                token = self._ask(scopes, options.claims)
                refresh_on = getattr(token, "refresh_on", None)
                return module.AccessTokenInfo(
                    token=token.token,
                    expires_on=int(token.expires_on),
                    refresh_on=None if refresh_on is None else int(refresh_on),
                )
            except BaseException as error:
                raise self.failures.of(error) from None

    return Adapter


def _ask(
    credential: Any, scopes: list[str], claims: str | None, finish: Callable[[Any, Callable[[], Any]], Any] | None
) -> Any:
    token, asked = _request(credential, scopes, claims)
    if finish is not None and hasattr(token, "__await__"):
        token = finish(token, lambda: _request(credential, scopes, claims)[0])
    return _token(token, asked, " of the credential")


def _token(given: Any, asked: str, whose: str) -> Any:
    """Returns `given` if it is a token, otherwise raises a TypeError."""
    if hasattr(given, "__await__"):
        getattr(given, "close", lambda: None)()
        raise TypeError(f"{asked}{whose} returned an awaitable: use acs_auth.aio")
    if not isinstance(getattr(given, "token", None), str) or not hasattr(given, "expires_on"):
        raise TypeError(f"{asked}{whose} returned {type(given).__name__}, not a token with expires_on")
    return given


def _unexpired(token: Any) -> Any:
    """Returns the token unless it has expired. That is a ValueError, as in the official class."""
    if int(token.expires_on) <= time.time():
        raise UnusableToken("The token_refresher returned a token that has expired.")
    return token


def _request(credential: Any, scopes: list[str], claims: str | None) -> tuple[Any, str]:
    """Asks the credential, and returns its answer and the method's name. azure-core's policies choose the same method."""
    get_token_info = getattr(credential, "get_token_info", None)
    if callable(get_token_info):
        options = None if claims is None else {"claims": claims, "enable_cae": True}
        return get_token_info(*scopes, options=options), "get_token_info"
    more = {} if claims is None else _accepted(credential.get_token, {"claims": claims, "enable_cae": True})
    return credential.get_token(*scopes, **more), "get_token"


def _accepted(function: Any, keywords: dict[str, Any]) -> dict[str, Any]:
    """Returns the keywords that the function accepts: a program's own credential may accept only scopes."""
    # Imported here because it is slow to import, and only such credentials need it.
    import inspect

    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return keywords
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        return keywords
    return {name: value for name, value in keywords.items() if name in parameters}
