"""Observers: the events that they receive, and the thread that calls them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable

from . import events
from ._kinds import ErrorKind
from ._library import callbacks, native

if TYPE_CHECKING:
    from typing import Protocol, Union

    class ObserverObject(Protocol):
        """Anything with `on_event`."""

        def on_event(self, event: events.Event) -> None: ...

    #: A function of an event, or an object with `on_event`. It is called on a thread of its own, one event at a time; a slow
    #: one delays no call, and misses events that find 4096 waiting, which `events.Dropped` counts. Closing an exchanger or
    #: handler does not drop the events that are queued: they are delivered afterwards.
    Observer = Union[Callable[[events.Event], None], ObserverObject]


def _event(given: Any) -> events.Event:
    # Native variants are named as constants are: Event.CACHE_HIT.
    words = type(given).__name__.rpartition(".")[2].split("_")
    made = getattr(events, "".join(word.capitalize() for word in words))
    values: dict[str, Any] = {}
    for name in made.__slots__:
        if name in ("wait", "took"):
            values[name] = getattr(given, name + "_us") / 1e6
        elif name == "error":
            values[name] = None if given.error is None else ErrorKind(given.error.value)
        else:
            values[name] = getattr(given, name)
    event: events.Event = made(**values)
    return event


def adapt(observer: Observer | None) -> Any:
    """The native callback. What the observer raises is logged: it must not end an exchange."""
    if observer is None:
        return None
    tell: Any = getattr(observer, "on_event", observer)
    if not callable(tell):
        raise TypeError(f"An observer is a function of an event, or has on_event; {type(observer).__name__} is not.")

    class Adapter(native().Observer):  # type: ignore[misc]
        def on_event(self, event: Any) -> None:
            try:
                tell(_event(event))
            except Exception as error:
                import logging

                logging.getLogger("acs_auth").error("the observer raised %s", type(error).__name__)

    return callbacks().observer(Adapter())
