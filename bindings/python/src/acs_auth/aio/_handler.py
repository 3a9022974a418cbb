"""The asynchronous handler."""

from __future__ import annotations

from typing import Any

from .._credentials import adapt
from .._handler import HandlerBase, Request, Response
from .._library import wait_async
from .._loops import running_loop
from .._watching import Latest
from ._loop import finish


class TokenExchangeHandler(HandlerBase):
    """Serves `/api/token/teams`: verifies the caller, explains an invalid Teams token, caches, limits, exchanges.

    It also serves `/healthz`, `/livez` and `/readyz` and, if settings turn them on, `/api/token/teams-extension`, `/api/token`
    and `/api/user`.

    Arguments are those of `acs_auth.TokenExchangeHandler`, whose documentation describes them. `token_credential` may also be a
    credential of `azure.identity.aio`.
    """

    _latest: Latest

    def _begin(self) -> None:
        self._latest = Latest()

    def _adapt(self, credential: Any) -> Any:
        latest = self._latest
        return adapt(credential, lambda awaitable, again: finish(awaitable, latest, again))

    async def handle(self, request: Request) -> Response:
        """Returns the response to a request. It doesn't raise for the caller's mistakes."""
        self._latest.loop = running_loop()
        return Response(*await wait_async(self._open().handle, *request._parts()))
