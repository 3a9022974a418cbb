"""Exchanges with a cache, request coalescing and the service's limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import _credentials, _observer
from ._causes import KEEP_SECONDS
from ._durations import milliseconds, whole_seconds
from ._errors import AcsAuthError
from ._kinds import ErrorKind
from ._library import call, callbacks, native, objects, wait
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
            self._timeout_ms = options.timeout_ms
        finally:
            cache_secret = options = None

    def _open(self) -> Any:
        self._watcher.sees_all()
        return super()._open()

    def _left(self, error: BaseException, timeout_ms: int | None) -> None:
        """Keeps the client's hooks and transport if its exchange may go on after this error of a caller."""
        if isinstance(error, AcsAuthError) and error.kind not in (ErrorKind.TIMEOUT, ErrorKind.CANCELLED):
            return
        # An exchange ends by the exchanger's timeout, or by that of a call if it is later.
        longest_ms = max(self._timeout_ms or 0, timeout_ms or 0)
        callbacks().hold(self._watcher, max(KEEP_SECONDS, longest_ms / 1000))


class TeamsTokenExchanger(ExchangerBase):
    """Exchanges Teams users' Entra tokens with a cache, request coalescing and a limiter: each token once while its result is
    valid.

    `TeamsTokenExchanger(client, **options)`: create one and keep it. Any number of threads may use it at once, on both
    sides of a fork; a forked child starts with an empty cache. It keeps working after its client is closed. Options, all
    keywords:

    - `timeout`: of a call, including waits for the limiter and for another caller's exchange; 10 s by default.
    - `token_check`: how to treat a Teams token that the token check rejects; `TokenCheck.ENFORCE` by default.
    - `cache_bytes`: the approximate size of the memory cache; 64 MiB by default, some 15,000 tokens. 0 turns it off.
    - `max_ttl`: how long a token is cached at most, 1 s or longer; 24 hours by default. 0 caches no tokens. A token is evicted
      when it or its Entra token has less than 120 s left.
    - `negative_ttl`: how long a rejection is cached for the same token; 1 to 5 s, 3 s by default, 0 for never.
    - `limit` and `limit_window`: how many exchanges start in any such window at most, including retries; 400 in 30 s by
      default, 80 % of what the service documents. The limit must be at least 2, the window 1 s to 1 h. Without Redis each
      process counts for itself.
    - `limit_burst`: how many may start at once after an idle period, at least 1; an eighth of `limit` by default.
    - `user_limit`: how many new exchanges of one user start in the window at most; 25 by default, 0 for no limit.
    - `redis`: `RedisOptions` of a Redis through which processes share cache and limiter. It needs `cache_secret`: 32 bytes from
      which cache keys are derived, the same in all processes.
    - `distributed_lock`: lets only one process at a time exchange a given token; off by default.
    - `observer`: a function that takes an event of `acs_auth.events`, or an object with `on_event`.

    `update_access_key(access_key, secondary_access_key)` replaces the keys in the client too.
    """

    def _exchange(self, name: str, *arguments: Any) -> Any:
        """Runs the operation of this name. The last argument is the call's timeout."""
        operation = getattr(self._open(), name)
        try:
            return wait(operation, *arguments)
        except BaseException as error:
            self._left(error, arguments[-1])
            raise
        finally:
            del arguments

    def exchange(
        self, aad_token: str, client_id: str, user_object_id: str, *, timeout: Duration | None = None
    ) -> AccessToken:
        """Returns the ACS token for this Entra token: from the cache, an exchange in progress, or the service.

        `client_id` and `user_object_id` are those of `CommunicationIdentityClient.get_token_for_teams_user`. Raises
        `ThrottledError` if the limits leave no time for the exchange before the timeout.
        """
        try:
            arguments = (aad_token, client_id, user_object_id, milliseconds("timeout", timeout))
            token: AccessToken = self._exchange("exchange", *arguments)
            return token
        finally:
            aad_token = ""
            arguments = ()  # type: ignore[assignment]

    def exchange_teams_extension(self, aad_token: str, *, timeout: Duration | None = None) -> UserAndToken:
        """Returns the identity and token of Teams Phone extensibility for this Entra token, with the same cache and limit."""
        try:
            arguments = (aad_token, milliseconds("timeout", timeout))
            made: UserAndToken = self._exchange("exchange_teams_extension", *arguments)
            return made
        finally:
            aad_token = ""
            arguments = ()  # type: ignore[assignment]

    def sign_out(self, tenant_id: str, user_object_id: str) -> None:
        """Evicts a user's tokens from the cache, also from the shared one.

        The service isn't notified: issued tokens stay valid.
        """
        wait(self._open().sign_out, tenant_id, user_object_id)

    def is_cache_reachable(self) -> bool | None:
        """Returns whether the shared cache is reachable; None if there is none."""
        reachable: bool | None = wait(self._open().is_cache_reachable)
        return reachable
