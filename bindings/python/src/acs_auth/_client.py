"""The client whose calls wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._base import ClientBase, call_options, expiry, id_of, scope_texts
from ._library import wait

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

    from ._durations import Duration
    from ._models import AccessToken, CommunicationTokenScope
    from ._users import CommunicationUserIdentifier

    UserAndToken = tuple[CommunicationUserIdentifier, AccessToken]


class CommunicationIdentityClient(ClientBase):
    """A client of a resource, with the official client's operations; any threads may use it at once.

    Make one and keep it. It can be used on both sides of a fork. Every call ends within its timeout (10 s unless
    set otherwise), retries and all, and raises an :class:`AcsAuthError`.
    """

    @classmethod
    def from_connection_string(cls, conn_str: str, **kwargs: Any) -> CommunicationIdentityClient:
        """A client for `endpoint=…;accesskey=…`; `kwargs` are those of the class."""
        try:
            return cls("", "", _connection_string=conn_str, **kwargs)
        finally:
            del conn_str

    def create_user(
        self, *, timeout: Duration | None = None, client_request_id: str | None = None, **kwargs: Any
    ) -> CommunicationUserIdentifier:
        """Makes an identity."""
        options = call_options(timeout, client_request_id, kwargs)
        made: CommunicationUserIdentifier = wait(self._open().create_user, options)
        return made

    def create_user_and_token(
        self,
        scopes: Iterable[str | CommunicationTokenScope],
        *,
        token_expires_in: Duration | None = None,
        timeout: Duration | None = None,
        client_request_id: str | None = None,
        **kwargs: Any,
    ) -> UserAndToken:
        """Makes an identity and a token for it, which ends after 1 to 24 hours (24 unless told)."""
        options = call_options(timeout, client_request_id, kwargs)
        arguments = (scope_texts(scopes), expiry(token_expires_in), options)
        made: UserAndToken = wait(self._open().create_user_and_token, *arguments)
        return made

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
        """A token for an identity, which ends after 1 to 24 hours (24 unless told)."""
        options = call_options(timeout, client_request_id, kwargs)
        arguments = (id_of(user), scope_texts(scopes), expiry(token_expires_in), options)
        token: AccessToken = wait(self._open().get_token, *arguments)
        return token

    def revoke_tokens(
        self,
        user: CommunicationUserIdentifier,
        *,
        timeout: Duration | None = None,
        client_request_id: str | None = None,
        **kwargs: Any,
    ) -> None:
        """Ends all tokens of an identity; the service may take up to 15 minutes."""
        wait(self._open().revoke_tokens, id_of(user), call_options(timeout, client_request_id, kwargs))

    def delete_user(
        self,
        user: CommunicationUserIdentifier,
        *,
        timeout: Duration | None = None,
        client_request_id: str | None = None,
        **kwargs: Any,
    ) -> None:
        """Deletes an identity with all that belongs to it, its tokens included."""
        wait(self._open().delete_user, id_of(user), call_options(timeout, client_request_id, kwargs))

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
        """Exchanges a Teams user's Entra token.

        `client_id` is the application that the token was issued to (`appid` or `azp`), `user_object_id` the user
        (`oid`).
        """
        try:
            options = call_options(timeout, client_request_id, kwargs)
            operation = self._open().get_token_for_teams_user
            token: AccessToken = wait(operation, aad_token, client_id, user_object_id, options)
            return token
        finally:
            del aad_token

    def get_token_for_teams_extension_user(
        self, aad_token: str, *, timeout: Duration | None = None, client_request_id: str | None = None, **kwargs: Any
    ) -> UserAndToken:
        """Exchanges the Entra token of a user of Teams Phone extensibility."""
        try:
            options = call_options(timeout, client_request_id, kwargs)
            operation = self._open().get_token_for_teams_extension_user
            made: UserAndToken = wait(operation, aad_token, options)
            return made
        finally:
            del aad_token

    def close(self) -> None:
        """Gives the connections back. Calls that are under way end as usual; later ones are refused."""
        self._object = None

    def __enter__(self) -> CommunicationIdentityClient:
        self._open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
