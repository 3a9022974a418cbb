"""The library's records in the logger "acs_auth" of the standard library."""

from __future__ import annotations

import sys
from typing import Any, Callable

#: The native levels by their number in `logging`; each name is one of the native enumeration.
_LEVELS = ((40, "ERROR"), (30, "WARN"), (20, "INFO"), (10, "DEBUG"), (0, "TRACE"))
_NUMBERS = {"ERROR": 40, "WARN": 30, "INFO": 20, "DEBUG": 10, "TRACE": 5}

_native: Any = None
_callbacks: Any = None
_end_first: Any = None
_level: str | None = None
_has_written = False


def start(native: Any, callbacks: Any, end_first: Callable[[], None]) -> None:
    """Takes warnings and errors from now on, and whatever the logger wants as soon as a client is made.

    `end_first` has the library end before what was registered with `atexit` so far.
    """
    global _native, _callbacks, _end_first
    _native, _callbacks, _end_first = native, callbacks, end_first
    _set_level()


def refresh_log_level() -> None:
    """Asks the native library for no more than the logger "acs_auth" lets through.

    This happens whenever a client, verifier or handler is created; call it if the level is changed
    later on. `logging` is imported by the first record, not here: a program that does not use it does not pay for it.
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
    """Hands a native record to the logger, with the time when it was made."""
    global _has_written
    import logging

    if not _has_written:
        _has_written = True
        # `logging` closes its handlers at the end: it is to have all records before that.
        _end_first()

    logger = logging.getLogger("acs_auth")
    level = _NUMBERS[record.level.name]
    if logger.isEnabledFor(level):
        fields = {field.name: field.value for field in record.fields}
        said = "".join(f" {name}={value}" for name, value in fields.items())
        extra = {"acs_auth": fields, "acs_auth_target": record.target}
        made = logger.makeRecord(logger.name, level, __file__, 0, "%s%s", (record.text, said), None, "write", extra)
        late = made.created - record.time_us / 1e6
        made.created -= late
        made.relativeCreated -= late * 1000
        made.msecs = record.time_us // 1000 % 1000
        logger.handle(made)


def stop() -> None:
    """No record from here on."""
    _native.set_log(_native.LogLevel.OFF, None)
