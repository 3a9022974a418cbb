"""The user's token that renews itself, awaited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._credentials import adapt, adapt_refresher
from .._errors import AcsAuthError
from .._library import wait_async
from .._loops import running_loop
from .._models import PreviewApiVersion
from .._user_credential import UserCredentialBase
from ._client import CommunicationIdentityClient
from ._loop import call_in, finish

if TYPE_CHECKING:
    from types import TracebackType

    from .._base import ClientBase
    from .._models import AccessToken


class _Latest:
    """The event loop of the latest call, on which refreshers and credentials run.

    Adapters hold this and not the credential, which could never be dropped otherwise.
    """

    __slots__ = ("loop",)

    def __init__(self) -> None:
        self.loop: Any = None


class CommunicationTokenCredential(UserCredentialBase):
    """The ACS token of one user, renewed on demand and proactively, for the official chat and calling clients.

    A valid token is returned at once. With less than 10 minutes left it is renewed in the background; with less than 2 minutes
    left a call waits for that, for half of `timeout` and 15 s at most, and returns the former token if it fails. A renewal
    that fails is tried again with backoff. It belongs to no event loop: a refresher runs on that of the latest call.

    Use it in an `async with` statement, or close it.
    """

    _latest: _Latest

    def _begin(self) -> None:
        self._latest = _Latest()

    def _adapt(self, credential: Any) -> Any:
        latest = self._latest
        return adapt(credential, lambda awaitable: finish(awaitable, latest.loop))

    def _adapt_refresher(self, refresher: Any) -> Any:
        latest = self._latest
        return adapt_refresher(lambda: call_in(refresher, latest.loop))

    def _client(self, endpoint: str, credential: Any) -> ClientBase:
        return CommunicationIdentityClient(endpoint, credential, preview=PreviewApiVersion.V2025_03_02_PREVIEW)

    def _here(self) -> Any:
        self._latest.loop = running_loop()
        if self._source.watcher is not None:
            # That of a transport which is asynchronous.
            self._source.watcher.loop = self._latest.loop
        return self._open()

    async def get_token(self, *scopes: str, **kwargs: Any) -> AccessToken:
        """Returns the token, renewed first if necessary. `scopes` and `kwargs`, which azure-core passes, are not used.

        An exception of the refresher is the `__cause__` of the error, which can be caught as either class.
        """
        failed: AcsAuthError
        try:
            token: AccessToken = await wait_async(self._here().get_token)
            return token
        except AcsAuthError as error:
            failed = error
        raise self._raised(failed)

    async def close(self) -> None:
        """Ends renewals. Waiting and later calls raise a :class:`CancelledError`, which is also a `RuntimeError`."""
        self._end()

    async def __aenter__(self) -> CommunicationTokenCredential:
        self._here()
        self._start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()
