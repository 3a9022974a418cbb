"""The verifier whose calls are awaited."""

from __future__ import annotations

from .._library import wait_async
from .._verifier import VerifiedToken, VerifierBase


class TokenVerifier(VerifierBase):
    """Verifies bearer tokens of Entra ID for an API. It fetches the keys when it needs them."""

    async def verify(self, bearer_token: str) -> VerifiedToken:
        """Verifies a token. Raises UnauthorizedError or ForbiddenError, with `error_code` naming the failed check."""
        try:
            return VerifiedToken(*await wait_async(self._object.verify, bearer_token))
        finally:
            del bearer_token

    async def keys_reachable(self) -> bool:
        """Whether Entra's keys are available or can be fetched."""
        reachable: bool = await wait_async(self._object.keys_reachable)
        return reachable
