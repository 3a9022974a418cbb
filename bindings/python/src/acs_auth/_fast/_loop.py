"""Submissions that an event loop awaits: one queue a loop, whose descriptor wakes it."""

from __future__ import annotations

import asyncio
import ctypes
import os
import threading
import weakref
from typing import Any, Callable

from ._abi import Delivery, held
from ._queue import Queue, numbers
from ._results import checked, finish


class _LoopQueue(Queue):
    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self.process = os.getpid()
        # One thread submits, and nothing comes between.
        self._delivery = Delivery(ctypes.sizeof(Delivery), self.handle, None, 0)
        self._call, self._error = ctypes.c_void_p(), ctypes.c_void_p()
        self._places = (self._delivery, ctypes.byref(self._call), ctypes.byref(self._error))
        self.awaited: dict[int, tuple[asyncio.Future[Any], Callable[[int], Any]]] = {}
        loop.add_reader(held.acs_queue_fd(self.handle), self._take_all)

    def start_next(self, submit: Callable[..., int], arguments: tuple[Any, ...], number: int) -> Any:
        """Submits; gives the means to cancel it."""
        self._delivery.user_data = number
        checked(submit(*arguments, *self._places), self._error)
        return self._call.value

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
    loop = asyncio.get_running_loop()
    queue = _queue_of(loop)
    number = next(numbers)
    future = loop.create_future()
    call = queue.start_next(submit, arguments, number)
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
