"""Exchanges with a cache, request coalescing and the service's limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import _credentials, _observer
from ._durations import milliseconds, whole_seconds
from ._library import call, native, objects, wait
from ._options import lower, native_token_check

if TYPE_CHECKING:
    from ._base import ClientBase
    from ._durations import Duration
    from ._models import AccessToken
    from ._observer import Observer
    from ._options import TokenCheck
    from ._redis import RedisOptions
    from ._users import CommunicationUserIdentifier

    UserAndToken = tuple[CommunicationUserIdentifier, AccessToken]


class ExchangerBase(_credentials.HoldsKeys):
    """Options are keywords. The library's defaults apply to those that are omitted."""

    def __init__(
        self,
        client: ClientBase,
        *,
        cache_bytes: int | None = None,
        cache_secret: bytes | None = None,
        distributed_lock: bool | None = None,
        limit: int | None = None,
        limit_burst: int | None = None,
        limit_window: Duration | None = None,
        max_ttl: Duration | None = None,
        negative_ttl: Duration | None = None,
        observer: Observer | None = None,
        redis: RedisOptions | None = None,
        timeout: Duration | None = None,
        token_check: TokenCheck | str | None = None,
        user_limit: int | None = None,
    ) -> None:
        try:
            options = native().ExchangerOptions(
                cache_bytes=cache_bytes,
                cache_secret=cache_secret,
                distributed_lock=distributed_lock,
                limit=limit,
                limit_burst=limit_burst,
                limit_window_ms=milliseconds("limit_window", limit_window),
                max_ttl_s=whole_seconds("max_ttl", max_ttl),
                negative_ttl_ms=milliseconds("negative_ttl", negative_ttl),
                redis=lower(redis),
                timeout_ms=milliseconds("timeout", timeout),
                token_check=native_token_check(token_check),
                user_limit=user_limit,
            )
            adapted = _observer.adapt(observer)
            made = call(native().TeamsTokenExchanger, client._open().object, options, adapted)
            self._object = objects().TeamsTokenExchanger(made)
            self._keys = client._keys
            self._watcher = client._watcher
        finally:
            cache_secret = options = None

    def _open(self) -> Any:
        self._watcher.sees_all()
        return super()._open()


class TeamsTokenExchanger(ExchangerBase):
    """Exchanges Teams users' Entra tokens: each token once while its result is valid, within the limit.

    Any threads may use it at once, on both sides of a fork. It keeps working after its client is closed.
    """

    def exchange(
        self, aad_token: str, client_id: str, user_object_id: str, *, timeout: Duration | None = None
    ) -> AccessToken:
        """Returns the ACS token for this Entra token: from the cache, an exchange in progress, or the service."""
        try:
            arguments = (aad_token, client_id, user_object_id, milliseconds("timeout", timeout))
            token: AccessToken = wait(self._open().exchange, *arguments)
            return token
        finally:
            aad_token = ""
            arguments = ()  # type: ignore[assignment]

    def exchange_teams_extension(self, aad_token: str, *, timeout: Duration | None = None) -> UserAndToken:
        """Returns identity and token of Teams Phone extensibility for this Entra token, with the same cache and limit."""
        try:
            arguments = (aad_token, milliseconds("timeout", timeout))
            made: UserAndToken = wait(self._open().exchange_teams_extension, *arguments)
            return made
        finally:
            aad_token = ""
            arguments = ()  # type: ignore[assignment]

    def sign_out(self, tenant_id: str, user_object_id: str) -> None:
        """Evicts the tokens of a user, also from the shared cache. The service isn't notified."""
        wait(self._open().sign_out, tenant_id, user_object_id)

    def is_cache_reachable(self) -> bool | None:
        """Whether the shared cache is available; None if there is none."""
        reachable: bool | None = wait(self._open().is_cache_reachable)
        return reachable
