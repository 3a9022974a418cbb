"""The kinds of errors."""

from __future__ import annotations

from enum import IntEnum


class ErrorKind(IntEnum):
    """The kind of an error, for a program to act on. The numbers never change.

    Each kind has an exception class: THROTTLED has `ThrottledError`, TIMEOUT has `TimedOutError`.
    """

    INVALID_ARGUMENT = 1
    INVALID_CONNECTION_STRING = 2
    ENTRA_TOKEN_INVALID = 3
    ENTRA_TOKEN_REJECTED = 4
    VALIDATION_FAILED = 5
    CREDENTIAL_DENIED = 6
    NOT_FOUND = 7
    THROTTLED = 8
    SERVICE_ERROR = 9
    TRANSPORT_ERROR = 10
    TIMEOUT = 11
    CANCELLED = 12
    UNEXPECTED_RESPONSE = 13
    UNAUTHORIZED = 14
    FORBIDDEN = 15
    INTERNAL = 99

    def __str__(self) -> str:
        return "".join(word.capitalize() for word in self.name.split("_"))
