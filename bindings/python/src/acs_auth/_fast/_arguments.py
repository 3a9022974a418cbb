"""Arguments as the C ABI takes them."""

from __future__ import annotations

import ctypes
from typing import Any

from .._models import is_valid_unicode
from ._abi import DEFAULT, Bytes, CallOptions, Header, Request, generated

_LARGEST = 2**63 - 1


def failure(kind: Any, reason: str, target: str | None = None) -> Exception:
    """An error that the library did not make."""
    made: Exception = generated.AcsAuthError.Failure(kind, None, None, target, reason, None, None, None)
    return made


def text(name: str, value: str) -> bytes:
    """C takes what is behind a NUL for nothing, so there must be none."""
    if not isinstance(value, str):
        raise TypeError(f"{name} must be str, not {type(value).__name__}")
    if not is_valid_unicode(value):
        raise failure(generated.ErrorKind.INVALID_ARGUMENT, "It holds a lone surrogate, which is not valid Unicode.", name)
    encoded = value.encode()
    if b"\0" in encoded:
        raise failure(generated.ErrorKind.INVALID_ARGUMENT, "It holds a NUL.", name)
    return encoded


def number(name: str, value: int | None) -> int:
    """A number that is not negative, or the default."""
    if value is None:
        return DEFAULT
    if value < 0:
        raise ValueError(f"{name} must not be negative")
    return value if value < _LARGEST else _LARGEST


def texts(name: str, values: list[str]) -> Any:
    return (ctypes.c_char_p * len(values))(*[text(name, value) for value in values])


def call_options(options: Any) -> Any:
    if options is None:
        return None
    client_request_id = options.client_request_id
    return ctypes.byref(
        CallOptions(
            ctypes.sizeof(CallOptions),
            number("timeout_ms", options.timeout_ms),
            None if client_request_id is None else text("client_request_id", client_request_id),
        )
    )


def request(given: Any) -> Any:
    """None for a request that C cannot hold, with a NUL in it."""
    headers = [(header.name.encode(), header.value.encode()) for header in given.headers]
    method, path = given.method.encode(), given.path.encode()
    if b"\0" in b"".join([method, path, *[part for header in headers for part in header]]):
        return None
    body = bytes(given.body)
    return Request(
        ctypes.sizeof(Request),
        method,
        path,
        (Header * len(headers))(*headers),  # type: ignore[misc]
        len(headers),
        Bytes(body, len(body)),
    )
