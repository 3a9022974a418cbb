"""The objects whose calls are worth it. Each is made by the generated module and lends its handle: there is one pool of
connections and one cache an object, whichever way it is called."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any, Callable, TypeVar

from . import _results as results
from ._abi import Bytes, free, generated, held
from ._arguments import call_options, number, request, text, texts
from ._queue import wait
from ._results import checked

#: A body that takes longer to hash than other threads should wait.
_LONG = 64 * 1024

if TYPE_CHECKING:
    #: What reads the result, what submits, and its arguments but the last three.
    Submission = tuple[Any, ...]


class _Lent:
    """An object and its handle, which is good while the object lives."""

    def __init__(self, given: Any) -> None:
        self._object = given
        self._handle: int = given.c_handle()


Made = TypeVar("Made", bound="type[_Lent]")


def _in_two_ways(made: Made) -> Made:
    """Makes of each `_submit_x` the methods `x`, which is awaited, and `x_blocking`."""
    for name, submission in list(vars(made).items()):
        if name.startswith("_submit_"):
            operation = name[len("_submit_") :]
            setattr(made, operation, _awaited(submission))
            setattr(made, operation + "_blocking", _waited(submission))
    return made


def _waited(submission: Callable[..., Submission]) -> Callable[..., Any]:
    def blocking(self: _Lent, *arguments: Any) -> Any:
        return wait(*submission(self, *arguments))

    return blocking


def _awaited(submission: Callable[..., Submission]) -> Callable[..., Any]:
    async def awaited(self: _Lent, *arguments: Any) -> Any:
        return await _wait_async(*submission(self, *arguments))

    return awaited


def _wait_async(*submission: Any) -> Any:
    """asyncio takes long to import, and only those who await need it."""
    global _wait_async
    from ._loop import wait_async as _wait_async

    return _wait_async(*submission)


@_in_two_ways
class CommunicationIdentityClient(_Lent):
    def __init__(self, options: Any, token_credential: Any = None) -> None:
        super().__init__(generated.CommunicationIdentityClient(options, token_credential))

    def endpoint(self) -> Any:
        return self._object.endpoint()

    def clock_skew_seconds(self) -> Any:
        return self._object.clock_skew_seconds()

    def update_access_key(self, access_key: str | None, secondary_access_key: str | None = None) -> None:
        self._object.update_access_key(access_key, secondary_access_key)

    def _submit_create_user(self, options: Any = None) -> Submission:
        return (results.user, held.acs_client_create_user_submit, self._handle, call_options(options))

    def _submit_create_user_and_token(
        self, scopes: list[str], token_expires_in_s: int | None, options: Any = None
    ) -> Submission:
        return (
            results.user_token,
            held.acs_client_create_user_and_token_submit,
            self._handle,
            texts("scopes", scopes),
            len(scopes),
            number("token_expires_in_s", token_expires_in_s),
            call_options(options),
        )

    def _submit_delete_user(self, user: Any, options: Any = None) -> Submission:
        submit = held.acs_client_delete_user_submit
        return (results.nothing, submit, self._handle, text("user", user.id), call_options(options))

    def _submit_get_token(
        self, user: Any, scopes: list[str], token_expires_in_s: int | None, options: Any = None
    ) -> Submission:
        return (
            results.token,
            held.acs_client_get_token_submit,
            self._handle,
            text("user", user.id),
            texts("scopes", scopes),
            len(scopes),
            number("token_expires_in_s", token_expires_in_s),
            call_options(options),
        )

    def _submit_get_token_for_teams_extension_user(self, aad_token: str, options: Any = None) -> Submission:
        submit = held.acs_client_get_token_for_teams_extension_user_submit
        return (results.user_token, submit, self._handle, text("aad_token", aad_token), call_options(options))

    def _submit_get_token_for_teams_user(
        self, aad_token: str, client_id: str, user_object_id: str, options: Any = None
    ) -> Submission:
        return (
            results.token,
            held.acs_client_get_token_for_teams_user_submit,
            self._handle,
            text("aad_token", aad_token),
            text("client_id", client_id),
            text("user_object_id", user_object_id),
            call_options(options),
        )

    def _submit_revoke_tokens(self, user: Any, options: Any = None) -> Submission:
        submit = held.acs_client_revoke_tokens_submit
        return (results.nothing, submit, self._handle, text("user", user.id), call_options(options))


@_in_two_ways
class TeamsTokenExchanger(_Lent):
    def __init__(self, client: CommunicationIdentityClient, options: Any, observer: Any = None) -> None:
        super().__init__(generated.TeamsTokenExchanger(client._object, options, observer))

    def update_access_key(self, access_key: str | None, secondary_access_key: str | None = None) -> None:
        self._object.update_access_key(access_key, secondary_access_key)

    def _submit_exchange(
        self, aad_token: str, client_id: str, user_object_id: str, timeout_ms: int | None = None
    ) -> Submission:
        return (
            results.token,
            held.acs_exchanger_exchange_submit,
            self._handle,
            text("aad_token", aad_token),
            text("client_id", client_id),
            text("user_object_id", user_object_id),
            number("timeout_ms", timeout_ms),
        )

    def _submit_sign_out(self, tenant_id: str, user_object_id: str) -> Submission:
        return (
            results.nothing,
            held.acs_exchanger_sign_out_submit,
            self._handle,
            text("tenant_id", tenant_id),
            text("user_object_id", user_object_id),
        )

    def _submit_is_cache_reachable(self) -> Submission:
        return (results.optional_answer, held.acs_exchanger_is_cache_reachable_submit, self._handle)


@_in_two_ways
class TokenVerifier(_Lent):
    def __init__(self, options: Any) -> None:
        super().__init__(generated.TokenVerifier(options))

    def _submit_verify(self, bearer_token: str) -> Submission:
        submit = held.acs_verifier_verify_submit
        return (results.verified_token, submit, self._handle, text("bearer_token", bearer_token))

    def _submit_keys_reachable(self) -> Submission:
        return (results.answer, held.acs_verifier_keys_reachable_submit, self._handle)


class TokenExchangeHandler(_Lent):
    def __init__(
        self,
        options: Any,
        settings: Any = None,
        token_credential: Any = None,
        observer: Any = None,
        access_key: str | None = None,
    ) -> None:
        super().__init__(generated.TokenExchangeHandler(options, settings, token_credential, observer, access_key))

    def update_access_key(self, access_key: str | None, secondary_access_key: str | None = None) -> None:
        self._object.update_access_key(access_key, secondary_access_key)

    def handle_blocking(self, given: Any) -> Any:
        taken = request(given)
        if taken is None:
            return self._object.handle_blocking(given)
        return wait(results.response, held.acs_handler_handle_submit, self._handle, taken)

    async def handle(self, given: Any) -> Any:
        taken = request(given)
        if taken is None:
            return await self._object.handle(given)
        return await _wait_async(results.response, held.acs_handler_handle_submit, self._handle, taken)


def sign_request(request: Any, key: Any, now: int) -> Any:
    """What to add to a request so that it is signed."""
    try:
        handle = key._acs_handle
    except AttributeError:
        handle = key._acs_handle = key.c_handle()
    if not -(2**63) <= now < 2**63:
        raise ValueError("now must be a number of 64 bits")
    body = request.body
    if type(body) is not bytes:
        body = bytes(body)
    sign = held.acs_sign_request if len(body) < _LONG else free.acs_sign_request
    headers, error = ctypes.c_void_p(), ctypes.c_void_p()
    method, url = text("method", request.method), text("url", request.url)
    status = sign(handle, method, url, Bytes(body, len(body)), now, ctypes.byref(headers), ctypes.byref(error))
    checked(status, error)
    try:
        return generated.SignedHeaders(
            x_ms_date=held.acs_signed_headers_x_ms_date(headers).decode(),
            x_ms_content_sha256=held.acs_signed_headers_x_ms_content_sha256(headers).decode(),
            authorization=held.acs_signed_headers_authorization(headers).decode(),
            host=held.acs_signed_headers_host(headers).decode(),
            target=held.acs_signed_headers_target(headers).decode(),
            string_to_sign=held.acs_signed_headers_string_to_sign(headers).decode(),
        )
    finally:
        held.acs_signed_headers_free(headers)
