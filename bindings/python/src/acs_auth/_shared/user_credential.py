"""The credential for the official chat and calling clients, in the module where the official tests look for it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from ._renewal import UserCredential
from .utils import get_current_utc_as_int

if TYPE_CHECKING:
    from types import TracebackType


class CommunicationTokenCredential(UserCredential):
    """A token that is renewed through `token_refresher`: when `get_token` is called with less than 2 minutes left.

    With `proactive_refresh` a thread also renews it 10 minutes before it expires; after a failure it retries in 1 s to 1 min.
    Use it in a `with` statement then, or close it. Threads that call `get_token` at once share a renewal.
    """

    def __init__(self, token: str, *, token_refresher: Any = None, proactive_refresh: bool = False, **kwargs: Any) -> None:
        super().__init__(token, token_refresher=token_refresher, proactive_refresh=proactive_refresh, **kwargs)
        self._renewing = threading.Lock()

    def _now(self) -> float:
        return get_current_utc_as_int()

    def get_token(self, *scopes: str, **kwargs: Any) -> Any:
        """Returns the token, renewed first if it is due. The arguments are ignored."""
        self._check_open()
        if not self._is_due():
            return self._token
        # While another thread renews the token, a valid one is returned without waiting.
        if self._is_valid(self._token):
            if not self._renewing.acquire(blocking=False):
                return self._token
        else:
            self._renewing.acquire()
        try:
            if self._is_due():
                self._take(self._token_refresher())
        finally:
            self._renewing.release()
        self._schedule()
        return self._token

    def _schedule(self) -> None:
        if not self._proactive_refresh or self._closed:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer = threading.Timer(self._wait(), self._renew_ahead)
        self._timer.daemon = True
        self._timer.start()

    def _renew_ahead(self) -> None:
        if self._closed:
            return
        with self._renewing:
            try:
                if self._is_due():
                    self._take(self._token_refresher())
            except Exception:
                # Of the program's refresher. Once the token has expired, `get_token` raises what it raises then.
                self._failures += 1
        self._schedule()

    def close(self) -> None:
        """Ends proactive renewal."""
        self._closed = True
        timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()

    def __enter__(self) -> CommunicationTokenCredential:
        self._check_open()
        self._schedule()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
