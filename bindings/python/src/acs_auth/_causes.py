"""Carries the exceptions of credentials and refreshers from the thread that ran them to the calls that fail because of them."""

from __future__ import annotations

from itertools import count
from typing import Any

from ._errors import AcsAuthError

#: The latest exceptions. One may be the cause of several calls' errors, so its first use doesn't remove it.
_raised: dict[str, BaseException] = {}
_MOST_KEPT = 16
_MARK = "#raised "
_numbers = count()
#: Python gives these a meaning of their own in coroutines and generators, so no error is an instance of them.
_OF_PYTHON = (StopIteration, StopAsyncIteration)


class UnusableToken(ValueError):
    """A token was returned that can't be used. The text is this package's and doesn't contain the token."""


def failure(native: Any, error: BaseException, name: str) -> Any:
    """Returns the native error for an exception of the credential or refresher `name`.

    It names only the exception's class, since the text may contain secrets. An `AcsAuthError` is passed on unchanged.
    """
    if isinstance(error, AcsAuthError):
        return native.AcsAuthError.Failure(
            kind=native.ErrorKind(int(error.kind)),
            status=error.status_code,
            code=error.error_code,
            target=error.target,
            reason=error.reason,
            retry_after_ms=None if error.retry_after is None else round(error.retry_after * 1000),
            client_request_id=error.request_id,
            ms_cv=error.ms_cv,
        )
    reason = f"The {name} raised {type(error).__name__} when it was asked for a token."
    number = f"{name}{_MARK}{next(_numbers)}"
    while len(_raised) >= _MOST_KEPT:
        _raised.pop(next(iter(_raised)), None)
    _raised[number] = error
    return native.AcsAuthError.Failure(
        kind=native.ErrorKind.CREDENTIAL_DENIED,
        status=None,
        code=None,
        target=number,
        reason=str(error) if isinstance(error, UnusableToken) else reason,
        retry_after_ms=None,
        client_request_id=None,
        ms_cv=None,
    )


def explain(error: AcsAuthError) -> None:
    """Sets a credential's exception as the cause of the error that it led to."""
    if error.target is not None and _MARK in error.target:
        error.__cause__ = _raised.get(error.target)
        error.target = error.target.partition(_MARK)[0]
        error.args = (str(error),)


def of_cause_too(error: AcsAuthError, cause: BaseException | None) -> AcsAuthError:
    """Returns the error as an instance of its cause's class too, so that a program can catch what its own function raises."""
    if not isinstance(cause, Exception) or isinstance(cause, (AcsAuthError, *_OF_PYTHON)):
        return error
    plain, other = type(error), type(cause)
    # This package's class comes first, so that its text and attributes take precedence.
    names = {"__module__": plain.__module__, "__doc__": plain.__doc__, "__qualname__": plain.__qualname__}
    try:
        both: Any = type(plain.__name__, (plain, other), names)
        made: AcsAuthError = both.__new__(both)
    except TypeError:  # The classes can't be combined, or the cause's class needs arguments to create an instance.
        return error
    made.__dict__.update({**cause.__dict__, **error.__dict__})
    made.args = error.args
    made.__cause__ = cause
    return made
