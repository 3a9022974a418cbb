"""Waits for effects that come later than the call that causes them: events and log records arrive on other threads."""

import time


def wait_for(condition, seconds=30):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not come to be"
        time.sleep(0.01)
