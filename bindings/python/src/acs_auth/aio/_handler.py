"""The asynchronous handler."""

from __future__ import annotations

from typing import Any

from .._credentials import adapt
from .._handler import HandlerBase, Request, Response
from .._library import wait_async
from .._loops import running_loop
from ._loop import finish


class TokenExchangeHandler(HandlerBase):
    """Answers `/api/token/teams`: verifies the caller, explains an invalid Teams token, caches, limits, exchanges.

    Arguments are those of `acs_auth.TokenExchangeHandler`, whose documentation describes them. `token_credential` may also be a
    credential of `azure.identity.aio`.
    """

    _loop: Any = None

    def _adapt(self, credential: Any) -> Any:
        return adapt(credential, lambda awaitable: finish(awaitable, self._loop))

    async def handle(self, request: Request) -> Response:
        """Returns the response to a request. It doesn't raise for the caller's mistakes."""
        self._loop = running_loop()
        return Response(*await wait_async(self._open().handle, *request._parts()))
