"""Endpoints and connection strings of a resource."""

from __future__ import annotations

from typing import Any

from ._library import call, native
from ._models import HIDDEN
from ._keys import AccessKey


class Endpoint:
    """The endpoint of a resource: only scheme, host and port."""

    __slots__ = ("_object", "_url")

    def __init__(self, text: str) -> None:
        """Parses an endpoint. The scheme defaults to https; http is accepted for loopback hosts only.

        Raises `InvalidConnectionStringError`.
        """
        self._object: Any = call(native().Endpoint, text)
        self._url: str = self._object.url()

    @classmethod
    def parse(cls, text: str) -> Endpoint:
        """The same as `Endpoint(text)`."""
        return cls(text)

    @classmethod
    def parse_allowing_insecure(cls, text: str) -> Endpoint:
        """Like `Endpoint(text)`, but accepts http for any host: for a private network that is protected in another way."""
        return cls._with(call(native().Endpoint.parse_allowing_insecure, text))

    @classmethod
    def _with(cls, given: Any) -> Endpoint:
        made = cls.__new__(cls)
        made._object = given
        made._url = given.url()
        return made

    @classmethod
    def _of(cls, url: str) -> Endpoint:
        """Wraps the URL of a native endpoint. It is parsed again only if a native object is needed."""
        made = cls.__new__(cls)
        made._object = None
        made._url = url
        return made

    @property
    def url(self) -> str:
        """`https://host` or `https://host:port`. Append a path to it unchanged."""
        return self._url

    def _native(self) -> Any:
        if self._object is None:
            self._object = call(native().Endpoint.parse_allowing_insecure, self._url)
        return self._object

    def __str__(self) -> str:
        return self._url

    def __repr__(self) -> str:
        return f"Endpoint({self._url!r})"

    def __eq__(self, other: object) -> bool:
        return self._url == other._url if isinstance(other, Endpoint) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._url)

    def __reduce__(self) -> Any:
        return (Endpoint.parse_allowing_insecure, (self._url,))


class ConnectionString:
    """A resource's connection string from the portal, `endpoint=…;accesskey=…`. Its repr doesn't show the key.

    `ConnectionString(text)` raises `InvalidConnectionStringError`, whose `target` is `endpoint`, `accesskey` or
    `connection_string`.
    """

    __slots__ = ("access_key", "endpoint")

    endpoint: Endpoint
    access_key: AccessKey

    def __init__(self, text: str) -> None:
        try:
            self._take(call(native().ConnectionString, text), text)
        finally:
            del text

    @classmethod
    def parse(cls, text: str) -> ConnectionString:
        """The same as `ConnectionString(text)`."""
        try:
            return cls(text)
        finally:
            del text

    @classmethod
    def parse_allowing_insecure(cls, text: str) -> ConnectionString:
        """Like `ConnectionString(text)`, but accepts http for any host: for a private network that is protected in another
        way."""
        made = cls.__new__(cls)
        try:
            made._take(call(native().ConnectionString.parse_allowing_insecure, text), text)
        finally:
            del text
        return made

    def _take(self, given: Any, text: str) -> None:
        parts = (part.partition("=") for part in text.split(";"))
        key = next(value.strip(" ") for name, _, value in parts if name.strip(" ").lower() == "accesskey")
        self.endpoint = Endpoint._with(given.endpoint())
        self.access_key = AccessKey._with(key, given.access_key())

    def __repr__(self) -> str:
        return f"ConnectionString(endpoint={getattr(self, 'endpoint', None)!r}, access_key={HIDDEN})"
