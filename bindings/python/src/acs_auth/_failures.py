"""Classifies the exceptions of transports for retries: a create is retried only if the request was not sent.

The exceptions of HTTP libraries are recognised by their names, so none of the libraries is imported.
"""

from __future__ import annotations

import errno
from typing import Any

#: The request was not sent: it is retried, even a create.
NOT_SENT = "NOT_SENT"
#: The connection broke after the request may have been sent.
LOST = "LOST"
#: No response was received in time after the request may have been sent.
TIMED_OUT = "TIMED_OUT"
#: The request was not sent, and a retry would fail in the same way.
REFUSED = "REFUSED"

#: The kind of each exception class and its subclasses, under the names of its top-level package and of the class.
_KINDS = {
    NOT_SENT: (
        *("builtins.ConnectionRefusedError", "socket.gaierror", "socket.herror"),
        *("urllib3.ClosedPoolError", "urllib3.ConnectTimeoutError", "urllib3.EmptyPoolError", "urllib3.NewConnectionError"),
        *("requests.ConnectTimeout", "azure.ServiceRequestTimeoutError"),
        *("aiohttp.ClientConnectorError", "aiohttp.ClientHttpProxyError", "aiohttp.ConnectionTimeoutError"),
        *("httpcore.ConnectError", "httpcore.ConnectTimeout", "httpcore.PoolTimeout", "httpcore.ProxyError"),
        *("httpx.ConnectError", "httpx.ConnectTimeout", "httpx.PoolTimeout", "httpx.ProxyError"),
    ),
    REFUSED: (
        *("ssl.SSLCertVerificationError", "http.InvalidURL", "urllib3.LocationValueError"),
        *("requests.InvalidHeader", "requests.InvalidSchema", "requests.InvalidURL", "requests.MissingSchema"),
        *("aiohttp.ClientConnectorCertificateError", "aiohttp.InvalidURL", "aiohttp.ServerFingerprintMismatch"),
        *("httpcore.UnsupportedProtocol", "httpx.InvalidURL", "httpx.UnsupportedProtocol"),
    ),
    TIMED_OUT: (
        # In older Pythons, those of asyncio, concurrent.futures and socket aren't the built-in one.
        *("builtins.TimeoutError", "asyncio.TimeoutError", "concurrent.TimeoutError", "socket.timeout"),
        *("urllib3.TimeoutError", "requests.Timeout", "azure.ServiceResponseTimeoutError"),
        *("aiohttp.ServerTimeoutError", "httpcore.TimeoutException", "httpx.TimeoutException"),
    ),
    LOST: (
        *("builtins.ConnectionError", "ssl.SSLError", "asyncio.IncompleteReadError", "http.HTTPException"),
        *("aiohttp.ClientError", "azure.HttpResponseError", "azure.ServiceResponseError", "httpx.HTTPError"),
        *("httpcore.NetworkError", "httpcore.ProtocolError", "httpx.StreamError"),
    ),
}
_KIND_OF = {name: kind for kind, names in _KINDS.items() for name in names}

#: Exceptions that wrap the one that decides, and their kind if they wrap none of a known class.
_WRAPPERS = {
    "azure.ServiceRequestError": NOT_SENT,
    "requests.RequestException": LOST,
    "urllib.URLError": LOST,
    "urllib3.HTTPError": LOST,
}
#: Means LOST, but azure-core's transports also raise it if a connection is reset in the TLS handshake.
_RESPONSE = "azure.ServiceResponseError"
#: Errors of the network for which Python has no subclass of OSError.
_NETWORK = frozenset(
    {errno.EADDRNOTAVAIL, errno.EHOSTDOWN, errno.EHOSTUNREACH, errno.ENETDOWN, errno.ENETRESET, errno.ENETUNREACH}
)
#: Functions that return before a request is sent, with their modules.
_CONNECTING = frozenset(
    {
        ("asyncio.base_events", "create_connection"),
        ("asyncio.base_events", "create_unix_connection"),
        ("http.client", "connect"),
        ("socket", "create_connection"),
        ("ssl", "connect"),
        ("ssl", "do_handshake"),
        ("urllib3.connection", "connect"),
    }
)
#: How deeply wrapped exceptions are searched; no library nests them further.
_DEEPEST = 10


def failure_kind(error: BaseException) -> str | None:
    """Returns the kind; None for an exception that doesn't come from the network.

    The outermost exception of a known class decides.
    """
    return _kind(error, _DEEPEST)


def _kind(error: BaseException, depth: int) -> str | None:
    names = [f"{kind.__module__.partition('.')[0]}.{kind.__name__}" for kind in type(error).__mro__]
    name = next((name for name in names if name in _KIND_OF or name in _WRAPPERS), None)
    if depth == 0:
        return LOST
    if name in _WRAPPERS:
        kinds = [_kind(one, depth - 1) for one in _wrapped(error)]
        return next((kind for kind in kinds if kind is not None), _WRAPPERS[name])
    if name == _RESPONSE:
        inner = getattr(error, "inner_exception", None)
        found = None if inner is None else _kind(inner, depth - 1)
        return found if found in (NOT_SENT, REFUSED, TIMED_OUT) else LOST
    if name is None:
        is_network = type(error) is OSError and error.errno in _NETWORK
        return None if not is_network else NOT_SENT if _is_connecting(error) else LOST
    kind = _KIND_OF[name]
    if kind in (LOST, TIMED_OUT):
        return NOT_SENT if _is_connecting(error) else kind
    # Nothing was sent in either case, but an untrusted certificate stays untrusted.
    is_refused = kind == NOT_SENT and any(_kind(one, depth - 1) == REFUSED for one in _wrapped(error))
    return REFUSED if is_refused else kind


def _wrapped(error: BaseException) -> list[BaseException]:
    """Returns what an exception wraps: its attributes, its arguments and what it was raised from."""
    found: list[Any] = [getattr(error, name, None) for name in ("inner_exception", "reason")]
    found += error.args
    found.append(error.__cause__ if error.__suppress_context__ else error.__cause__ or error.__context__)
    unique = {id(one): one for one in found if isinstance(one, BaseException) and one is not error}
    return list(unique.values())


def _is_connecting(error: BaseException) -> bool:
    """Whether the exception was raised while the connection was opened, TLS handshake included."""
    step = error.__traceback__
    while step is not None:
        frame = step.tb_frame
        if (frame.f_globals.get("__name__"), frame.f_code.co_name) in _CONNECTING:
            return True
        step = step.tb_next
    return False
