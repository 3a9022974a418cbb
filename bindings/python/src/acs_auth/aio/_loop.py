"""Runs a credential's coroutine in the program's event loop, for a callback thread that waits for it."""

from __future__ import annotations

import asyncio
import concurrent.futures
import inspect
import time
from typing import Any, Callable

#: How many seconds the library waits for a renewal.
LONGEST_RENEWAL = 60
_CLOSED = "the event loop of the credential was closed"


async def _called(function: Callable[[], Any]) -> Any:
    made = function()
    return await made if hasattr(made, "__await__") else made


def call_in(function: Callable[[], Any], loop: asyncio.AbstractEventLoop) -> Any:
    """Calls `function` in `loop`, awaits what it returns if that is awaitable, and returns the result. Blocks this thread.

    Raises a RuntimeError if the loop is closed, and a TimeoutError after `LONGEST_RENEWAL`: between the program's calls a
    loop may not be running.
    """
    answer: concurrent.futures.Future[Any] = concurrent.futures.Future()
    begun: list[asyncio.Task[Any]] = []

    def begin() -> None:
        if answer.set_running_or_notify_cancel():
            task = loop.create_task(_called(function))
            begun.append(task)
            task.add_done_callback(end)

    def end(task: asyncio.Task[Any]) -> None:
        raised = concurrent.futures.CancelledError() if task.cancelled() else task.exception()
        if raised is None:
            answer.set_result(task.result())
        else:
            answer.set_exception(raised)

    if not _soon(loop, begin):
        raise RuntimeError(_CLOSED)
    ends = time.monotonic() + LONGEST_RENEWAL
    try:
        while True:
            try:
                return answer.result(timeout=0.5)
            except concurrent.futures.TimeoutError:
                if answer.done():
                    raise
                if loop.is_closed():
                    raise RuntimeError(_CLOSED) from None
                if time.monotonic() > ends:
                    raise TimeoutError("the event loop of the credential brought no token") from None
    finally:
        # Unless the function has finished: keeps it from starting, or cancels it in the loop.
        if not answer.cancel() and not answer.done():
            _soon(loop, lambda: [task.cancel() for task in begun])


def _soon(loop: asyncio.AbstractEventLoop, function: Callable[[], Any]) -> bool:
    """Schedules the function in `loop`. Returns False if the loop is closed."""
    try:
        loop.call_soon_threadsafe(function)
    except RuntimeError:
        return False
    return True


def finish(awaitable: Any, loop: asyncio.AbstractEventLoop) -> Any:
    """Awaits `awaitable` in `loop` and returns its result. Blocks this thread."""
    try:
        return call_in(lambda: awaitable, loop)
    finally:
        # Python warns about a coroutine that was never awaited.
        if inspect.iscoroutine(awaitable) and inspect.getcoroutinestate(awaitable) == inspect.CORO_CREATED:
            awaitable.close()
