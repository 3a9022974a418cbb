"""Converts arguments for the C ABI."""

from __future__ import annotations

import ctypes
from typing import Any

from .._models import is_valid_unicode
from ._abi import ACS_DEFAULT, acs_bytes, acs_call_options, acs_header, acs_request
from ._functions import native

_LARGEST = 2**63 - 1


def failure(kind: Any, reason: str, target: str | None = None) -> Exception:
    """Returns a native error for what is found here, before the library is called."""
    made: Exception = native.AcsAuthError.Failure(kind, None, None, target, reason, None, None, None)
    return made


def text(name: str, value: str) -> bytes:
    """Encodes a string. One with a NUL is rejected, since C ignores what follows it."""
    if not isinstance(value, str):
        raise TypeError(f"{name} must be str, not {type(value).__name__}")
    if not is_valid_unicode(value):
        raise failure(native.ErrorKind.INVALID_ARGUMENT, "It holds a lone surrogate, which is not valid Unicode.", name)
    encoded = value.encode()
    if b"\0" in encoded:
        raise failure(native.ErrorKind.INVALID_ARGUMENT, "It holds a NUL.", name)
    return encoded


def number(name: str, value: int | None) -> int:
    """Returns a number that isn't negative; ACS_DEFAULT for None."""
    if value is None:
        return ACS_DEFAULT
    if value < 0:
        raise ValueError(f"{name} must not be negative")
    return value if value < _LARGEST else _LARGEST


def texts(name: str, values: list[str]) -> Any:
    return (ctypes.c_char_p * len(values))(*[text(name, value) for value in values])


def data(value: Any) -> acs_bytes:
    if type(value) is not bytes:
        value = bytes(value)
    return acs_bytes(value, len(value))


def call_options(options: tuple[Any, ...] | None) -> Any:
    """Converts a timeout in milliseconds, a client request id, headers, a User-Agent, a number of attempts, and the timeout
    of one attempt in milliseconds."""
    if options is None:
        return None
    timeout_ms, client_request_id, headers, user_agent, max_attempts, attempt_timeout_ms = options
    given = (acs_header * len(headers))(*[(text(name, name), text(name, value)) for name, value in headers])  # type: ignore[misc]
    return ctypes.byref(
        acs_call_options(
            ctypes.sizeof(acs_call_options),
            number("timeout_ms", timeout_ms),
            None if client_request_id is None else text("client_request_id", client_request_id),
            given,
            len(headers),
            None if user_agent is None else text("user_agent", user_agent),
            number("max_attempts", max_attempts),
            number("attempt_timeout_ms", attempt_timeout_ms),
            None,
            ACS_DEFAULT,
        )
    )


def request(method: str, path: str, headers: list[tuple[str, str]], body: bytes) -> acs_request:
    """Converts an HTTP request. C strings can't hold a NUL: it becomes a space, as in RFC 9110 (5.5), and `%00` in a path."""
    given = (acs_header * len(headers))(*[(_http(name), _http(value)) for name, value in headers])  # type: ignore[misc]
    path = path.replace("\0", "%00")
    return acs_request(ctypes.sizeof(acs_request), _http(method), path.encode(), given, len(headers), data(body))


def _http(value: str) -> bytes:
    encoded = value.encode()
    return encoded.replace(b"\0", b" ") if b"\0" in encoded else encoded
