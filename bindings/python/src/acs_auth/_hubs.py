"""The hubs of gevent and eventlet. While a call waits in one, the other greenlets of its thread run."""

from __future__ import annotations

import sys
from typing import Any


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
