"""AzureKeyCredential.update reaches a living client, as it does the official one."""

import pytest
from azure.core.credentials import AzureKeyCredential
from azure.core.exceptions import HttpResponseError


def test_a_new_key_reaches_a_living_client(flavour, emulator, make, official):
    for kind in (official, None):
        credential = AzureKeyCredential("d3Jvbmc=")
        if kind is None:
            client = flavour.CommunicationIdentityClient(emulator.http_url, credential, timeout=60, retry_total=0)
        else:
            client = kind(credential=credential, retry_total=0)
        with pytest.raises(HttpResponseError) as raised:
            flavour.run(client.create_user)
        assert raised.value.status_code == 401
        credential.update(emulator.access_key)
        assert flavour.run(client.create_user).raw_id


@pytest.mark.parametrize(("key", "kind"), [(None, ValueError), ("", ValueError), (5, TypeError)], ids=str)
def test_what_is_no_key_leaves_the_client_as_it_was(flavour, emulator, key, kind):
    credential = AzureKeyCredential(emulator.access_key)
    client = flavour.CommunicationIdentityClient(emulator.http_url, credential, timeout=60)
    with pytest.raises(kind):
        credential.update(key)
    assert flavour.run(client.create_user).raw_id
