"""Adapts observers, and converts native events for them."""

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

    #: A function that takes an event, or an object with `on_event`. It is called with one event at a time, on another
    #: thread, so a slow one delays no call. When 4096 events are queued, further ones are dropped; `events.Dropped` counts
    #: them. Events that are queued when the exchanger or handler is released are still delivered.
    Observer = Union[Callable[[events.Event], None], ObserverObject]


#: `inspect.CO_COROUTINE`, the flag of a coroutine function's code; `inspect` is slow to import.
_COROUTINE = 0x80


def _event(given: Any) -> events.Event:
    # Native variants are named like constants: Event.CACHE_HIT is events.CacheHit.
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
    """Returns the native callback of an observer. Exceptions of the observer never reach a call: their class is logged."""
    if observer is None:
        return None
    tell: Any = getattr(observer, "on_event", observer)
    if not callable(tell):
        raise TypeError(f"observer must be a function of an event, or have on_event; {type(observer).__name__} is neither.")
    if getattr(getattr(tell, "__code__", None), "co_flags", 0) & _COROUTINE:
        raise TypeError("observer must not be asynchronous: it is called on a thread without an event loop.")

    class Adapter(native().Observer):  # type: ignore[misc]
        def on_event(self, event: Any) -> None:
            try:
                tell(_event(event))
            except Exception as error:
                import logging

                logging.getLogger("acs_auth").error("the observer raised %s", type(error).__name__)

    return callbacks().observer(Adapter())
