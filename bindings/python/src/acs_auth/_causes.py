"""Carries the exceptions of credentials, refreshers and an exchanger's hooks from the thread that ran them to the calls that
fail because of them."""

from __future__ import annotations

import time
from collections import deque
from itertools import count
from typing import Any
from weakref import WeakValueDictionary

from ._errors import AcsAuthError

_MOST_KEPT = 16
#: How many seconds an exception is kept. Calls that fail because of it end sooner.
KEEP_SECONDS = 60.0
#: Separates the name of the credential or refresher from its exception's number in a native error's `target`.
MARK = "#raised "
_numbers = count()
#: Python gives these a meaning of their own in coroutines and generators, so no error is an instance of them.
_OF_PYTHON = (StopIteration, StopAsyncIteration)


class UnusableToken(ValueError):
    """A token was returned that can't be used. The text is this package's and doesn't contain the token."""


class _Raised:
    """Holds an exception, since an instance of a built-in class can't be referenced weakly."""

    __slots__ = ("__weakref__", "error", "until")

    def __init__(self, error: BaseException) -> None:
        self.error = error
        self.until = time.monotonic() + KEEP_SECONDS


#: The exceptions by their names: the targets in native errors, or `_of_request`.
_raised: WeakValueDictionary[str, _Raised] = WeakValueDictionary()


class Kept:
    """The latest exceptions of one source, for `KEEP_SECONDS`, since one may be the cause of several calls' errors.

    Not for longer: the frames of a traceback may hold the client, which could then never be garbage-collected.
    """

    def __init__(self, most: int = _MOST_KEPT) -> None:
        self._kept: deque[_Raised] = deque(maxlen=most)

    def keep(self, name: str, error: BaseException) -> None:
        """Keeps an exception under a unique name."""
        kept = _raised[name] = _Raised(error)
        self._kept.append(kept)

    def keep_for(self, request_id: str, error: BaseException) -> None:
        """Keeps the exception that fails the request with this client request id."""
        self.keep(_of_request(request_id), error)

    def forget(self) -> None:
        """Forgets the exceptions that have been kept for `KEEP_SECONDS`."""
        now = time.monotonic()
        try:
            while self._kept[0].until <= now:
                self._kept.popleft()
        except IndexError:  # None is left; another thread may be doing the same.
            pass


class Failures(Kept):
    """Turns the exceptions of one credential or refresher into native errors."""

    def __init__(self, native: Any, name: str) -> None:
        super().__init__()
        self._native = native
        self._name = name

    def of(self, error: BaseException) -> Any:
        """Returns the native error for an exception.

        It names only the exception's class, since the text may contain secrets. An `AcsAuthError` is passed on unchanged.
        """
        native = self._native
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
        reason = f"The {self._name} raised {type(error).__name__} when it was asked for a token."
        number = f"{self._name}{MARK}{next(_numbers)}"
        self.keep(number, error)
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


def _of_request(request_id: str) -> str:
    return f"request {request_id}"


def raised_for(request_id: str | None) -> BaseException | None:
    """Returns the exception of a hook or transport that failed the request with this client request id, if there was one."""
    found = None if request_id is None else _raised.get(_of_request(request_id))
    return None if found is None else found.error


def forget(request_id: str) -> None:
    """Forgets what was kept for this request."""
    _raised.pop(_of_request(request_id), None)


def explain(error: AcsAuthError) -> None:
    """Sets a credential's exception as the cause of the error that it led to."""
    if error.target is not None and MARK in error.target:
        found = _raised.get(error.target)
        error.__cause__ = None if found is None else found.error
        error.target = error.target.partition(MARK)[0]
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
