"""Converts Python's durations and points in time to the library's numbers."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from ._errors import AcsAuthError, own_error
from ._kinds import ErrorKind

if TYPE_CHECKING:
    from datetime import datetime, timedelta
    from typing import Union

    #: A timedelta, or seconds.
    Duration = Union[timedelta, float, int]
    #: A datetime with a time zone, or Unix seconds.
    Moment = Union[datetime, float, int]

_LONGEST = 2**63 - 1


def invalid(target: str | None, reason: str) -> AcsAuthError:
    return own_error(ErrorKind.INVALID_ARGUMENT, reason, target)


def _seconds(name: str, value: Any) -> float:
    if type(value) is not float and type(value) is not int:
        total = getattr(value, "total_seconds", None)
        if total is None and isinstance(value, bool) or total is None and not isinstance(value, (int, float)):
            raise TypeError(f"{name} must be a timedelta or seconds, not {type(value).__name__}.")
        value = total() if total is not None else value
    if not 0 <= value < _LONGEST / 1e6:
        raise invalid(name, f"{name} is out of range: it must be at least 0 s and less than 9.2e12 s.")
    return float(value)


def milliseconds(name: str, value: Duration | None) -> int | None:
    """Returns milliseconds, rounded up so that a positive duration doesn't become zero."""
    if value is None:
        return None
    seconds = _seconds(name, value)
    return int(-(-seconds * 1000 // 1))


def whole_seconds(name: str, value: Duration | None) -> int | None:
    """Returns seconds, rounded down, as the official client does with a token's lifetime."""
    if value is None:
        return None
    seconds = _seconds(name, value)
    if 0 < seconds < 1:
        raise invalid(name, f"{name} must be zero or at least 1 s.")
    return int(seconds)


def unix_seconds(name: str, value: Moment | None) -> int:
    """Returns Unix seconds, rounded down; None means now."""
    if value is None:
        import time

        return int(time.time())
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if not abs(value) < _LONGEST:
            raise invalid(name, f"{name} is out of range: it must be Unix seconds between -2**63 and 2**63.")
        return int(value // 1)
    # A program that passes a datetime has imported the module.
    module = sys.modules.get("datetime")
    if module is not None and isinstance(value, module.datetime):
        moment: Any = value
        if moment.tzinfo is None:
            raise invalid(name, f"{name} has no time zone: pass an aware datetime.")
        return int(moment.timestamp() // 1)
    raise TypeError(f"{name} must be an aware datetime or Unix seconds, not {type(value).__name__}.")
