"""Waits for effects that come later than the call that causes them: events and log records arrive on other threads."""

import asyncio
import time

import pytest


def wait_for(condition, seconds=30):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not come to be"
        time.sleep(0.01)


def times_out(call, has_begun):
    """Makes a call that never ends, with a longer timeout if the first has passed before what never ends has begun.

    A busy machine may take longer than a short timeout until then. Returns the error.
    """
    for timeout in (0.3, 3, 30):
        with pytest.raises(TimeoutError) as raised:
            call(timeout)
        if has_begun():
            return raised.value
    raise AssertionError("it has not begun within 30 s")


async def until(condition, seconds=30):
    """Like `wait_for`, in an event loop."""
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "it did not come to be"
        await asyncio.sleep(0.01)
