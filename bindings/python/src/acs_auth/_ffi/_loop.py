"""Submissions that are awaited in an event loop. Each loop has one completion queue, whose file descriptor wakes it.

A loop that can't watch file descriptors, such as the default one on Windows, is woken by a thread that waits for completions.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import weakref
from itertools import count
from typing import Any, Callable

from .._loops import running_loop
from ._abi import ACS_WAIT_FOREVER
from ._functions import free, held
from ._queue import Queue
from ._results import checked, finish


class _LoopQueue(Queue):
    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self.process = os.getpid()
        self.awaited: dict[int, tuple[asyncio.Future[Any], Callable[[int], Any]]] = {}
        self.thread: threading.Thread | None = None
        if not self._is_watched_by(loop):
            relayed = (self.handle, weakref.ref(loop), weakref.WeakMethod(self._finish))
            self.thread = threading.Thread(target=_relay, args=relayed, name="acs-auth-await", daemon=True)
            self.thread.start()

    def _is_watched_by(self, loop: asyncio.AbstractEventLoop) -> bool:
        # On Windows, selectors accept only sockets, and this is an event.
        if sys.platform == "win32":
            return False
        try:
            loop.add_reader(held.acs_queue_fd(self.handle), self._take_all)
        except NotImplementedError:
            return False
        return True

    def __del__(
        self,
        release: Callable[[int | None], None] = free.acs_queue_free,
        shut_down: Callable[[int | None], None] = held.acs_queue_shutdown,
    ) -> None:
        thread = self.__dict__.get("thread")
        if thread is not None and self.process == os.getpid():
            # The thread may be waiting on the queue, so the thread frees it.
            shut_down(self.handle)
        else:
            super().__del__(release)

    def start(self, submit: Callable[..., int], arguments: tuple[Any, ...], number: int) -> Any:
        """Submits an operation and returns the handle of the call, for cancelling it."""
        self.delivery.user_data = number
        checked(submit(*arguments, *self.places), self.error)
        return self.call.value

    def _take_all(self) -> None:
        next_of, handle = held.acs_queue_next, self.handle
        completion = next_of(handle, 0)
        while completion is not None:
            self._finish(completion)
            # If the queue still has completions, its descriptor stays readable and this runs again.
            completion = next_of(handle, 0) if self.awaited else None

    def _finish(self, completion: int) -> None:
        awaited = self.awaited.pop(held.acs_completion_user_data(completion), None)
        if awaited is None or awaited[0].done():
            held.acs_completion_free(completion)
            return
        future, take = awaited
        try:
            future.set_result(finish(completion, take))
        except Exception as error:
            future.set_exception(error)


def _relay(handle: int, of_loop: Callable[[], Any], of_finish: Callable[[], Any]) -> None:
    """Passes completions to the loop until the queue is shut down, then frees the queue.

    The thread has only weak references to the loop and to the queue's object.
    """
    while (completion := free.acs_queue_next(handle, ACS_WAIT_FOREVER)) is not None:
        _hand_over(completion, of_loop(), of_finish())
    free.acs_queue_free(handle)


def _hand_over(completion: int, loop: Any, finish_it: Any) -> None:
    if loop is not None and finish_it is not None:
        try:
            loop.call_soon_threadsafe(finish_it, completion)
            return
        except RuntimeError:
            # The loop is closed. The future must go, because it would keep the loop alive.
            finish_it.__self__.awaited.pop(held.acs_completion_user_data(completion), None)
    held.acs_completion_free(completion)


_numbers = count(1)
#: The queues of the loops. Only the loop holds its queue, whose futures refer to the loop: so a loop that is closed in the
#: middle of a call can be garbage-collected.
_queues: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, weakref.ref[_LoopQueue]] = weakref.WeakKeyDictionary()
#: The queues that a thread waits on. `_hand_over` removes the futures from them when the loop is closed.
_relayed: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _LoopQueue] = weakref.WeakKeyDictionary()
#: Each thread's latest loop and its queue, since most threads have only one.
_local = threading.local()


def _queue_of(loop: asyncio.AbstractEventLoop) -> _LoopQueue:
    last: tuple[Any, weakref.ref[_LoopQueue]] | None = getattr(_local, "last", None)
    if last is not None and last[0]() is loop:
        kept = last[1]()
        if kept is not None and kept.process == os.getpid():
            return kept
    known = _queues.get(loop)
    queue = None if known is None else known()
    if queue is None or queue.process != os.getpid():
        queue = _LoopQueue(loop)
        _queues[loop] = weakref.ref(queue)
        if queue.thread is not None:
            _relayed[loop] = queue
    _local.last = (weakref.ref(loop), weakref.ref(queue))
    return queue


async def wait_async(take: Callable[[int], Any], submit: Callable[..., int], *arguments: Any) -> Any:
    """Submits an operation and awaits its completion. Cancelling the task cancels the operation."""
    loop = running_loop()
    queue = _queue_of(loop)
    number = next(_numbers)
    future = loop.create_future()
    call = queue.start(submit, arguments, number)
    del arguments
    queue.awaited[number] = (future, take)
    try:
        return await future
    except BaseException:  # The task was cancelled, or the coroutine was closed.
        if queue.awaited.pop(number, None) is not None:
            held.acs_call_cancel(call)
        raise
    finally:
        held.acs_call_free(call)
