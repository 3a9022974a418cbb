"""The one thing that a thread of the library asks of an event loop: to run a credential's coroutine."""

from __future__ import annotations

import asyncio
import concurrent.futures
from typing import Any


async def _result(awaitable: Any) -> Any:
    return await awaitable


def finish(awaitable: Any, loop: asyncio.AbstractEventLoop) -> Any:
    """Waits, on a thread of the library, for what `loop` makes of `awaitable`; not for ever if the loop is closed."""
    future = asyncio.run_coroutine_threadsafe(_result(awaitable), loop)
    while True:
        try:
            return future.result(timeout=1)
        except concurrent.futures.TimeoutError:
            if future.done():
                raise
            if loop.is_closed():
                raise RuntimeError("the event loop of the credential was closed") from None
