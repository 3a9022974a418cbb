"""`acs_auth.testing`, which programs use in their own tests."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from azure.communication.chat import CommunicationTokenCredential as ChatTokenCredential
from conftest import program

import acs_auth
import acs_auth.aio
from acs_auth.testing import FakeService


@pytest.fixture
def fake():
    with FakeService() as service:
        yield service


@pytest.fixture
def client(flavour, fake):
    """Created like in a program that doesn't know about the fake."""
    return flavour.CommunicationIdentityClient.from_connection_string(
        "endpoint=https://contoso.communication.azure.com/;accesskey=a2V5", retry_backoff_factor=0.001
    )


def test_the_fake_has_every_operation(flavour, fake, client):
    user = flavour.run(client.create_user)
    other, token = flavour.run(client.create_user_and_token, ["chat"], token_expires_in=timedelta(hours=1))
    assert fake.users == [user.raw_id, other.raw_id]
    assert ChatTokenCredential(token.token).get_token().expires_on == token.expires_on
    assert flavour.run(client.get_token, user, ["voip"]).expires_on > token.expires_on
    flavour.run(client.revoke_tokens, user)
    assert flavour.run(client.get_token_for_teams_user, "entra", "client", "user").token
    made, _ = flavour.run(client.get_token_for_teams_extension_user, "entra")
    assert made.raw_id.startswith("8:acs:") and made.raw_id.count("_") == 2
    flavour.run(client.delete_user, user)
    with pytest.raises(acs_auth.NotFoundError):
        flavour.run(client.get_token, user, ["voip"])
    operations = [name for name in dir(client) if name in {request.operation for request in fake.requests}]
    assert len(operations) == 7
    assert fake.requests[1].body == {"createTokenWithScopes": ["chat"], "expiresInMinutes": 60}
    assert fake.requests[0].headers["authorization"].startswith("HMAC-SHA256 ")


def test_the_fake_knows_every_operation_of_the_client(fake):
    """A new operation of the client must be added to the fake."""
    from acs_auth._ffi._objects import CommunicationIdentityClient

    known = {name for name in vars(CommunicationIdentityClient) if not name.startswith("_")}
    client = fake.client(preview=acs_auth.PreviewApiVersion.V2025_03_02_PREVIEW, token_check="off")
    user = acs_auth.CommunicationUserIdentifier("8:acs:a_b")
    tenant, principal = (f"{digit * 8}-0000-4000-8000-000000000000" for digit in "ab")
    arguments = {
        "create_user": (),
        "create_user_and_token": (["chat"],),
        "get_token": (user, ["chat"]),
        "revoke_tokens": (user,),
        "delete_user": (acs_auth.CommunicationUserIdentifier("8:acs:c_d"),),
        "get_token_for_teams_user": ("a", "b", "c"),
        "get_token_for_teams_extension_user": ("a",),
        "put_teams_extension_assignment": (tenant, principal, "user", [principal]),
        "get_teams_extension_assignment": (tenant, principal),
        "delete_teams_extension_assignment": (tenant, principal),
        "get_token_for_entra_user": ("a",),
        "create_user_with_custom_id": ("mine",),
        "create_user_and_token_with_custom_id": ("mine", ["chat"]),
        "get_user_detail": (user,),
    }
    assert known == set(arguments)
    for name in sorted(known, reverse=True):
        getattr(client, name)(*arguments[name])
        assert fake.requests[-1].operation == name


def test_the_fake_fails_as_it_is_told(flavour, fake, client):
    fake.fail(429, "TooManyRequests", operation="create_user", headers={"Retry-After": "0"})
    fake.fail(503)
    flavour.run(client.create_user)
    assert [request.operation for request in fake.requests] == ["create_user"] * 3
    fake.fail(401, "InvalidAccessToken", operation="get_token_for_teams_user")
    flavour.run(client.create_user)
    with pytest.raises(acs_auth.EntraTokenRejectedError):
        flavour.run(client.get_token_for_teams_user, "a", "b", "c")
    fake.fail(500, count=9)
    with pytest.raises(acs_auth.ServiceError, match="may have been created"):
        flavour.run(client.create_user)


def test_an_exchanger_is_answered_by_the_fake_too(flavour, fake, client):
    exchanger = flavour.TeamsTokenExchanger(client, token_check="off")
    token = flavour.run(exchanger.exchange, "entra", "client", "user")
    assert flavour.run(exchanger.exchange, "entra", "client", "user") == token
    assert [request.operation for request in fake.requests] == ["get_token_for_teams_user"]


def test_nothing_is_answered_by_the_fake_afterwards(emulator, flavour):
    client = flavour.CommunicationIdentityClient.from_connection_string(emulator.connection_string_http)
    with FakeService() as outer:
        with FakeService() as inner:
            flavour.run(client.create_user)
        flavour.run(client.create_user)
        assert (len(inner.requests), len(outer.requests)) == (1, 1)
    assert emulator.requests() == []
    flavour.run(client.create_user)
    assert len(emulator.requests()) == 1


def test_a_client_of_the_fake_alone(flavour):
    service = FakeService()
    client = service.client() if flavour.name == "sync" else service.async_client(timeout=30)
    assert flavour.run(client.create_user).raw_id in service.users


def plugins_of_the_package():
    """The pytest plugins of the installed package; none if the package runs from its source."""
    from importlib.metadata import entry_points

    found = entry_points()
    select = getattr(found, "select", None)
    plugins = select(group="pytest11") if select else found.get("pytest11", [])
    return [point.value for point in plugins if point.name == "acs_auth"]


def run_pytest(folder, **environment):
    """Runs pytest with the plugin on the tests in a folder, and returns what it printed."""
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    variables.pop("ACS_EMULATOR_LINE", None)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)]
    command += ["-p", "acs_emulator.plugin"]
    if plugins_of_the_package() == []:
        command += ["-p", "acs_auth.testing.plugin"]
    ended = subprocess.run(
        command, env={**variables, **environment}, capture_output=True, text=True, timeout=300, cwd=folder
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def test_the_example_of_the_readme(tmp_path, repository):
    text = (repository / "bindings/python/README.md").read_text("utf-8")
    example = text.split("<!-- ANCHOR: testing -->")[1].split("<!-- ANCHOR_END: testing -->")[0]
    (tmp_path / "test_example.py").write_text(example.strip().removeprefix("```py").removesuffix("```"), "utf-8")
    assert "4 passed" in run_pytest(tmp_path, ACS_EMULATOR_BIN=program())


RUNNING = """
def test_first(acs_emulator):
    acs_emulator.spoil(operation="create_user", status=503, count=9)
    acs_emulator.control("GET", "/requests")


def test_second(acs_emulator, acs_fake):
    import acs_auth

    acs_auth.CommunicationIdentityClient.from_connection_string(acs_emulator.connection_string_http).create_user()
    assert acs_emulator.requests() == []
    assert len(acs_fake.requests) == 1
"""


def test_an_emulator_that_runs_already_is_used(tmp_path, start_line):
    (tmp_path / "test_running.py").write_text(RUNNING)
    assert "2 passed" in run_pytest(tmp_path, ACS_EMULATOR_LINE=start_line, ACS_EMULATOR_BIN="/nowhere")


def test_pytest_finds_the_fixtures_by_itself():
    found = plugins_of_the_package()
    if found == []:
        pytest.skip("the package runs from its source")
    assert found == ["acs_auth.testing.plugin"]


def test_testing_needs_no_library():
    program = "import sys, acs_auth.testing; assert 'ctypes' not in sys.modules"
    ended = subprocess.run([sys.executable, "-c", program], env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}, timeout=60)
    assert ended.returncode == 0
