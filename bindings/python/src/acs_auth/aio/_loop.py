"""What a thread of the library asks of an event loop: to run a credential's coroutine, or a function that returns one."""

from __future__ import annotations

import asyncio
import concurrent.futures
import inspect
import time
from typing import Any, Callable

#: The library gives up a renewal after this, in seconds.
LONGEST_RENEWAL = 60
_CLOSED = "the event loop of the credential was closed"


async def _called(function: Callable[[], Any]) -> Any:
    made = function()
    return await made if hasattr(made, "__await__") else made


def call_in(function: Callable[[], Any], loop: asyncio.AbstractEventLoop) -> Any:
    """Calls `function` in `loop` and waits, on a thread of the library, for what it returns or what that is awaited for.

    Not for ever if the loop is closed, or idle between the program's calls.
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
        # It has ended; or it has not begun, and never does; or it is cancelled where it runs.
        if not answer.cancel() and not answer.done():
            _soon(loop, lambda: [task.cancel() for task in begun])


def _soon(loop: asyncio.AbstractEventLoop, function: Callable[[], Any]) -> bool:
    """Has `loop` call the function, unless it is closed."""
    try:
        loop.call_soon_threadsafe(function)
    except RuntimeError:
        return False
    return True


def finish(awaitable: Any, loop: asyncio.AbstractEventLoop) -> Any:
    """Waits, on a thread of the library, for what `loop` makes of `awaitable`."""
    try:
        return call_in(lambda: awaitable, loop)
    finally:
        # Of a coroutine that no loop has begun, Python would warn.
        if inspect.iscoroutine(awaitable) and inspect.getcoroutinestate(awaitable) == inspect.CORO_CREATED:
            awaitable.close()
