"""How the parts of a client whose calls wait make a call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._base import ClientBase
from ._library import wait

if TYPE_CHECKING:
    from ._durations import Duration


class WaitingClientBase(ClientBase):
    """A client whose calls wait."""

    def _run(
        self, name: str, timeout: Duration | None, client_request_id: str | None, more: dict[str, Any], *arguments: Any
    ) -> Any:
        """Calls the operation of this name."""
        operation = getattr(self._open(), name)
        options, watched = self._begin(timeout, client_request_id, more)
        try:
            return wait(operation, *arguments, options)
        finally:
            del arguments
            self._end(watched)
