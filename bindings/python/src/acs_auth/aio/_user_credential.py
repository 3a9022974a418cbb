"""The asynchronous user's credential."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._credentials import adapt, adapt_refresher
from .._errors import AcsAuthError
from .._library import wait_async
from .._loops import running_loop
from .._models import PreviewApiVersion
from .._user_credential import UserCredentialBase
from .._watching import Latest
from ._client import CommunicationIdentityClient
from ._loop import call_in, finish

if TYPE_CHECKING:
    from types import TracebackType

    from .._base import ClientBase
    from .._models import AccessToken


class CommunicationTokenCredential(UserCredentialBase):
    """The ACS token of one user, renewed on demand and proactively, for the official chat and calling clients.

    Arguments and behaviour are those of `acs_auth.CommunicationTokenCredential`, whose documentation describes them.
    `token_refresher` may also be an async function, and `token_credential` one of `azure.identity.aio`; they run in the
    event loop of the latest call. The credential itself isn't tied to a loop.

    Use it in an `async with` statement, or close it.
    """

    _latest: Latest

    def _begin(self) -> None:
        self._latest = Latest()

    def _adapt(self, credential: Any) -> Any:
        latest = self._latest
        return adapt(credential, lambda awaitable, again: finish(awaitable, latest, again))

    def _adapt_refresher(self, refresher: Any) -> Any:
        latest = self._latest
        return adapt_refresher(lambda: call_in(refresher, latest))

    def _client(self, endpoint: str, credential: Any) -> ClientBase:
        return CommunicationIdentityClient(endpoint, credential, preview=PreviewApiVersion.V2025_03_02_PREVIEW)

    def _here(self) -> Any:
        self._latest.loop = running_loop()
        if self._source.watcher is not None:
            # An asynchronous transport runs in this loop.
            self._source.watcher.latest.loop = self._latest.loop
        return self._open()

    async def get_token(self, *scopes: str, **kwargs: Any) -> AccessToken:
        """Returns the token, renewed first if necessary. The arguments, which azure-core passes, are ignored.

        If the refresher raises, the error has its exception as `__cause__` and can be caught as that class or as
        `acs_auth.AcsAuthError`.
        """
        failed: AcsAuthError
        try:
            token: AccessToken = await wait_async(self._here().get_token)
            return token
        except AcsAuthError as error:
            failed = error
        raise self._raised(failed)

    async def close(self) -> None:
        """Ends renewals. Waiting and later calls raise an `acs_auth.CancelledError`, which is also a `RuntimeError`."""
        self._end()

    async def __aenter__(self) -> CommunicationTokenCredential:
        self._here()
        self._start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()
