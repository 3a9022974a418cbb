"""The asynchronous exchanger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._durations import milliseconds
from .._exchanger import ExchangerBase
from .._library import wait_async
from .._loops import running_loop

if TYPE_CHECKING:
    from .._durations import Duration
    from .._models import AccessToken
    from .._users import CommunicationUserIdentifier

    UserAndToken = tuple[CommunicationUserIdentifier, AccessToken]


class TeamsTokenExchanger(ExchangerBase):
    """Exchanges Teams users' Entra tokens with a cache, request coalescing and a limiter: each token once while its result is
    valid.

    Arguments and options are those of `acs_auth.TeamsTokenExchanger`, whose documentation describes them; `client` may be a
    client of this module or of `acs_auth`. Cancelling a task ends its wait; an exchange that other callers wait for continues.
    """

    def _here(self) -> Any:
        # An asynchronous transport or credential of the client runs in this loop.
        self._watcher.latest.loop = running_loop()
        return self._open()

    async def _exchange(self, name: str, *arguments: Any) -> Any:
        """Runs the operation of this name. The last argument is the call's timeout."""
        operation = getattr(self._here(), name)
        try:
            return await wait_async(operation, *arguments)
        except BaseException as error:
            self._left(error, arguments[-1])
            raise
        finally:
            del arguments

    async def exchange(
        self, aad_token: str, client_id: str, user_object_id: str, *, timeout: Duration | None = None
    ) -> AccessToken:
        """Returns the ACS token for this Entra token: from the cache, an exchange in progress, or the service.

        `client_id` and `user_object_id` are those of `CommunicationIdentityClient.get_token_for_teams_user`. Raises
        `acs_auth.ThrottledError` if the limits leave no time for the exchange before the timeout.
        """
        try:
            arguments = (aad_token, client_id, user_object_id, milliseconds("timeout", timeout))
            token: AccessToken = await self._exchange("exchange", *arguments)
            return token
        finally:
            aad_token = ""
            arguments = ()  # type: ignore[assignment]

    async def exchange_teams_extension(self, aad_token: str, *, timeout: Duration | None = None) -> UserAndToken:
        """Returns the identity and token of Teams Phone extensibility for this Entra token, with the same cache and limit."""
        try:
            arguments = (aad_token, milliseconds("timeout", timeout))
            made: UserAndToken = await self._exchange("exchange_teams_extension", *arguments)
            return made
        finally:
            aad_token = ""
            arguments = ()  # type: ignore[assignment]

    async def sign_out(self, tenant_id: str, user_object_id: str) -> None:
        """Evicts a user's tokens from the cache, also from the shared one.

        The service isn't notified: issued tokens stay valid.
        """
        await wait_async(self._here().sign_out, tenant_id, user_object_id)

    async def is_cache_reachable(self) -> bool | None:
        """Returns whether the shared cache is reachable; None if there is none."""
        reachable: bool | None = await wait_async(self._here().is_cache_reachable)
        return reachable
