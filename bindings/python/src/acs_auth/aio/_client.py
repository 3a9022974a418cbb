"""The asynchronous client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._base import expiry, id_of, scope_texts
from .._tracing import traced_async
from ._assignments import Assignments
from ._previews import Previews

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

    from .._durations import Duration
    from .._models import AccessToken, CommunicationTokenScope
    from .._users import CommunicationUserIdentifier

    UserAndToken = tuple[CommunicationUserIdentifier, AccessToken]


class CommunicationIdentityClient(Assignments, Previews):
    """The asyncio client of an ACS resource, with the official client's operations.

    Arguments, options and operations are those of `acs_auth.CommunicationIdentityClient`, whose documentation describes
    them. The credential may also be a token credential of `azure.identity.aio`, `transport` and hooks may be asynchronous.

    Create one client per resource and keep it. It isn't tied to an event loop and can be used on both sides of a fork. Every
    call ends within its timeout (10 s by default), including retries, and raises a subclass of `acs_auth.AcsAuthError` if it
    fails. Cancelling the task cancels the call.
    """

    @classmethod
    def from_connection_string(cls, /, conn_str: str, **kwargs: Any) -> CommunicationIdentityClient:
        """Creates a client from `endpoint=…;accesskey=…`; `kwargs` are the options of the class.

        Raises `acs_auth.InvalidConnectionStringError`, whose `target` names the part that is wrong.
        """
        try:
            return cls("", "", _connection_string=conn_str, **kwargs)
        finally:
            del conn_str

    @traced_async
    async def create_user(
        self, *, timeout: Duration | None = None, client_request_id: str | None = None, **kwargs: Any
    ) -> CommunicationUserIdentifier:
        """Creates an identity. Retried only if the first attempt can't have created one."""
        made: CommunicationUserIdentifier = await self._run("create_user", timeout, client_request_id, kwargs)
        return made

    @traced_async
    async def create_user_and_token(
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
        made: UserAndToken = await self._run("create_user_and_token", timeout, client_request_id, kwargs, *arguments)
        return made

    @traced_async
    async def get_token(
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
        token: AccessToken = await self._run("get_token", timeout, client_request_id, kwargs, *arguments)
        return token

    @traced_async
    async def revoke_tokens(
        self,
        user: CommunicationUserIdentifier,
        *,
        timeout: Duration | None = None,
        client_request_id: str | None = None,
        **kwargs: Any,
    ) -> None:
        """Revokes all tokens of an identity. It may take the service up to 15 minutes until they are rejected."""
        # None, unless the call has `cls`: then what that returns, as in the official package.
        result: None = await self._run("revoke_tokens", timeout, client_request_id, kwargs, id_of(user))
        return result

    @traced_async
    async def delete_user(
        self,
        user: CommunicationUserIdentifier,
        *,
        timeout: Duration | None = None,
        client_request_id: str | None = None,
        **kwargs: Any,
    ) -> None:
        """Deletes an identity and everything that belongs to it, including its tokens."""
        await self._run("delete_user", timeout, client_request_id, kwargs, id_of(user))

    @traced_async
    async def get_token_for_teams_user(
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
        (`oid`). Raises `acs_auth.EntraTokenRejectedError` if the service rejects the Entra token; its `reason` contains the
        cause that the token check found.
        """
        try:
            arguments = (aad_token, client_id, user_object_id)
            token: AccessToken = await self._run("get_token_for_teams_user", timeout, client_request_id, kwargs, *arguments)
            return token
        finally:
            aad_token = ""
            arguments = ()  # type: ignore[assignment]

    @traced_async
    async def get_token_for_teams_extension_user(
        self, aad_token: str, *, timeout: Duration | None = None, client_request_id: str | None = None, **kwargs: Any
    ) -> UserAndToken:
        """Exchanges the Entra token of a user of Teams Phone extensibility; returns the user's identity and token."""
        try:
            operation = "get_token_for_teams_extension_user"
            made: UserAndToken = await self._run(operation, timeout, client_request_id, kwargs, aad_token)
            return made
        finally:
            del aad_token

    async def close(self) -> None:
        """Closes the connections. Calls in progress end normally; later ones raise `acs_auth.InvalidArgumentError`."""
        self._object = None

    async def __aenter__(self) -> CommunicationIdentityClient:
        self._open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()
