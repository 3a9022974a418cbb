"""Access keys that are replaced while clients use them."""

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
    with pytest.raises(TypeError, match="is a text"):
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
