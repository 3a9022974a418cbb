"""The sample on uvicorn, against the emulator that tools/test-python starts."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

EMULATOR = json.loads(os.environ["ACS_EMULATOR_LINE"])


def settings():
    return {
        "ACS_AUTH_CONNECTION_STRING": EMULATOR["connection_string"],
        "ACS_AUTH_AUTHORITY": EMULATOR["https_url"],
        "ACS_AUTH_TENANT_IDS": EMULATOR["tenant_id"],
        "ACS_AUTH_API_CLIENT_ID": EMULATOR["api"]["client_id"],
        "ACS_AUTH_TEAMS_CLIENT_IDS": EMULATOR["spa"]["client_id"],
        "ACS_AUTH_ROOT_CERTIFICATES_PEM": Path(EMULATOR["ca_file"]).read_text("ascii"),
    }


def mint(kind, **query):
    text = "&".join(f"{name}={value}" for name, value in {"kind": kind, **query}.items())
    with urlopen(f"{EMULATOR['http_url']}/_emulator/mint?{text}") as answer:
        return json.load(answer)["token"]


@pytest.fixture(scope="module", params=[1, 2], ids=["one process", "two processes"])
def server(request):
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "main:app", "--port", str(port), "--workers", str(request.param)]
    process = subprocess.Popen(command, cwd=Path(__file__).parent, env={**os.environ, **settings()})
    until = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            assert process.poll() is None and time.monotonic() < until, "the server does not listen"
            time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(20)


def ask(server, path="/api/token/teams", method="POST", headers=(), body=None):
    connection = http.client.HTTPConnection(urlsplit(server).netloc, timeout=30)
    connection.putrequest(method, path)
    for name, value in [*headers, ("Content-Length", str(len(body or b"")))]:
        connection.putheader(name, value)
    connection.endheaders(body)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer, json.loads(text) if text else None


def bearer(**query):
    return [("Authorization", "Bearer " + mint("api", **query))]


def teams(**query):
    return [("teams-user-aad-token", mint("teams", **query))]


def test_a_token_is_exchanged(server):
    answer, told = ask(server, headers=bearer() + teams())
    assert (answer.status, sorted(told)) == (201, ["expiresOn", "token"])
    assert answer.headers["Cache-Control"] == "no-store"


def test_without_a_bearer_it_is_refused_with_a_challenge(server):
    answer, told = ask(server, headers=teams())
    assert (answer.status, told["code"]) == (401, "unauthorized")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_an_expired_teams_token_is_explained(server):
    answer, told = ask(server, headers=bearer() + teams(attack="expired"))
    assert (answer.status, told["code"]) == (401, "teams_token_expired")


def test_a_header_twice_is_seen_as_two(server):
    answer, told = ask(server, headers=bearer() + teams() + teams())
    assert (answer.status, told["code"]) == (400, "bad_request")


def test_a_large_body_is_refused(server):
    answer, told = ask(server, headers=bearer() + teams(), body=b"x" * 20_000)
    assert (answer.status, told["code"]) == (413, "body_too_large")


def test_another_method_is_refused_by_the_handler(server):
    answer, told = ask(server, method="DELETE", headers=bearer())
    assert (answer.status, told["code"]) == (405, "method_not_allowed")
    assert answer.headers["Allow"]


def test_it_is_healthy(server):
    answer, told = ask(server, "/healthz", "GET")
    assert (answer.status, told["status"]) == (200, "ok")


def test_a_head_has_no_body(server):
    answer, told = ask(server, "/healthz", "HEAD")
    assert (answer.status, told) == (200, None)


def test_events_are_counted(server):
    # Each process counts its own, and any of them may answer.
    for _ in range(100):
        ask(server, headers=bearer() + teams())
        _, told = ask(server, "/metrics.json", "GET")
        if told.get("RequestCompleted", 0) >= 1:
            return
    raise AssertionError("none of 100 answers had counted a request")
