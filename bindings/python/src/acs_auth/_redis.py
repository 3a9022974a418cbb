"""The Redis that processes share, and keys for a program that keeps exchanged tokens itself."""

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
    """The address of Redis, and how values are sealed in it. The library's defaults apply to what is omitted.

    ``url`` is ``redis://host``, ``redis+cluster://host,host`` or ``redis+sentinel://host,host/service``, with ``rediss`` in
    place of ``redis`` for TLS. With ``?auth=entra`` the password is a token of the client's token credential.
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
    """A cache key for one token, and one for all tokens of its user, both 32 bytes."""

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

    `secret` is 32 bytes of the program's own. `access_key` is the key that signs the exchange, so that the token
    is no longer found once the key is replaced; None for a token credential.
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
