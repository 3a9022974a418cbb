"""The synchronous client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._assignments import Assignments
from ._base import expiry, id_of, scope_texts
from ._previews import Previews
from ._tracing import traced

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

    from ._durations import Duration
    from ._models import AccessToken, CommunicationTokenScope
    from ._users import CommunicationUserIdentifier

    UserAndToken = tuple[CommunicationUserIdentifier, AccessToken]


class CommunicationIdentityClient(Assignments, Previews):
    """The client of an ACS resource, with the official client's operations.

    `CommunicationIdentityClient(endpoint, credential, **options)`: `credential` is an access key (a string, an `AccessKey` or
    azure-core's `AzureKeyCredential`) or a token credential of azure-identity. With a connection string use
    `from_connection_string`. Create one client per resource and keep it: any number of threads may use it at once, on both
    sides of a fork.

    Every call ends within its timeout, including retries. A failed call raises a subclass of `AcsAuthError`.

    Options, all keywords:

    - `timeout`: of a call with all its attempts; 10 s by default. `connect_timeout`: for opening a connection; 5 s.
    - `retry_policy`: a `RetryPolicy`.
    - `token_check`: how to treat a Teams token that the token check rejects; `TokenCheck.WARN` by default.
    - `secondary_access_key`: the resource's other access key. A call whose key is rejected is tried once with it; it is then
      preferred until it is rejected in turn.
    - `cloud`: the `Cloud` whose names the token check expects; by default, that of the endpoint.
    - `api_version`: an `ApiVersion` or a string; `DEFAULT_API_VERSION` by default. `preview`: a `PreviewApiVersion`, whose
      operations it enables.
    - `application_id` (1 to 24 characters of `A-Z a-z 0-9 . _ - /`) and `user_agent` (visible ASCII of any length): put in
      front of the User-Agent.
    - `headers`: added to every request, as a mapping or pairs.
    - `proxy`: a `Proxy`; by default, that of the environment. `http2`: offers HTTP/2; off by default.
    - `root_certificates_pem`: certificate authorities to trust in addition to the system's. `client_identity_pem`: a
      certificate chain and its private key, for a gateway that requires one. Both are PEM text, not paths.
    - `allow_insecure_endpoint`: accepts an http endpoint that isn't loopback. Users' tokens are then sent in clear text.
    - `transport`: sends the requests instead of the library: one of azure-core, or a function that takes a request and
      returns a response. The library still signs, retries and applies timeouts.

    Options of a call, also keywords: `timeout`, `client_request_id`, `headers`, `user_agent`, `max_attempts`, `attempt_timeout`
    and `raw_response_hook`. The README lists the keywords of azure-core that the constructor and the calls accept too.

    Besides the operations below there are `put_teams_extension_assignment`, `get_teams_extension_assignment` and
    `delete_teams_extension_assignment`; with the option `preview`, `get_token_for_entra_user`,
    `create_user_with_custom_id`, `create_user_and_token_with_custom_id` and `get_user_detail`; and
    `update_access_key(access_key, secondary_access_key)` and the properties `endpoint` and `clock_skew_seconds`.
    """

    @classmethod
    def from_connection_string(cls, /, conn_str: str, **kwargs: Any) -> CommunicationIdentityClient:
        """Creates a client from `endpoint=…;accesskey=…`; `kwargs` are the options of the class.

        Raises `InvalidConnectionStringError`, whose `target` names the part that is wrong.
        """
        try:
            return cls("", "", _connection_string=conn_str, **kwargs)
        finally:
            del conn_str

    @traced
    def create_user(
        self, *, timeout: Duration | None = None, client_request_id: str | None = None, **kwargs: Any
    ) -> CommunicationUserIdentifier:
        """Creates an identity. Retried only if the first attempt can't have created one."""
        made: CommunicationUserIdentifier = self._run("create_user", timeout, client_request_id, kwargs)
        return made

    @traced
    def create_user_and_token(
        self,
        scopes: Iterable[str | CommunicationTokenScope],
        *,
        token_expires_in: Duration | None = None,
        timeout: Duration | None = None,
        client_request_id: str | None = None,
        **kwargs: Any,
    ) -> UserAndToken:
        """Creates an identity and issues a token for it, valid for `token_expires_in`: 1 to 24 hours, 24 by default."""
        arguments = (scope_texts(scopes), expiry(token_expires_in))
        made: UserAndToken = self._run("create_user_and_token", timeout, client_request_id, kwargs, *arguments)
        return made

    @traced
    def get_token(
        self,
        user: CommunicationUserIdentifier,
        scopes: Iterable[str | CommunicationTokenScope],
        *,
        token_expires_in: Duration | None = None,
        timeout: Duration | None = None,
        client_request_id: str | None = None,
        **kwargs: Any,
    ) -> AccessToken:
        """Issues a token for an identity, valid for `token_expires_in`: 1 to 24 hours, 24 by default."""
        arguments = (id_of(user), scope_texts(scopes), expiry(token_expires_in))
        token: AccessToken = self._run("get_token", timeout, client_request_id, kwargs, *arguments)
        return token

    @traced
    def revoke_tokens(
        self,
        user: CommunicationUserIdentifier,
        *,
        timeout: Duration | None = None,
        client_request_id: str | None = None,
        **kwargs: Any,
    ) -> None:
        """Revokes all tokens of an identity. It may take the service up to 15 minutes until they are rejected."""
        # None, unless the call has `cls`: then what that returns, as in the official package.
        result: None = self._run("revoke_tokens", timeout, client_request_id, kwargs, id_of(user))
        return result

    @traced
    def delete_user(
        self,
        user: CommunicationUserIdentifier,
        *,
        timeout: Duration | None = None,
        client_request_id: str | None = None,
        **kwargs: Any,
    ) -> None:
        """Deletes an identity and everything that belongs to it, including its tokens."""
        self._run("delete_user", timeout, client_request_id, kwargs, id_of(user))

    @traced
    def get_token_for_teams_user(
        self,
        aad_token: str,
        client_id: str,
        user_object_id: str,
        *,
        timeout: Duration | None = None,
        client_request_id: str | None = None,
        **kwargs: Any,
    ) -> AccessToken:
        """Exchanges a Teams user's Entra token for an ACS token of this user.

        `client_id` is the application that the Entra token was issued to (`appid` or `azp`), `user_object_id` the user
        (`oid`). Raises `EntraTokenRejectedError` if the service rejects the Entra token; its `reason` contains the cause
        that the token check found.
        """
        try:
            arguments = (aad_token, client_id, user_object_id)
            token: AccessToken = self._run("get_token_for_teams_user", timeout, client_request_id, kwargs, *arguments)
            return token
        finally:
            aad_token = ""
            arguments = ()  # type: ignore[assignment]

    @traced
    def get_token_for_teams_extension_user(
        self, aad_token: str, *, timeout: Duration | None = None, client_request_id: str | None = None, **kwargs: Any
    ) -> UserAndToken:
        """Exchanges the Entra token of a user of Teams Phone extensibility; returns the user's identity and token."""
        try:
            operation = "get_token_for_teams_extension_user"
            made: UserAndToken = self._run(operation, timeout, client_request_id, kwargs, aad_token)
            return made
        finally:
            del aad_token

    def close(self) -> None:
        """Closes the connections. Calls in progress end normally; later ones raise `InvalidArgumentError`."""
        self._object = None

    def __enter__(self) -> CommunicationIdentityClient:
        self._open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
