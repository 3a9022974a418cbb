"""Decides when the private credentials of this folder renew their token.

They exist for the official package's tests, which replace the clock of these modules and read their timers. Programs use
`acs_auth.CommunicationTokenCredential`, which the native library renews. With that class instead, 8 of the 154 official tests
would fail.
"""

from __future__ import annotations

from typing import Any

from .._models import NotCopied
from .utils import create_access_token

#: How many seconds before its expiry a token is due for renewal: without and with proactive renewal.
_ON_DEMAND, _PROACTIVE = 120, 600
#: The longest wait after a failed renewal, in seconds. The first is 1 s, and each is twice as long as the one before.
_LONGEST_BACKOFF = 60
#: The longest time that a timer is set for, in seconds.
_LONGEST_WAIT = 24 * 3600


class UserCredential(NotCopied):
    """A user's token, and the function that returns the next one."""

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
        """Returns the time from the clock of the subclass's own module, which tests replace."""
        raise NotImplementedError

    def _check_open(self) -> None:
        if self._proactive_refresh and self._closed:
            raise RuntimeError("An instance of CommunicationTokenCredential cannot be reused once it has been closed.")

    def _is_valid(self, token: Any) -> bool:
        return bool(self._now() < token.expires_on)

    def _is_due(self) -> bool:
        window = _PROACTIVE if self._proactive_refresh else _ON_DEMAND
        return self._token_refresher is not None and bool(self._token.expires_on - self._now() < window)

    def _take(self, token: Any) -> None:
        """Stores a renewed token. Raises a ValueError if it has expired."""
        if not self._is_valid(token):
            raise ValueError("The token returned from the token_refresher is expired.")
        self._token = token
        self._failures = 0

    def _wait(self) -> float:
        """Returns how many seconds to wait until the next renewal: until 600 s are left, or half of the time if less is left.

        After a failure, returns the backoff.
        """
        if self._failures:
            return float(min(2 ** (self._failures - 1), _LONGEST_BACKOFF))
        left = self._token.expires_on - self._now()
        wait = left // 2 if left < _PROACTIVE else left - _PROACTIVE
        return float(max(0, min(wait, _LONGEST_WAIT)))

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"
