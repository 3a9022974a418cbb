"""What a client can be told: the library's own options, and what azure-core has for the same."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from ._durations import invalid, milliseconds
from ._library import call, native
from ._models import HIDDEN, Record, is_valid_unicode

if TYPE_CHECKING:
    from ._durations import Duration


class TokenCheck(Enum):
    """What is done with a look at the user's token before it is sent."""

    OFF = "off"
    WARN = "warn"
    ENFORCE = "enforce"


class RetryPolicy(Record):
    """How often, and after how long, a call is tried again. What is left out is the library's default."""

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
    """Which proxy requests go through: the environment's (the default), none, or one. Its URL is not shown."""

    __slots__ = ("_kind", "_url")

    def __init__(self, kind: str, url: str | None = None) -> None:
        self._kind = kind
        self._url = url

    @classmethod
    def environment(cls) -> Proxy:
        """What HTTPS_PROXY and NO_PROXY say."""
        return cls("ENVIRONMENT")

    @classmethod
    def direct(cls) -> Proxy:
        """None, whatever the environment says."""
        return cls("DIRECT")

    @classmethod
    def url(cls, url: str) -> Proxy:
        """This one: `http://user:password@host:port`."""
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
    """The names of one cloud: where users sign in, who issues tokens, and how the service is called there."""

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
        """The clouds of the US government."""
        return cls._of(native().cloud_us_government())

    @classmethod
    def china(cls) -> Cloud:
        """The cloud that 21Vianet runs in China."""
        return cls._of(native().cloud_china())

    @classmethod
    def custom(cls, authority: str) -> Cloud:
        """The public cloud's names, with tokens of another authority, such as the emulator's."""
        return cls._of(call(native().cloud_custom, authority))

    def teams_scope(self, permission: str) -> str:
        """The scope to ask Entra for, such as `Teams.ManageCalls`, with the resource before it."""
        scope: str = call(native().cloud_teams_scope, self._native(), permission)
        return scope

    def _native(self) -> Any:
        return native().Cloud(**{name: getattr(self, name) for name in self.__slots__})


def text(value: Any) -> Any:
    """The text of a member of an enumeration of texts, such as a scope."""
    return value.value if isinstance(value, Enum) else value


def native_token_check(token_check: TokenCheck | str | None) -> Any:
    return None if token_check is None else getattr(native().TokenCheck, TokenCheck(token_check).name)


def lower(value: Any) -> Any:
    """The native record of one of ours, if there is one."""
    return None if value is None else value._native()


def pem(name: str, value: bytes | str | None) -> bytes | None:
    if value is None or isinstance(value, bytes):
        return value
    if isinstance(value, str):
        if not is_valid_unicode(value):
            raise invalid(name, f"{name} holds a lone surrogate, which is not valid Unicode.")
        return value.encode()
    raise TypeError(f"{name} is the PEM as bytes or a text, not {type(value).__name__}.")


#: Keywords of azure-core's pipeline that mean nothing here: ours logs as the logger says and traces nothing.
_IGNORED = frozenset({"logging_enable", "logging_body", "logging_policy", "tracing_options", "retry_mode"})


def take_azure_options(options: dict[str, Any]) -> dict[str, Any]:
    """Makes our options of those keywords of azure-core that a program may have given to the official client."""
    ours = {}
    for name, value in options.items():
        if name in _IGNORED:
            continue
        take = _AZURE.get(name)
        if take is None:
            raise TypeError(f"{name!r} is not an option of this client; the package's README says what is instead.")
        if value is not None:
            ours.update(take(value))
    retries = {name: ours.pop(name) for name in RetryPolicy.__slots__ if name in ours}
    if retries:
        ours["retry_policy"] = RetryPolicy(**retries)
    return ours


def _file(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _connection_verify(value: Any) -> dict[str, Any]:
    if value is True:
        return {}
    if not value:
        raise ValueError("Certificates are always verified; name a CA with root_certificates_pem.")
    return {"root_certificates_pem": _file(value)}


def _connection_cert(value: Any) -> dict[str, Any]:
    paths = [value] if isinstance(value, str) else value
    return {"client_identity_pem": b"\n".join(_file(path) for path in paths)}


def _proxies(value: Any) -> dict[str, Any]:
    url = value.get("https") or value.get("http")
    return {"proxy": Proxy.url(url) if url else Proxy.direct()}


_AZURE: dict[str, Any] = {
    "connection_timeout": lambda value: {"connect_timeout": value},
    "read_timeout": lambda value: {"timeout": value},
    "retry_total": lambda value: {"max_attempts": value + 1},
    "retry_backoff_factor": lambda value: {"base_delay": value},
    "retry_backoff_max": lambda value: {"max_delay": value},
    "connection_verify": _connection_verify,
    "connection_cert": _connection_cert,
    "proxies": _proxies,
    "user_agent": lambda value: {"application_id": value},
}


def call_options(
    timeout: Duration | None, client_request_id: str | None, more: dict[str, Any]
) -> tuple[int | None, str | None] | None:
    """The options of one call: its timeout in milliseconds and its id. `request_id` is azure-core's name."""
    if more:
        client_request_id = more.pop("request_id", client_request_id)
        unknown = next((name for name in more if name not in _IGNORED), None)
        if unknown is not None:
            raise TypeError(f"{unknown!r} is not an option of a call.")
    if timeout is None and client_request_id is None:
        return None
    return milliseconds("timeout", timeout), client_request_id


