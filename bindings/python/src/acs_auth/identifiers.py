"""Identifiers of participants in chats and calls, and their raw ids.

They are those of the newest official packages. Raw ids are parsed in the same way in every language of acs-auth. Nothing here
loads the native library.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, Literal, Protocol, TypedDict, Union, runtime_checkable

from ._models import CaseInsensitive
from ._users import CommunicationIdentifierKind, CommunicationUserIdentifier, Identifier


@runtime_checkable
class CommunicationIdentifier(Protocol):
    """Any identifier, of this package or of an official one."""

    @property
    def raw_id(self) -> str:
        """The identifier as one string, as in requests. `identifier_from_raw_id` parses it."""
        ...

    @property
    def kind(self) -> Any:
        """The kind of the identifier, a `CommunicationIdentifierKind`."""
        ...

    @property
    def properties(self) -> Mapping[str, Any]:
        """The identifier's properties."""
        ...


class CommunicationCloudEnvironment(str, Enum, metaclass=CaseInsensitive):
    """The cloud that an identifier belongs to."""

    PUBLIC = "PUBLIC"
    DOD = "DOD"
    GCCH = "GCCH"


CloudEnvironment = Union[CommunicationCloudEnvironment, str]


class CommunicationUserProperties(TypedDict):
    """The properties of a CommunicationUserIdentifier."""

    id: str


class _PhoneNumber(TypedDict):
    value: str
    is_anonymous: bool


class PhoneNumberProperties(_PhoneNumber, total=False):
    """The properties of a PhoneNumberIdentifier; `asserted_id` only if it has one."""

    asserted_id: str


class MicrosoftTeamsUserProperties(TypedDict):
    """The properties of a MicrosoftTeamsUserIdentifier."""

    user_id: str
    is_anonymous: bool
    cloud: CloudEnvironment


class MicrosoftTeamsAppProperties(TypedDict):
    """The properties of a MicrosoftTeamsAppIdentifier."""

    app_id: str
    cloud: CloudEnvironment


class TeamsExtensionUserProperties(TypedDict):
    """The properties of a TeamsExtensionUserIdentifier."""

    user_id: str
    tenant_id: str
    resource_id: str
    cloud: CloudEnvironment


_PHONE_PREFIX = "4:"
_ANONYMOUS_PHONE = "anonymous"
_VISITOR_PREFIX = "8:teamsvisitor:"
_SPOOL_PREFIX = "8:spool:"
_USER_PREFIXES = {"PUBLIC": "8:orgid:", "DOD": "8:dod:", "GCCH": "8:gcch:"}
_APP_PREFIXES = {"PUBLIC": "28:orgid:", "DOD": "28:dod:", "GCCH": "28:gcch:"}
_ACS_PREFIXES = {"PUBLIC": "8:acs:", "DOD": "8:dod-acs:", "GCCH": "8:gcch-acs:"}


def _prefix(prefixes: dict[str, str], cloud: CloudEnvironment) -> str:
    name = cloud.value if isinstance(cloud, Enum) else cloud
    return prefixes.get(name, prefixes["PUBLIC"])


class PhoneNumberIdentifier(Identifier):
    """A phone number in E.164 format. It is not checked, and no plus is added."""

    kind: Literal[CommunicationIdentifierKind.PHONE_NUMBER] = CommunicationIdentifierKind.PHONE_NUMBER
    properties: PhoneNumberProperties

    def __init__(self, value: str, *, raw_id: str | None = None) -> None:
        self.raw_id = _PHONE_PREFIX + value if raw_id is None else raw_id
        self.properties = {"value": value, "is_anonymous": self.is_anonymous}
        if self.asserted_id is not None:
            self.properties["asserted_id"] = self.asserted_id

    @property
    def phone_number(self) -> str:
        """The same as `properties["value"]`."""
        return self.properties["value"]

    @property
    def asserted_id(self) -> str | None:
        """Distinguishes calls through the same number: the text after the raw id's last underscore."""
        # Without the first two characters, the prefix, which isn't checked.
        _, found, asserted_id = self.raw_id[2:].rpartition("_")
        return asserted_id if found and asserted_id else None

    @property
    def is_anonymous(self) -> bool:
        """Whether the caller hides the number: the raw id is `4:anonymous`."""
        return self.raw_id[2:] == _ANONYMOUS_PHONE


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
        prefix = _VISITOR_PREFIX if is_anonymous else _prefix(_USER_PREFIXES, cloud)
        self.raw_id = prefix + user_id if raw_id is None else raw_id

    @property
    def user_id(self) -> str:
        """The same as `properties["user_id"]`."""
        return self.properties["user_id"]

    @property
    def is_anonymous(self) -> bool:
        """The same as `properties["is_anonymous"]`."""
        return self.properties["is_anonymous"]

    @property
    def cloud(self) -> CloudEnvironment:
        """The same as `properties["cloud"]`. A visitor's raw id names none: it is parsed as the public cloud."""
        return self.properties["cloud"]


class MicrosoftTeamsAppIdentifier(Identifier):
    """An application of Teams."""

    kind: Literal[CommunicationIdentifierKind.MICROSOFT_TEAMS_APP] = CommunicationIdentifierKind.MICROSOFT_TEAMS_APP
    properties: MicrosoftTeamsAppProperties

    def __init__(self, app_id: str, *, cloud: CloudEnvironment | None = None, raw_id: str | None = None) -> None:
        cloud = cloud or CommunicationCloudEnvironment.PUBLIC
        self.properties = {"app_id": app_id, "cloud": cloud}
        self.raw_id = _prefix(_APP_PREFIXES, cloud) + app_id if raw_id is None else raw_id

    @property
    def app_id(self) -> str:
        """The same as `properties["app_id"]`."""
        return self.properties["app_id"]

    @property
    def cloud(self) -> CloudEnvironment:
        """The same as `properties["cloud"]`."""
        return self.properties["cloud"]


class TeamsExtensionUserIdentifier(Identifier):
    """A Teams user who calls through an ACS resource (Teams Phone extensibility)."""

    kind: Literal[CommunicationIdentifierKind.TEAMS_EXTENSION_USER] = CommunicationIdentifierKind.TEAMS_EXTENSION_USER
    properties: TeamsExtensionUserProperties

    def __init__(
        self,
        *,
        user_id: str,
        tenant_id: str,
        resource_id: str,
        cloud: CloudEnvironment | None = None,
        raw_id: str | None = None,
    ) -> None:
        cloud = cloud or CommunicationCloudEnvironment.PUBLIC
        self.properties = {"user_id": user_id, "tenant_id": tenant_id, "resource_id": resource_id, "cloud": cloud}
        own = f"{_prefix(_ACS_PREFIXES, cloud)}{resource_id}_{tenant_id}_{user_id}"
        self.raw_id = own if raw_id is None else raw_id

    @property
    def user_id(self) -> str:
        """The same as `properties["user_id"]`."""
        return self.properties["user_id"]

    @property
    def tenant_id(self) -> str:
        """The same as `properties["tenant_id"]`."""
        return self.properties["tenant_id"]

    @property
    def resource_id(self) -> str:
        """The same as `properties["resource_id"]`."""
        return self.properties["resource_id"]

    @property
    def cloud(self) -> CloudEnvironment:
        """The same as `properties["cloud"]`."""
        return self.properties["cloud"]


class UnknownIdentifier(Identifier):
    """An identifier of an unknown kind."""

    kind: Literal[CommunicationIdentifierKind.UNKNOWN] = CommunicationIdentifierKind.UNKNOWN
    properties: dict[str, Any]

    def __init__(self, identifier: str) -> None:
        self.properties = {}
        self.raw_id = identifier


def identifier_from_raw_id(raw_id: str) -> CommunicationIdentifier:
    """Parses a raw id. Any text is accepted: one of unknown form becomes an `UnknownIdentifier`."""
    if raw_id.startswith(_PHONE_PREFIX):
        return PhoneNumberIdentifier(raw_id[len(_PHONE_PREFIX) :], raw_id=raw_id)
    if raw_id.startswith(_VISITOR_PREFIX):
        return MicrosoftTeamsUserIdentifier(raw_id[len(_VISITOR_PREFIX) :], is_anonymous=True, raw_id=raw_id)
    if raw_id.startswith(_SPOOL_PREFIX):
        return CommunicationUserIdentifier(raw_id)
    for cloud in CommunicationCloudEnvironment:
        user, app, acs = _USER_PREFIXES[cloud.value], _APP_PREFIXES[cloud.value], _ACS_PREFIXES[cloud.value]
        if raw_id.startswith(user):
            return MicrosoftTeamsUserIdentifier(raw_id[len(user) :], cloud=cloud, raw_id=raw_id)
        if raw_id.startswith(app):
            return MicrosoftTeamsAppIdentifier(raw_id[len(app) :], cloud=cloud, raw_id=raw_id)
        if raw_id.startswith(acs):
            # Exactly three parts: the ids of the resource's other users have one, two or four.
            parts = raw_id[len(acs) :].split("_")
            if len(parts) != 3:
                return CommunicationUserIdentifier(raw_id)
            resource_id, tenant_id, user_id = parts
            return TeamsExtensionUserIdentifier(
                user_id=user_id, tenant_id=tenant_id, resource_id=resource_id, cloud=cloud, raw_id=raw_id
            )
    return UnknownIdentifier(raw_id)
