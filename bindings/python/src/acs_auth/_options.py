"""The types of options that only this package has."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from ._durations import invalid, milliseconds
from ._library import call, native
from ._models import HIDDEN, Record, is_valid_unicode

if TYPE_CHECKING:
    from ._durations import Duration


class TokenCheck(Enum):
    """How to treat a user's Entra token that the token check rejects. `inspect` is the same check as a function."""

    OFF = "off"
    """The token isn't checked."""
    WARN = "warn"
    """The service decides.

    If it rejects the token, a warning is logged, and the error's `reason` contains what the check found.
    """
    ENFORCE = "enforce"
    """The token isn't sent: the call raises `EntraTokenInvalidError`."""


class RetryPolicy(Record):
    """How often a call is retried, and with which backoff.

    A retry waits for a random time between zero and a bound that doubles each time, or exactly as long as the service asks.

    - `max_attempts`: how often a request is sent at most, including the first time; 3 by default.
    - `base_delay`: the first bound; 50 ms by default. `throttled_delay`: the first bound after a 429; 1 s.
    - `max_delay`: the highest bound; 20 s by default.
    - `attempt_timeout`: the timeout of one attempt; 3 s by default. The last attempt gets all the time left.
    """

    __slots__ = ("max_attempts", "base_delay", "throttled_delay", "max_delay", "attempt_timeout")

    def __init__(
        self,
        max_attempts: int | None = None,
        *,
        base_delay: Duration | None = None,
        throttled_delay: Duration | None = None,
        max_delay: Duration | None = None,
        attempt_timeout: Duration | None = None,
    ) -> None:
        self.max_attempts = max_attempts
        self.base_delay = base_delay
        self.throttled_delay = throttled_delay
        self.max_delay = max_delay
        self.attempt_timeout = attempt_timeout

    def _native(self) -> Any:
        return native().RetryPolicy(
            max_attempts=self.max_attempts,
            base_delay_ms=milliseconds("base_delay", self.base_delay),
            throttled_delay_ms=milliseconds("throttled_delay", self.throttled_delay),
            max_delay_ms=milliseconds("max_delay", self.max_delay),
            attempt_timeout_ms=milliseconds("attempt_timeout", self.attempt_timeout),
        )


class Proxy:
    """Which proxy requests go through: the environment's (the default), none, or this one. Its repr doesn't show the URL."""

    __slots__ = ("_kind", "_url")

    def __init__(self, kind: str, url: str | None = None) -> None:
        self._kind = kind
        self._url = url

    @classmethod
    def environment(cls) -> Proxy:
        """The proxy from HTTPS_PROXY, HTTP_PROXY and NO_PROXY; none for an endpoint on loopback."""
        return cls("ENVIRONMENT")

    @classmethod
    def direct(cls) -> Proxy:
        """No proxy, whatever the environment contains."""
        return cls("DIRECT")

    @classmethod
    def url(cls, url: str) -> Proxy:
        """One proxy: `http://user:password@host:port`, or `https://` for one that is reached over TLS."""
        return cls("URL", url)

    def __repr__(self) -> str:
        return f"Proxy.url({HIDDEN!r})" if self._kind == "URL" else f"Proxy.{self._kind.lower()}()"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Proxy):
            return NotImplemented
        return (self._kind, self._url) == (other._kind, other._url)

    def __hash__(self) -> int:
        return hash((self._kind, self._url))

    def _native(self) -> Any:
        variant = getattr(native().Proxy, self._kind)
        return variant(self._url) if self._kind == "URL" else variant()


class Cloud(Record):
    """The names of one cloud: where users sign in, who issues tokens, and the service's host names.

    - `authority`: where tokens are requested, such as `https://login.microsoftonline.com`, without a trailing slash.
    - `issuer_v1`, `issuer_v2`: the issuers of version 1 and 2 tokens; `{tenantid}` stands for the tenant.
    - `acs_suffix`: the suffix of ACS resources' host names, such as `.communication.azure.com`.
    - `teams_resource`: the resource of the Teams permissions, such as `https://auth.msft.communication.azure.com`.
    - `teams_user_prefixes`: the prefixes of Teams users' raw ids, such as `8:orgid:`.
    """

    __slots__ = ("authority", "issuer_v1", "issuer_v2", "acs_suffix", "teams_resource", "teams_user_prefixes")

    def __init__(
        self,
        *,
        authority: str,
        issuer_v1: str,
        issuer_v2: str,
        acs_suffix: str,
        teams_resource: str,
        teams_user_prefixes: list[str],
    ) -> None:
        self.authority = authority
        self.issuer_v1 = issuer_v1
        self.issuer_v2 = issuer_v2
        self.acs_suffix = acs_suffix
        self.teams_resource = teams_resource
        self.teams_user_prefixes = teams_user_prefixes

    @classmethod
    def _of(cls, given: Any) -> Cloud:
        return cls(**{name: getattr(given, name) for name in cls.__slots__})

    @classmethod
    def public(cls) -> Cloud:
        """The public cloud."""
        return cls._of(native().cloud_public())

    @classmethod
    def us_government(cls) -> Cloud:
        """The clouds of the US government. Microsoft documents that Teams users can't be connected there."""
        return cls._of(native().cloud_us_government())

    @classmethod
    def china(cls) -> Cloud:
        """The cloud that 21Vianet operates in China."""
        return cls._of(native().cloud_china())

    @classmethod
    def custom(cls, authority: str) -> Cloud:
        """The public cloud's names, with tokens of another authority, such as the emulator's."""
        return cls._of(call(native().cloud_custom, authority))

    def teams_scope(self, permission: str) -> str:
        """Returns the scope to request from Entra: the resource and a permission such as `Teams.ManageCalls`."""
        scope: str = call(native().cloud_teams_scope, self._native(), permission)
        return scope

    def _native(self) -> Any:
        return native().Cloud(**{name: getattr(self, name) for name in self.__slots__})


def text(value: Any) -> Any:
    """Returns the value of an enumeration's member, such as a scope; anything else unchanged."""
    return value.value if isinstance(value, Enum) else value


def native_token_check(token_check: TokenCheck | str | None) -> Any:
    return None if token_check is None else getattr(native().TokenCheck, TokenCheck(token_check).name)


def lower(value: Any) -> Any:
    """Returns the native counterpart of one of this package's objects; None for None."""
    return None if value is None else value._native()


def pem(name: str, value: bytes | str | None) -> bytes | None:
    if value is None or isinstance(value, bytes):
        return value
    if isinstance(value, str):
        if not is_valid_unicode(value):
            raise invalid(name, f"{name} holds a lone surrogate, which is not valid Unicode.")
        return value.encode()
    raise TypeError(f"{name} must be PEM as bytes or str, not {type(value).__name__}.")
