"""Programs for the official package run with nothing changed but the import, and print the same."""

import json
import os
import pickle
import re
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import pytest
from azure.communication.chat import CommunicationTokenCredential as ChatTokenCredential
from azure.communication.identity import CommunicationTokenScope as OfficialScope
from azure.communication.identity import CommunicationUserIdentifier as OfficialUser
from azure.communication.identity import identifier_from_raw_id as official_identifier

import acs_auth

PROGRAMS = Path(__file__).parent / "programs"
LOCK = Path(__file__).parent / "requirements.lock"


def with_our_import(text):
    assert "azure.communication.identity" in text
    return text.replace("azure.communication.identity", "acs_auth")


def run(program, environment):
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@pytest.fixture
def environment(emulator):
    token, client_id, user_id = emulator.exchange_arguments()
    return {
        # The official parser turns http into https.
        "COMMUNICATION_SERVICES_CONNECTION_STRING": emulator.connection_string,
        "TEAMS_TOKEN": token,
        "TEAMS_CLIENT_ID": client_id,
        "TEAMS_USER_ID": user_id,
        "REQUESTS_CA_BUNDLE": emulator.ca_file,
        "SSL_CERT_FILE": emulator.ca_file,
    }


@pytest.mark.parametrize("name", ["quickstart.py", "quickstart_async.py"])
def test_the_quickstart_prints_the_same(name, environment):
    program = (PROGRAMS / name).read_text("utf-8")
    theirs = run(program, environment)
    ours = run(with_our_import(program), environment)
    assert ours == theirs
    assert ours.count("\n") >= 8


@pytest.fixture(scope="session")
def official_samples(tmp_path_factory):
    """The samples of the official package's source distribution, as they are published."""
    folder = tmp_path_factory.mktemp("official")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary=:all:"]
    command += ["--no-build-isolation", "--disable-pip-version-check", "--dest", str(folder)]
    # With the hashes that the suite's lock has for it.
    locked = re.search(r"^azure-communication-identity==(?:.*\\\n)+.*\n", LOCK.read_text("utf-8"), re.MULTILINE)
    (folder / "requirements.lock").write_text(locked.group(), "utf-8")
    command += ["--require-hashes", "--requirement", str(folder / "requirements.lock")]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert ended.returncode == 0, ended.stderr
    [archive] = folder.glob("*.tar.gz")
    with tarfile.open(archive) as files:
        members = [member for member in files if "/samples/" in member.name and member.isfile()]
        return {Path(member.name).name: files.extractfile(member).read().decode() for member in members}


#: Otherwise msal and azure-identity ask Microsoft whether the emulator's authority is known. The emulator has no sign-in by
#: password alone, so msal's method for it returns a token that the emulator has minted.
OFFLINE = """
import functools, os, azure.identity, azure.identity.aio, msal
class Application(msal.PublicClientApplication):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, instance_discovery=False, **kwargs)
    def acquire_token_by_username_password(self, username, password, scopes):
        return {"access_token": os.environ["TEAMS_TOKEN"], "id_token_claims": {"oid": os.environ["TEAMS_USER_ID"]}}
msal.PublicClientApplication = Application
for module in (azure.identity, azure.identity.aio):
    module.DefaultAzureCredential = functools.partial(module.DefaultAzureCredential, disable_instance_discovery=True)
"""


@pytest.mark.parametrize("by_identity", [False, True], ids=["access key", "azure-identity"])
@pytest.mark.parametrize("name", ["identity_samples.py", "identity_samples_async.py"])
def test_the_official_samples_run(name, by_identity, official_samples, environment, emulator):
    environment.update(
        COMMUNICATION_SAMPLES_CONNECTION_STRING=emulator.connection_string,
        COMMUNICATION_M365_APP_ID=emulator.spa.client_id,
        COMMUNICATION_M365_AAD_AUTHORITY=emulator.https_url,
        COMMUNICATION_M365_AAD_TENANT=emulator.tenant_id,
        COMMUNICATION_MSAL_USERNAME=emulator.user.username,
        COMMUNICATION_MSAL_PASSWORD=emulator.user.password,
    )
    if by_identity:
        environment.update(
            AZURE_AUTHORITY_HOST=emulator.https_url,
            AZURE_TENANT_ID=emulator.tenant_id,
            AZURE_CLIENT_ID=emulator.daemon.client_id,
            AZURE_CLIENT_SECRET=emulator.daemon.client_secret,
        )
    program = official_samples[name]
    shapes = [shape_of(run(OFFLINE + text, environment)) for text in (program, with_our_import(program))]
    assert shapes[1] == shapes[0]
    assert len(shapes[0]) >= 9


def shape_of(printed):
    """What is printed, without ids and tokens, which differ each time."""
    return [" ".join(word for word in line.split() if word.isalpha()) for line in printed.splitlines()]


def test_the_official_token_credential_takes_our_token(client):
    user, token = client.create_user_and_token(["chat"])
    credential = ChatTokenCredential(token.token)
    assert credential.get_token() == (token.token, token.expires_on) or credential.get_token().token == token.token
    assert abs(credential.get_token().expires_on - token.expires_on) <= 1


def test_the_official_token_credential_refreshes_with_our_client(client):
    """It calculates with expires_on, which must be a number for that."""
    user = client.create_user()
    expired = make_jwt(int(time.time()) - 10)
    credential = ChatTokenCredential(expired, token_refresher=lambda: client.get_token(user, ["chat"]))
    token = credential.get_token()
    assert isinstance(token, acs_auth.AccessToken)
    assert token.expires_on > time.time() + 3600
    assert credential.get_token() is token
    with ChatTokenCredential(
        expired, token_refresher=lambda: client.get_token(user, ["chat"]), proactive_refresh=True
    ) as proactive:
        assert proactive.get_token().token


def make_jwt(expires_on):
    import base64
    import json

    def part(value):
        return base64.b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return ".".join((part({"alg": "none"}), part({"exp": expires_on}), "c2ln"))


def test_the_official_identifiers_and_scopes_will_do(client):
    user = client.create_user()
    official = OfficialUser(user.raw_id)
    assert official == user
    assert user == official
    assert client.get_token(official, [OfficialScope.CHAT]).token
    client.delete_user(official)


RAW_IDS = [
    "8:acs:bbbcbc1e-9f06-482a-b5d8-20e3f26ef0cd_45ab2481-1c1c-4005-be24-0ffb879b1130",
    "8:spool:a_b",
    "8:dod-acs:a_b",
    "8:gcch-acs:a_b",
    "4:+15551234567",
    "4:15551234567;phone-context=x:y",
    "8:orgid:45ab2481-1c1c-4005-be24-0ffb879b1130",
    "8:dod:45ab2481",
    "8:gcch:45ab2481",
    "8:teamsvisitor:45ab2481",
    "28:orgid:01234567",
    "28:dod:01234567",
    "28:gcch:01234567",
    "28:ag08-global:01234567",
    "48:45ab2481",
    "8:acs:a_b_c_d",
    "8:orgid:",
    "",
]


@pytest.mark.parametrize("raw_id", RAW_IDS)
def test_identifiers_are_read_as_the_official_ones_are(raw_id):
    ours, theirs = acs_auth.identifier_from_raw_id(raw_id), official_identifier(raw_id)
    assert type(ours).__name__ == type(theirs).__name__
    assert (ours.raw_id, ours.kind.value) == (theirs.raw_id, theirs.kind.value)
    # What only newer official packages have: whether a phone number is hidden, and its asserted id.
    newer = {"is_anonymous", "asserted_id"} if ours.kind == "phone_number" else set()
    assert {name: value for name, value in ours.properties.items() if name not in newer} == dict(theirs.properties)
    assert ours == theirs
    values = dict(theirs.properties)
    first = values.pop(next(iter(values))) if values else raw_id
    assert type(ours)(first, **values).raw_id == raw_id


def test_the_names_of_the_official_package_are_here():
    import azure.communication.identity as official
    import azure.communication.identity.aio as official_aio

    import acs_auth.aio

    assert [name for name in official.__all__ if not hasattr(acs_auth, name)] == []
    assert isinstance(official.CommunicationUserIdentifier("8:acs:a_b"), acs_auth.CommunicationIdentifier)
    assert [name for name in official_aio.__all__ if not hasattr(acs_auth.aio, name)] == []
    for name in dir(official.CommunicationIdentityClient):
        assert name.startswith("_") or hasattr(acs_auth.CommunicationIdentityClient, name)


def test_scopes_are_found_whatever_their_case():
    scope = acs_auth.CommunicationTokenScope
    assert scope.chat is scope.CHAT is scope["Chat"] is scope("chat")
    assert scope.CHAT == "chat" == OfficialScope.CHAT
    assert scope.CHAT_JOIN_LIMITED.value == OfficialScope.CHAT_JOIN_LIMITED.value


def test_the_end_of_a_token_is_a_number_and_reads_as_the_official_one(client):
    from dateutil import parser

    _, token = client.create_user_and_token(["chat"])
    end = token.expires_on
    assert isinstance(end, int) and end - 1 == int(end) - 1 and end > time.time()
    assert parser.parse(str(end)).timestamp() == end
    # As Microsoft's quickstart does.
    assert "expires at " + end + ":" == f"expires at {end}:" == "expires at %s:" % end
    assert repr(end) == f"{end:d}" == str(int(end))
    assert json.dumps({"end": end}) == f'{{"end": {int(end)}}}'
    assert pickle.loads(pickle.dumps(token)) == token
    assert str(type(end)(2**62)) == str(2**62)
