"""The credential of `user_credential.py`, for asyncio."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from ._renewal import UserCredential
from .utils import get_current_utc_as_int

if TYPE_CHECKING:
    from types import TracebackType


class _Timer:
    """Runs a coroutine function after a wait, in the loop that is running when the timer is created."""

    def __init__(self, interval: float, function: Any) -> None:
        self.interval = interval
        self._task = asyncio.get_running_loop().create_task(self._run(function))

    async def _run(self, function: Any) -> None:
        await asyncio.sleep(self.interval)
        await function()

    def cancel(self) -> None:
        """Cancels the timer, unless this is called by its own function."""
        if self._task is not asyncio.current_task():
            self._task.cancel()


class CommunicationTokenCredential(UserCredential):
    """A token that is renewed through `token_refresher`, a coroutine function: when `get_token` is called with less than 2
    minutes left.

    With `proactive_refresh` a task also renews it 10 minutes before it expires; after a failure it retries in 1 s to 1 min. Use
    it in an `async with` statement then, or close it. Tasks that call `get_token` at once share a renewal.
    """

    def __init__(self, token: str, *, token_refresher: Any = None, proactive_refresh: bool = False, **kwargs: Any) -> None:
        super().__init__(token, token_refresher=token_refresher, proactive_refresh=proactive_refresh, **kwargs)
        self._renewing: asyncio.Lock | None = None

    def _now(self) -> float:
        return get_current_utc_as_int()

    async def get_token(self, *scopes: str, **kwargs: Any) -> Any:
        """Returns the token, renewed first if it is due. The arguments are ignored."""
        self._check_open()
        if self._is_due():
            await self._renew()
            self._schedule()
        return self._token

    async def _renew(self) -> None:
        if self._renewing is None:
            self._renewing = asyncio.Lock()
        if self._renewing.locked() and self._is_valid(self._token):
            return  # Another task renews the token, and the current one is still valid.
        async with self._renewing:
            if self._is_due():
                self._take(await self._token_refresher())

    def _schedule(self) -> None:
        if not self._proactive_refresh or self._closed:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer = _Timer(self._wait(), self._renew_ahead)

    async def _renew_ahead(self) -> None:
        try:
            if self._is_due():
                await self._renew()
        except Exception:
            # Of the program's refresher. Once the token has expired, `get_token` raises what it raises then.
            self._failures += 1
        self._schedule()

    async def close(self) -> None:
        """Ends proactive renewal."""
        self._closed = True
        timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()

    async def __aenter__(self) -> CommunicationTokenCredential:
        self._check_open()
        self._schedule()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()
