"""The asynchronous verifier."""

from __future__ import annotations

from .._library import wait_async
from .._verifier import VerifiedToken, VerifierBase


class TokenVerifier(VerifierBase):
    """Verifies the bearer tokens of your API's callers. It fetches Entra ID's keys when it needs them.

    Options are those of `acs_auth.TokenVerifier`, whose documentation describes them.
    """

    async def verify(self, bearer_token: str) -> VerifiedToken:
        """Verifies a bearer token, without `Bearer ` in front of it.

        Raises `acs_auth.UnauthorizedError` if it isn't valid, `acs_auth.ForbiddenError` if its tenant, application or
        permissions aren't allowed; `error_code` names the failed check. Raises `acs_auth.TransportError` if a key is needed
        and can't be fetched.
        """
        try:
            return VerifiedToken(*await wait_async(self._object.verify, bearer_token))
        finally:
            del bearer_token

    async def keys_reachable(self) -> bool:
        """Returns whether Entra ID's keys are cached or can be fetched."""
        reachable: bool = await wait_async(self._object.keys_reachable)
        return reachable
