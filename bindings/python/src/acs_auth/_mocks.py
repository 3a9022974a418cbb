"""Detects tests that have replaced Python's HTTP libraries, so that calls go through the replacement and not to the network.

`responses`, `requests_mock`, vcrpy, httpretty, `aioresponses`, `respx`, `unittest.mock` and `pytest-socket` are recognised by
what they replace. A warning in the log names each replaced function once per process.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from ._http import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

#: These replace the socket class too, but their sockets still lead to the network.
_HUBS = ("gevent", "eventlet")
#: The environment variable that turns this off, for a program whose HTTP libraries were replaced for another reason.
_SWITCH = "ACS_AUTH_DETECT_MOCKS"
#: What has been found replaced and reported.
_reported: set[str] = set()

_installed: Any = None


def install(transport: Any) -> None:
    """Makes this transport answer every client of the process; None undoes it."""
    global _installed
    _installed = transport


def installed() -> Any:
    """Returns the transport that answers every client of the process, or None."""
    return _installed


class _Watch:
    """Classes whose functions tests replace. Every call checks them, so known originals are compared by identity."""

    def __init__(self, *classes: tuple[str, str, tuple[str, ...]]) -> None:
        self._unseen = list(classes)
        #: A namespace, a name in it, the original, and its qualified name.
        self._seen: list[tuple[Any, str, Any, str]] = []

    def replaced(self) -> str | None:
        """Returns the qualified name of something that has been replaced, or None."""
        for members, name, original, where in self._seen:
            found = members.get(name)
            # The wrapper of an instrumentation has the original's module, calls the original, and is no replacement.
            if found is not original and not _is_original(found, where):
                return where
        imported = [entry for entry in self._unseen if entry[0] in sys.modules]
        if imported:
            imported = [entry for entry in imported if not self._look(*entry)]
            self._unseen = [entry for entry in self._unseen if entry[0] not in sys.modules or entry in imported]
            return next((where for entry in imported for where in self._replaced_unseen(*entry)), None)
        return None

    def _look(self, module_name: str, class_name: str, names: tuple[str, ...]) -> bool:
        """Remembers the members of the class if its module has been imported and all are original; returns whether it did."""
        module = sys.modules.get(module_name)
        owner = getattr(module, class_name, None)
        where = f"{module_name}.{class_name}"
        members = getattr(owner, "__dict__", {})
        if not _is_original(owner, where) or not all(_is_original(members.get(name), where) for name in names):
            return False
        self._seen.append((vars(module), class_name, owner, where))
        self._seen += [(members, name, members[name], f"{where}.{name}") for name in names]
        return True

    @staticmethod
    def _replaced_unseen(module_name: str, class_name: str, names: tuple[str, ...]) -> Iterator[str]:
        owner = getattr(sys.modules.get(module_name), class_name, None)
        where = f"{module_name}.{class_name}"
        if owner is None:
            return  # Not imported, or another thread is importing it.
        if not _is_original(owner, where):
            yield where
        for name in names:
            if not _is_original(getattr(owner, name, None), where):
                yield f"{where}.{name}"


def _is_original(found: Any, where: str) -> bool:
    module = getattr(found, "__module__", None)
    # A function mocked with autospec has the module of what it replaces, but also an attribute `mock`.
    return isinstance(module, str) and module.partition(".")[0] == where.partition(".")[0] and not hasattr(found, "mock")


_SYNC = _Watch(
    ("azure.core.pipeline.transport._requests_basic", "RequestsTransport", ("send",)),
    ("requests.adapters", "HTTPAdapter", ("send",)),
    ("requests.sessions", "Session", ("get_adapter", "request", "send")),
    ("urllib3.connectionpool", "HTTPConnectionPool", ("urlopen", "_make_request")),
    ("urllib3.connectionpool", "HTTPSConnectionPool", ("ConnectionCls",)),
)
_ASYNC = _Watch(
    ("azure.core.pipeline.transport._aiohttp", "AioHttpTransport", ("send",)),
    ("aiohttp.client", "ClientSession", ("_request",)),
)
# respx replaces functions of httpcore, and pytest-httpx of httpx.
_HTTPX_SYNC = _Watch(
    ("httpcore", "ConnectionPool", ("handle_request",)),
    ("httpx", "HTTPTransport", ("handle_request",)),
)
_HTTPX_ASYNC = _Watch(
    ("httpcore", "AsyncConnectionPool", ("handle_async_request",)),
    ("httpx", "AsyncHTTPTransport", ("handle_async_request",)),
)


def _is_socket_replaced() -> bool:
    module: Any = sys.modules.get("socket")
    if module is None:
        return False
    kind = module.socket
    where = getattr(kind, "__module__", None)
    if isinstance(where, str) and where.partition(".")[0] in _HUBS:
        return False
    # pytest-socket replaces the class or its `connect`.
    return where != "socket" or kind.connect is not module._socket.socket.connect


def _replaced(is_async: bool) -> tuple[str, Any] | None:
    """Returns the name of what has been replaced, and the function that makes a transport that sends through it."""
    watches = ((_ASYNC, _by_aiohttp), (_HTTPX_ASYNC, _by_httpx_async)) if is_async else ()
    for watch, made_by in (*watches, (_SYNC, _by_requests), (_HTTPX_SYNC, _by_httpx)):
        found = watch.replaced()
        if found is not None:
            return (found, made_by) if _is_on() else None
    if _is_socket_replaced() and _is_on():
        return "socket.socket", _by_requests
    return None


def _is_on() -> bool:
    return os.environ.get(_SWITCH, "1") != "0"


def is_replaced(is_async: bool) -> bool:
    """Whether a test has replaced something that Python programs send through."""
    return _installed is not None or _replaced(is_async) is not None


def replaced_transport(is_async: bool, verify: str | None) -> Any:
    """Returns a transport that sends like the official client, and so to the test; None if nothing was replaced."""
    if _installed is not None:
        return _installed
    replaced = _replaced(is_async)
    if replaced is None:
        return None
    found, made_by = replaced
    _report(found)
    return made_by(verify, found)


def _report(found: str) -> None:
    if found in _reported:
        return
    _reported.add(found)
    import logging

    text = "%s has been replaced: requests go through it and not through the library's own HTTP; %s=0 turns this off"
    logging.getLogger("acs_auth").warning(text, found, _SWITCH)


def _by_requests(verify: str | None, found: str) -> Any:
    if found.startswith("azure."):
        from azure.core.pipeline.transport import RequestsTransport

        return RequestsTransport()
    try:
        import requests
    except ImportError:
        raise Refused(
            f"{found} has been replaced, so nothing is sent: give the client a transport=, or use acs_auth.testing."
        ) from None

    if verify is None:
        verify = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")

    def send(request: Any) -> Any:
        with requests.Session() as session:
            # Otherwise a .netrc would replace the signature.
            session.trust_env = False
            return session.request(
                request.method,
                request.url,
                headers=dict(request.headers),
                data=request.content,
                allow_redirects=False,
                timeout=300,
                verify=verify or True,
            )

    return send


def _by_aiohttp(_: str | None, found: str) -> Any:
    if found.startswith("azure."):
        from azure.core.pipeline.transport import AioHttpTransport

        return AioHttpTransport()
    import aiohttp
    from yarl import URL

    class Answer:
        def __init__(self, status: int, headers: Any, body: bytes) -> None:
            self.status_code, self.headers, self.content = status, headers, body

    async def send(request: Any) -> Any:
        async with aiohttp.ClientSession() as session:
            response = await session.request(
                request.method,
                URL(request.url, encoded=True),
                headers=dict(request.headers),
                data=request.content,
                allow_redirects=False,
            )
            return Answer(response.status, response.headers, await response.read())

    return send


def _of_httpx(verify: str | None) -> dict[str, Any]:
    options: dict[str, Any] = {"timeout": 300, "trust_env": False}
    if verify is not None:
        import ssl

        options["verify"] = ssl.create_default_context(cafile=verify)
    return options


def _arguments(request: Any) -> dict[str, Any]:
    return {"method": request.method, "url": request.url, "headers": dict(request.headers), "content": request.content}


def _by_httpx(verify: str | None, _: str) -> Any:
    import httpx  # pyright: ignore[reportMissingImports]

    def send(request: Any) -> Any:
        with httpx.Client(**_of_httpx(verify)) as client:
            return client.request(**_arguments(request))

    return send


def _by_httpx_async(verify: str | None, _: str) -> Any:
    import httpx  # pyright: ignore[reportMissingImports]

    async def send(request: Any) -> Any:
        async with httpx.AsyncClient(**_of_httpx(verify)) as client:
            return await client.request(**_arguments(request))

    return send
