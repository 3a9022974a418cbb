"""Access keys that are replaced while clients use them."""

import os
import subprocess
import sys

import pytest
from azure.core.credentials import AzureKeyCredential

import acs_auth

NEW = "dGhlIG5ldyBhY2Nlc3Mga2V5"


@pytest.fixture
def rotate(emulator):
    def rotate(which="primary"):
        emulator.control("POST", "/access-keys", {"regenerate": which, "access_key": NEW})

    yield rotate
    emulator.control("POST", "/reset")


def make(flavour, emulator, credential, **options):
    return flavour.CommunicationIdentityClient(emulator.http_url, credential, **options)


def statuses(emulator):
    return [request["status"] for request in emulator.requests()]


def test_azure_key_credential_update_is_heeded(flavour, emulator, rotate):
    credential = AzureKeyCredential(emulator.access_key)
    client = make(flavour, emulator, credential)
    flavour.run(client.create_user)
    rotate()
    credential.update(NEW)
    emulator.forget_requests()
    flavour.run(client.create_user)
    assert statuses(emulator) == [201]


def test_azure_key_credential_update_is_heeded_by_exchangers(flavour, emulator, rotate):
    credential = AzureKeyCredential(emulator.access_key)
    client = make(flavour, emulator, credential)
    exchanger = flavour.TeamsTokenExchanger(client)
    arguments = emulator.exchange_arguments()
    former = flavour.run(exchanger.exchange, *arguments)
    assert flavour.run(exchanger.exchange, *arguments) == former
    rotate()
    credential.update(NEW)
    emulator.forget_requests()
    fetched = flavour.run(exchanger.exchange, *arguments)
    assert fetched.token != former.token, "the former key's token is not returned any more"
    assert statuses(emulator) == [200]


def make_handler(flavour, emulator, **options):
    return flavour.TokenExchangeHandler(
        api_client_id=emulator.api.client_id,
        tenant_ids=[emulator.tenant_id],
        teams_client_ids=[emulator.spa.client_id],
        cloud=acs_auth.Cloud.custom(emulator.https_url),
        root_certificates_pem=emulator.ca.decode(),
        **options,
    )


def exchange_by(flavour, emulator, handler):
    headers = {
        "Authorization": "Bearer " + emulator.mint(kind="api"),
        "Teams-User-Aad-Token": emulator.mint(kind="teams"),
    }
    return flavour.run(handler.handle, acs_auth.Request("POST", "/api/token/teams", headers)).status


def test_azure_key_credential_update_is_heeded_by_handlers(flavour, emulator, rotate):
    credential = AzureKeyCredential(emulator.access_key)
    by_settings = acs_auth.HandlerSettings.from_toml(f'endpoint = "{emulator.http_url}"')
    handlers = [
        make_handler(flavour, emulator, endpoint=emulator.http_url, key_credential=credential),
        make_handler(flavour, emulator, settings=by_settings, key_credential=credential),
    ]
    assert [exchange_by(flavour, emulator, handler) for handler in handlers] == [201, 201]
    rotate()
    credential.update(NEW)
    emulator.forget_requests()
    assert [exchange_by(flavour, emulator, handler) for handler in handlers] == [201, 201]
    assert statuses(emulator) == [200, 200], "signed with the new key at once"


def test_the_update_of_a_secondary_azure_key_credential_is_heeded(flavour, emulator, rotate):
    primary, secondary = emulator.access_key, AzureKeyCredential("QUJD")
    client = make(flavour, emulator, primary, secondary_access_key=secondary)
    of_text = make_handler(
        flavour,
        emulator,
        settings=acs_auth.HandlerSettings.from_toml(f'connection_string = "{emulator.connection_string_http}"'),
        secondary_access_key=secondary,
    )
    flavour.run(client.create_user)
    rotate()
    secondary.update(emulator.secondary_access_key)
    emulator.forget_requests()
    flavour.run(client.create_user)
    assert statuses(emulator) == [401, 201], "the primary key stays preferred until it is rejected"
    emulator.forget_requests()
    flavour.run(flavour.TeamsTokenExchanger(client).exchange, *emulator.exchange_arguments())
    assert exchange_by(flavour, emulator, of_text) == 201
    assert statuses(emulator) == [200, 401, 200]


def test_a_key_credential_given_later_is_followed(flavour, emulator, rotate):
    client = make(flavour, emulator, "QUJD")
    credential = AzureKeyCredential(emulator.access_key)
    client.update_access_key(credential)
    flavour.run(client.create_user)
    rotate()
    credential.update(NEW)
    flavour.run(client.create_user)


def test_an_explicit_update_is_later_than_what_the_credential_had(flavour, emulator, rotate):
    credential = AzureKeyCredential("QUJD")
    client = make(flavour, emulator, credential)
    credential.update("REVG")
    client.update_access_key(emulator.access_key)
    flavour.run(client.create_user)


def test_a_key_credential_is_no_token_credential_of_a_handler(flavour, emulator):
    credential = AzureKeyCredential(emulator.access_key)
    with pytest.raises(TypeError, match="as key_credential"):
        make_handler(flavour, emulator, endpoint=emulator.http_url, token_credential=credential)
    with pytest.raises(TypeError, match="key_credential must be a str"):
        make_handler(flavour, emulator, endpoint=emulator.http_url, key_credential=object())
    with pytest.raises(acs_auth.AcsAuthError, match="not both") as caught:
        make_handler(flavour, emulator, connection_string=emulator.connection_string, key_credential=credential)
    assert caught.value.target == "connection_string"


def test_a_closed_clients_key_cannot_be_replaced(emulator):
    client = acs_auth.CommunicationIdentityClient(emulator.http_url, emulator.access_key)
    client.close()
    with pytest.raises(acs_auth.InvalidArgumentError, match="closed"):
        client.update_access_key(NEW)


def test_a_key_is_replaced_in_a_client_and_its_exchangers(flavour, emulator, rotate):
    client = make(flavour, emulator, emulator.access_key)
    exchanger = flavour.TeamsTokenExchanger(client)
    rotate()
    with pytest.raises(acs_auth.CredentialDeniedError):
        flavour.run(client.create_user)
    exchanger.update_access_key(acs_auth.AccessKey(NEW))
    flavour.run(client.create_user)
    flavour.run(exchanger.exchange, *emulator.exchange_arguments())


def test_an_explicit_update_stands_until_the_credential_changes(flavour, emulator, rotate):
    client = make(flavour, emulator, AzureKeyCredential("QUJD"))
    client.update_access_key(emulator.access_key)
    flavour.run(client.create_user)
    flavour.run(client.create_user)


def test_a_second_key_takes_over(flavour, emulator, rotate):
    secondary = emulator.secondary_access_key
    client = make(flavour, emulator, emulator.access_key, secondary_access_key=secondary)
    rotate()
    emulator.forget_requests()
    flavour.run(client.create_user)
    flavour.run(client.create_user)
    assert statuses(emulator) == [401, 201, 201]


@pytest.mark.parametrize("bad", [None, 42, b"QUJD"])
def test_what_is_no_key_is_a_type_error(flavour, emulator, bad):
    client = make(flavour, emulator, emulator.access_key)
    with pytest.raises(TypeError, match="access_key must be a str"):
        client.update_access_key(bad)


def test_no_key_is_shown(flavour, emulator):
    credential = AzureKeyCredential(emulator.access_key)
    client = make(flavour, emulator, credential)
    assert emulator.access_key not in repr(client) + repr(vars(client))
    credential.update("no base64 at all")
    with pytest.raises(acs_auth.AcsAuthError) as caught:
        flavour.run(client.create_user)
    assert "no base64 at all" not in f"{caught.value}{caught.value!r}"


def test_a_token_credential_has_no_key(flavour, emulator):
    class Never:
        def get_token(self, *scopes):
            raise AssertionError

    client = make(flavour, emulator, Never())
    with pytest.raises(acs_auth.AcsAuthError) as caught:
        client.update_access_key(NEW)
    assert caught.value.target == "access_key"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_forked_child_has_the_keys_that_were_replaced_before(emulator, rotate):
    program = f"""
import os, sys
from azure.core.credentials import AzureKeyCredential
import acs_auth
secondary = AzureKeyCredential("QUJD")
client = acs_auth.CommunicationIdentityClient({emulator.http_url!r}, "QUJD", secondary_access_key=secondary)
secondary.update({emulator.secondary_access_key!r})
client.create_user()
child = os.fork()
if child == 0:
    try:
        client.create_user()
    except BaseException as error:
        print(error, file=sys.stderr)
        os._exit(1)
    os._exit(0)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    subprocess.run([sys.executable, "-W", "ignore", "-c", program], check=True, timeout=60)
