"""Submissions: where their completions arrive, and waiting for one on the calling thread."""

from __future__ import annotations

import ctypes
import os
import threading
from typing import Any, Callable

from ._abi import Delivery, free, generated, held
from ._arguments import failure
from ._results import checked, finish

#: Python runs signal handlers, and so raises KeyboardInterrupt, between two of these.
_SLICE_MS = 50


class Queue:
    """A completion queue, and the places of a submission to it: one thread submits, and nothing comes between."""

    def __init__(self) -> None:
        handle, error = ctypes.c_void_p(), ctypes.c_void_p()
        checked(held.acs_queue_new(ctypes.byref(handle), ctypes.byref(error)), error)
        self.handle = handle.value
        self.delivery = Delivery(ctypes.sizeof(Delivery), self.handle, None, 0)
        self.call, self.error = ctypes.c_void_p(), ctypes.c_void_p()
        self.places = (self.delivery, ctypes.byref(self.call), ctypes.byref(self.error))

    def __del__(self, release: Callable[[int | None], None] = free.acs_queue_free) -> None:
        release(self.__dict__.get("handle"))


_local = threading.local()


def wait(take: Callable[[int], Any], submit: Callable[..., int], *arguments: Any) -> Any:
    """Submits and waits. An exception that a signal handler raises cancels it."""
    mine = _local.__dict__
    # Out of reach of signal handlers, which may call this, too.
    queue: Queue = mine.pop("queue", None) or Queue()
    delivery, _, error = queue.places
    try:
        checked(submit(*arguments, delivery, None, error), queue.error)
        del arguments
        completion: int | None = free.acs_queue_next(queue.handle, _SLICE_MS)
        if completion is None:
            completion = _wait_on(queue)
    except BaseException:
        # Cancels what is under way, and nobody finds the queue any more.
        held.acs_queue_shutdown(queue.handle)
        raise
    mine["queue"] = queue
    return finish(completion, take)


def _wait_on(queue: Queue) -> int:
    process = os.getpid()
    completion: int | None = None
    while completion is None:
        if os.getpid() != process:
            raise failure(generated.ErrorKind.CANCELLED, "The call belongs to the parent of this process.")
        completion = free.acs_queue_next(queue.handle, _SLICE_MS)
    return completion
