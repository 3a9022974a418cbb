"""The credential that official clients of chat and calling take, as the official tests have it in the module of this name."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from ._renewal import UserCredential
from .utils import get_current_utc_as_int

if TYPE_CHECKING:
    from types import TracebackType


class CommunicationTokenCredential(UserCredential):
    """A token that renews itself by `token_refresher`: when it is asked for and has less than 2 minutes left, or ahead of time.

    With `proactive_refresh`, it is renewed 10 minutes before it ends, on a thread of its own; a renewal that failed is
    tried again after 1 s to 1 min. Use it in a `with` statement then, or close it. Threads that ask at once share a renewal.
    """

    def __init__(self, token: str, *, token_refresher: Any = None, proactive_refresh: bool = False, **kwargs: Any) -> None:
        super().__init__(token, token_refresher=token_refresher, proactive_refresh=proactive_refresh, **kwargs)
        self._renewing = threading.Lock()

    def _now(self) -> float:
        return get_current_utc_as_int()

    def get_token(self, *scopes: str, **kwargs: Any) -> Any:
        """The token, renewed first if it is due. Scopes are the refresher's own matter."""
        self._check_open()
        if not self._is_due():
            return self._token
        # While another thread renews it, a token that is still good will do.
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
                # The program's refresher; whoever asks for an expired token gets what it raises then.
                self._failures += 1
        self._schedule()

    def close(self) -> None:
        """Ends the renewal ahead of time."""
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
