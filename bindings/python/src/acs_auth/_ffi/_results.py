"""Reads the C ABI's results and frees their handles. A result whose type belongs to a layer above is returned as a tuple."""

from __future__ import annotations

import ctypes
from typing import Any, Callable

from .._models import (
    AccessToken,
    CommunicationUserDetail,
    TeamsExtensionAssignment,
    TokenVersion,
    principal_type,
)
from .._users import CommunicationUserIdentifier
from ._abi import ACS_TOKEN_VERSION_1, ACS_TOKEN_VERSION_2, acs_bytes
from ._functions import held, native

_Failure = native.AcsAuthError.Failure
_KINDS = {kind.value: kind for kind in native.ErrorKind}
_VERSIONS = {ACS_TOKEN_VERSION_1: TokenVersion.V1, ACS_TOKEN_VERSION_2: TokenVersion.V2}


def _optional(text: bytes | None) -> str | None:
    return None if text is None else text.decode()


def error_of(error: int) -> Exception:
    """Reads an error without freeing it."""
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
    """Raises the error of a function that failed, and frees it."""
    if status:
        try:
            raise error_of(error.value)  # type: ignore[arg-type]
        finally:
            held.acs_error_free(error)


def finish(completion: int, take: Callable[[int], Any]) -> Any:
    """Returns the result of a completion, or raises its error."""
    try:
        if held.acs_completion_status(completion):
            raise error_of(held.acs_completion_error(completion))
        return take(completion)
    finally:
        held.acs_completion_free(completion)


def nothing(completion: int) -> None:
    return None


def user(completion: int) -> CommunicationUserIdentifier:
    given = held.acs_completion_take_user(completion)
    try:
        return CommunicationUserIdentifier(held.acs_user_id(given).decode())
    finally:
        held.acs_user_free(given)


def token(completion: int) -> AccessToken:
    given = held.acs_completion_take_token(completion)
    try:
        return AccessToken(held.acs_token_text(given).decode(), held.acs_token_expires_on(given))
    finally:
        held.acs_token_free(given)


def user_token(completion: int) -> tuple[CommunicationUserIdentifier, AccessToken]:
    given = held.acs_completion_take_user_token(completion)
    try:
        token = AccessToken(held.acs_user_token_text(given).decode(), held.acs_user_token_expires_on(given))
        return CommunicationUserIdentifier(held.acs_user_token_user_id(given).decode()), token
    finally:
        held.acs_user_token_free(given)


def user_detail(completion: int) -> CommunicationUserDetail:
    given = held.acs_completion_take_user_detail(completion)
    try:
        return CommunicationUserDetail(
            CommunicationUserIdentifier(held.acs_user_detail_user_id(given).decode()),
            _optional(held.acs_user_detail_custom_id(given)),
            held.acs_user_detail_last_token_issued_at(given) or None,
        )
    finally:
        held.acs_user_detail_free(given)


def teams_extension_assignment(completion: int) -> TeamsExtensionAssignment:
    given = held.acs_completion_take_teams_extension_assignment(completion)
    try:
        count = held.acs_teams_extension_assignment_client_id_count(given)
        return TeamsExtensionAssignment(
            held.acs_teams_extension_assignment_tenant_id(given).decode(),
            held.acs_teams_extension_assignment_object_id(given).decode(),
            principal_type(held.acs_teams_extension_assignment_principal_type(given).decode()),
            [held.acs_teams_extension_assignment_client_id(given, index).decode() for index in range(count)],
        )
    finally:
        held.acs_teams_extension_assignment_free(given)


def answer(completion: int) -> bool:
    return bool(held.acs_completion_reachable(completion) == 1)


def optional_answer(completion: int) -> bool | None:
    given = held.acs_completion_reachable(completion)
    return None if given < 0 else given == 1


def verified_token(completion: int) -> tuple[str, str, str, list[str], TokenVersion, int]:
    """Returns tenant, user, application, scopes, version and expiry."""
    given = held.acs_completion_take_verified_token(completion)
    try:
        count = held.acs_verified_token_scope_count(given)
        return (
            held.acs_verified_token_tenant_id(given).decode(),
            held.acs_verified_token_object_id(given).decode(),
            held.acs_verified_token_client_id(given).decode(),
            [held.acs_verified_token_scope(given, index).decode() for index in range(count)],
            _VERSIONS[held.acs_verified_token_version(given)],
            held.acs_verified_token_expires_on(given),
        )
    finally:
        held.acs_verified_token_free(given)


def response(completion: int) -> tuple[int, list[tuple[str, str]], bytes]:
    """Returns status, headers and body."""
    given = held.acs_completion_take_response(completion)
    try:
        headers = [held.acs_response_header(given, index) for index in range(held.acs_response_header_count(given))]
        return (
            held.acs_response_status(given),
            [(header.name.decode(), header.value.decode()) for header in headers],
            _data(held.acs_response_body(given)),
        )
    finally:
        held.acs_response_free(given)


def _data(given: acs_bytes) -> bytes:
    # By its address: ctypes ends the member itself at the first NUL.
    address = ctypes.c_void_p.from_buffer(given, acs_bytes.data.offset).value
    return b"" if address is None else ctypes.string_at(address, given.len)
