"""The exceptions: a base class, and a subclass for each `ErrorKind`."""

from __future__ import annotations

import sys
from typing import Any

from ._kinds import ErrorKind


class AcsAuthError(Exception):
    """The base class of all errors of this package. It contains no key and no token.

    - `kind`: the `ErrorKind`; each kind has a subclass.
    - `reason`: what happened and what to do, for a person.
    - `status_code`: the HTTP status, if the service responded.
    - `error_code`: the service's error code, or the token check that failed.
    - `target`: the field, argument or setting that the error is about.
    - `retry_after`: how many seconds to wait before the next try, if known.
    - `request_id`, `ms_cv`: the ids of request and response, which Microsoft's support asks for.
    """

    kind: ErrorKind
    reason: str
    status_code: int | None
    error_code: str | None
    target: str | None
    retry_after: float | None
    request_id: str | None
    ms_cv: str | None

    def __init__(
        self,
        kind: ErrorKind,
        reason: str,
        *,
        status_code: int | None = None,
        error_code: str | None = None,
        target: str | None = None,
        retry_after: float | None = None,
        request_id: str | None = None,
        ms_cv: str | None = None,
    ) -> None:
        self.kind = kind
        self.reason = reason
        self.status_code = status_code
        self.error_code = error_code
        self.target = target
        self.retry_after = retry_after
        self.request_id = request_id
        self.ms_cv = ms_cv
        Exception.__init__(self, self._text())

    def _text(self) -> str:
        # "limit must be at least 2." in place of "It must be at least 2. [target limit]".
        named = f"{self.target} {self.reason[3:]}" if self.target is not None and self.reason.startswith("It ") else None
        answer = [str(part) for part in (self.status_code, self.error_code) if part is not None]
        notes = [
            f"{name} {value}"
            for name, value in (
                ("target", self.target if named is None else None),
                ("retry after", None if self.retry_after is None else f"{self.retry_after:g}s"),
                ("client request id", self.request_id),
                ("MS-CV", self.ms_cv),
            )
            if value is not None
        ]
        said = f" ({' '.join(answer)})" if answer else ""
        noted = f" [{', '.join(notes)}]" if notes else ""
        return f"{self.kind}{said}: {named or self.reason}{noted}"

    def __str__(self) -> str:
        return self._text()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self._text()}>"

    def __reduce__(self) -> tuple[Any, ...]:
        details = {name: getattr(self, name) for name in _DETAILS}
        return (make_error, (int(self.kind), self.reason, details))


_DETAILS = ("status_code", "error_code", "target", "retry_after", "request_id", "ms_cv")


class InvalidArgumentError(AcsAuthError, ValueError):
    """An argument of the call is invalid; nothing was sent."""


class InvalidConnectionStringError(AcsAuthError, ValueError):
    """The connection string or endpoint is invalid; `target` names the part."""


class EntraTokenInvalidError(AcsAuthError):
    """The library's token check rejected the user's Entra token; nothing was sent and `error_code` names the check."""


class EntraTokenRejectedError(AcsAuthError):
    """The service rejected the user's Entra token."""


class ValidationFailedError(AcsAuthError):
    """The service rejected the request as invalid; `target` names the field."""


class CredentialDeniedError(AcsAuthError):
    """The service rejected your credential, or the credential returned no token."""


class NotFoundError(AcsAuthError):
    """The identity or the assignment doesn't exist."""


class ThrottledError(AcsAuthError):
    """The service or a limiter of this package throttled the call; `retry_after` has the seconds to wait, if known."""


class ServiceError(AcsAuthError):
    """The service returned an error that has no kind of its own, such as a 500."""


class TransportError(AcsAuthError):
    """No response was received: DNS, the connection, TLS or the proxy failed."""


class TimedOutError(AcsAuthError, TimeoutError):
    """The deadline passed before a response was received."""


class CancelledError(AcsAuthError):
    """The call was cancelled, for example by a shutdown; a cancelled asyncio task raises asyncio's own error."""


class UnexpectedResponseError(AcsAuthError):
    """The response doesn't come from this service: a redirect, an oversized or a malformed body."""


class UnauthorizedError(AcsAuthError):
    """The caller of your back end sent no valid bearer token; `error_code` names the failed check."""


class ForbiddenError(AcsAuthError):
    """The caller of your back end has a valid bearer token, but isn't allowed to do this; `error_code` names the failed
    check."""


class InternalError(AcsAuthError):
    """A bug in this library."""


CLASSES: dict[ErrorKind, type[AcsAuthError]] = {
    ErrorKind.INVALID_ARGUMENT: InvalidArgumentError,
    ErrorKind.INVALID_CONNECTION_STRING: InvalidConnectionStringError,
    ErrorKind.ENTRA_TOKEN_INVALID: EntraTokenInvalidError,
    ErrorKind.ENTRA_TOKEN_REJECTED: EntraTokenRejectedError,
    ErrorKind.VALIDATION_FAILED: ValidationFailedError,
    ErrorKind.CREDENTIAL_DENIED: CredentialDeniedError,
    ErrorKind.NOT_FOUND: NotFoundError,
    ErrorKind.THROTTLED: ThrottledError,
    ErrorKind.SERVICE_ERROR: ServiceError,
    ErrorKind.TRANSPORT_ERROR: TransportError,
    ErrorKind.TIMEOUT: TimedOutError,
    ErrorKind.CANCELLED: CancelledError,
    ErrorKind.UNEXPECTED_RESPONSE: UnexpectedResponseError,
    ErrorKind.UNAUTHORIZED: UnauthorizedError,
    ErrorKind.FORBIDDEN: ForbiddenError,
    ErrorKind.INTERNAL: InternalError,
}


def make_error(kind: int, reason: str, details: dict[str, Any]) -> AcsAuthError:
    """Returns the exception of this kind. Once the program has imported azure-core, it is of azure-core's class too.

    A program with `except ClientAuthenticationError` has imported azure-core, so it isn't imported here.
    """
    known = ErrorKind(kind)
    made = CLASSES[known]
    if "azure.core.exceptions" in sys.modules:
        from . import _azure_core

        return _azure_core.make_error(made, known, reason, details)
    return made(known, reason, **details)


def own_error(kind: ErrorKind, reason: str, target: str | None = None) -> AcsAuthError:
    """Returns an exception for an error that this package finds before the library is called."""
    details: dict[str, Any] = {name: None for name in _DETAILS}
    return make_error(kind, reason, {**details, "target": target})
