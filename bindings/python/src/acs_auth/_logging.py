"""Passes the library's log records to the standard library's logger "acs_auth"."""

from __future__ import annotations

import sys
from typing import Any, Callable

from ._causes import MARK

#: The native levels by their number in `logging`; each name is one of the native enumeration.
_LEVELS = ((40, "ERROR"), (30, "WARN"), (20, "INFO"), (10, "DEBUG"), (0, "TRACE"))
_NUMBERS = {"ERROR": 40, "WARN": 30, "INFO": 20, "DEBUG": 10, "TRACE": 5}

_native: Any = None
_callbacks: Any = None
_end_first: Any = None
_level: str | None = None
_has_written = False


def start(native: Any, callbacks: Any, end_first: Callable[[], None]) -> None:
    """Turns on the library's log, at the logger's level; with warnings and errors while `logging` isn't imported.

    `end_first` makes the library end before everything that has been registered with `atexit` so far.
    """
    global _native, _callbacks, _end_first
    _native, _callbacks, _end_first = native, callbacks, end_first
    _set_level()


def refresh_log_level() -> None:
    """Applies the level of the logger "acs_auth" to the library. Call it after changing the level.

    Creating a client, verifier, handler or user's credential does the same. While the program hasn't imported `logging`, the
    level is WARNING; the first record imports it.
    """
    if _native is not None:
        _callbacks.start()
        _set_level()


def _set_level() -> None:
    global _level
    logging = sys.modules.get("logging")
    wanted = 30 if logging is None else logging.getLogger("acs_auth").getEffectiveLevel()
    level = next((name for least, name in _LEVELS if wanted >= least), "TRACE")
    if wanted > 40:
        level = "OFF"
    if level != _level:
        _native.set_log(getattr(_native.LogLevel, level), None if level == "OFF" else _callbacks.log_sink())
        _level = level


def write(record: Any) -> None:
    """Passes a native record to the logger, with the time at which it was created."""
    global _has_written
    import logging

    if not _has_written:
        _has_written = True
        # `logging` closes its handlers at exit. The library must end before that, so that no record is lost.
        _end_first()

    logger = logging.getLogger("acs_auth")
    level = _NUMBERS[record.level.name]
    if logger.isEnabledFor(level):
        fields = {field.name: field.value.partition(MARK)[0] for field in record.fields}
        said = "".join(f" {name}={value}" for name, value in fields.items())
        extra = {"acs_auth": fields, "acs_auth_target": record.target}
        made = logger.makeRecord(logger.name, level, __file__, 0, "%s%s", (record.text, said), None, "write", extra)
        late = made.created - record.time_us / 1e6
        made.created -= late
        made.relativeCreated -= late * 1000
        made.msecs = record.time_us // 1000 % 1000
        logger.handle(made)


def stop() -> None:
    """Turns off the library's log."""
    _native.set_log(_native.LogLevel.OFF, None)
