"""Finds the running asyncio loop, or names the other library's loop that runs instead."""

from __future__ import annotations

import asyncio
import sys
from typing import Any, Callable


def running_loop() -> asyncio.AbstractEventLoop:
    """Returns the running asyncio loop. Otherwise raises a RuntimeError, which names another library's loop if one runs."""
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
    # Twisted puts the reactor itself here, in place of the module.
    return bool(getattr(reactor, "running", False))


#: Libraries with a loop of their own. Each function is called only if the program has imported the library.
_OTHERS: dict[str, Callable[[], bool]] = {"trio": _trio, "curio": _curio, "twisted": _twisted}
