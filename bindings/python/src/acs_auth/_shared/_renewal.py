"""When the token of the private credentials of this folder is renewed.

Programs use `acs_auth.CommunicationTokenCredential`, whose renewal is the library's. The official tests replace the clock of this
folder's modules and read their timers: with that class in this one's place, 8 of the 154 that pass on the official package
fail, which is more than 5 %.
"""

from __future__ import annotations

from typing import Any

from .._models import NotCopied
from .utils import create_access_token

#: A token with less than this left is renewed when it is asked for, in seconds: without and with proactive renewal.
_ON_DEMAND, _PROACTIVE = 120, 600
#: The longest wait after a renewal that failed, in seconds; the first is 1 s, and each is twice the one before.
_LONGEST_BACKOFF = 60
#: Timers can wait no longer, in seconds.
_LONGEST_WAIT = 24 * 3600


class UserCredential(NotCopied):
    """A token of a user, and the function that brings the next one."""

    def __init__(self, token: str, *, token_refresher: Any = None, proactive_refresh: bool = False, **_: Any) -> None:
        try:
            if not isinstance(token, str):
                raise TypeError("Token must be a string.")
            if proactive_refresh and token_refresher is None:
                raise ValueError("When 'proactive_refresh' is True, 'token_refresher' must not be None.")
            self._token: Any = create_access_token(token)
        finally:
            token = ""
        self._token_refresher = token_refresher
        self._proactive_refresh = proactive_refresh
        self._timer: Any = None
        self._failures = 0
        self._closed = False

    def _now(self) -> float:
        """The time, by the clock of the module of each form."""
        raise NotImplementedError  # Both forms have their own.

    def _check_open(self) -> None:
        if self._proactive_refresh and self._closed:
            raise RuntimeError("An instance of CommunicationTokenCredential cannot be reused once it has been closed.")

    def _is_valid(self, token: Any) -> bool:
        return bool(self._now() < token.expires_on)

    def _is_due(self) -> bool:
        window = _PROACTIVE if self._proactive_refresh else _ON_DEMAND
        return self._token_refresher is not None and bool(self._token.expires_on - self._now() < window)

    def _take(self, token: Any) -> None:
        """Takes a renewed token."""
        if not self._is_valid(token):
            raise ValueError("The token returned from the token_refresher is expired.")
        self._token = token
        self._failures = 0

    def _wait(self) -> float:
        """How long until the next renewal, in seconds: at the window's start, or after half of what is left within it."""
        if self._failures:
            return float(min(2 ** (self._failures - 1), _LONGEST_BACKOFF))
        left = self._token.expires_on - self._now()
        wait = left // 2 if left < _PROACTIVE else left - _PROACTIVE
        return float(max(0, min(wait, _LONGEST_WAIT)))

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"
