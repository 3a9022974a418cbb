"""The native library behind all of this: loaded at first use, called from here, its errors made ours."""

from __future__ import annotations

import atexit
import os
import sys
import threading
from typing import TYPE_CHECKING, Any, Callable

from . import _logging
from ._callbacks import Callbacks
from ._causes import explain
from ._durations import invalid
from ._errors import AcsAuthError, make_error

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
    """Another thread of the parent may have been loading when it forked."""
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
        # By index, so that the types below are those of these two objects alone.
        current, main = api["PyInterpreterState_Get"], api["PyInterpreterState_Main"]
    except (AttributeError, OSError):
        return True  # Python's own library is hidden from us, which embeds it.
    current.restype = main.restype = ctypes.c_void_p
    return bool(current() == main())


def native() -> Any:
    """uniffi's module: types, construction, what is pure, callbacks. Importing it loads the library; that happens once."""
    return _loaded if _loaded is not None else _load()


def objects() -> Any:
    """The objects of the C ABI, whose operations wait."""
    native()
    return _objects


def _load() -> Any:
    global _loaded, _objects, _submit, _failure, _callbacks
    with _loading:
        if _loaded is not None:
            return _loaded
        # The library has one table of callbacks in a process. A second interpreter's would take the place of the first one's,
        # and be gone with it: a token credential, an observer or a log record would then end the process.
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
    """Delivers what the log and the observers have not been told yet, and ends the threads. What hangs is left behind."""
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
    """Has the library end before whatever else has been registered with `atexit` so far."""
    if not _ended:
        atexit.unregister(_end)
        atexit.register(_end)


def _make_ready() -> None:
    """Starts what a call may need. `logging` ends with the interpreter too, and is to have every record before that."""
    global _is_ready
    _callbacks.start()
    if "logging" in sys.modules:
        end_first()
        _is_ready = True


def callbacks() -> Any:
    """Where the library's calls of Python are fetched."""
    native()
    _callbacks.start()
    return _callbacks


def make_client(options: Any, token_credential: Any, watcher: Any) -> Any:
    """A native client whose attempts `watcher` sees. It starts no thread."""
    native()
    return call(_callbacks.client, options, token_credential, watcher)


def _rest() -> None:
    """A daemon thread's call was cancelled because the program ends: its own threads are not told of that either."""
    if threading.current_thread() is not threading.main_thread():
        threading.Event().wait()


def details_of(failure: Any) -> AcsAuthError:
    """Our exception for the native one."""
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
    error = make_error(kind, failure.reason, details)
    explain(error)
    return error


def _not_native(error: Exception) -> Exception:
    """What was raised before the library was reached, made fit to be shown: an encoder's exception holds the text.

    It is called outside of the `except`: azure-core's exceptions keep the one that is being handled.
    """
    if isinstance(error, UnicodeEncodeError):
        return invalid(None, "An argument holds a lone surrogate, which is not valid Unicode.")
    return error


def call(function: Callable[..., Any], *arguments: Any) -> Any:
    """Calls the native `function`, which does not wait.

    What it raises is raised again outside of the `except`, so that the traceback has no frame, and so no argument, of
    the generated code.
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
    """Submits an operation of `objects()` and waits for it, on this thread. Ctrl-C ends it."""
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
    """asyncio takes long to import, and only those who await need it."""
    global _submit_async
    from ._ffi._loop import wait_async as _submit_async

    return _submit_async(*submission)
