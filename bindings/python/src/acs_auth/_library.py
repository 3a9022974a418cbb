"""Loads the native library at first use, calls it, and converts its errors to this package's exceptions."""

from __future__ import annotations

import atexit
import os
import sys
import threading
from typing import TYPE_CHECKING, Any, Callable

from . import _logging
from ._callbacks import Callbacks
from ._causes import explain, raised_for
from ._durations import invalid
from ._errors import AcsAuthError, make_error
from ._kinds import ErrorKind

if TYPE_CHECKING:
    from ._ffi._objects import Submission

_loaded: Any = None
_objects: Any = None
_submit: Any = None
_failure: Any = None
_ended = False
_callbacks: Any = None
_is_ready = False
_loading = threading.RLock()


def _reset() -> None:
    """Replaces the lock in the child of a fork: another thread of the parent may have held it."""
    global _loading, _is_ready
    _loading = threading.RLock()
    _is_ready = False
    if _callbacks is not None:
        _callbacks.reset()


if hasattr(os, "register_at_fork"):  # Windows has no forks.
    os.register_at_fork(after_in_child=_reset)


def _is_main_interpreter() -> bool:
    import ctypes

    try:
        api = ctypes.pythonapi
        # By index, which returns new objects: setting types below doesn't affect other users of `pythonapi`.
        current, main = api["PyInterpreterState_Get"], api["PyInterpreterState_Main"]
    except (AttributeError, OSError):
        return True  # The functions can't be found, for example because the program that embeds Python hides its symbols.
    current.restype = main.restype = ctypes.c_void_p
    return bool(current() == main())


def native() -> Any:
    """Returns uniffi's module: types, constructors, pure functions, callbacks. Its first import loads the library."""
    return _loaded if _loaded is not None else _load()


def objects() -> Any:
    """Returns the module with the classes whose operations wait, `_ffi._objects`."""
    native()
    return _objects


def _load() -> Any:
    global _loaded, _objects, _submit, _failure, _callbacks
    with _loading:
        if _loaded is not None:
            return _loaded
        # The library has one table of callbacks per process. A second interpreter's table would replace the first one's and
        # end with its interpreter: the next credential, event or log record would then crash the process.
        if not _is_main_interpreter():
            raise ImportError("acs_auth works in the main interpreter of a process only, not in a subinterpreter")
        from ._ffi import _objects as of_c
        from ._ffi._functions import native as module
        from ._ffi._queue import wait as submit

        _objects, _submit = of_c, submit
        _failure = module.AcsAuthError
        _callbacks = Callbacks(module, _logging.write)
        _logging.start(module, _callbacks, end_first)
        atexit.register(_end)
        _loaded = module
        return module


def _end() -> None:
    """Delivers queued log records and events for up to a second, and ends the threads. A callback that hangs is left behind."""
    global _ended
    _ended = True
    _logging.stop()
    if not _callbacks.is_started:
        _callbacks.close()
    try:
        _loaded.shutdown(1000)
    except _failure:
        pass
    _callbacks.close()


def end_first() -> None:
    """Makes the library end before everything that has been registered with `atexit` so far."""
    if not _ended:
        atexit.unregister(_end)
        atexit.register(_end)


def _make_ready() -> None:
    """Starts the callback threads. If `logging` is imported, makes the library end before it, so that no record is lost."""
    global _is_ready
    _callbacks.start()
    if "logging" in sys.modules:
        end_first()
        _is_ready = True


def callbacks() -> Any:
    """Returns the callbacks, whose threads are running."""
    native()
    _callbacks.start()
    return _callbacks


def make_client(options: Any, token_credential: Any, watcher: Any) -> Any:
    """Creates a native client whose attempts are reported to `watcher`. Starts no thread."""
    native()
    return call(_callbacks.client, options, token_credential, watcher)


def _rest() -> None:
    """Blocks a daemon thread whose call was cancelled because the interpreter exits.

    Python ends its daemon threads at exit without an exception, so they get none from here either.
    """
    if threading.current_thread() is not threading.main_thread():
        threading.Event().wait()


def details_of(failure: Any) -> AcsAuthError:
    """Returns this package's exception for a native one."""
    kind = failure.kind.value
    wait = failure.retry_after_ms
    details = {
        "status_code": failure.status,
        "error_code": failure.code,
        "target": failure.target,
        "retry_after": None if wait is None else wait / 1000,
        "request_id": failure.client_request_id,
        "ms_cv": failure.ms_cv,
    }
    raised = raised_for(failure.client_request_id) if kind == ErrorKind.TRANSPORT_ERROR else None
    # The library's reason is that the request could not be sent, but a response hook runs after that.
    reason = failure.reason if raised is None else f"A hook or transport of the client raised {type(raised).__name__}."
    error = make_error(kind, reason, details)
    explain(error)
    if raised is not None:
        error.__cause__ = raised
    return error


def _not_native(error: Exception) -> Exception:
    """Returns an exception that can be shown in place of one that isn't the library's.

    A UnicodeEncodeError contains the argument. Must be called outside the `except` block: azure-core's exceptions store the
    one that is being handled.
    """
    if isinstance(error, UnicodeEncodeError):
        return invalid(None, "An argument holds a lone surrogate, which is not valid Unicode.")
    return error


def call(function: Callable[..., Any], *arguments: Any) -> Any:
    """Calls a native function that doesn't wait.

    Exceptions are raised again outside the `except` block, so that the traceback has no frame of the generated code, whose
    variables may be secret.
    """
    error: Exception
    try:
        return function(*arguments)
    except _failure as failure:
        error = details_of(failure)
    except Exception as other:
        error = other.with_traceback(None)
    finally:
        del arguments
    raise _not_native(error)


def wait(operation: Callable[..., Submission], *arguments: Any) -> Any:
    """Submits an operation of `objects()` and waits for it on this thread. Ctrl-C cancels it."""
    if not _is_ready:
        _make_ready()
    error: Exception
    try:
        return _submit(*operation(*arguments))
    except _failure as failure:
        if _ended:
            _rest()
        error = details_of(failure)
    except Exception as other:
        error = other.with_traceback(None)
    finally:
        del arguments
    raise _not_native(error)


async def wait_async(operation: Callable[..., Submission], *arguments: Any) -> Any:
    """Submits an operation of `objects()` and awaits it. Cancelling the task cancels it."""
    if not _is_ready:
        _make_ready()
    error: Exception
    try:
        return await _submit_async(*operation(*arguments))
    except _failure as failure:
        error = details_of(failure)
    except Exception as other:
        error = other.with_traceback(None)
    finally:
        del arguments
    raise _not_native(error)


def _submit_async(*submission: Any) -> Any:
    """Replaces itself by `_ffi._loop.wait_async`: that imports asyncio, which is slow, and only `aio` needs it."""
    global _submit_async
    from ._ffi._loop import wait_async as _submit_async

    return _submit_async(*submission)
