"""The library's records in the logger "acs_auth" of the standard library."""

from __future__ import annotations

import sys
from typing import Any

#: The native levels by their number in `logging`; each name is one of the native enumeration.
_LEVELS = ((40, "ERROR"), (30, "WARN"), (20, "INFO"), (10, "DEBUG"), (0, "TRACE"))
_NUMBERS = {"ERROR": 40, "WARN": 30, "INFO": 20, "DEBUG": 10, "TRACE": 5}

_native: Any = None
_sink: Any = None
_level: str | None = None


def start(native: Any) -> None:
    """Takes warnings and errors from now on, and whatever the logger wants as soon as a client is made."""
    global _native, _sink

    class Sink(native.LogSink):  # type: ignore[misc]
        def on_record(self, record: Any) -> None:
            _log(record)

    _native, _sink = native, Sink()
    refresh_log_level()


def refresh_log_level() -> None:
    """Asks the native library for no more than the logger "acs_auth" lets through.

    This happens whenever a client, verifier or handler is made; call it if the level is changed
    later on. `logging` is imported by the first record, not here: a program that does not use it does not pay for it.
    """
    global _level
    if _native is None:
        return
    logging = sys.modules.get("logging")
    wanted = 30 if logging is None else logging.getLogger("acs_auth").getEffectiveLevel()
    level = next((name for least, name in _LEVELS if wanted >= least), "TRACE")
    if wanted > 40:
        level = "OFF"
    if level != _level:
        _native.set_log(getattr(_native.LogLevel, level), None if level == "OFF" else _sink)
        _level = level


def _log(record: Any) -> None:
    import logging

    logger = logging.getLogger("acs_auth")
    level = _NUMBERS[record.level.name]
    if logger.isEnabledFor(level):
        fields = {field.name: field.value for field in record.fields}
        said = "".join(f" {name}={value}" for name, value in fields.items())
        logger.log(level, "%s%s", record.text, said, extra={"acs_auth": fields, "acs_auth_target": record.target})


def stop() -> None:
    """No record from here on."""
    _native.set_log(_native.LogLevel.OFF, None)
