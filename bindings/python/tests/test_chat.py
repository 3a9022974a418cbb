"""The credential in the official chat clients, against a server that records the token of each request."""

import asyncio
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from azure.communication.chat import ChatClient
from azure.communication.chat.aio import ChatClient as AsyncChatClient
from support.flavours import FLAVOURS
from support.user_tokens import Refresher, token
from support.waiting import wait_for

import acs_auth
import acs_auth.aio

THREAD = "19:thread@thread.v2"


@pytest.fixture
def chat():
    """The server's address, and the bearer tokens of the requests so far."""
    tokens = []

    class Handler(BaseHTTPRequestHandler):
        def do_DELETE(self):
            tokens.append(self.headers["Authorization"].partition(" ")[2])
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    yield f"http://127.0.0.1:{server.server_port}", tokens
    server.shutdown()
    serving.join(30)
    server.server_close()


def test_a_renewed_token_reaches_the_requests(chat):
    address, tokens = chat
    first, renewed = token(10), token(3600)
    refresher = Refresher(FLAVOURS["sync"], renewed)
    refresher.gate.clear()
    # Renewed after half of the time left. With less than 5 minutes left, azure-core calls `get_token` for each request.
    with acs_auth.CommunicationTokenCredential(first.token, token_refresher=refresher.function) as credential:
        client = ChatClient(address, credential)
        # The server has no TLS, which azure-core's policy requires.
        client.delete_chat_thread(THREAD, enforce_https=False)
        refresher.gate.set()
        wait_for(lambda: credential.get_token() == renewed)
        client.delete_chat_thread(THREAD, enforce_https=False)
        client.delete_chat_thread(THREAD, enforce_https=False)
    assert tokens == [first.token, renewed.token, renewed.token]
    assert refresher.calls == 1


def test_awaited_it_is_the_same(chat):
    address, tokens = chat
    first, renewed = token(10), token(3600)
    refresher = Refresher(FLAVOURS["aio"], renewed)
    refresher.gate.clear()

    async def use():
        async with acs_auth.aio.CommunicationTokenCredential(
            first.token, token_refresher=refresher.function
        ) as credential, AsyncChatClient(address, credential) as client:
            await client.delete_chat_thread(THREAD, enforce_https=False)
            refresher.gate.set()
            while await credential.get_token() != renewed:
                await asyncio.sleep(0.01)
            await asyncio.gather(*(client.delete_chat_thread(THREAD, enforce_https=False) for _ in range(3)))

    asyncio.run(asyncio.wait_for(use(), 60))
    assert tokens == [first.token] + 3 * [renewed.token]


def test_what_the_refresher_raises_reaches_the_program(chat):
    address, tokens = chat
    refresher = Refresher(FLAVOURS["sync"], ConnectionResetError("no network"))
    with acs_auth.CommunicationTokenCredential(token(-5).token, token_refresher=refresher.function) as credential:
        with pytest.raises(ConnectionResetError):
            ChatClient(address, credential).delete_chat_thread(THREAD, enforce_https=False)
    assert tokens == []


def test_it_can_be_fed_by_our_client(chat, client):
    address, tokens = chat
    user = client.create_user()
    with acs_auth.CommunicationTokenCredential(token_refresher=lambda: client.get_token(user, ["chat"])) as credential:
        ChatClient(address, credential).delete_chat_thread(THREAD, enforce_https=False)
        assert tokens == [credential.get_token().token]
