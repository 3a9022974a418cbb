"""Options of a Redis that processes share, and cache keys for a program that caches exchanged tokens itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._durations import milliseconds
from ._keys import SealingKey
from ._library import call, native
from ._models import Record
from ._options import lower, pem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ._durations import Duration
    from ._endpoint import Endpoint
    from ._keys import AccessKey
    from ._options import Cloud


class RedisOptions(Record):
    """The Redis (6.0 or later) through which processes share a cache and a limiter. Its repr shows neither URL nor password.

    - `url`: `redis://host`, `redis+cluster://host,host` or `redis+sentinel://host,host/service`; `rediss` in place of `redis`
      means TLS. With `?auth=entra` the password is a token of the client's token credential, and the user is `username` or
      the token's object id.
    - `sealing_key`: encrypts all values, the same in all processes. `previous_sealing_key`: the former one, with which values
      can still be read. It can be removed 24 hours after the last process got the new one.
    - `username`, `password`: unless the URL contains them. Without TLS the password is sent in clear text.
    - `key_prefix`: of all keys and channels, 1 to 64 letters, digits, `.`, `_`, `-` and `:`; `acs-auth` by default.
    - `root_certificates_pem`: certificate authorities to trust in addition, each as PEM text.
    - `timeout`: of any single use of Redis; 50 ms by default. `connect_timeout`: of a connection, opened in the background;
      1 s.
    - `breaker_max_failures`: after this many failures in a row Redis isn't used for a while; 3 by default.
      `breaker_reset_timeout`: for how long, at first; 200 ms, doubled after each failed probe, up to
      `breaker_max_reset_timeout`; 5 s.

    Durations must be from 1 ms to 1 minute.
    """

    __slots__ = (
        "url",
        "sealing_key",
        "previous_sealing_key",
        "username",
        "password",
        "key_prefix",
        "root_certificates_pem",
        "timeout",
        "connect_timeout",
        "breaker_max_failures",
        "breaker_reset_timeout",
        "breaker_max_reset_timeout",
    )
    _hidden = ("url", "password")

    def __init__(
        self,
        url: str,
        sealing_key: SealingKey,
        *,
        previous_sealing_key: SealingKey | None = None,
        username: str | None = None,
        password: str | None = None,
        key_prefix: str | None = None,
        root_certificates_pem: Sequence[bytes | str] = (),
        timeout: Duration | None = None,
        connect_timeout: Duration | None = None,
        breaker_max_failures: int | None = None,
        breaker_reset_timeout: Duration | None = None,
        breaker_max_reset_timeout: Duration | None = None,
    ) -> None:
        self.url = url
        self.sealing_key = sealing_key
        self.previous_sealing_key = previous_sealing_key
        self.username = username
        self.password = password
        self.key_prefix = key_prefix
        self.root_certificates_pem = root_certificates_pem
        self.timeout = timeout
        self.connect_timeout = connect_timeout
        self.breaker_max_failures = breaker_max_failures
        self.breaker_reset_timeout = breaker_reset_timeout
        self.breaker_max_reset_timeout = breaker_max_reset_timeout

    def _native(self) -> Any:
        return native().RedisOptions(
            url=self.url,
            sealing_key=self.sealing_key._native(),
            previous_sealing_key=lower(self.previous_sealing_key),
            username=self.username,
            password=self.password,
            key_prefix=self.key_prefix,
            root_certificates_pem=[pem("root_certificates_pem", one) for one in self.root_certificates_pem],
            timeout_ms=milliseconds("timeout", self.timeout),
            connect_timeout_ms=milliseconds("connect_timeout", self.connect_timeout),
            breaker_max_failures=self.breaker_max_failures,
            breaker_reset_timeout_ms=milliseconds("breaker_reset_timeout", self.breaker_reset_timeout),
            breaker_max_reset_timeout_ms=milliseconds("breaker_max_reset_timeout", self.breaker_max_reset_timeout),
        )


class CacheKey(Record):
    """Cache keys of 32 bytes: `entry` for one token, `user` for all tokens of its user, to evict them together."""

    __slots__ = ("entry", "user")

    entry: bytes
    user: bytes

    def __init__(self, entry: bytes, user: bytes) -> None:
        self.entry = entry
        self.user = user


def cache_key(
    secret: bytes,
    cloud: Cloud,
    endpoint: Endpoint,
    access_key: AccessKey | None,
    aad_token: str,
    client_id: str,
    user_object_id: str,
) -> CacheKey:
    """Returns the cache key of the token that `aad_token` is exchanged for. Only a holder of `aad_token` can compute it.

    `secret` is 32 random bytes of the program's own, the same in all processes that share the cache. `access_key` is the key
    that signs the exchange, so that tokens are no longer found once the key is replaced; None for a token credential.
    """
    try:
        key = None if access_key is None else access_key._object
        arguments = (secret, cloud._native(), endpoint._native(), key, aad_token, client_id, user_object_id)
        given = call(native().cache_key, *arguments)
        return CacheKey(given.entry, given.user)
    finally:
        secret = b""
        aad_token = ""
        arguments = ()  # type: ignore[assignment]
