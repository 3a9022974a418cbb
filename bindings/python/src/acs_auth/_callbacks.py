"""Runs the library's callbacks: token credentials, observers, attempts and the log.

Threads that Python has started fetch the callbacks and run them; the library's own threads never run Python. The reason: when
the interpreter exits, it ends other threads where they wait for the GIL by unwinding their stacks, and unwinding frames of
Rust aborts the process.
"""

from __future__ import annotations

import threading
import time
import weakref
from itertools import count
from typing import Any, Callable

from ._attempts import Attempts
from ._hubs import real_lock, unpatched

#: How long a thread waits for a callback before it ends, if another one is waiting too.
_IDLE_MS = 10_000


class Callbacks:
    """The objects that the library calls back, and the threads for it: one more than there are callbacks in progress."""

    def __init__(self, module: Any, log: Callable[[Any], None]) -> None:
        self._module = module
        self._log = log
        self._calls = module.HostCalls()
        self._attempts = Attempts(module, self._calls)
        self._objects: dict[int, Any] = {}
        self._numbers = count(1)
        #: Whether threads run. The child of a fork starts its own when it first uses the library.
        self.is_started = False
        self._is_closed = False
        self._forgets_at = 0.0
        #: Until when watchers are held, on the clock of `time.monotonic`.
        self._held: dict[Any, float] = {}
        self.reset()

    def reset(self) -> None:
        """Forgets the parent's threads, in the child of a fork."""
        self.is_started = False
        self._lock: Any = real_lock()
        self._threads = self._idle = 0
        #: Guards `_held`. The garbage collector may run the program's code in between.
        self._holding: Any = (unpatched("RLock") or threading.RLock)()
        self._held.clear()
        self._attempts.reset()

    def credential(self, adapter: Any) -> Any:
        """Returns a native credential that calls `adapter.get_token_info`."""
        return self._calls.credential(self._keep(adapter))

    def observer(self, adapter: Any) -> Any:
        """Returns a native observer that calls `adapter.on_event`."""
        return self._calls.observer(self._keep(adapter))

    def client(self, options: Any, token_credential: Any, watcher: Any) -> Any:
        """Returns a native client whose attempts are reported to `watcher`."""
        # Weak: the watcher owns the observer, and its entry here is only removed once the observer is released. Its hooks may
        # refer to the client.
        observer = self._calls.attempt_observer(self._keep(weakref.ref(watcher)))
        made = self._calls.client(options, observer, token_credential)
        watcher.watch(observer)
        return made

    def hold(self, watcher: Any, seconds: float) -> None:
        """Keeps a watcher for at least this long, for an exchange that goes on without its callers.

        Otherwise hooks and transport would be gone as soon as the client and its exchangers are garbage-collected.
        """
        until = time.monotonic() + seconds
        with self._holding:
            self._held[watcher] = max(until, self._held.get(watcher, until))

    def log_sink(self) -> Any:
        return self._calls.log_sink()

    def _keep(self, adapter: Any) -> int:
        number = next(self._numbers)
        self._objects[number] = adapter
        return number

    def start(self) -> None:
        """Starts the first thread."""
        with self._lock:
            if self.is_started or self._is_closed:
                return
            self.is_started = True
        self._start_thread()

    def _start_thread(self) -> None:
        with self._lock:
            self._threads += 1
        try:
            start: Any = unpatched("start_new_thread")
            if start is None:
                threading.Thread(target=self._serve, name="acs-auth callbacks", daemon=True).start()
            else:
                start(self._serve, ())
        except RuntimeError:  # No thread can be started, or the interpreter exits.
            with self._lock:
                self._threads -= 1
                self.is_started = self._threads > 0

    def _serve(self) -> None:
        while True:
            with self._lock:
                self._idle += 1
            call = self._calls.next(_IDLE_MS)
            self._forget()
            with self._lock:
                self._idle -= 1
                others = self._idle
                if call is None and (others or self._is_closed):
                    self._threads -= 1
                    return
            if call is not None:
                if not others:
                    # Another thread must fetch while this one runs the callback.
                    self._start_thread()
                self._make(call)
            # A request contains a token.
            del call

    def _forget(self) -> None:
        """Forgets old exceptions and watchers: once a second while there are callbacks, otherwise every `_IDLE_MS`."""
        now = time.monotonic()
        if now < self._forgets_at:
            return
        self._forgets_at = now + 1
        with self._holding:
            for watcher, until in list(self._held.items()):
                if until <= now:
                    del self._held[watcher]
        for kept in [self._attempts, *self._objects.values()]:
            failures = getattr(kept, "failures", None)
            if failures is not None:
                failures.forget()

    def _make(self, call: Any) -> None:
        kinds = self._module.HostCall
        if isinstance(call, kinds.GET_TOKEN):
            try:
                adapter = self._objects[call.object]
                token = adapter.get_token_info(call.scopes, call.options)
            except self._module.AcsAuthError as failure:
                self._calls.fail(call.number, failure)
            else:
                self._give(call.number, adapter, token)
        elif isinstance(call, kinds.SEND):
            watcher = self._objects.get(call.object)
            # If another thread has handled the client's release already, the attempt is over.
            if watcher is not None:
                self._attempts.send(watcher(), call.number, call.call, call.request)
        elif isinstance(call, kinds.SENT):
            self._attempts.sent(call.number, call.answer)
        elif isinstance(call, kinds.ABANDONED):
            self._attempts.abandoned(call.number)
        elif isinstance(call, kinds.RELEASED):
            self._objects.pop(call.object, None)
        else:
            try:
                if isinstance(call, kinds.EVENT):
                    self._objects[call.object].on_event(call.event)
                else:
                    self._log(call.record)
            except BaseException:  # There is nobody to raise it to, and SystemExit must not end this thread.
                pass
            finally:
                self._calls.done(call.number)

    def _give(self, number: int, adapter: Any, token: Any) -> None:
        try:
            self._calls.give_token(number, token)
        except ValueError:
            # A lone surrogate in the token, or an expiry out of range. The exception contains the token: report another one.
            error = ValueError("get_token of the credential returned invalid Unicode, or an expiry that is out of range")
            self._calls.fail(number, adapter.failures.of(error))

    def close(self) -> None:
        """Stops running callbacks. The threads end, except those in a callback, which are left behind."""
        with self._lock:
            self._is_closed = True
        self._calls.close()


__all__ = ["Callbacks"]
