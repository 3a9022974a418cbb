"""Retries of a create after a transport's exception, with real connections: only if the request was not sent."""

import asyncio
import contextlib
import http.client
import socket
import ssl
import struct
import threading
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import aiohttp
import httpx
import pytest
import requests
import urllib3
from azure.core.exceptions import ServiceRequestError
from azure.core.pipeline.transport import AioHttpTransport, RequestsTransport
from yarl import URL

import acs_auth
from acs_auth._failures import LOST, NOT_SENT, REFUSED, TIMED_OUT, failure_kind
from acs_auth._http import HttpResponse

#: How many seconds the transports wait for a connection and for a response.
PATIENCE = 0.5


def sent_by_requests(request):
    with requests.Session() as session:
        session.trust_env = False
        return session.request(
            request.method, request.url, headers=dict(request.headers), data=request.content, timeout=PATIENCE
        )


def sent_by_urllib3(request):
    with urllib3.PoolManager(retries=False, timeout=PATIENCE, cert_reqs="CERT_REQUIRED") as pool:
        response = pool.request(request.method, request.url, headers=dict(request.headers), body=request.content)
        return HttpResponse(request, response.status, response.headers.items(), response.data)


def sent_by_urllib3_that_retries(request):
    """Its exceptions are wrapped in a MaxRetryError. It doesn't retry a POST."""
    with urllib3.PoolManager(retries=1, timeout=PATIENCE, cert_reqs="CERT_REQUIRED") as pool:
        response = pool.request(request.method, request.url, headers=dict(request.headers), body=request.content)
        return HttpResponse(request, response.status, response.headers.items(), response.data)


def sent_by_http_client(request):
    parts = urlsplit(request.url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    with contextlib.closing(kind(parts.netloc, timeout=PATIENCE)) as connection:
        connection.request(request.method, f"{parts.path}?{parts.query}", request.content, dict(request.headers))
        response = connection.getresponse()
        return HttpResponse(request, response.status, response.getheaders(), response.read())


def sent_by_urllib(request):
    made = urllib.request.Request(
        request.url, request.content or b"", dict(request.headers), method=request.method
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(made, timeout=PATIENCE) as response:
        return HttpResponse(request, response.status, response.getheaders(), response.read())


def sent_by_httpx(request):
    with httpx.Client(trust_env=False, timeout=PATIENCE) as client:
        return client.request(request.method, request.url, headers=dict(request.headers), content=request.content)


async def sent_by_httpx_async(request):
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE) as client:
        return await client.request(
            request.method, request.url, headers=dict(request.headers), content=request.content
        )


async def sent_by_aiohttp(request):
    timeout = aiohttp.ClientTimeout(sock_connect=PATIENCE, sock_read=PATIENCE)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        url = URL(request.url, encoded=True)
        async with session.request(request.method, url, headers=dict(request.headers), data=request.content) as response:
            return HttpResponse(request, response.status, response.headers.items(), await response.read())


async def sent_by_streams(request):
    parts = urlsplit(request.url)
    context = ssl.create_default_context() if parts.scheme == "https" else None
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port, ssl=context)
    try:
        head = f"{request.method} {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Length: 0\r\n\r\n"
        writer.write(head.encode())
        status = await asyncio.wait_for(reader.readline(), PATIENCE)
        if not status:
            raise ConnectionResetError
        await reader.readexactly(1 << 20)
    finally:
        writer.close()


def of_azure_core(kind):
    def made():
        return kind(connection_timeout=PATIENCE, read_timeout=PATIENCE, use_env_settings=False)

    return made


TRANSPORTS = {
    "requests": lambda: sent_by_requests,
    "urllib3": lambda: sent_by_urllib3,
    "urllib3 that retries": lambda: sent_by_urllib3_that_retries,
    "http.client": lambda: sent_by_http_client,
    "urllib": lambda: sent_by_urllib,
    "httpx": lambda: sent_by_httpx,
    "azure-core's requests": of_azure_core(RequestsTransport),
    "httpx, awaited": lambda: sent_by_httpx_async,
    "aiohttp": lambda: sent_by_aiohttp,
    "asyncio's streams": lambda: sent_by_streams,
    "azure-core's aiohttp": of_azure_core(AioHttpTransport),
}
AWAITED = ("httpx, awaited", "aiohttp", "asyncio's streams", "azure-core's aiohttp")


class Server:
    """Calls `act` with each connection, and counts the requests that arrived."""

    def __init__(self, act, reads=True):
        self._act, self._reads = act, reads
        self.connections = self.requests = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._open = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            connection.settimeout(10)
            with contextlib.suppress(OSError):
                received = connection.recv(65536)
                while self._reads and received and b"\r\n\r\n" not in received:
                    more = connection.recv(65536)
                    received = received + more if more else b""
                self.requests += b"\r\n\r\n" in received
                self._act(connection)

    def close(self):
        self._socket.close()
        for connection in self._open:
            connection.close()


def resets(connection):
    # With this option, close sends RST.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def closes(connection):
    connection.shutdown(socket.SHUT_RDWR)
    connection.close()


def cuts_the_body(connection):
    connection.sendall(b"HTTP/1.1 201 Created\r\nContent-Length: 5000\r\nContent-Type: application/json\r\n\r\n{")
    closes(connection)


def cuts_a_chunk(connection):
    connection.sendall(b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n50\r\n{")
    closes(connection)


def answers_something_else(connection):
    connection.sendall(b"220 this is a server of mail\r\n" * 50)
    closes(connection)


def never_answers(_):
    pass


#: What happens after the request, and the exceptions of the call.
AFTER = {
    "the connection is reset": (resets, acs_auth.TransportError),
    "the connection is closed": (closes, acs_auth.TransportError),
    "the body is cut": (cuts_the_body, acs_auth.TransportError),
    "a chunk is cut": (cuts_a_chunk, acs_auth.TransportError),
    "the response is of another protocol": (answers_something_else, acs_auth.TransportError),
    "there is no response": (never_answers, acs_auth.TimedOutError),
}
#: What happens while TLS is set up.
BEFORE = {"reset in the handshake": resets, "closed in the handshake": closes, "no TLS": answers_something_else}


@pytest.fixture
def create():
    """Creates an identity through a transport. Returns the exception and the number of attempts."""

    def create(name, endpoint):
        transport, attempts = TRANSPORTS[name](), []
        send = getattr(transport, "send", transport)

        def counted(request, **options):
            attempts.append(1)
            if isinstance(transport, AioHttpTransport):
                request.url = URL(request.url, encoded=True)
            return send(request, **options)

        options = {"transport": counted, "retry_backoff_factor": 0.001, "timeout": 30, "allow_insecure_endpoint": True}
        with pytest.raises(acs_auth.AcsAuthError) as raised:
            if name in AWAITED:

                async def use():
                    try:
                        await acs_auth.aio.CommunicationIdentityClient(endpoint, "a2V5", **options).create_user()
                    finally:
                        if isinstance(transport, AioHttpTransport):
                            await transport.close()

                asyncio.run(use())
            else:
                try:
                    acs_auth.CommunicationIdentityClient(endpoint, "a2V5", **options).create_user()
                finally:
                    getattr(transport, "close", lambda: None)()
        return raised.value, len(attempts)

    return create


@pytest.mark.parametrize("name", TRANSPORTS)
@pytest.mark.parametrize("what", AFTER)
def test_a_create_that_was_sent_is_not_sent_again(create, name, what, monkeypatch):
    act, expected = AFTER[what]
    # On a busy machine, connecting and responding may take longer than half a second; and what never answers is waited for
    # longer than an attempt that may be repeated.
    monkeypatch.setitem(globals(), "PATIENCE", 4 if act is never_answers else 10)
    server = Server(act)
    try:
        error, attempts = create(name, f"http://127.0.0.1:{server.port}")
    finally:
        server.close()
    assert isinstance(error, expected)
    assert (attempts, server.requests) == (1, 1)
    assert "may have been created" in error.reason


@pytest.mark.parametrize("name", TRANSPORTS)
@pytest.mark.parametrize("what", BEFORE)
def test_a_create_is_sent_again_after_a_tls_handshake_that_failed(create, name, what, monkeypatch):
    monkeypatch.setitem(globals(), "PATIENCE", 10)
    server = Server(BEFORE[what], reads=False)
    try:
        error, attempts = create(name, f"https://127.0.0.1:{server.port}")
    finally:
        server.close()
    assert isinstance(error, acs_auth.TransportError)
    assert (attempts, server.requests) == (3, 0)
    assert "may have been created" not in error.reason


@pytest.mark.parametrize("name", TRANSPORTS)
@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:1", "http://acs-auth.invalid:1"])
def test_a_create_is_sent_again_if_there_was_no_connection(create, name, endpoint):
    error, attempts = create(name, endpoint)
    assert isinstance(error, acs_auth.TransportError)
    assert attempts == 3
    assert "may have been created" not in error.reason


@pytest.mark.parametrize("name", TRANSPORTS)
def test_an_untrusted_certificate_is_not_tried_again(create, name, emulator, monkeypatch):
    # On a busy machine, the handshake may take longer than half a second.
    monkeypatch.setitem(globals(), "PATIENCE", 10)
    error, attempts = create(name, emulator.https_url)
    assert isinstance(error, acs_auth.TransportError)
    assert attempts == 1
    assert "may have been created" not in error.reason
    assert emulator.requests() == []


def raised(error, cause=None):
    """The exception as it is after it was raised from its cause."""
    try:
        raise error from cause
    except BaseException as caught:
        return caught


KINDS = [
    (requests.ConnectTimeout(), NOT_SENT),
    (requests.ReadTimeout(), TIMED_OUT),
    (requests.ConnectionError(urllib3.exceptions.ReadTimeoutError(None, "", "")), TIMED_OUT),
    (requests.ConnectionError("of a program"), LOST),
    (requests.ConnectionError(urllib3.exceptions.ProtocolError("Connection aborted.", http.client.RemoteDisconnected())), LOST),
    (requests.exceptions.ProxyError(urllib3.exceptions.MaxRetryError(None, "", ConnectionResetError())), LOST),
    (requests.exceptions.InvalidURL(), REFUSED),
    (requests.exceptions.ContentDecodingError(), LOST),
    (urllib3.exceptions.EmptyPoolError(None, ""), NOT_SENT),
    (urllib3.exceptions.MaxRetryError(None, "", urllib3.exceptions.ProtocolError()), LOST),
    (aiohttp.ServerDisconnectedError(), LOST),
    (aiohttp.ClientOSError(104, "reset"), LOST),
    (aiohttp.ClientPayloadError(), LOST),
    (aiohttp.ConnectionTimeoutError(), NOT_SENT),
    (aiohttp.SocketTimeoutError(), TIMED_OUT),
    (httpx.PoolTimeout(""), NOT_SENT),
    (httpx.WriteError(""), LOST),
    (httpx.WriteTimeout(""), TIMED_OUT),
    (httpx.UnsupportedProtocol(""), REFUSED),
    (httpx.ConnectError(""), NOT_SENT),
    (raised(httpx.ConnectError(""), ssl.SSLCertVerificationError()), REFUSED),
    (ServiceRequestError("no route"), NOT_SENT),
    (ServiceRequestError("x", error=aiohttp.ServerDisconnectedError()), LOST),
    (ServiceRequestError("x", error=requests.ReadTimeout()), TIMED_OUT),
    (raised(ServiceRequestError("x"), ConnectionResetError()), LOST),
    (raised(ServiceRequestError("x"), ValueError()), NOT_SENT),
    (urllib.error.URLError(ConnectionRefusedError()), NOT_SENT),
    (urllib.error.URLError("unknown"), LOST),
    (socket.gaierror(), NOT_SENT),
    (ConnectionRefusedError(), NOT_SENT),
    (ConnectionResetError(), LOST),
    (BrokenPipeError(), LOST),
    (OSError(113, "No route to host"), LOST),
    (TimeoutError(), TIMED_OUT),
    (asyncio.TimeoutError(), TIMED_OUT),
    (ssl.SSLError(), LOST),
    (FileNotFoundError(), None),
    (PermissionError(), None),
    (ValueError("mine"), None),
    (raised(KeyError("mine"), ConnectionResetError()), None),
]


@pytest.mark.parametrize(("error", "kind"), KINDS, ids=lambda value: repr(value)[:60])
def test_each_exception_has_its_kind(error, kind):
    assert failure_kind(error) == kind


def test_exceptions_that_wrap_each_other_come_to_an_end():
    one, other = requests.ConnectionError(), requests.ConnectionError()
    one.__cause__, other.__cause__ = other, one
    assert failure_kind(one) == LOST
