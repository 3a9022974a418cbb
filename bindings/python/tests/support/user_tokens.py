"""Users' tokens, and refreshers that return, fail or hang, for either flavour."""

import asyncio
import threading
import time

import acs_auth
from test_dropin import make_jwt


def token(seconds):
    """Returns a token that expires `seconds` from now."""
    return acs_auth.AccessToken(make_jwt(int(time.time()) + seconds), int(time.time()) + seconds)


class Refresher:
    """Returns or raises one of `answers` per call, in their order, then the last one again and again; calls those that are
    functions. Counts its calls."""

    def __init__(self, flavour, *answers, after=0.0):
        self.answers = list(answers)
        self.after = after
        #: How often it was asked, and how often it answered.
        self.asked = self.calls = 0
        #: When it answered.
        self.times = []
        self.gate = threading.Event()
        self.gate.set()
        self.loops = []
        self.function = self._wait if flavour.name == "sync" else self._wait_async

    def _next(self):
        self.calls += 1
        self.times.append(time.monotonic())
        answer = self.answers[0] if len(self.answers) == 1 else self.answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer() if callable(answer) else answer

    def _wait(self):
        self.asked += 1
        time.sleep(self.after)
        assert self.gate.wait(60)
        return self._next()

    async def _wait_async(self):
        self.asked += 1
        self.loops.append(asyncio.get_running_loop())
        await asyncio.sleep(self.after)
        while not self.gate.is_set():
            await asyncio.sleep(0.01)
        return self._next()
