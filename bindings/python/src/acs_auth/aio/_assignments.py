"""The asynchronous client's operations on assignments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._base import text_list
from .._options import text
from .._tracing import traced_async
from ._base import AsyncClientBase

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .._durations import Duration
    from .._models import TeamsExtensionAssignment, TeamsExtensionPrincipalType


class Assignments(AsyncClientBase):
    """The part of the client with the operations on assignments."""

    @traced_async
    async def put_teams_extension_assignment(
        self,
        tenant_id: str,
        object_id: str,
        principal_type: str | TeamsExtensionPrincipalType,
        client_ids: Iterable[str] = (),
        *,
        timeout: Duration | None = None,
        client_request_id: str | None = None,
        **kwargs: Any,
    ) -> TeamsExtensionAssignment:
        """Assigns a principal to this resource's Teams Phone extensibility, or replaces its assignment.

        `client_ids` are the applications that a user may sign in to; omit them for a resource account.
        """
        arguments = (tenant_id, object_id, text(principal_type), text_list("client_ids", client_ids))
        made: TeamsExtensionAssignment = await self._run(
            "put_teams_extension_assignment", timeout, client_request_id, kwargs, *arguments
        )
        return made

    @traced_async
    async def get_teams_extension_assignment(
        self,
        tenant_id: str,
        object_id: str,
        *,
        timeout: Duration | None = None,
        client_request_id: str | None = None,
        **kwargs: Any,
    ) -> TeamsExtensionAssignment:
        """Reads a principal's assignment; raises `acs_auth.NotFoundError` if there is none."""
        found: TeamsExtensionAssignment = await self._run(
            "get_teams_extension_assignment", timeout, client_request_id, kwargs, tenant_id, object_id
        )
        return found

    @traced_async
    async def delete_teams_extension_assignment(
        self,
        tenant_id: str,
        object_id: str,
        *,
        timeout: Duration | None = None,
        client_request_id: str | None = None,
        **kwargs: Any,
    ) -> None:
        """Deletes a principal's assignment, which revokes the tokens issued on its basis."""
        await self._run("delete_teams_extension_assignment", timeout, client_request_id, kwargs, tenant_id, object_id)
