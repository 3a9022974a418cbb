"""The hubs of gevent and eventlet. While a call waits in one, the other greenlets of its thread run."""

from __future__ import annotations

import sys
import threading
from typing import Any


def unpatched(name: str) -> Any:
    """Returns `_thread`'s original of what gevent or eventlet has replaced; None if neither has.

    The threads that run callbacks block while they wait for them, so they must be real ones: a greenlet would block its hub.
    """
    gevent: Any = sys.modules.get("gevent.monkey")
    if gevent is not None and "_thread" in gevent.saved:
        return gevent.get_original("_thread", name)
    eventlet: Any = sys.modules.get("eventlet.patcher")
    if eventlet is not None and eventlet.is_monkey_patched("thread"):
        return getattr(eventlet.original("_thread"), name)
    return None


def real_lock() -> Any:
    """Returns a lock for real threads. eventlet's can't be waited for by several threads."""
    return (unpatched("allocate_lock") or threading.Lock)()


class _Elapsed(Exception):
    """Nothing became readable in time."""


class Gevent:
    """gevent's hub of this thread."""

    @staticmethod
    def wait_readable(descriptor: int, seconds: float) -> None:
        """Returns when `descriptor` is readable or the time is over. A gevent.Timeout or a kill is raised from here."""
        from gevent.socket import wait_read  # pyright: ignore[reportMissingImports]

        try:
            wait_read(descriptor, seconds, _Elapsed)
        except _Elapsed:
            pass


class Eventlet:
    """eventlet's hub of this thread."""

    @staticmethod
    def wait_readable(descriptor: int, seconds: float) -> None:
        """Returns when `descriptor` is readable or the time is over. An eventlet.Timeout or a kill is raised from here."""
        from eventlet import hubs  # pyright: ignore[reportMissingImports]

        trampoline: Any = hubs.trampoline
        try:
            trampoline(descriptor, read=True, timeout=seconds, timeout_exc=_Elapsed)
        except _Elapsed:
            pass


def current() -> type[Gevent] | type[Eventlet] | None:
    """Returns the hub of this thread, if it has one. The first greenlet of a thread creates its hub; this function doesn't.

    None on Windows, where hubs watch only sockets: there, a call blocks its thread.
    """
    if sys.platform == "win32":
        return None
    modules = sys.modules
    if "gevent" in modules:
        # Not public, but the public functions create a hub where there is none.
        find: Any = getattr(modules.get("gevent._hub_local"), "get_hub_if_exists", None)
        if find is None or find() is not None:
            return Gevent
    if "eventlet" in modules:
        local: Any = getattr(modules.get("eventlet.hubs"), "_threadlocal", None)
        if local is None or getattr(local, "hub", None) is not None:
            return Eventlet
    return None
