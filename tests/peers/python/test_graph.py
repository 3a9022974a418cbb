"""`azure-identity`, unmodified, on behalf of a user, and calls of the emulated Microsoft Graph with its token."""

import pytest
import requests
from azure.identity import OnBehalfOfCredential

NAME = "com.contoso.identityMapping"


@pytest.fixture
def me(emulator):
    emulator.reset()
    credential = OnBehalfOfCredential(
        emulator.tenant_id,
        emulator.api.client_id,
        client_secret=emulator.api.client_secret,
        user_assertion=emulator.mint(emulator.user, emulator.spa.client_id, "api"),
        authority=emulator.https_url,
        disable_instance_discovery=True,
    )
    token = credential.get_token("https://graph.microsoft.com/.default").token

    def call(method, path="", **more):
        headers = {"Authorization": f"Bearer {token}"}
        return requests.request(method, f"{emulator.https_url}/v1.0/me{path}", headers=headers, timeout=10, **more)

    return call


def test_the_users_open_extension_as_the_sample_uses_it(me, emulator):
    extension = {
        "@odata.type": "microsoft.graph.openTypeExtension",
        "extensionName": NAME,
        "acsUserIdentity": "8:acs:a_b",
    }
    assert me("POST", "/extensions", json=extension).status_code == 201
    found = me("GET", params={"$expand": "extensions", "$select": "id"}).json()
    assert found["id"] == emulator.user.object_id
    assert [one["acsUserIdentity"] for one in found["extensions"]] == ["8:acs:a_b"]
    assert me("DELETE", f"/extensions/{NAME}").status_code == 204
    assert me("DELETE", f"/extensions/{NAME}").status_code == 404
