"""Attempts that Python observes or sends itself, for hooks, azure-core's spans, and transports of the program.

The library still authenticates, retries and applies timeouts. This code runs on the threads of `_callbacks`, in a copy of the
`contextvars` context of the call that the attempt belongs to.
"""

from __future__ import annotations

import re
import sys
import threading
import time
from collections import deque
from typing import Any, Callable

from ._causes import Kept, forget
from ._failures import LOST, NOT_SENT, REFUSED, failure_kind
from ._http import HttpResponse, Refused, content_of, pipeline_request, pipeline_response, sendable
from ._hubs import real_lock
from ._models import HIDDEN, readable
from ._watching import Latest, Outcome, Watched, Watcher

#: A JWT, or its beginning.
_TOKEN = re.compile(r"eyJ[\w-]*(\.[\w-]*)*")
#: Headers of the body and the connection. A hook can't change them: the library's values are sent.
_FRAMING = frozenset({"connection", "content-length", "host", "transfer-encoding"})
_REQUEST_ID = "x-ms-client-request-id"
#: The maximum number of attempts in synchronous transports at once, since each blocks a thread.
_MOST_BLOCKED = 64
#: How many seconds before its end an attempt stops waiting for a transport, so that its error names what it waited for.
_BEFORE_THE_END = 0.1


class _Attempt:
    """An attempt in progress."""

    def __init__(self, call: Watched, outcome: Outcome, request: Any, ends: float) -> None:
        self.call = call
        self.outcome = outcome
        self.request = request
        #: When the library ends it, on the clock of `time.monotonic`.
        self.ends = ends
        #: The azure-core policy that started this attempt's span.
        self.policy: Any = None
        self.task: Any = None
        #: Whether hooks and policies have been called.
        self.has_begun = False
        #: Whether the library no longer waits for it. From then on it must not be sent.
        self.is_abandoned = False
        #: Hooks, spans and transport of this attempt run in this context, on one thread at a time (`lock`).
        self.context = call.context.copy()
        self.lock = real_lock()


def _nothing() -> None:
    return None


class _Turn:
    """An attempt's wait for a place."""

    __slots__ = ("is_given", "over")

    def __init__(self, over: Any) -> None:
        #: A lock that is released when the wait is over.
        self.over = over
        self.is_given = False


class _Places:
    """The places for attempts in synchronous transports."""

    def __init__(self) -> None:
        self._lock = real_lock()
        self._free = _MOST_BLOCKED
        #: The waiting attempts, by their numbers, in their order.
        self._waiting: dict[int, _Turn] = {}

    def take(self, number: int, attempt: _Attempt) -> bool:
        """Waits for a place until the attempt ends. Returns whether there was one."""
        with self._lock:
            if self._free > 0:
                self._free -= 1
                return True
            if attempt.is_abandoned:
                return False
            turn = self._waiting[number] = _Turn(real_lock())
            turn.over.acquire()
        left = max(0.0, attempt.ends - time.monotonic() - _BEFORE_THE_END)
        turn.over.acquire(timeout=min(left, threading.TIMEOUT_MAX))
        with self._lock:
            self._waiting.pop(number, None)
            return turn.is_given

    def give_back(self) -> None:
        """Gives the place to the attempt that has waited longest."""
        with self._lock:
            if not self._waiting:
                self._free += 1
                return
            turn = self._waiting.pop(next(iter(self._waiting)))
            turn.is_given = True
            turn.over.release()

    def leave(self, number: int) -> None:
        """Ends the wait of an attempt that was abandoned."""
        with self._lock:
            turn = self._waiting.pop(number, None)
            if turn is not None:
                turn.over.release()


class Attempts:
    """Handles the library's callbacks about attempts."""

    def __init__(self, module: Any, calls: Any) -> None:
        self._module = module
        self._calls = calls
        self.reset()

    def reset(self) -> None:
        """Forgets the parent's attempts, in the child of a fork."""
        self._open: dict[int, _Attempt] = {}
        #: The latest attempts that were abandoned before they were in `_open`: threads may handle an end before its beginning.
        self._gone: deque[int] = deque(maxlen=256)
        self._places = _Places()
        #: The exceptions of hooks and transports in calls that Python doesn't run.
        self.failures = Kept(most=256)

    def send(self, watcher: Watcher | None, number: int, call_number: int | None, given: Any) -> None:
        if watcher is None:
            # Not by the library's own transport, which the client may have been created to avoid.
            self._complete_failed(number, REFUSED, "its client no longer exists")
            return
        call = watcher.calls.get(call_number or 0)
        if call is None:
            call = Watched(None, watcher)
            call.request_id = next((header.value for header in given.headers if header.name == _REQUEST_ID), None)
        outcome = call.begin(number)
        headers = [(header.name, header.value) for header in given.headers]
        try:
            transport = watcher.find_transport()
            request = pipeline_request(given.method, given.url, headers, given.body, transport)
        except Exception as error:
            self._refuse(number, call, outcome, error, f"there is no transport: {type(error).__name__}")
            return
        attempt = self._open[number] = _Attempt(call, outcome, request, time.monotonic() + given.timeout_ms / 1000)
        if number in self._gone:
            attempt.is_abandoned = True
        self._guarded(number, attempt, self._begin, transport, given)

    def sent(self, number: int, answer: Any) -> None:
        attempt = self._open.get(number)
        if attempt is None:
            self._calls.keep(number)
        else:
            self._guarded(number, attempt, self._show, answer)

    def abandoned(self, number: int) -> None:
        attempt = self._open.get(number)
        if attempt is None:
            self._gone.append(number)
            attempt = self._open.get(number)
            if attempt is None:
                return
        attempt.is_abandoned = True
        self._places.leave(number)
        # If another thread is handling the attempt, `_guarded` calls this again there.
        if not attempt.lock.acquire(blocking=False):
            return
        try:
            if self._open.pop(number, None) is None:
                return
            # Cancelling in a closed loop would only log a RuntimeError.
            if attempt.task is not None and not attempt.call.loop.is_closed():
                attempt.task.cancel()
            if attempt.has_begun:
                attempt.context.run(self._failed, attempt, _unanswered("the attempt was given up"))
        except BaseException as error:  # From a hook or policy. The call has ended, so it can't raise this.
            _log_raised(error)
        finally:
            attempt.lock.release()

    def _guarded(self, number: int, attempt: _Attempt, function: Callable[..., None], *arguments: Any) -> None:
        """Runs a function that calls the program's code. An exception fails the attempt, and is raised by its call."""
        with attempt.lock:
            if number not in self._open:
                return  # It was abandoned meanwhile.
            try:
                attempt.context.run(function, number, attempt, *arguments)
            except BaseException as error:
                self._open.pop(number, None)
                reason = f"a hook or transport raised {type(error).__name__}"
                self._refuse(number, attempt.call, attempt.outcome, error, reason)
        if attempt.is_abandoned:
            self.abandoned(number)

    def _begin(self, number: int, attempt: _Attempt, transport: Any, given: Any) -> None:
        call, request = attempt.call, attempt.request
        if attempt.is_abandoned:
            return
        attempt.has_begun = True
        for policy in call.policies:
            self._hook(call, policy.on_request, request)
        if call.request_hook is not None:
            self._hook(call, call.request_hook, request)
        _check_unchanged(request.http_request, given)
        if attempt.is_abandoned:
            return
        if call.traced:
            attempt.policy = self._start_span(call, request)
        if transport is None:
            header = self._module.Header
            pairs = [(name, value) for name, value in request.http_request.headers.items() if name.lower() not in _FRAMING]
            pairs += [(own.name, own.value) for own in given.headers if own.name.lower() in _FRAMING]
            headers = [header(name=name, value=value) for name, value in pairs]
            self._calls.forward(number, headers, call.connect_timeout_ms)
        else:
            self._send_by(transport, number, attempt)

    @staticmethod
    def _hook(call: Watched, hook: Any, *arguments: Any) -> None:
        result = hook(*arguments)
        if hasattr(result, "__await__"):
            _finished(result, call.loop)

    # Spans.

    def _start_span(self, call: Watched, request: Any) -> Any:
        from azure.core.pipeline.policies import DistributedTracingPolicy

        policy = DistributedTracingPolicy()
        request.context.options.update(call.tracing)
        if len(call.outcomes) > 1:
            request.context["retry_count"] = len(call.outcomes) - 1
        policy.on_request(request)
        return policy

    @staticmethod
    def _end_span(attempt: _Attempt, response: Any) -> None:
        policy, attempt.policy = attempt.policy, None
        if policy is not None:
            policy.on_response(attempt.request, response)

    def _failed(self, attempt: _Attempt, error: BaseException) -> None:
        """Notifies span and policies of a failure, inside an `except` block: azure-core's read `sys.exc_info()`."""
        span, attempt.policy = attempt.policy, None
        policies = [*attempt.call.policies, *([] if span is None else [span])]
        try:
            raise error
        except BaseException:
            for policy in reversed(policies):
                if callable(getattr(policy, "on_exception", None)):
                    self._hook(attempt.call, policy.on_exception, attempt.request)

    # Outcomes.

    def _show(self, number: int, attempt: _Attempt, answer: Any) -> None:
        """Shows hooks, policies and the span the outcome of an attempt that the library's transport sent."""
        if isinstance(answer, self._module.TransportAnswer.RESPONSE):
            # The service sends no tokens in headers. If a proxy echoes the request's token, a hook must not log it.
            headers = [(header.name, _TOKEN.sub(HIDDEN, header.value)) for header in answer.headers]
            self._show_response(attempt, answer.status, headers, answer.body)
        else:
            self._failed(attempt, _unanswered(answer.reason))
        self._open.pop(number, None)
        self._calls.keep(number)

    def _show_response(self, attempt: _Attempt, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        request = attempt.request
        response = pipeline_response(request, HttpResponse(request.http_request, status, headers, body))
        attempt.outcome.response = response
        self._end_span(attempt, response)
        if attempt.call.response_hook is not None:
            self._hook(attempt.call, attempt.call.response_hook, response)
        for policy in reversed(attempt.call.policies):
            if callable(getattr(policy, "on_response", None)):
                self._hook(attempt.call, policy.on_response, request, response)

    # The program's own transports.

    def _send_by(self, transport: Any, number: int, attempt: _Attempt) -> None:
        options = attempt.call.for_transport if callable(getattr(transport, "send", None)) else {}
        send = getattr(transport, "send", transport)
        loop = attempt.call.loop
        if not self._places.take(number, attempt):
            if attempt.is_abandoned:
                return
            reason = f"{_MOST_BLOCKED} synchronous transports were busy until the attempt had to end"
            self._failed(attempt, _unanswered(reason))
            self._open.pop(number, None)
            self._complete_failed(number, NOT_SENT, reason)
            return
        try:
            if not self._calls.sending(number):
                return  # The call may have sent it again. `abandoned` notifies hooks and policies.
            response = send(sendable(transport, attempt.request.http_request), **options)
            if hasattr(response, "__await__"):
                self._await(response, loop, number, attempt)
                return
            if callable(getattr(response, "read", None)) and getattr(response, "is_stream_consumed", False) is not True:
                response.read()
        except Exception as error:
            self._transport_failed(number, attempt, error)
        else:
            self._give(number, attempt, response)
        finally:
            self._places.give_back()

    def _await(self, awaitable: Any, loop: Any, number: int, attempt: _Attempt) -> None:
        if loop is None:
            getattr(awaitable, "close", _nothing)()
            raise Refused("The transport is asynchronous: use the client of acs_auth.aio.")

        import asyncio

        async def send() -> Any:
            response = await awaitable
            read: Any = getattr(response, "load_body", None) or getattr(response, "read", None)
            if callable(read) and getattr(response, "is_stream_consumed", False) is not True:
                awaited: Any = read()
                if hasattr(awaited, "__await__"):
                    await awaited
            return response

        def done(task: Any) -> None:
            # `abandoned` has removed the attempt whose task it cancels.
            if number not in self._open:
                return
            # This is usually the loop's thread, where waiting for an asynchronous hook would block the loop. If the transport has
            # already ended, it is the thread of `_begin`, which holds the lock.
            arguments = (number, attempt, self._take, task)
            if attempt.call.response_hook is None and not attempt.call.policies and not attempt.lock.locked():
                self._guarded(*arguments)
            else:
                threading.Thread(target=self._guarded, args=arguments, name="acs-auth hooks", daemon=True).start()

        sending = send()
        try:
            attempt.task = asyncio.run_coroutine_threadsafe(sending, loop)
        except RuntimeError:  # The loop is closed. Python warns about coroutines that were never awaited.
            sending.close()
            getattr(awaitable, "close", _nothing)()
            raise
        attempt.task.add_done_callback(done)

    def _take(self, number: int, attempt: _Attempt, task: Any) -> None:
        if task.cancelled():
            # By the program, or because its loop ends.
            self._failed(attempt, _unanswered("the transport was cancelled"))
            self._open.pop(number, None)
            self._complete_failed(number, LOST, "the transport was cancelled")
            return
        error = task.exception()
        if error is not None:
            self._transport_failed(number, attempt, error)
        else:
            self._give(number, attempt, task.result())

    def _give(self, number: int, attempt: _Attempt, response: Any) -> None:
        module = self._module
        # aiohttp decodes bytes that aren't UTF-8 to lone surrogates, which can't be encoded again.
        headers = [(readable(str(name)), readable(str(value))) for name, value in response.headers.items()]
        body = content_of(response)
        self._calls.answered(number)
        self._show_response(attempt, int(response.status_code), headers, body)
        self._open.pop(number, None)
        given = [module.Header(name=name, value=value) for name, value in headers if name.lower() not in _ENCODED]
        self._calls.complete(number, module.TransportAnswer.RESPONSE(int(response.status_code), given, body))

    def _transport_failed(self, number: int, attempt: _Attempt, error: BaseException) -> None:
        self._failed(attempt, error)
        kind = failure_kind(error)
        if kind is None:
            raise error
        self._open.pop(number, None)
        self._complete_failed(number, kind, f"the transport raised {type(error).__name__}")

    def _refuse(self, number: int, call: Watched, outcome: Outcome, error: BaseException, reason: str) -> None:
        """Fails an attempt by an exception, which its call raises unless the attempt has already ended."""
        with call.lock:
            # Before the call can end.
            outcome.raised = error
            if call.request_id is not None:
                self.failures.keep_for(call.request_id, error)
            if not self._complete_failed(number, REFUSED, reason):
                outcome.raised = None
                if call.request_id is not None:
                    forget(call.request_id)

    def _complete_failed(self, number: int, kind: str, reason: str) -> bool:
        module = self._module
        failure = module.TransportAnswer.FAILURE(getattr(module.FailureKind, kind), reason)
        return bool(self._calls.complete(number, failure))


#: Headers that no longer apply, because the transport has decoded the body.
_ENCODED = frozenset({"content-encoding", "content-length", "transfer-encoding"})


def _unanswered(reason: str) -> Exception:
    """Returns the exception for a missing response: azure-core's, if the program has imported azure-core."""
    azure: Any = sys.modules.get("azure.core.exceptions")
    made: Exception = ConnectionError(reason) if azure is None else azure.ServiceRequestError(reason)
    return made


def _log_raised(error: BaseException) -> None:
    """Logs the class of an exception that can't be raised; its text may contain secrets."""
    import logging

    logging.getLogger("acs_auth").error("a hook or policy raised %s", type(error).__name__)


def _check_unchanged(request: Any, given: Any) -> None:
    """Raises if a hook has changed what was signed: method, URL or body."""
    if request.method != given.method or request.url != given.url:
        raise Refused("A raw_request_hook may change headers, not the method or the URL, which are signed.")
    if (request.content or b"") != given.body:
        raise Refused("A raw_request_hook may change headers, not the body, which is signed.")


def _finished(awaitable: Any, loop: Any) -> Any:
    if loop is None:
        getattr(awaitable, "close", _nothing)()
        raise Refused("The hook is asynchronous: use the client of acs_auth.aio.")
    from .aio._loop import finish

    return finish(awaitable, Latest(loop))
