"""The base of the asynchronous client's parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._base import ClientBase
from .._credentials import adapt
from .._errors import AcsAuthError
from .._library import wait_async
from .._loops import running_loop
from .._outcomes import mapped, outcome
from ._loop import finish

if TYPE_CHECKING:
    from .._durations import Duration


class AsyncClientBase(ClientBase):
    """A client with asynchronous calls. It isn't tied to an event loop."""

    _is_async = True

    def _adapt(self, credential: Any) -> Any:
        latest = self._watcher.latest
        return adapt(credential, lambda awaitable, again: finish(awaitable, latest, again))

    async def _run(
        self, name: str, timeout: Duration | None, client_request_id: str | None, more: dict[str, Any], *arguments: Any
    ) -> Any:
        """Runs the operation of this name. `more` are the keywords of the call beyond those that are named."""
        # A credential of azure.identity.aio runs in the loop of the latest call.
        loop = self._watcher.latest.loop = running_loop()
        operation = getattr(self._open(), name)
        options, watched = self._begin(timeout, client_request_id, more, loop)
        try:
            made = await wait_async(operation, *arguments, options)
            return made if watched is None else outcome(watched, name, made)
        except AcsAuthError as error:
            instead = None if watched is None else mapped(watched, error)
            if instead is None:
                raise
            raise instead from error
        finally:
            del arguments
            self._end(watched)
