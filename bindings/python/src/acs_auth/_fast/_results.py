"""What the C ABI gives, as the generated module's types; each handle is freed when it has been read."""

from __future__ import annotations

import ctypes
from typing import Any, Callable

from ._abi import generated, held

_Failure = generated.AcsAuthError.Failure
_AccessToken = generated.AccessToken
_User = generated.CommunicationUserIdentifier
_Header = generated.Header
_KINDS = {kind.value: kind for kind in generated.ErrorKind}
_VERSIONS = {1: generated.TokenVersion.V1, 2: generated.TokenVersion.V2}


def _optional(text: bytes | None) -> str | None:
    return None if text is None else text.decode()


def error_of(error: int) -> Exception:
    """The error, which is borrowed."""
    wait = held.acs_error_retry_after_ms(error)
    made: Exception = _Failure(
        _KINDS[held.acs_error_kind(error)],
        held.acs_error_http_status(error) or None,
        _optional(held.acs_error_code(error)),
        _optional(held.acs_error_target(error)),
        held.acs_error_reason(error).decode(),
        None if wait < 0 else wait,
        _optional(held.acs_error_client_request_id(error)),
        _optional(held.acs_error_ms_cv(error)),
    )
    return made


def checked(status: int, error: ctypes.c_void_p) -> None:
    """Raises the error of a function that failed."""
    if status:
        try:
            raise error_of(error.value)  # type: ignore[arg-type]
        finally:
            held.acs_error_free(error)


def finish(completion: int, take: Callable[[int], Any]) -> Any:
    """What a submission came to."""
    try:
        if held.acs_completion_status(completion):
            raise error_of(held.acs_completion_error(completion))
        return take(completion)
    finally:
        held.acs_completion_free(completion)


def nothing(completion: int) -> None:
    return None


def user(completion: int) -> Any:
    given = held.acs_completion_take_user(completion)
    try:
        return _User(id=held.acs_user_id(given).decode())
    finally:
        held.acs_user_free(given)


def token(completion: int) -> Any:
    given = held.acs_completion_take_token(completion)
    try:
        return _AccessToken(
            token=held.acs_token_text(given).decode(), expires_on=held.acs_token_expires_on(given)
        )
    finally:
        held.acs_token_free(given)


def user_token(completion: int) -> Any:
    given = held.acs_completion_take_user_token(completion)
    try:
        token = _AccessToken(
            token=held.acs_user_token_text(given).decode(), expires_on=held.acs_user_token_expires_on(given)
        )
        user = _User(id=held.acs_user_token_id(given).decode())
        return generated.CommunicationUserToken(user=user, token=token)
    finally:
        held.acs_user_token_free(given)


def answer(completion: int) -> bool:
    return bool(held.acs_completion_answer(completion) == 1)


def optional_answer(completion: int) -> bool | None:
    given = held.acs_completion_answer(completion)
    return None if given < 0 else given == 1


def verified_token(completion: int) -> Any:
    given = held.acs_completion_take_verified_token(completion)
    try:
        count = held.acs_verified_token_scope_count(given)
        return generated.VerifiedToken(
            tenant_id=held.acs_verified_token_tenant_id(given).decode(),
            object_id=held.acs_verified_token_object_id(given).decode(),
            client_id=held.acs_verified_token_client_id(given).decode(),
            scopes=[held.acs_verified_token_scope(given, index).decode() for index in range(count)],
            version=_VERSIONS[held.acs_verified_token_version(given)],
            expires_on=held.acs_verified_token_expires_on(given),
        )
    finally:
        held.acs_verified_token_free(given)


def response(completion: int) -> Any:
    given = held.acs_completion_take_response(completion)
    try:
        headers = [held.acs_response_header(given, index) for index in range(held.acs_response_header_count(given))]
        body = held.acs_response_body(given)
        return generated.Response(
            status=held.acs_response_status(given),
            headers=[_Header(name=header.name.decode(), value=header.value.decode()) for header in headers],
            body=ctypes.string_at(body.data, body.len),
        )
    finally:
        held.acs_response_free(given)
