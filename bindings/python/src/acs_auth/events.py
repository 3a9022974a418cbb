"""The events of an exchanger or a handler, for an observer that updates metrics.

Pass an observer as `observer`: a function that takes an `Event`, or an object with `on_event`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._models import Record

if TYPE_CHECKING:
    from ._kinds import ErrorKind


class Event(Record):
    """The base class of all events. Durations are in seconds."""

    __slots__ = ()


class CacheHit(Event):
    """A token was found in this process's cache."""

    __slots__ = ()


class SharedCacheHit(Event):
    """A token was found in the cache that processes share."""

    __slots__ = ()


class Coalesced(Event):
    """A caller got the result of another caller's exchange."""

    __slots__ = ()


class NegativeCacheHit(Event):
    """A cached rejection was returned."""

    __slots__ = ()


class SignedOut(Event):
    """A user was signed out."""

    __slots__ = ()


class Limited(Event):
    """An exchange waited `wait` seconds for the limiter.

    If `rejected`, it failed, because the wait would have been too long.
    """

    __slots__ = ("wait", "rejected")

    def __init__(self, wait: float, rejected: bool) -> None:
        self.wait = wait
        self.rejected = rejected


class Paused(Event):
    """The service returned 429: all exchanges pause for `wait` seconds."""

    __slots__ = ("wait",)

    def __init__(self, wait: float) -> None:
        self.wait = wait


class Exchanged(Event):
    """The service was asked for a token. `error` is None for success; `took` is in seconds and includes retries."""

    __slots__ = ("error", "took")

    def __init__(self, error: ErrorKind | None, took: float) -> None:
        self.error = error
        self.took = took


class Dropped(Event):
    """`count` events were dropped here, because the observer was too slow."""

    __slots__ = ("count",)

    def __init__(self, count: int) -> None:
        self.count = count


class RequestCompleted(Event):
    """The handler answered a request: its route, such as `/api/token/teams` (`other` for an unknown one), and the HTTP
    status."""

    __slots__ = ("route", "status", "took")

    def __init__(self, route: str, status: int, took: float) -> None:
        self.route = route
        self.status = status
        self.took = took
