"""The functions, structs and numbers of the C ABI that this package uses, under their names there.

Generated from bindings/c by `make header`: do not edit.
"""

from __future__ import annotations

import ctypes
from ctypes import POINTER, c_char_p, c_int32, c_int64, c_size_t, c_void_p
from typing import Any

#: Selects the default: for any number in an options struct, and for a duration argument.
ACS_DEFAULT = -1

#: A version 1.0 token, which names the application in appid.
ACS_TOKEN_VERSION_1 = 1

#: A version 2.0 token, which names the application in azp.
ACS_TOKEN_VERSION_2 = 2

#: A timeout for acs_queue_next: wait for a completion, or until the queue is shut down and empty.
ACS_WAIT_FOREVER = -1


class acs_bytes(ctypes.Structure):
    """Bytes, which may contain NULs. NULL with a length of 0 means none."""

    _fields_ = [
        ("data", c_char_p),
        ("len", c_size_t),
    ]


class acs_header(ctypes.Structure):
    """A header of an HTTP message. Names are case-insensitive."""

    _fields_ = [
        ("name", c_char_p),
        ("value", c_char_p),
    ]


class acs_call_options(ctypes.Structure):
    """Options of a single call. Every member has 64 bits, for hosts that pass structs as arrays."""

    _fields_ = [
        ("struct_size", c_size_t),
        ("timeout_ms", c_int64),
        ("client_request_id", c_char_p),
        ("headers", POINTER(acs_header)),
        ("header_count", c_size_t),
        ("user_agent", c_char_p),
        ("max_attempts", c_int64),
        ("attempt_timeout_ms", c_int64),
        ("response", POINTER(c_void_p)),
        ("keep_response", c_int64),
    ]


class acs_request(ctypes.Structure):
    """A request, as read by the host's HTTP server. Texts need not be UTF-8."""

    _fields_ = [
        ("struct_size", c_size_t),
        ("method", c_char_p),
        ("path", c_char_p),
        ("headers", POINTER(acs_header)),
        ("header_count", c_size_t),
        ("body", acs_bytes),
    ]


class acs_delivery(ctypes.Structure):
    """Where the completion of a submission goes: to a queue or to a callback, but not both."""

    _fields_ = [
        ("struct_size", c_size_t),
        ("queue", c_void_p),
        ("callback", c_void_p),
        ("user_data", c_void_p),
    ]


#: The result and the parameters of each function.
FUNCTIONS: dict[str, tuple[Any, list[Any]]] = {
    "acs_error_kind": (c_int32, [c_void_p]),
    "acs_error_http_status": (c_int32, [c_void_p]),
    "acs_error_code": (c_char_p, [c_void_p]),
    "acs_error_target": (c_char_p, [c_void_p]),
    "acs_error_reason": (c_char_p, [c_void_p]),
    "acs_error_retry_after_ms": (c_int64, [c_void_p]),
    "acs_error_client_request_id": (c_char_p, [c_void_p]),
    "acs_error_ms_cv": (c_char_p, [c_void_p]),
    "acs_error_free": (None, [c_void_p]),
    "acs_sign_request": (
        c_int32,
        [
            c_void_p,  # key
            c_char_p,  # method
            c_char_p,  # url
            acs_bytes,  # body
            c_int64,  # now
            POINTER(c_void_p),  # headers
            POINTER(c_void_p),  # error
        ],
    ),
    "acs_signed_headers_x_ms_date": (c_char_p, [c_void_p]),
    "acs_signed_headers_x_ms_content_sha256": (c_char_p, [c_void_p]),
    "acs_signed_headers_authorization": (c_char_p, [c_void_p]),
    "acs_signed_headers_host": (c_char_p, [c_void_p]),
    "acs_signed_headers_target": (c_char_p, [c_void_p]),
    "acs_signed_headers_string_to_sign": (c_char_p, [c_void_p]),
    "acs_signed_headers_free": (None, [c_void_p]),
    "acs_user_id": (c_char_p, [c_void_p]),
    "acs_user_free": (None, [c_void_p]),
    "acs_token_text": (c_char_p, [c_void_p]),
    "acs_token_expires_on": (c_int64, [c_void_p]),
    "acs_token_free": (None, [c_void_p]),
    "acs_user_token_user_id": (c_char_p, [c_void_p]),
    "acs_user_token_text": (c_char_p, [c_void_p]),
    "acs_user_token_expires_on": (c_int64, [c_void_p]),
    "acs_user_token_free": (None, [c_void_p]),
    "acs_user_detail_user_id": (c_char_p, [c_void_p]),
    "acs_user_detail_custom_id": (c_char_p, [c_void_p]),
    "acs_user_detail_last_token_issued_at": (c_int64, [c_void_p]),
    "acs_user_detail_free": (None, [c_void_p]),
    "acs_teams_extension_assignment_tenant_id": (c_char_p, [c_void_p]),
    "acs_teams_extension_assignment_object_id": (c_char_p, [c_void_p]),
    "acs_teams_extension_assignment_principal_type": (c_char_p, [c_void_p]),
    "acs_teams_extension_assignment_client_id_count": (c_size_t, [c_void_p]),
    "acs_teams_extension_assignment_client_id": (c_char_p, [c_void_p, c_size_t]),
    "acs_teams_extension_assignment_free": (None, [c_void_p]),
    "acs_verified_token_tenant_id": (c_char_p, [c_void_p]),
    "acs_verified_token_object_id": (c_char_p, [c_void_p]),
    "acs_verified_token_client_id": (c_char_p, [c_void_p]),
    "acs_verified_token_scope_count": (c_size_t, [c_void_p]),
    "acs_verified_token_scope": (c_char_p, [c_void_p, c_size_t]),
    "acs_verified_token_version": (c_int32, [c_void_p]),
    "acs_verified_token_expires_on": (c_int64, [c_void_p]),
    "acs_verified_token_free": (None, [c_void_p]),
    "acs_response_status": (c_int32, [c_void_p]),
    "acs_response_header_count": (c_size_t, [c_void_p]),
    "acs_response_header": (acs_header, [c_void_p, c_size_t]),
    "acs_response_body": (acs_bytes, [c_void_p]),
    "acs_response_free": (None, [c_void_p]),
    "acs_call_cancel": (None, [c_void_p]),
    "acs_call_free": (None, [c_void_p]),
    "acs_completion_status": (c_int32, [c_void_p]),
    "acs_completion_error": (c_void_p, [c_void_p]),
    "acs_completion_user_data": (c_void_p, [c_void_p]),
    "acs_completion_take_user": (c_void_p, [c_void_p]),
    "acs_completion_take_token": (c_void_p, [c_void_p]),
    "acs_completion_take_user_token": (c_void_p, [c_void_p]),
    "acs_completion_take_user_detail": (c_void_p, [c_void_p]),
    "acs_completion_take_teams_extension_assignment": (c_void_p, [c_void_p]),
    "acs_completion_take_verified_token": (c_void_p, [c_void_p]),
    "acs_completion_take_response": (c_void_p, [c_void_p]),
    "acs_completion_reachable": (c_int32, [c_void_p]),
    "acs_completion_free": (None, [c_void_p]),
    "acs_queue_new": (c_int32, [POINTER(c_void_p), POINTER(c_void_p)]),
    "acs_queue_fd": (c_int32, [c_void_p]),
    "acs_queue_next": (c_void_p, [c_void_p, c_int64]),
    "acs_queue_shutdown": (None, [c_void_p]),
    "acs_queue_free": (None, [c_void_p]),
    "acs_client_create_user_submit": (
        c_int32,
        [
            c_void_p,  # client
            POINTER(acs_call_options),  # options
            POINTER(acs_delivery),  # delivery
            POINTER(c_void_p),  # call
            POINTER(c_void_p),  # error
        ],
    ),
    "acs_client_create_user_and_token_submit": (
        c_int32,
        [
            c_void_p,  # client
            POINTER(c_char_p),  # scopes
            c_size_t,  # scope_count
            c_int64,  # token_expires_in_s
            POINTER(acs_call_options),  # options
            POINTER(acs_delivery),  # delivery
            POINTER(c_void_p),  # call
            POINTER(c_void_p),  # error
        ],
    ),
    "acs_client_get_token_submit": (
        c_int32,
        [
            c_void_p,  # client
            c_char_p,  # user_id
            POINTER(c_char_p),  # scopes
            c_size_t,  # scope_count
            c_int64,  # token_expires_in_s
            POINTER(acs_call_options),  # options
            POINTER(acs_delivery),  # delivery
            POINTER(c_void_p),  # call
            POINTER(c_void_p),  # error
        ],
    ),
    "acs_client_revoke_tokens_submit": (
        c_int32,
        [
            c_void_p,  # client
            c_char_p,  # user_id
            POINTER(acs_call_options),  # options
            POINTER(acs_delivery),  # delivery
            POINTER(c_void_p),  # call
            POINTER(c_void_p),  # error
        ],
    ),
    "acs_client_delete_user_submit": (
        c_int32,
        [
            c_void_p,  # client
            c_char_p,  # user_id
            POINTER(acs_call_options),  # options
            POINTER(acs_delivery),  # delivery
            POINTER(c_void_p),  # call
            POINTER(c_void_p),  # error
        ],
    ),
    "acs_client_get_token_for_teams_user_submit": (
        c_int32,
        [
            c_void_p,  # client
            c_char_p,  # aad_token
            c_char_p,  # client_id
            c_char_p,  # user_object_id
            POINTER(acs_call_options),  # options
            POINTER(acs_delivery),  # delivery
            POINTER(c_void_p),  # call
            POINTER(c_void_p),  # error
        ],
    ),
    "acs_client_get_token_for_teams_extension_user_submit": (
        c_int32,
        [
            c_void_p,  # client
            c_char_p,  # aad_token
            POINTER(acs_call_options),  # options
            POINTER(acs_delivery),  # delivery
            POINTER(c_void_p),  # call
            POINTER(c_void_p),  # error
        ],
    ),
    "acs_client_put_teams_extension_assignment_submit": (
        c_int32,
        [
            c_void_p,  # client
            c_char_p,  # tenant_id
            c_char_p,  # object_id
            c_char_p,  # principal_type
            POINTER(c_char_p),  # client_ids
            c_size_t,  # client_id_count
            POINTER(acs_call_options),  # options
            POINTER(acs_delivery),  # delivery
            POINTER(c_void_p),  # call
            POINTER(c_void_p),  # error
        ],
    ),
    "acs_client_get_teams_extension_assignment_submit": (
        c_int32,
        [
            c_void_p,  # client
            c_char_p,  # tenant_id
            c_char_p,  # object_id
            POINTER(acs_call_options),  # options
            POINTER(acs_delivery),  # delivery
            POINTER(c_void_p),  # call
            POINTER(c_void_p),  # error
        ],
    ),
    "acs_client_delete_teams_extension_assignment_submit": (
        c_int32,
        [
            c_void_p,  # client
            c_char_p,  # tenant_id
            c_char_p,  # object_id
            POINTER(acs_call_options),  # options
            POINTER(acs_delivery),  # delivery
            POINTER(c_void_p),  # call
            POINTER(c_void_p),  # error
        ],
    ),
    "acs_client_get_token_for_entra_user_submit": (
        c_int32,
        [
            c_void_p,  # client
            c_char_p,  # aad_token
            POINTER(acs_call_options),  # options
            POINTER(acs_delivery),  # delivery
            POINTER(c_void_p),  # call
            POINTER(c_void_p),  # error
        ],
    ),
    "acs_client_create_user_with_custom_id_submit": (
        c_int32,
        [
            c_void_p,  # client
            c_char_p,  # custom_id
            POINTER(acs_call_options),  # options
            POINTER(acs_delivery),  # delivery
            POINTER(c_void_p),  # call
            POINTER(c_void_p),  # error
        ],
    ),
    "acs_client_create_user_and_token_with_custom_id_submit": (
        c_int32,
        [
            c_void_p,  # client
            c_char_p,  # custom_id
            POINTER(c_char_p),  # scopes
            c_size_t,  # scope_count
            c_int64,  # token_expires_in_s
            POINTER(acs_call_options),  # options
            POINTER(acs_delivery),  # delivery
            POINTER(c_void_p),  # call
            POINTER(c_void_p),  # error
        ],
    ),
    "acs_client_get_user_detail_submit": (
        c_int32,
        [
            c_void_p,  # client
            c_char_p,  # user_id
            POINTER(acs_call_options),  # options
            POINTER(acs_delivery),  # delivery
            POINTER(c_void_p),  # call
            POINTER(c_void_p),  # error
        ],
    ),
    "acs_verifier_verify_submit": (
        c_int32,
        [
            c_void_p,  # verifier
            c_char_p,  # bearer_token
            POINTER(acs_delivery),  # delivery
            POINTER(c_void_p),  # call
            POINTER(c_void_p),  # error
        ],
    ),
    "acs_verifier_keys_reachable_submit": (
        c_int32,
        [
            c_void_p,  # verifier
            POINTER(acs_delivery),  # delivery
            POINTER(c_void_p),  # call
            POINTER(c_void_p),  # error
        ],
    ),
    "acs_exchanger_exchange_submit": (
        c_int32,
        [
            c_void_p,  # exchanger
            c_char_p,  # aad_token
            c_char_p,  # client_id
            c_char_p,  # user_object_id
            c_int64,  # timeout_ms
            POINTER(acs_delivery),  # delivery
            POINTER(c_void_p),  # call
            POINTER(c_void_p),  # error
        ],
    ),
    "acs_exchanger_exchange_teams_extension_submit": (
        c_int32,
        [
            c_void_p,  # exchanger
            c_char_p,  # aad_token
            c_int64,  # timeout_ms
            POINTER(acs_delivery),  # delivery
            POINTER(c_void_p),  # call
            POINTER(c_void_p),  # error
        ],
    ),
    "acs_exchanger_sign_out_submit": (
        c_int32,
        [
            c_void_p,  # exchanger
            c_char_p,  # tenant_id
            c_char_p,  # user_object_id
            POINTER(acs_delivery),  # delivery
            POINTER(c_void_p),  # call
            POINTER(c_void_p),  # error
        ],
    ),
    "acs_exchanger_is_cache_reachable_submit": (
        c_int32,
        [
            c_void_p,  # exchanger
            POINTER(acs_delivery),  # delivery
            POINTER(c_void_p),  # call
            POINTER(c_void_p),  # error
        ],
    ),
    "acs_user_credential_get_token_submit": (
        c_int32,
        [
            c_void_p,  # credential
            POINTER(acs_delivery),  # delivery
            POINTER(c_void_p),  # call
            POINTER(c_void_p),  # error
        ],
    ),
    "acs_handler_handle_submit": (
        c_int32,
        [
            c_void_p,  # handler
            POINTER(acs_request),  # request
            POINTER(acs_delivery),  # delivery
            POINTER(c_void_p),  # call
            POINTER(c_void_p),  # error
        ],
    ),
}
