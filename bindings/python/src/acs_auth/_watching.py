"""Calls that Python observes, and the hooks and transport of the client that makes them."""

from __future__ import annotations

from contextvars import copy_context
from itertools import count
from typing import TYPE_CHECKING, Any

from ._hubs import real_lock
from ._mocks import is_replaced, replaced_transport

if TYPE_CHECKING:
    from ._azure_options import CallArguments

#: The header that marks the attempts of an observed call with its number. The library removes it before sending.
MARK = "x-acs-auth-call"

_numbers = count(1)


class Latest:
    """The event loop of the latest call, in which credentials, refreshers and asynchronous transports run.

    Their adapters have a reference to this and not to the client, which could never be garbage-collected otherwise.
    """

    __slots__ = ("loop",)

    def __init__(self, loop: Any = None) -> None:
        self.loop = loop


class Outcome:
    """How an attempt ended."""

    __slots__ = ("raised", "response")

    def __init__(self) -> None:
        self.response: Any = None
        #: The exception of a hook or transport that failed the attempt.
        self.raised: BaseException | None = None


class Watched:
    """A call whose attempts Python observes."""

    def __init__(self, arguments: CallArguments | None, watcher: Watcher, loop: Any = None, traced: bool = False) -> None:
        self.number = next(_numbers)
        self.context = copy_context()
        self.loop = loop or watcher.latest.loop
        self.traced = traced
        self.tracing = arguments.tracing if arguments is not None else {}
        self.request_hook = (arguments and arguments.raw_request_hook) or watcher.raw_request_hook
        self.response_hook = (arguments and arguments.raw_response_hook) or watcher.raw_response_hook
        self.policies = watcher.policies
        self.cls: Any = arguments and arguments.cls
        self.error_map: Any = arguments and arguments.error_map
        self.connect_timeout_ms = arguments.connect_timeout_ms if arguments is not None else None
        self.for_transport = arguments.for_transport if arguments is not None else {}
        #: The outcomes of its attempts, by their numbers, which grow. Only the latest one counts: an attempt that timed out may
        #: end after a later one has begun.
        self.outcomes: dict[int, Outcome] = {}
        #: Guards `outcomes`, and is held while an exception is recorded and reported to the library.
        self.lock = real_lock()
        #: The client request id of a call that Python doesn't run, such as an exchanger's: its error gets the exception as its
        #: cause.
        self.request_id: str | None = None

    def begin(self, number: int) -> Outcome:
        """Adds an attempt."""
        with self.lock:
            made = self.outcomes[number] = Outcome()
            return made

    def _latest(self) -> Outcome:
        return self.outcomes[max(self.outcomes)] if self.outcomes else Outcome()

    @property
    def response(self) -> Any:
        """The response of the attempt that counts, or None."""
        with self.lock:
            return self._latest().response

    def take_raised(self) -> BaseException | None:
        """Returns the exception that the call must raise, once."""
        with self.lock:
            latest = self._latest()
            raised, latest.raised = latest.raised, None
            return raised


class Watcher:
    """A client's hooks and transport, and its observed calls in progress."""

    def __init__(self, transport: Any = None, raw_request_hook: Any = None, raw_response_hook: Any = None) -> None:
        self.transport = transport
        self.raw_request_hook = raw_request_hook
        self.raw_response_hook = raw_response_hook
        self.policies: list[Any] = []
        self.verify: str | None = None
        self.is_async = False
        #: For credentials, and for attempts without `MARK`, such as an exchanger's.
        self.latest = Latest()
        #: The observed calls in progress, by number.
        self.calls: dict[int, Watched] = {}
        self._observer: Any = None
        self._sees_all = False

    def watch(self, observer: Any) -> None:
        """Sets the native observer, which reports the attempts."""
        self._observer = observer
        self.sees_all()

    def sees_all(self) -> bool:
        """Whether all attempts must be reported, including an exchanger's. Updates the native observer accordingly."""
        sees_all = (
            self.transport is not None
            or self.raw_request_hook is not None
            or self.raw_response_hook is not None
            or bool(self.policies)
            or is_replaced(self.is_async)
        )
        if sees_all is not self._sees_all:
            self._observer.see_all(sees_all)
            self._sees_all = sees_all
        return sees_all

    def find_transport(self) -> Any:
        """Returns the program's transport, or one that sends through what a test has replaced; None for the library's."""
        return self.transport or replaced_transport(self.is_async, self.verify)
