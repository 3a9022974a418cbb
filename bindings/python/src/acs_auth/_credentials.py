"""Credentials as programs have them: a key, azure-core's AzureKeyCredential, or anything with `get_token_info` or
`get_token`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Callable

from ._causes import UnusableToken, failure
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
        """azure.core.credentials.SupportsTokenInfo: the token may say when to renew it (`refresh_on`)."""

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
    """The access key, if this is one or has one."""
    if isinstance(credential, AccessKey):
        return credential._text
    if isinstance(credential, str):
        return credential
    key = getattr(credential, "key", None)
    return key if isinstance(key, str) else None


def key_text(access_key: Any) -> str:
    """The access key, which this must be."""
    key = key_of(access_key)
    if key is None:
        raise TypeError(f"An access key is a text, not {type(access_key).__name__}.")
    return key


def optional_key(name: str, credential: Any) -> str | None:
    """The access key of an argument that may be None."""
    key = key_of(credential)
    if key is None and credential is not None:
        raise TypeError(f"{name} is a text, an AccessKey or an AzureKeyCredential, not {type(credential).__name__}.")
    return key


def _gives_tokens(credential: Any) -> bool:
    return any(callable(getattr(credential, name, None)) for name in ("get_token_info", "get_token"))


def check(credential: Any) -> None:
    if not credential:
        raise ValueError("A credential is needed: an access key, an AzureKeyCredential or a token credential.")
    if key_of(credential) is None and not _gives_tokens(credential):
        raise TypeError(
            f"{type(credential).__name__} is no credential: it is neither a text nor has it a `key`, a `get_token` or a "
            "`get_token_info`."
        )


def check_token_credential(credential: Any) -> None:
    if not _gives_tokens(credential):
        raise TypeError(
            f"token_credential needs a `get_token` or a `get_token_info`, which {type(credential).__name__} has not; "
            "an AzureKeyCredential is a key_credential."
        )


class _Followed:
    """A key credential, and the key that was last taken from it."""

    __slots__ = ("credential", "seen")

    def __init__(self, credential: Any) -> None:
        self.credential = credential
        self.seen = credential.key

    def changed(self) -> str | None:
        """The key, if it was replaced."""
        key: str = self.credential.key
        return None if key is self.seen or key == self.seen else key

    def __repr__(self) -> str:
        return f"<{HIDDEN}>"


def _followed(credential: Any) -> _Followed | None:
    """None for what does not change: a text, an AccessKey, a token credential."""
    if isinstance(credential, (str, AccessKey)) or key_of(credential) is None:
        return None
    return _Followed(credential)


class AccessKeys:
    """The key credentials of a living object, such as azure-core's AzureKeyCredential, whose `update` is to reach it.

    To be made before their keys are read for the object: one that changes in between is handed on by the next call.
    """

    __slots__ = ("_primary", "_secondary")

    def __init__(self, primary: Any, secondary: Any) -> None:
        self._primary = _followed(primary)
        self._secondary = _followed(secondary)

    def follow(self, holder: Any) -> None:
        """Hands on the keys that have changed. Cheap if none has."""
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
        """Hands on these keys, the later of which stand: those given here until a credential changes again."""
        # Before the keys are read: one that changes in between is handed on by the next call.
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
        """Replaces the access key, and the secondary one if it is given, in the client and everything built with it.

        The next signature uses the new key, and tokens cached for the former one are not returned any more. A forked
        child uses it too. A key credential that was given at any time, such as azure-core's `AzureKeyCredential`, need
        only be updated itself.
        """
        try:
            self._keys.replace(self._living(), access_key, secondary_access_key)
        finally:
            access_key = ""
            secondary_access_key = None

    def _living(self) -> Any:
        """The native object."""
        return self._object

    def _open(self) -> Any:
        """The native object, with the keys as they are now."""
        found = self._living()
        self._keys.follow(found)
        return found


def adapt(credential: Any, finish: Callable[[Any], Any] | None = None) -> Any:
    """The native callback for a token credential. `finish` makes a token of an awaitable; without it that is refused."""
    return _adapted("credential", lambda scopes, claims: _ask(credential, scopes, claims, finish))


def adapt_refresher(refresher: Callable[[], Any]) -> Any:
    """The native callback for a function that returns a user's next token, and not an awaitable of one."""
    return _adapted("token_refresher", lambda scopes, claims: _unexpired(_token(refresher(), "token_refresher", "")))


def _adapted(name: str, ask: Callable[[list[str], str | None], Any]) -> Any:
    module = native()

    class Adapter(module.TokenCredential):  # type: ignore[misc, name-defined]
        def get_token_info(self, scopes: list[str], options: Any) -> Any:
            try:
                token = ask(scopes, options.claims)
                refresh_on = getattr(token, "refresh_on", None)
                return module.AccessTokenInfo(
                    token=token.token,
                    expires_on=int(token.expires_on),
                    refresh_on=None if refresh_on is None else int(refresh_on),
                )
            except BaseException as error:
                raise failure(module, error, name) from None

    return callbacks().credential(Adapter())


def _ask(credential: Any, scopes: list[str], claims: str | None, finish: Callable[[Any], Any] | None) -> Any:
    token, asked = _request(credential, scopes, claims)
    if finish is not None and hasattr(token, "__await__"):
        token = finish(token)
    return _token(token, asked, " of the credential")


def _token(given: Any, asked: str, whose: str) -> Any:
    """What was given, if it is a token."""
    if hasattr(given, "__await__"):
        getattr(given, "close", lambda: None)()
        raise TypeError(f"{asked}{whose} gave an awaitable: use acs_auth.aio")
    if not isinstance(getattr(given, "token", None), str) or not hasattr(given, "expires_on"):
        raise TypeError(f"{asked}{whose} gave {type(given).__name__}, not a token with expires_on")
    return given


def _unexpired(token: Any) -> Any:
    """The official class raises a ValueError too."""
    if int(token.expires_on) <= time.time():
        raise UnusableToken("The token_refresher returned a token that has expired.")
    return token


def _request(credential: Any, scopes: list[str], claims: str | None) -> tuple[Any, str]:
    """What the credential gives, and the name of the method, as azure-core's policies choose it."""
    get_token_info = getattr(credential, "get_token_info", None)
    if callable(get_token_info):
        options = None if claims is None else {"claims": claims, "enable_cae": True}
        return get_token_info(*scopes, options=options), "get_token_info"
    more = {} if claims is None else _accepted(credential.get_token, {"claims": claims, "enable_cae": True})
    return credential.get_token(*scopes, **more), "get_token"


def _accepted(function: Any, keywords: dict[str, Any]) -> dict[str, Any]:
    """Those of the keywords that the function takes: a credential of a program's own may take scopes alone."""
    # Not at the top: it loads much that no program without such a credential needs.
    import inspect

    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return keywords
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        return keywords
    return {name: value for name, value in keywords.items() if name in parameters}
