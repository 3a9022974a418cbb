"""Credentials as programs have them: a key, azure-core's AzureKeyCredential, or anything with `get_token`."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any, Callable

from ._errors import AcsAuthError
from ._library import callbacks, native
from ._keys import AccessKey

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

    class AsyncTokenCredential(Protocol):
        """azure.core.credentials_async.AsyncTokenCredential, for instance a credential of azure.identity.aio."""

        def get_token(self, *scopes: str) -> Awaitable[BearerToken]: ...

    Credential = Union[str, AccessKey, KeyCredential, TokenCredential]
    AsyncCredential = Union[Credential, AsyncTokenCredential]

#: Exceptions of credentials on their way from the library's thread to the call that failed for them.
_raised: dict[str, BaseException] = {}
_MOST_KEPT = 64
_numbers = count()


def key_of(credential: Any) -> str | None:
    """The access key, if this is one."""
    if isinstance(credential, AccessKey):
        return credential._text
    if isinstance(credential, str):
        return credential
    key = getattr(credential, "key", None)
    return key if isinstance(key, str) else None


def check(credential: Any) -> None:
    if not credential:
        raise ValueError("A credential is needed: an access key, an AzureKeyCredential or a token credential.")
    if key_of(credential) is None and not callable(getattr(credential, "get_token", None)):
        raise TypeError(
            f"{type(credential).__name__} is no credential: it is neither a text nor has it a `key` or a `get_token`."
        )


def adapt(credential: Any, finish: Callable[[Any], Any] | None = None) -> Any:
    """The native callback for a token credential. `finish` makes a token of an awaitable; without it that is refused."""
    module = native()

    class Adapter(module.TokenCredential):  # type: ignore[misc, name-defined]
        def get_token(self, scopes: list[str]) -> Any:
            try:
                token = _ask(credential, scopes, finish)
                return module.AccessToken(token=token.token, expires_on=int(token.expires_on))
            except BaseException as error:
                raise _failure(module, error) from None

    return callbacks().credential(Adapter())


def _ask(credential: Any, scopes: list[str], finish: Callable[[Any], Any] | None) -> Any:
    token = credential.get_token(*scopes)
    if hasattr(token, "__await__"):
        if finish is None:
            getattr(token, "close", lambda: None)()
            raise TypeError("get_token of the credential gave an awaitable: use the client of acs_auth.aio")
        token = finish(token)
    if not isinstance(getattr(token, "token", None), str) or not hasattr(token, "expires_on"):
        raise TypeError(f"get_token of the credential gave {type(token).__name__}, not a token with expires_on")
    return token


def _failure(module: Any, error: BaseException) -> Any:
    """Names the exception's class alone, since its text may hold anything; the exception itself becomes the cause."""
    number = f"credential#{next(_numbers)}"
    while len(_raised) >= _MOST_KEPT:
        _raised.pop(next(iter(_raised)), None)
    _raised[number] = error
    return module.AcsAuthError.Failure(
        kind=module.ErrorKind.CREDENTIAL_DENIED,
        status=None,
        code=None,
        target=number,
        reason=f"The credential raised {type(error).__name__} when it was asked for a token.",
        retry_after_ms=None,
        client_request_id=None,
        ms_cv=None,
    )


def explain(error: AcsAuthError) -> None:
    """Gives an error that comes of a credential's exception that exception as its cause."""
    error.__cause__ = _raised.pop(error.target or "", None)
    error.target = "credential"
    error.args = (str(error),)
