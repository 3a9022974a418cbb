"""Users of the service, and the kinds of identifiers."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from ._models import CaseInsensitive

if TYPE_CHECKING:
    from typing import Literal

    from .identifiers import CommunicationUserProperties


class _KindMeta(CaseInsensitive):
    """Accepts the former name of a kind, with a warning."""

    def __getattr__(cls, name: str) -> Any:
        if name.upper() == "MICROSOFT_BOT":
            import warnings

            warnings.warn("MICROSOFT_BOT is deprecated: use MICROSOFT_TEAMS_APP.", DeprecationWarning, 2)
            name = "MICROSOFT_TEAMS_APP"
        return super().__getattr__(name)


class CommunicationIdentifierKind(str, Enum, metaclass=_KindMeta):
    """The kinds of identifiers. Don't rely on UNKNOWN: a later version may name that kind. Compare `raw_id` instead."""

    UNKNOWN = "unknown"
    COMMUNICATION_USER = "communication_user"
    PHONE_NUMBER = "phone_number"
    MICROSOFT_TEAMS_USER = "microsoft_teams_user"
    MICROSOFT_TEAMS_APP = "microsoft_teams_app"
    TEAMS_EXTENSION_USER = "teams_extension_user"


class Identifier:
    """Identifiers are equal if their raw ids are, whichever package created them."""

    raw_id: str

    def __eq__(self, other: object) -> bool:
        raw_id = getattr(other, "raw_id", None)
        return isinstance(raw_id, str) and raw_id == self.raw_id

    def __hash__(self) -> int:
        return hash(self.raw_id)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.raw_id!r})"


class CommunicationUserIdentifier(Identifier):
    """A user of the service, such as `8:acs:…`."""

    kind: Literal[CommunicationIdentifierKind.COMMUNICATION_USER] = CommunicationIdentifierKind.COMMUNICATION_USER
    properties: CommunicationUserProperties

    def __init__(self, id: str, *, raw_id: str | None = None) -> None:
        self.properties = {"id": id}
        self.raw_id = id if raw_id is None else raw_id

    @property
    def id(self) -> str:
        """The same as `properties["id"]`."""
        return self.properties["id"]
