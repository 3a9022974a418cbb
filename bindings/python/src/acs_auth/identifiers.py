"""The official package's identifiers of others than users of the service, for programs that took them from there."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, Literal, TypedDict, Union

from ._models import CaseInsensitive
from ._users import CommunicationIdentifierKind, CommunicationUserIdentifier, Identifier

if TYPE_CHECKING:
    from ._users import CommunicationIdentifier


class CommunicationCloudEnvironment(str, Enum, metaclass=CaseInsensitive):
    """The cloud that an identifier belongs to."""

    PUBLIC = "PUBLIC"
    DOD = "DOD"
    GCCH = "GCCH"


CloudEnvironment = Union[CommunicationCloudEnvironment, str]


class PhoneNumberProperties(TypedDict):
    """What a PhoneNumberIdentifier holds."""

    value: str


class MicrosoftTeamsUserProperties(TypedDict):
    """What a MicrosoftTeamsUserIdentifier holds."""

    user_id: str
    is_anonymous: bool
    cloud: CloudEnvironment


class MicrosoftTeamsAppProperties(TypedDict):
    """What a MicrosoftTeamsAppIdentifier holds."""

    app_id: str
    cloud: CloudEnvironment


_USER_PREFIXES = {"PUBLIC": "8:orgid:", "DOD": "8:dod:", "GCCH": "8:gcch:"}
_APP_PREFIXES = {"PUBLIC": "28:orgid:", "DOD": "28:dod:", "GCCH": "28:gcch:"}
_ANONYMOUS_PREFIX = "8:teamsvisitor:"
_OWN_PREFIXES = ("8:acs:", "8:dod-acs:", "8:gcch-acs:", "8:spool:")


def _prefix(prefixes: dict[str, str], cloud: CloudEnvironment) -> str:
    name = cloud.value if isinstance(cloud, Enum) else cloud
    return prefixes.get(name, prefixes["PUBLIC"])


class PhoneNumberIdentifier(Identifier):
    """A phone number in E.164 format."""

    kind: Literal[CommunicationIdentifierKind.PHONE_NUMBER] = CommunicationIdentifierKind.PHONE_NUMBER
    properties: PhoneNumberProperties

    def __init__(self, value: str, *, raw_id: str | None = None) -> None:
        self.properties = {"value": value}
        self.raw_id = f"4:{value}" if raw_id is None else raw_id


class MicrosoftTeamsUserIdentifier(Identifier):
    """A user of Teams, or an anonymous visitor."""

    kind: Literal[CommunicationIdentifierKind.MICROSOFT_TEAMS_USER] = CommunicationIdentifierKind.MICROSOFT_TEAMS_USER
    properties: MicrosoftTeamsUserProperties

    def __init__(
        self,
        user_id: str,
        *,
        is_anonymous: bool = False,
        cloud: CloudEnvironment | None = None,
        raw_id: str | None = None,
    ) -> None:
        cloud = cloud or CommunicationCloudEnvironment.PUBLIC
        self.properties = {"user_id": user_id, "is_anonymous": is_anonymous, "cloud": cloud}
        prefix = _ANONYMOUS_PREFIX if is_anonymous else _prefix(_USER_PREFIXES, cloud)
        self.raw_id = prefix + user_id if raw_id is None else raw_id


class MicrosoftTeamsAppIdentifier(Identifier):
    """An application of Teams."""

    kind: Literal[CommunicationIdentifierKind.MICROSOFT_TEAMS_APP] = CommunicationIdentifierKind.MICROSOFT_TEAMS_APP
    properties: MicrosoftTeamsAppProperties

    def __init__(self, app_id: str, *, cloud: CloudEnvironment | None = None, raw_id: str | None = None) -> None:
        cloud = cloud or CommunicationCloudEnvironment.PUBLIC
        self.properties = {"app_id": app_id, "cloud": cloud}
        self.raw_id = _prefix(_APP_PREFIXES, cloud) + app_id if raw_id is None else raw_id


class UnknownIdentifier(Identifier):
    """An identifier of a kind that is not known here."""

    kind: Literal[CommunicationIdentifierKind.UNKNOWN] = CommunicationIdentifierKind.UNKNOWN
    properties: dict[str, Any]

    def __init__(self, identifier: str) -> None:
        self.properties = {}
        self.raw_id = identifier


def identifier_from_raw_id(raw_id: str) -> CommunicationIdentifier:
    """The identifier that a raw id stands for."""
    if raw_id.startswith("4:"):
        return PhoneNumberIdentifier(raw_id[2:], raw_id=raw_id)
    if raw_id.startswith(_OWN_PREFIXES):
        return CommunicationUserIdentifier(raw_id)
    if raw_id.startswith(_ANONYMOUS_PREFIX):
        return MicrosoftTeamsUserIdentifier(raw_id[len(_ANONYMOUS_PREFIX) :], is_anonymous=True, raw_id=raw_id)
    for cloud in CommunicationCloudEnvironment:
        user, app = _USER_PREFIXES[cloud.value], _APP_PREFIXES[cloud.value]
        if raw_id.startswith(user):
            return MicrosoftTeamsUserIdentifier(raw_id[len(user) :], cloud=cloud, raw_id=raw_id)
        if raw_id.startswith(app):
            return MicrosoftTeamsAppIdentifier(raw_id[len(app) :], cloud=cloud, raw_id=raw_id)
    return UnknownIdentifier(raw_id)
