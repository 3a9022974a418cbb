"""Submissions: where their completions arrive, and waiting for one on the calling thread."""

from __future__ import annotations

import ctypes
import os
import threading
from itertools import count
from typing import Any, Callable

from ._abi import Delivery, free, generated, held
from ._arguments import failure
from ._results import checked, finish

#: Python runs signal handlers, and so raises KeyboardInterrupt, between two of these.
_SLICE_MS = 50

numbers = count(1)


class Queue:
    """A completion queue."""

    def __init__(self) -> None:
        handle, error = ctypes.c_void_p(), ctypes.c_void_p()
        checked(held.acs_queue_new(ctypes.byref(handle), ctypes.byref(error)), error)
        self.handle = handle.value

    def start(self, submit: Callable[..., int], arguments: tuple[Any, ...], number: int) -> ctypes.c_void_p:
        """Submits; gives the means to cancel it."""
        delivery = Delivery(ctypes.sizeof(Delivery), self.handle, None, number)
        call, error = ctypes.c_void_p(), ctypes.c_void_p()
        checked(submit(*arguments, delivery, ctypes.byref(call), ctypes.byref(error)), error)
        return call

    def __del__(self, release: Callable[[int | None], None] = free.acs_queue_free) -> None:
        release(self.__dict__.get("handle"))


class _ThreadQueue(Queue):
    """That of a thread that waits for one submission at a time, but for signal handlers that submit, too."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: set[int] = set()
        self.arrived: dict[int, int] = {}

    def wait(self, number: int) -> int:
        """The completion of a submission."""
        process = os.getpid()
        next_of = free.acs_queue_next
        while True:
            completion: int | None = next_of(self.handle, _SLICE_MS)
            if completion is None:
                if number in self.arrived:
                    return self.arrived.pop(number)
                if os.getpid() != process:
                    raise failure(generated.ErrorKind.CANCELLED, "The call belongs to the parent of this process.")
                continue
            found = held.acs_completion_user_data(completion)
            if found == number:
                return completion
            if found in self.waiting:
                self.arrived[found] = completion
            else:
                held.acs_completion_free(completion)


_local = threading.local()


def wait(take: Callable[[int], Any], submit: Callable[..., int], *arguments: Any) -> Any:
    """Submits and waits. An exception that a signal handler raises cancels it."""
    try:
        queue: _ThreadQueue = _local.queue
    except AttributeError:
        queue = _local.queue = _ThreadQueue()
    number = next(numbers)
    queue.waiting.add(number)
    call = None
    try:
        call = queue.start(submit, arguments, number)
        del arguments
        completion = queue.wait(number)
    except BaseException:
        if call is not None:
            held.acs_call_cancel(call)
        raise
    finally:
        queue.waiting.discard(number)
        if call is not None:
            held.acs_call_free(call)
    return finish(completion, take)
