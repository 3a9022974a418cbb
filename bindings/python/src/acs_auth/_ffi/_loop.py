"""Submissions that an event loop awaits: one queue a loop, whose descriptor wakes it."""

from __future__ import annotations

import asyncio
import os
import threading
import weakref
from itertools import count
from typing import Any, Callable

from .._loops import running_loop
from ._functions import held
from ._queue import Queue
from ._results import checked, finish


class _LoopQueue(Queue):
    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self.process = os.getpid()
        self.awaited: dict[int, tuple[asyncio.Future[Any], Callable[[int], Any]]] = {}
        try:
            loop.add_reader(held.acs_queue_fd(self.handle), self._take_all)
        except NotImplementedError:
            kind = type(loop)
            raise RuntimeError(
                f"acs_auth.aio needs an event loop with add_reader; {kind.__module__}.{kind.__qualname__} has none"
            ) from None

    def start(self, submit: Callable[..., int], arguments: tuple[Any, ...], number: int) -> Any:
        """Submits; gives the means to cancel it."""
        self.delivery.user_data = number
        checked(submit(*arguments, *self.places), self.error)
        return self.call.value

    def _take_all(self) -> None:
        next_of, handle = held.acs_queue_next, self.handle
        completion = next_of(handle, 0)
        while completion is not None:
            awaited = self.awaited.pop(held.acs_completion_user_data(completion), None)
            if awaited is None or awaited[0].done():
                held.acs_completion_free(completion)
            else:
                future, take = awaited
                try:
                    future.set_result(finish(completion, take))
                except Exception as error:
                    future.set_exception(error)
            # What is still in the queue keeps its descriptor readable.
            completion = next_of(handle, 0) if self.awaited else None


_numbers = count(1)
_queues: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _LoopQueue] = weakref.WeakKeyDictionary()
#: The loop that the thread used last: most have but one.
_local = threading.local()


def _queue_of(loop: asyncio.AbstractEventLoop) -> _LoopQueue:
    last: tuple[Any, _LoopQueue] | None = getattr(_local, "last", None)
    if last is not None and last[0]() is loop and last[1].process == os.getpid():
        return last[1]
    queue = _queues.get(loop)
    if queue is None or queue.process != os.getpid():
        queue = _queues[loop] = _LoopQueue(loop)
    _local.last = (weakref.ref(loop), queue)
    return queue


async def wait_async(take: Callable[[int], Any], submit: Callable[..., int], *arguments: Any) -> Any:
    """Submits and awaits. Cancelling the task cancels it."""
    loop = running_loop()
    queue = _queue_of(loop)
    number = next(_numbers)
    future = loop.create_future()
    call = queue.start(submit, arguments, number)
    del arguments
    queue.awaited[number] = (future, take)
    try:
        return await future
    except asyncio.CancelledError:
        if queue.awaited.pop(number, None) is not None:
            held.acs_call_cancel(call)
        raise
    finally:
        held.acs_call_free(call)
