"""Requests and responses of Teams Phone extensibility assignments, without I/O."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._base import text_list
from ._library import native
from ._messages import TEAMS_EXTENSION_API_VERSION, parsed, prepared
from ._models import TeamsExtensionAssignment, principal_type
from ._options import text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ._endpoint import Endpoint
    from ._messages import PreparedRequest, RawResponse
    from ._models import TeamsExtensionPrincipalType


def prepare_put_teams_extension_assignment(
    endpoint: Endpoint,
    tenant_id: str,
    object_id: str,
    principal_type: str | TeamsExtensionPrincipalType,
    client_ids: Iterable[str] = (),
    api_version: str = TEAMS_EXTENSION_API_VERSION,
) -> PreparedRequest:
    """Prepares the request of `put_teams_extension_assignment`."""
    arguments = (tenant_id, object_id, text(principal_type), text_list("client_ids", client_ids), text(api_version))
    return prepared(native().prepare_put_teams_extension_assignment, endpoint, *arguments)


def prepare_get_teams_extension_assignment(
    endpoint: Endpoint, tenant_id: str, object_id: str, api_version: str = TEAMS_EXTENSION_API_VERSION
) -> PreparedRequest:
    """Prepares the request of `get_teams_extension_assignment`."""
    arguments = (tenant_id, object_id, text(api_version))
    return prepared(native().prepare_get_teams_extension_assignment, endpoint, *arguments)


def prepare_delete_teams_extension_assignment(
    endpoint: Endpoint, tenant_id: str, object_id: str, api_version: str = TEAMS_EXTENSION_API_VERSION
) -> PreparedRequest:
    """Prepares the request of `delete_teams_extension_assignment`."""
    arguments = (tenant_id, object_id, text(api_version))
    return prepared(native().prepare_delete_teams_extension_assignment, endpoint, *arguments)


def parse_put_teams_extension_assignment(response: RawResponse) -> TeamsExtensionAssignment:
    """Returns the assignment as it is now. Raises the service's error as an `AcsAuthError`."""
    return _assignment(parsed(native().parse_put_teams_extension_assignment, response))


def parse_get_teams_extension_assignment(response: RawResponse) -> TeamsExtensionAssignment:
    """Returns the assignment. Raises the service's error as an `AcsAuthError`."""
    return _assignment(parsed(native().parse_get_teams_extension_assignment, response))


def parse_delete_teams_extension_assignment(response: RawResponse) -> None:
    """Returns nothing. Raises the service's error as an `AcsAuthError`."""
    parsed(native().parse_delete_teams_extension_assignment, response)


def _assignment(given: Any) -> TeamsExtensionAssignment:
    kind = principal_type(given.principal_type)
    return TeamsExtensionAssignment(given.tenant_id, given.object_id, kind, given.client_ids)
