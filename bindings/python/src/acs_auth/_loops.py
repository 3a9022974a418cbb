"""The event loop that awaits a call, or the name of the one that cannot."""

from __future__ import annotations

import asyncio
import sys
from typing import Any, Callable


def running_loop() -> asyncio.AbstractEventLoop:
    """The asyncio loop of this thread.

    RuntimeError names another library's loop if it is that one that runs.
    """
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        name = _other()
    what = "no event loop is running here" if name is None else f"{name} is running"
    raise RuntimeError(f"acs_auth.aio needs a running asyncio event loop; {what}") from None


def _other() -> str | None:
    return next((name for name, is_running in _OTHERS.items() if name in sys.modules and is_running()), _sniffed())


def _sniffed() -> str | None:
    sniffio: Any = sys.modules.get("sniffio")
    try:
        name: str | None = None if sniffio is None else sniffio.current_async_library()
    except Exception:  # AsyncLibraryNotFoundError
        return None
    return name


def _trio() -> bool:
    return bool(sys.modules["trio"].lowlevel.in_trio_run())


def _curio() -> bool:
    meta: Any = sys.modules.get("curio.meta")
    return meta is not None and bool(meta.curio_running())


def _twisted() -> bool:
    reactor: Any = sys.modules.get("twisted.internet.reactor")
    # What installs a reactor puts it there in place of a module.
    return bool(getattr(reactor, "running", False))


#: The libraries with a loop of their own, which programs import before they run it.
_OTHERS: dict[str, Callable[[], bool]] = {"trio": _trio, "curio": _curio, "twisted": _twisted}
