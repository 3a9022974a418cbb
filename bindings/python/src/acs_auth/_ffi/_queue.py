"""Completion queues, and waiting for a completion on the calling thread."""

from __future__ import annotations

import ctypes
import os
import threading
from typing import Any, Callable

from .._hubs import current
from ._abi import acs_delivery
from ._arguments import failure
from ._functions import free, held, native
from ._results import checked, finish

#: How long a thread waits until Python can run signal handlers, and so raise KeyboardInterrupt.
_SLICE_MS = 50
#: How often a waiting greenlet checks whether it is in a forked child. The hub runs signal handlers.
_POLL_S = 1.0
#: How many idle queues, each with a file descriptor, are kept for greenlets.
_MOST_POLLED = 64


class Queue:
    """A completion queue, and the out-parameters of a submission to it. Only one submission at a time uses them."""

    def __init__(self) -> None:
        handle, error = ctypes.c_void_p(), ctypes.c_void_p()
        checked(held.acs_queue_new(ctypes.byref(handle), ctypes.byref(error)), error)
        self.handle = handle.value
        self.delivery = acs_delivery(ctypes.sizeof(acs_delivery), self.handle, None, 0)
        self.call, self.error = ctypes.c_void_p(), ctypes.c_void_p()
        self.places = (self.delivery, ctypes.byref(self.call), ctypes.byref(self.error))

    def __del__(self, release: Callable[[int | None], None] = free.acs_queue_free) -> None:
        release(self.__dict__.get("handle"))


_local = threading.local()
#: Idle queues for the next greenlets that wait.
_polled: list[Queue] = []


def wait(take: Callable[[int], Any], submit: Callable[..., int], *arguments: Any) -> Any:
    """Submits an operation and waits for it. In a thread with a hub of greenlets, other greenlets run meanwhile.

    An exception that is raised into the wait, by a signal handler or a hub, cancels the operation.
    """
    hub = current()
    if hub is not None:
        return _wait_in(hub, take, submit, arguments)
    mine = _local.__dict__
    # Removed while it is in use: a signal handler may call this function too.
    queue: Queue = mine.pop("queue", None) or Queue()
    completion = _complete(queue, _next, submit, arguments)
    mine["queue"] = queue
    return finish(completion, take)


def _wait_in(hub: Any, take: Callable[[int], Any], submit: Callable[..., int], arguments: tuple[Any, ...]) -> Any:
    try:
        queue = _polled.pop()
    except IndexError:
        queue = Queue()

    def poll(handle: Any) -> int | None:
        completion: int | None = held.acs_queue_next(handle, 0)
        if completion is None:
            hub.wait_readable(held.acs_queue_fd(handle), _POLL_S)
        return completion

    completion = _complete(queue, poll, submit, arguments)
    if len(_polled) < _MOST_POLLED:
        _polled.append(queue)
    return finish(completion, take)


def _next(handle: Any) -> int | None:
    completion: int | None = free.acs_queue_next(handle, _SLICE_MS)
    return completion


def _complete(
    queue: Queue, wait_a_while: Callable[[Any], int | None], submit: Callable[..., int], arguments: tuple[Any, ...]
) -> int:
    delivery, _, error = queue.places
    try:
        checked(submit(*arguments, delivery, None, error), queue.error)
        del arguments
        process = os.getpid()
        completion = wait_a_while(queue.handle)
        while completion is None:
            if os.getpid() != process:
                raise failure(native.ErrorKind.CANCELLED, "The call belongs to the parent of this process.")
            completion = wait_a_while(queue.handle)
    except BaseException:
        # Cancels the operation. The queue isn't put back, so nobody uses it again.
        held.acs_queue_shutdown(queue.handle)
        raise
    return completion
