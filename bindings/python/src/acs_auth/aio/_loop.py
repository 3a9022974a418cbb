"""Runs a credential's coroutine in the program's event loop, for a callback thread that waits for it."""

from __future__ import annotations

import asyncio
import concurrent.futures
import time
from typing import TYPE_CHECKING, Any, Callable

if TYPE_CHECKING:
    from .._watching import Latest

#: How many seconds the library waits for a renewal.
LONGEST_RENEWAL = 60
#: How many seconds the library waits for the program's next event loop when one has ended in the middle of a call.
_NEXT_LOOP = 0.6
_CLOSED = "the event loop was closed"
_STOPPED = "the event loop was stopped"


class _Ended(Exception):
    """The loop ended before the function did. The argument is what to raise if there is no newer loop."""


async def _called(function: Callable[[], Any]) -> Any:
    made = function()
    return await made if hasattr(made, "__await__") else made


def call_in(function: Callable[[], Any], latest: Latest) -> Any:
    """Calls `function` in the loop of the latest call and returns its result, awaited if it is awaitable. Blocks this thread.

    If that loop ends or stops meanwhile, `function` is called again in the loop of a later call. Raises a RuntimeError if there
    is no such loop within `_NEXT_LOOP`, and a TimeoutError after `LONGEST_RENEWAL`, since a loop doesn't run between the
    program's calls.
    """
    ends = time.monotonic() + LONGEST_RENEWAL
    loop = latest.loop
    if loop is None:
        raise RuntimeError("there is no event loop yet: credentials run in that of the latest call of acs_auth.aio")
    while True:
        try:
            return _call_once(function, loop, latest, ends)
        except _Ended as ended:
            newer = _newer(loop, latest)
            if newer is None or time.monotonic() > ends:
                raise ended.args[0] from None
            loop = newer


def _newer(loop: asyncio.AbstractEventLoop, latest: Latest) -> Any:
    """Waits up to `_NEXT_LOOP` for a later call's loop, and returns it; None if there is none."""
    until = time.monotonic() + _NEXT_LOOP
    while latest.loop is loop and time.monotonic() < until:
        time.sleep(0.02)
    return None if latest.loop is loop else latest.loop


def _call_once(function: Callable[[], Any], loop: asyncio.AbstractEventLoop, latest: Latest, ends: float) -> Any:
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
        raise _Ended(RuntimeError(_CLOSED))
    try:
        while not concurrent.futures.wait([answer], timeout=0.5).done:
            if loop.is_closed():
                raise _Ended(RuntimeError(_CLOSED))
            if latest.loop is not loop and not loop.is_running():
                raise _Ended(RuntimeError(_STOPPED))
            if time.monotonic() > ends:
                raise TimeoutError(f"the event loop returned no result within {LONGEST_RENEWAL} s")
        try:
            return answer.result()
        except concurrent.futures.CancelledError as error:
            # Usually by the end of asyncio.run, which cancels the remaining tasks.
            raise _Ended(error) from None
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


def finish(awaitable: Any, latest: Latest, again: Callable[[], Any] | None = None) -> Any:
    """Awaits `awaitable` in the loop of the latest call and returns its result. Blocks this thread.

    If that loop ends first, awaits what `again` returns in the loop of a later call.
    """
    not_begun = [awaitable]

    def begin() -> Any:
        if not_begun:
            return not_begun.pop()
        if again is None:
            raise RuntimeError(_CLOSED)
        return again()

    try:
        return call_in(begin, latest)
    finally:
        # Python warns about a coroutine that was never awaited.
        for coroutine in not_begun:
            getattr(coroutine, "close", lambda: None)()
