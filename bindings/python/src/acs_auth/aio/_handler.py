"""The handler whose answers are awaited."""

from __future__ import annotations

from typing import Any

from .._credentials import adapt
from .._handler import HandlerBase, Request, Response
from .._library import wait_async
from .._loops import running_loop
from ._loop import finish


class TokenExchangeHandler(HandlerBase):
    """Answers `/api/token/teams`: verifies the caller, explains a bad Teams token, caches, limits, exchanges."""

    _loop: Any = None

    def _adapt(self, credential: Any) -> Any:
        return adapt(credential, lambda awaitable: finish(awaitable, self._loop))

    async def handle(self, request: Request) -> Response:
        """The response to a request; it does not raise for what the caller did wrong."""
        self._loop = running_loop()
        return Response(*await wait_async(self._open().handle, *request._parts()))
