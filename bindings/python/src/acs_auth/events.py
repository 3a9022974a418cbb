"""What happens in an exchanger or a handler, for an observer to count and time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._models import Record

if TYPE_CHECKING:
    from ._kinds import ErrorKind


class Event(Record):
    """Something that happened: an object of one of the classes below. Durations are seconds."""

    __slots__ = ()


class CacheHit(Event):
    """A token was found in this process's cache."""

    __slots__ = ()


class SharedCacheHit(Event):
    """A token was found in the cache that processes share."""

    __slots__ = ()


class Coalesced(Event):
    """A caller got what another one's exchange brought."""

    __slots__ = ()


class NegativeCacheHit(Event):
    """A cached rejection was returned."""

    __slots__ = ()


class SignedOut(Event):
    """A user was signed out."""

    __slots__ = ()


class Limited(Event):
    """An exchange waited for the limit, or was given up for it (`rejected`)."""

    __slots__ = ("wait", "rejected")

    def __init__(self, wait: float, rejected: bool) -> None:
        self.wait = wait
        self.rejected = rejected


class Paused(Event):
    """The service said 429: all exchanges pause."""

    __slots__ = ("wait",)

    def __init__(self, wait: float) -> None:
        self.wait = wait


class Exchanged(Event):
    """The service was asked for a token; `error` is None for success."""

    __slots__ = ("error", "took")

    def __init__(self, error: ErrorKind | None, took: float) -> None:
        self.error = error
        self.took = took


class Dropped(Event):
    """Events are missing here, because the observer was slower than they came; `count` is how many."""

    __slots__ = ("count",)

    def __init__(self, count: int) -> None:
        self.count = count


class RequestCompleted(Event):
    """A request was answered by the handler."""

    __slots__ = ("route", "status", "took")

    def __init__(self, route: str, status: int, took: float) -> None:
        self.route = route
        self.status = status
        self.took = took
