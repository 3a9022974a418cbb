"""The base of the synchronous client's parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._base import ClientBase
from ._errors import AcsAuthError
from ._library import wait
from ._outcomes import mapped, outcome

if TYPE_CHECKING:
    from ._durations import Duration


class WaitingClientBase(ClientBase):
    """A client with blocking calls."""

    def _run(
        self, name: str, timeout: Duration | None, client_request_id: str | None, more: dict[str, Any], *arguments: Any
    ) -> Any:
        """Runs the operation of this name. `more` are the keywords of the call beyond those that are named."""
        operation = getattr(self._open(), name)
        options, watched = self._begin(timeout, client_request_id, more)
        try:
            made = wait(operation, *arguments, options)
            return made if watched is None else outcome(watched, name, made)
        except AcsAuthError as error:
            instead = None if watched is None else mapped(watched, error)
            if instead is None:
                raise
            raise instead from error
        finally:
            del arguments
            self._end(watched)
