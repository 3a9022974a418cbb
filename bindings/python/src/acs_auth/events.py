"""The events of an exchanger or a handler, for an observer to count and time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._models import Record

if TYPE_CHECKING:
    from ._kinds import ErrorKind


class Event(Record):
    """An event: an object of one of the classes below. Durations are in seconds."""

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
    """An exchange waited for the limit, or was rejected because of it (`rejected`)."""

    __slots__ = ("wait", "rejected")

    def __init__(self, wait: float, rejected: bool) -> None:
        self.wait = wait
        self.rejected = rejected


class Paused(Event):
    """The service returned 429: all exchanges pause."""

    __slots__ = ("wait",)

    def __init__(self, wait: float) -> None:
        self.wait = wait


class Exchanged(Event):
    """A token was exchanged, or the exchange failed; `error` is None for success."""

    __slots__ = ("error", "took")

    def __init__(self, error: ErrorKind | None, took: float) -> None:
        self.error = error
        self.took = took


class Dropped(Event):
    """Events were dropped here because the observer was too slow; `count` is their number."""

    __slots__ = ("count",)

    def __init__(self, count: int) -> None:
        self.count = count


class RequestCompleted(Event):
    """The handler answered a request."""

    __slots__ = ("route", "status", "took")

    def __init__(self, route: str, status: int, took: float) -> None:
        self.route = route
        self.status = status
        self.took = took
