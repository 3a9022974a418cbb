"""Hubs of greenlets: gevent's and eventlet's. A call that waits lets the other greenlets of its thread run."""

from __future__ import annotations

import sys
from typing import Any


class _Elapsed(Exception):
    """Nothing became readable in time."""


class Gevent:
    """gevent's hub of this thread."""

    @staticmethod
    def wait_readable(descriptor: int, seconds: float) -> None:
        """Returns when `descriptor` is readable or the time is over. A gevent.Timeout or a kill is raised through."""
        from gevent.socket import wait_read  # pyright: ignore[reportMissingImports]

        try:
            wait_read(descriptor, seconds, _Elapsed)
        except _Elapsed:
            pass


class Eventlet:
    """eventlet's hub of this thread."""

    @staticmethod
    def wait_readable(descriptor: int, seconds: float) -> None:
        """Returns when `descriptor` is readable or the time is over. An eventlet.Timeout or a kill is raised through."""
        from eventlet import hubs  # pyright: ignore[reportMissingImports]

        trampoline: Any = hubs.trampoline
        try:
            trampoline(descriptor, read=True, timeout=seconds, timeout_exc=_Elapsed)
        except _Elapsed:
            pass


def current() -> type[Gevent] | type[Eventlet] | None:
    """The hub of this thread. A thread has one as soon as a greenlet was spawned in it; this makes none.

    None on Windows, where a hub watches sockets only: a call blocks its thread there.
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
