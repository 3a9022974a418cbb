"""Exceptions of a program's credentials, on their way from the thread that asked to the calls that failed for them."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._errors import AcsAuthError

#: One failure may be that of several calls, so the latest are kept.
_raised: dict[str, BaseException] = {}
_MOST_KEPT = 16
_PREFIX = "credential#"
_numbers = count()


def failure(native: Any, error: BaseException) -> Any:
    """The native error. It names the exception's class alone, since its text may hold anything."""
    number = f"{_PREFIX}{next(_numbers)}"
    while len(_raised) >= _MOST_KEPT:
        _raised.pop(next(iter(_raised)), None)
    _raised[number] = error
    return native.AcsAuthError.Failure(
        kind=native.ErrorKind.CREDENTIAL_DENIED,
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
    if error.target is not None and error.target.startswith(_PREFIX):
        error.__cause__ = _raised.get(error.target)
        error.target = "credential"
        error.args = (str(error),)
