"""Detects tests that have replaced Python's HTTP libraries, so that calls go through the replacement and not to the network.

`responses`, `requests_mock`, vcrpy, httpretty, `aioresponses`, `unittest.mock` and `pytest-socket` are recognised by what they
replace.
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
        if self._unseen:
            self._unseen = [entry for entry in self._unseen if not self._look(*entry)]
            return next((where for entry in self._unseen for where in self._replaced_unseen(*entry)), None)
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


def is_replaced(is_async: bool) -> bool:
    """Whether a test has replaced something that the official client sends through."""
    if _installed is not None:
        return True
    if _SYNC.replaced() is not None or _is_socket_replaced():
        return True
    return is_async and _ASYNC.replaced() is not None


def replaced_transport(is_async: bool, verify: str | None) -> Any:
    """Returns a transport that sends like the official client, and so to the test; None if nothing was replaced."""
    if _installed is not None:
        return _installed
    found = _ASYNC.replaced() if is_async else None
    if found is not None:
        return _by_aiohttp(found)
    found = _SYNC.replaced()
    if found is None and not _is_socket_replaced():
        return None
    if found is not None and found.startswith("azure."):
        from azure.core.pipeline.transport import RequestsTransport

        return RequestsTransport()
    return _by_requests(verify, found or "socket.socket")


def _by_requests(verify: str | None, found: str) -> Any:
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


def _by_aiohttp(found: str) -> Any:
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
