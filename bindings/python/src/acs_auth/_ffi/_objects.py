"""The objects of the C ABI and their operations.

Each is made by uniffi's module, which lends its address in C: one object, with one pool of connections and one cache.
"""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

from . import _results as results
from ._arguments import call_options, data, number, request, text, texts
from ._functions import free, held
from ._results import checked

#: A body that takes longer to hash than other threads should wait.
_LONG = 64 * 1024

if TYPE_CHECKING:
    from typing import Optional

    #: An operation that is ready to be submitted: what reads its result, the function that submits it, and its arguments but for
    #: the last three.
    Submission = tuple[Any, ...]
    CallOptions = Optional[tuple[Optional[int], Optional[str]]]


class _Lent:
    """uniffi's object, and its address in C, which is good while the object lives."""

    def __init__(self, given: Any) -> None:
        self.object = given
        self.address: int = given.c_handle()


class CommunicationIdentityClient(_Lent):
    """acs_client."""

    def create_user(self, options: CallOptions) -> Submission:
        return (results.user, held.acs_client_create_user_submit, self.address, call_options(options))

    def create_user_and_token(
        self, scopes: list[str], token_expires_in_s: int | None, options: CallOptions
    ) -> Submission:
        return (
            results.user_token,
            held.acs_client_create_user_and_token_submit,
            self.address,
            texts("scopes", scopes),
            len(scopes),
            number("token_expires_in_s", token_expires_in_s),
            call_options(options),
        )

    def delete_user(self, user_id: str, options: CallOptions) -> Submission:
        submit = held.acs_client_delete_user_submit
        return (results.nothing, submit, self.address, text("user", user_id), call_options(options))

    def get_token(
        self, user_id: str, scopes: list[str], token_expires_in_s: int | None, options: CallOptions
    ) -> Submission:
        return (
            results.token,
            held.acs_client_get_token_submit,
            self.address,
            text("user", user_id),
            texts("scopes", scopes),
            len(scopes),
            number("token_expires_in_s", token_expires_in_s),
            call_options(options),
        )

    def get_token_for_teams_extension_user(self, aad_token: str, options: CallOptions) -> Submission:
        submit = held.acs_client_get_token_for_teams_extension_user_submit
        return (results.user_token, submit, self.address, text("aad_token", aad_token), call_options(options))

    def get_token_for_teams_user(
        self, aad_token: str, client_id: str, user_object_id: str, options: CallOptions
    ) -> Submission:
        return (
            results.token,
            held.acs_client_get_token_for_teams_user_submit,
            self.address,
            text("aad_token", aad_token),
            text("client_id", client_id),
            text("user_object_id", user_object_id),
            call_options(options),
        )

    def revoke_tokens(self, user_id: str, options: CallOptions) -> Submission:
        submit = held.acs_client_revoke_tokens_submit
        return (results.nothing, submit, self.address, text("user", user_id), call_options(options))


class TeamsTokenExchanger(_Lent):
    """acs_exchanger."""

    def exchange(self, aad_token: str, client_id: str, user_object_id: str, timeout_ms: int | None) -> Submission:
        return (
            results.token,
            held.acs_exchanger_exchange_submit,
            self.address,
            text("aad_token", aad_token),
            text("client_id", client_id),
            text("user_object_id", user_object_id),
            number("timeout_ms", timeout_ms),
        )

    def sign_out(self, tenant_id: str, user_object_id: str) -> Submission:
        return (
            results.nothing,
            held.acs_exchanger_sign_out_submit,
            self.address,
            text("tenant_id", tenant_id),
            text("user_object_id", user_object_id),
        )

    def is_cache_reachable(self) -> Submission:
        return (results.optional_answer, held.acs_exchanger_is_cache_reachable_submit, self.address)


class TokenVerifier(_Lent):
    """acs_verifier."""

    def verify(self, bearer_token: str) -> Submission:
        submit = held.acs_verifier_verify_submit
        return (results.verified_token, submit, self.address, text("bearer_token", bearer_token))

    def keys_reachable(self) -> Submission:
        return (results.answer, held.acs_verifier_keys_reachable_submit, self.address)


class TokenExchangeHandler(_Lent):
    """acs_handler."""

    def handle(self, method: str, path: str, headers: list[tuple[str, str]], body: bytes) -> Submission:
        given = request(method, path, headers, body)
        return (results.response, held.acs_handler_handle_submit, self.address, given)


class AccessKey(_Lent):
    """acs_access_key."""

    def sign(self, method: str, url: str, body: Any, now: int) -> tuple[str, ...]:
        """What SignedHeaders has, in its order. Signs at once: nothing waits."""
        if not -(2**63) <= now < 2**63:
            raise ValueError("now must be a number of 64 bits")
        given = data(body)
        sign = held.acs_sign_request if given.len < _LONG else free.acs_sign_request
        headers, error = ctypes.c_void_p(), ctypes.c_void_p()
        places = ctypes.byref(headers), ctypes.byref(error)
        checked(sign(self.address, text("method", method), text("url", url), given, now, *places), error)
        try:
            return (
                held.acs_signed_headers_x_ms_date(headers).decode(),
                held.acs_signed_headers_x_ms_content_sha256(headers).decode(),
                held.acs_signed_headers_authorization(headers).decode(),
                held.acs_signed_headers_host(headers).decode(),
                held.acs_signed_headers_target(headers).decode(),
                held.acs_signed_headers_string_to_sign(headers).decode(),
            )
        finally:
            held.acs_signed_headers_free(headers)
