"""The HTTP messages for hooks and transports: azure-core's, if the program has imported it, otherwise equivalent classes."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from typing import Any

from ._models import HIDDEN


class Refused(RuntimeError):
    """A hook or transport did something that isn't allowed or possible."""


class Headers(MutableMapping[str, str]):
    """A case-insensitive mapping of headers. Its repr doesn't show their values."""

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self._values: dict[str, tuple[str, str]] = {}
        for name, value in pairs:
            known = self._values.get(name.lower())
            self[name] = value if known is None else f"{known[1]}, {value}"

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()][1]

    def __setitem__(self, name: str, value: str) -> None:
        self._values[name.lower()] = (name, value)

    def __delitem__(self, name: str) -> None:
        del self._values[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter([name for name, _ in self._values.values()])

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Headers({', '.join(self)})"


class HttpRequest:
    """A request, with the members of `azure.core.rest.HttpRequest`."""

    def __init__(self, method: str, url: str, *, headers: Mapping[str, str] | None = None, content: Any = None) -> None:
        self.method = method
        self.url = url
        self.headers = Headers((headers or {}).items())
        self.content = content

    @property
    def body(self) -> Any:
        """The same as `content`."""
        return self.content

    def __repr__(self) -> str:
        return f"<HttpRequest [{self.method}], url: {self.url!r}>"


class HttpResponse:
    """A response that has been read, with the members of `azure.core.rest.HttpResponse`."""

    def __init__(self, request: Any, status_code: int, headers: Iterable[tuple[str, str]], content: bytes) -> None:
        self.request = request
        self.status_code = status_code
        self.headers = Headers(headers)
        self.content = content
        self.reason = None
        self.encoding = "utf-8"
        self.is_closed = self.is_stream_consumed = True

    @property
    def url(self) -> str:
        """The URL of the request."""
        url: str = self.request.url
        return url

    @property
    def content_type(self) -> str | None:
        """The header Content-Type, or None."""
        return self.headers.get("content-type")

    def text(self, encoding: str | None = None) -> str:
        """Returns the body as a string; what can't be decoded becomes U+FFFD."""
        return self.content.decode(encoding or "utf-8", "replace")

    def json(self) -> Any:
        """Parses the body as JSON."""
        import json

        return json.loads(self.content)

    def read(self) -> bytes:
        """Returns the body."""
        return self.content

    def body(self) -> bytes:
        """Returns the body."""
        return self.content

    def __repr__(self) -> str:
        return f"<HttpResponse: {self.status_code}, body {HIDDEN}>"


class PipelineContext(dict[str, Any]):
    """What the hooks of one attempt share, and the options of the call."""

    def __init__(self, transport: Any, **options: Any) -> None:
        super().__init__()
        self.transport = transport
        self.options = options


class PipelineRequest:
    """The argument of a request hook."""

    def __init__(self, http_request: Any, context: Any) -> None:
        self.http_request = http_request
        self.context = context


class PipelineResponse:
    """The argument of a response hook."""

    def __init__(self, http_request: Any, http_response: Any, context: Any) -> None:
        self.http_request = http_request
        self.http_response = http_response
        self.context = context


def pipeline_request(method: str, url: str, headers: list[tuple[str, str]], body: bytes, transport: Any) -> Any:
    """Returns an attempt's request as hooks take it."""
    content = body or None
    # One value a name, as in azure-core: several are joined.
    joined = Headers(headers)
    if "azure.core" not in sys.modules:
        return PipelineRequest(HttpRequest(method, url, headers=joined, content=content), PipelineContext(transport))
    from azure.core import pipeline, rest

    request = rest.HttpRequest(method, url, headers=joined, content=content)
    return pipeline.PipelineRequest(request, pipeline.PipelineContext(transport))


def pipeline_response(request: Any, response: Any) -> Any:
    """Returns the response to an attempt's request as hooks take it."""
    if "azure.core" not in sys.modules:
        return PipelineResponse(request.http_request, response, request.context)
    from azure.core import pipeline

    return pipeline.PipelineResponse(request.http_request, response, request.context)


def sendable(transport: Any, request: Any) -> Any:
    """Returns the request in a form that this transport sends unchanged: aiohttp decodes parts of a URL that is a string."""
    aiohttp: Any = sys.modules.get("azure.core.pipeline.transport._aiohttp")
    if aiohttp is None or not isinstance(transport, aiohttp.AioHttpTransport):
        return request
    import copy

    from yarl import URL

    made = copy.copy(request)
    made.url = URL(request.url, encoded=True)
    return made


def content_of(response: Any) -> bytes:
    """Returns the body of a transport's response, of azure-core's old or new class, or of a class of the program's own."""
    for name in ("content", "body", "text"):
        try:
            found = getattr(response, name, None)
        except Exception:  # azure-core raises if a response is marked as read but has no body.
            return b""
        if callable(found):
            found = found()
        if isinstance(found, str):
            return found.encode()
        if isinstance(found, (bytes, bytearray)):
            return bytes(found)
    raise TypeError(f"The transport returned {type(response).__name__}, which has no body.")
