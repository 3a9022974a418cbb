"""The client's operations that only a preview of the API has. They need the client's option `preview`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._base import expiry, id_of, scope_texts
from ._calling import WaitingClientBase
from ._tracing import traced

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ._durations import Duration
    from ._models import AccessToken, CommunicationTokenScope, CommunicationUserDetail
    from ._users import CommunicationUserIdentifier

    UserAndToken = tuple[CommunicationUserIdentifier, AccessToken]


class Previews(WaitingClientBase):
    """The part of the client with the operations of a preview."""

    @traced
    def get_token_for_entra_user(
        self, aad_token: str, *, timeout: Duration | None = None, client_request_id: str | None = None, **kwargs: Any
    ) -> UserAndToken:
        """Exchanges the Entra token of a user who needs no Teams licence; returns the user's identity and token. Preview.

        `aad_token` must be for `https://communication.azure.com/clients` with the permission `VoIP` or `VoIP.Join`.
        """
        try:
            made: UserAndToken = self._run("get_token_for_entra_user", timeout, client_request_id, kwargs, aad_token)
            return made
        finally:
            del aad_token

    @traced
    def create_user_with_custom_id(
        self, custom_id: str, *, timeout: Duration | None = None, client_request_id: str | None = None, **kwargs: Any
    ) -> CommunicationUserIdentifier:
        """Creates an identity with your own name for it, or returns the one that already has it. Preview."""
        made: CommunicationUserIdentifier = self._run(
            "create_user_with_custom_id", timeout, client_request_id, kwargs, custom_id
        )
        return made

    @traced
    def create_user_and_token_with_custom_id(
        self,
        custom_id: str,
        scopes: Iterable[str | CommunicationTokenScope],
        *,
        token_expires_in: Duration | None = None,
        timeout: Duration | None = None,
        client_request_id: str | None = None,
        **kwargs: Any,
    ) -> UserAndToken:
        """Creates an identity with your own name for it, or finds the one that already has it, and issues a token. Preview."""
        arguments = (custom_id, scope_texts(scopes), expiry(token_expires_in))
        made: UserAndToken = self._run(
            "create_user_and_token_with_custom_id", timeout, client_request_id, kwargs, *arguments
        )
        return made

    @traced
    def get_user_detail(
        self,
        user: CommunicationUserIdentifier,
        *,
        timeout: Duration | None = None,
        client_request_id: str | None = None,
        **kwargs: Any,
    ) -> CommunicationUserDetail:
        """Returns the service's details of an identity. Preview."""
        found: CommunicationUserDetail = self._run("get_user_detail", timeout, client_request_id, kwargs, id_of(user))
        return found
