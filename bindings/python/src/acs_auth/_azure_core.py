"""Exceptions that are azure-core's as well as this package's. Imported only once the program has imported azure-core."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from azure.core import exceptions as azure

from ._kinds import ErrorKind

if TYPE_CHECKING:
    from ._errors import AcsAuthError

#: The azure-core classes of each kind. azure-core has one class for requests that were not sent and one for responses that
#: were lost. TRANSPORT_ERROR and TIMEOUT may be either, so they are instances of both.
_BASES: dict[ErrorKind, tuple[type[Exception], ...]] = {
    ErrorKind.ENTRA_TOKEN_REJECTED: (azure.ClientAuthenticationError,),
    ErrorKind.CREDENTIAL_DENIED: (azure.ClientAuthenticationError,),
    ErrorKind.VALIDATION_FAILED: (azure.HttpResponseError,),
    ErrorKind.NOT_FOUND: (azure.ResourceNotFoundError,),
    ErrorKind.THROTTLED: (azure.HttpResponseError,),
    ErrorKind.SERVICE_ERROR: (azure.HttpResponseError,),
    ErrorKind.UNEXPECTED_RESPONSE: (azure.HttpResponseError,),
    ErrorKind.TRANSPORT_ERROR: (azure.ServiceRequestError, azure.ServiceResponseError),
    ErrorKind.TIMEOUT: (azure.ServiceRequestError, azure.ServiceResponseError),
}

_made: dict[tuple[type[AcsAuthError], tuple[type[Exception], ...]], type[AcsAuthError]] = {}


class ServiceErrorBody:
    """The attribute `error` of azure-core's exceptions: code, message and target of the service's error response."""

    def __init__(self, code: str | None, message: str, target: str | None) -> None:
        self.code = code
        self.message = message
        self.target = target
        self.details: list[Any] = []
        self.innererror: dict[str, Any] = {}

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.code} {self.message}>"


def _bases(kind: ErrorKind, status: int | None) -> tuple[type[Exception], ...]:
    if kind is ErrorKind.SERVICE_ERROR and status == 409:
        return (azure.ResourceExistsError,)
    return _BASES.get(kind, (azure.AzureError,))


def _class(plain: type[AcsAuthError], bases: tuple[type[Exception], ...]) -> type[AcsAuthError]:
    found = _made.get((plain, bases))
    if found is None:
        # This package's class comes first, so that its text and attributes take precedence.
        names = {"__module__": plain.__module__, "__doc__": plain.__doc__, "__qualname__": plain.__qualname__}
        found = _made[plain, bases] = type(plain.__name__, (plain, *bases), names)
    return found


def make_error(plain: type[AcsAuthError], kind: ErrorKind, reason: str, details: dict[str, Any]) -> AcsAuthError:
    error: Any = _class(plain, _bases(kind, details["status_code"]))(kind, reason, **details)
    # Attributes that AzureError and HttpResponseError set in their constructors, which are not called.
    error.message = reason
    error.inner_exception = None
    # Not those of the native error, whose frames hold the arguments of the call.
    error.exc_type = error.exc_value = error.exc_traceback = None
    error.exc_msg = reason
    error.continuation_token = None
    error.response = None
    error.model = None
    code = details["error_code"]
    error.error = None if code is None else ServiceErrorBody(code, reason, details["target"])
    made: AcsAuthError = error
    return made
