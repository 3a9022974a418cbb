"""The functions of the C ABI that the fast path calls, out of the library that the generated module has loaded.

`held` keeps the interpreter's lock for the call, as suits what takes less time than letting it go; `free` lets it go.
"""

from __future__ import annotations

import ctypes
from ctypes import POINTER, c_char_p, c_int32, c_int64, c_size_t, c_void_p
from typing import Any

from .._native import acs_auth_native  # pyright: ignore[reportMissingImports]  # made by the build

#: Its types are those of this path, too.
generated: Any = acs_auth_native

#: In place of a number: the default.
DEFAULT = -1


class Bytes(ctypes.Structure):
    """acs_bytes, to give."""

    _fields_ = [("data", c_char_p), ("len", c_size_t)]


class GivenBytes(ctypes.Structure):
    """acs_bytes, as it is given."""

    _fields_ = [("data", c_void_p), ("len", c_size_t)]


class Header(ctypes.Structure):
    """acs_header."""

    _fields_ = [("name", c_char_p), ("value", c_char_p)]


class CallOptions(ctypes.Structure):
    """acs_call_options."""

    _fields_ = [("struct_size", c_size_t), ("timeout_ms", c_int64), ("client_request_id", c_char_p)]


class Delivery(ctypes.Structure):
    """acs_delivery."""

    _fields_ = [("struct_size", c_size_t), ("queue", c_void_p), ("callback", c_void_p), ("user_data", c_size_t)]


class Request(ctypes.Structure):
    """acs_request."""

    _fields_ = [
        ("struct_size", c_size_t),
        ("method", c_char_p),
        ("path", c_char_p),
        ("headers", POINTER(Header)),
        ("header_count", c_size_t),
        ("body", Bytes),
    ]


_TEXTS = POINTER(c_char_p)
_OUT = POINTER(c_void_p)
_HANDLE = [c_void_p]
#: The ends of every submission: where its completion goes, the means to cancel it, and the error.
_SUBMIT = [POINTER(Delivery), _OUT, _OUT]
_CALL = POINTER(CallOptions)

_FUNCTIONS: dict[str, tuple[Any, list[Any]]] = {
    "acs_sign_request": (c_int32, [c_void_p, c_char_p, c_char_p, Bytes, c_int64, _OUT, _OUT]),
    "acs_signed_headers_free": (None, _HANDLE),
    "acs_client_create_user_submit": (c_int32, [c_void_p, _CALL, *_SUBMIT]),
    "acs_client_create_user_and_token_submit": (c_int32, [c_void_p, _TEXTS, c_size_t, c_int64, _CALL, *_SUBMIT]),
    "acs_client_delete_user_submit": (c_int32, [c_void_p, c_char_p, _CALL, *_SUBMIT]),
    "acs_client_get_token_submit": (c_int32, [c_void_p, c_char_p, _TEXTS, c_size_t, c_int64, _CALL, *_SUBMIT]),
    "acs_client_get_token_for_teams_extension_user_submit": (c_int32, [c_void_p, c_char_p, _CALL, *_SUBMIT]),
    "acs_client_get_token_for_teams_user_submit": (c_int32, [c_void_p, *[c_char_p] * 3, _CALL, *_SUBMIT]),
    "acs_client_revoke_tokens_submit": (c_int32, [c_void_p, c_char_p, _CALL, *_SUBMIT]),
    "acs_exchanger_exchange_submit": (c_int32, [c_void_p, *[c_char_p] * 3, c_int64, *_SUBMIT]),
    "acs_exchanger_sign_out_submit": (c_int32, [c_void_p, c_char_p, c_char_p, *_SUBMIT]),
    "acs_exchanger_is_cache_reachable_submit": (c_int32, [c_void_p, *_SUBMIT]),
    "acs_verifier_verify_submit": (c_int32, [c_void_p, c_char_p, *_SUBMIT]),
    "acs_verifier_keys_reachable_submit": (c_int32, [c_void_p, *_SUBMIT]),
    "acs_handler_handle_submit": (c_int32, [c_void_p, POINTER(Request), *_SUBMIT]),
    "acs_call_cancel": (None, _HANDLE),
    "acs_call_free": (None, _HANDLE),
    "acs_queue_new": (c_int32, [_OUT, _OUT]),
    "acs_queue_fd": (c_int32, _HANDLE),
    "acs_queue_next": (c_void_p, [c_void_p, c_int64]),
    "acs_queue_shutdown": (None, _HANDLE),
    "acs_queue_free": (None, _HANDLE),
    "acs_completion_status": (c_int32, _HANDLE),
    "acs_completion_error": (c_void_p, _HANDLE),
    "acs_completion_user_data": (c_size_t, _HANDLE),
    "acs_completion_answer": (c_int32, _HANDLE),
    "acs_completion_free": (None, _HANDLE),
    "acs_error_kind": (c_int32, _HANDLE),
    "acs_error_http_status": (c_int32, _HANDLE),
    "acs_error_retry_after_ms": (c_int64, _HANDLE),
    "acs_error_free": (None, _HANDLE),
    "acs_token_expires_on": (c_int64, _HANDLE),
    "acs_user_token_expires_on": (c_int64, _HANDLE),
    "acs_verified_token_scope_count": (c_size_t, _HANDLE),
    "acs_verified_token_scope": (c_char_p, [c_void_p, c_size_t]),
    "acs_verified_token_version": (c_int32, _HANDLE),
    "acs_verified_token_expires_on": (c_int64, _HANDLE),
    "acs_response_status": (c_int32, _HANDLE),
    "acs_response_header_count": (c_size_t, _HANDLE),
    "acs_response_header": (Header, [c_void_p, c_size_t]),
    "acs_response_body": (GivenBytes, _HANDLE),
}

for _kind in ("user", "token", "user_token", "verified_token", "response"):
    _FUNCTIONS[f"acs_completion_take_{_kind}"] = (c_void_p, _HANDLE)
    _FUNCTIONS[f"acs_{_kind}_free"] = (None, _HANDLE)

for _text in (
    "signed_headers_x_ms_date signed_headers_x_ms_content_sha256 signed_headers_authorization signed_headers_host "
    "signed_headers_target signed_headers_string_to_sign error_code error_target error_reason error_client_request_id "
    "error_ms_cv user_id token_text user_token_id user_token_text verified_token_tenant_id verified_token_object_id "
    "verified_token_client_id"
).split():
    _FUNCTIONS[f"acs_{_text}"] = (c_char_p, _HANDLE)


class _Library:
    """The functions by their names, each made ready when it is first called for."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self._library = library

    def __getattr__(self, name: str) -> Any:
        result, arguments = _FUNCTIONS[name]
        function = self._library[name]
        function.restype = result
        function.argtypes = arguments
        setattr(self, name, function)
        return function


_path = generated._UniffiLib._name
held = _Library(ctypes.PyDLL(_path))
free = _Library(ctypes.CDLL(_path))
