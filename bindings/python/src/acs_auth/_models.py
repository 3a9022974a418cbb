"""The client's arguments and results, under the official package's names."""

from __future__ import annotations

import sys
from enum import Enum, EnumMeta
from operator import itemgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ._users import CommunicationUserIdentifier

HIDDEN = "<hidden>"


def is_valid_unicode(text: str) -> bool:
    """Whether a string can be encoded: it has no lone surrogate, which Python puts in place of an undecodable byte."""
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)


def readable(text: str) -> str:
    """Returns the text with U+FFFD in place of each lone surrogate."""
    if is_valid_unicode(text):
        return text
    return "".join("\ufffd" if "\ud800" <= letter <= "\udfff" else letter for letter in text)


class CaseInsensitive(EnumMeta):
    """Finds members regardless of the case of their name, like the official package's enumerations."""

    def __getitem__(cls, name: str) -> Any:
        return super().__getitem__(name.upper())

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return cls._member_map_[name.upper()]
        except KeyError:
            raise AttributeError(name) from None


class CommunicationTokenScope(str, Enum, metaclass=CaseInsensitive):
    """The scope of an access token. A string can be passed in its place, for scopes that have no name here."""

    CHAT = "chat"
    VOIP = "voip"
    CHAT_JOIN = "chat.join"
    CHAT_JOIN_LIMITED = "chat.join.limited"
    VOIP_JOIN = "voip.join"


class ApiVersion(str, Enum):
    """The stable versions of the service's API. A string can be passed in their place, for versions that have no name here."""

    V2022_06_01 = "2022-06-01"
    V2022_10_01 = "2022-10-01"
    V2023_10_01 = "2023-10-01"
    V2025_06_30 = "2025-06-30"
    V2026_09_23 = "2026-09-23"


class PreviewApiVersion(str, Enum):
    """Previews of the service's API, for the client's option `preview`, which enables their operations.

    A preview may change or end at any time.
    """

    V2025_03_02_PREVIEW = "2025-03-02-preview"


class TeamsExtensionPrincipalType(str, Enum, metaclass=CaseInsensitive):
    """The type of a Teams Phone extensibility principal. Types that have no name here are strings."""

    USER = "user"
    RESOURCE_ACCOUNT = "resourceAccount"


def principal_type(text: str) -> TeamsExtensionPrincipalType | str:
    try:
        return TeamsExtensionPrincipalType(text)
    except ValueError:
        return text


class UnixSeconds(int):
    """A point in time, in Unix seconds. Where a string is needed it is ISO 8601, like the official client's `expires_on`:
    it can be printed, concatenated and parsed."""

    __slots__ = ()

    def __str__(self) -> str:
        from datetime import datetime, timezone

        try:
            return datetime.fromtimestamp(int(self), timezone.utc).isoformat()
        except (OverflowError, ValueError, OSError):
            return int.__repr__(self)

    def __repr__(self) -> str:
        return int.__repr__(self)

    def __format__(self, specification: str) -> str:
        return int(self).__format__(specification) if specification else str(self)

    def __add__(self, other: Any) -> Any:
        return str(self) + other if isinstance(other, str) else int.__add__(self, other)

    def __radd__(self, other: Any) -> Any:
        return other + str(self) if isinstance(other, str) else int.__radd__(self, other)


class AccessToken(tuple[str, int]):
    """A token: its text, `token`, and its expiry in Unix seconds, `expires_on`.

    It unpacks like azure-core's `AccessToken`, and once the program has imported azure-core, new ones are instances of that
    class too. Its repr doesn't show the token.
    """

    __slots__ = ()
    _fields = ("token", "expires_on")
    _field_defaults: dict[str, Any] = {}

    def __new__(cls, token: str, expires_on: int) -> AccessToken:
        if cls is AccessToken and "azure.core.credentials" in sys.modules:
            cls = _with_azure_core()
        if type(expires_on) is int:
            expires_on = UnixSeconds(expires_on)
        return tuple.__new__(cls, (token, expires_on))

    if TYPE_CHECKING:

        @property
        def token(self) -> str: ...

        @property
        def expires_on(self) -> int: ...
    else:
        token = property(itemgetter(0), doc="The token itself.")
        expires_on = property(itemgetter(1), doc="When it expires, in Unix seconds.")

    @classmethod
    def _make(cls, values: Iterable[Any]) -> AccessToken:
        return cls(*values)

    def _replace(self, **values: Any) -> AccessToken:
        """Returns a copy with these members replaced."""
        made = AccessToken(values.pop("token", self[0]), values.pop("expires_on", self[1]))
        if values:
            raise TypeError(f"AccessToken has no member {next(iter(values))!r}.")
        return made

    def _asdict(self) -> dict[str, Any]:
        """Returns the members by name."""
        return {"token": self[0], "expires_on": self[1]}

    def __repr__(self) -> str:
        return f"AccessToken(token={HIDDEN!r}, expires_on={self[1]!r})"

    __str__ = __repr__

    def __format__(self, _: str) -> str:
        return repr(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return (AccessToken, (self[0], self[1]))


_azure_token: Any = None


def _with_azure_core() -> Any:
    """Returns the subclass that is also one of azure-core's AccessToken."""
    global _azure_token
    if _azure_token is None:
        from azure.core.credentials import AccessToken as OfAzureCore

        names = {"__module__": AccessToken.__module__, "__doc__": AccessToken.__doc__, "__slots__": ()}
        _azure_token = type("AccessToken", (AccessToken, OfAzureCore), names)
    return _azure_token


class TokenVersion(Enum):
    """The version of an Entra token. It depends on the registration of the API that the token is for."""

    V1 = "1.0"
    V2 = "2.0"


class NotCopied:
    """An object with keys or connections of this process, which can't be copied or pickled."""

    __slots__ = ()

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError(
            f"A {type(self).__name__} cannot be pickled or copied: it holds keys or connections of this process. "
            "Share the one object among threads, use it on both sides of a fork, and make one in a spawned process."
        )

    def __copy__(self) -> Any:
        return self.__reduce__()

    def __deepcopy__(self, _: Any) -> Any:
        return self.__reduce__()


class Record:
    """A value with named fields, which are compared one by one. The repr doesn't show those in `_hidden`."""

    __slots__: tuple[str, ...] = ()
    _hidden: tuple[str, ...] = ()

    def __repr__(self) -> str:
        fields = (
            f"{name}={HIDDEN if name in self._hidden and getattr(self, name) else repr(getattr(self, name))}"
            for name in self.__slots__
        )
        return f"{type(self).__name__}({', '.join(fields)})"

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.__slots__)

    __hash__ = None  # type: ignore[assignment]


class CommunicationUserDetail(Record):
    """The service's details of an identity. `custom_id` is your own name for it; `last_token_issued_at` is in Unix seconds."""

    __slots__ = ("user", "custom_id", "last_token_issued_at")

    def __init__(self, user: CommunicationUserIdentifier, custom_id: str | None, last_token_issued_at: int | None) -> None:
        self.user = user
        self.custom_id = custom_id
        self.last_token_issued_at = last_token_issued_at


class TeamsExtensionAssignment(Record):
    """A principal that may use the resource's Teams Phone extensibility, and the applications it may sign in to."""

    __slots__ = ("tenant_id", "object_id", "principal_type", "client_ids")

    def __init__(
        self,
        tenant_id: str,
        object_id: str,
        principal_type: TeamsExtensionPrincipalType | str,
        client_ids: list[str],
    ) -> None:
        self.tenant_id = tenant_id
        self.object_id = object_id
        self.principal_type = principal_type
        self.client_ids = client_ids
