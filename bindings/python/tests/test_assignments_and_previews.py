"""Teams Phone extensibility, previews, and the versions of the API."""

import pytest

import acs_auth
from acs_auth import ApiVersion, PreviewApiVersion, TeamsExtensionAssignment, TeamsExtensionPrincipalType


@pytest.fixture
def client(flavour, connection_string):
    return flavour.CommunicationIdentityClient.from_connection_string(
        connection_string, preview=PreviewApiVersion.V2025_03_02_PREVIEW, api_version=ApiVersion.V2026_09_23
    )


def test_an_assignment(flavour, client, emulator):
    of = (emulator.tenant_id, emulator.user.object_id)
    app = emulator.spa.client_id
    put = flavour.run(client.put_teams_extension_assignment, *of, TeamsExtensionPrincipalType.USER, [app])
    assert put == TeamsExtensionAssignment(*of, TeamsExtensionPrincipalType.USER, [app])
    assert flavour.run(client.get_teams_extension_assignment, *of) == put
    account = flavour.run(client.put_teams_extension_assignment, *of, "teamsResourceAccount")
    assert account.principal_type is TeamsExtensionPrincipalType.RESOURCE_ACCOUNT
    assert account.client_ids == []
    assert flavour.run(client.delete_teams_extension_assignment, *of) is None
    with pytest.raises(acs_auth.NotFoundError):
        flavour.run(client.get_teams_extension_assignment, *of)
    assert {request["target"].split("=")[1] for request in emulator.requests()} == {"2026-09-23"}


def test_a_kind_of_principal_that_has_no_name_is_its_text(flavour, client, emulator):
    answer = {"objectId": "o", "tenantId": "t", "principalType": "robot"}
    emulator.spoil(operation="get_teams_extension_assignment", status=200, json=answer)
    of = (emulator.tenant_id, emulator.user.object_id)
    assert flavour.run(client.get_teams_extension_assignment, *of).principal_type == "robot"


def test_client_ids_are_a_list(flavour, client, emulator):
    with pytest.raises(TypeError, match="client_ids must be a list"):
        flavour.run(client.put_teams_extension_assignment, emulator.tenant_id, "o", "user", "x")


def test_a_custom_id(flavour, client):
    user = flavour.run(client.create_user_with_custom_id, "customer-42")
    again, token = flavour.run(client.create_user_and_token_with_custom_id, "customer-42", ["voip"])
    assert again == user
    assert token.token
    detail = flavour.run(client.get_user_detail, user)
    assert (detail.user, detail.custom_id) == (user, "customer-42")
    assert detail.last_token_issued_at > 0
    other = flavour.run(client.get_user_detail, flavour.run(client.create_user))
    assert (other.custom_id, other.last_token_issued_at) == (None, None)


def test_an_entra_user(flavour, client, emulator):
    user, token = flavour.run(client.get_token_for_entra_user, emulator.mint(kind="entra_user"))
    assert "_wf_" in user.raw_id
    assert token.token


def test_previews_must_be_turned_on(flavour, connection_string, emulator):
    client = flavour.CommunicationIdentityClient.from_connection_string(connection_string)
    user = acs_auth.CommunicationUserIdentifier("8:acs:a_b")
    for call, argument in [
        (client.get_token_for_entra_user, "t"),
        (client.create_user_with_custom_id, "customer-42"),
        (client.get_user_detail, user),
    ]:
        with pytest.raises(acs_auth.InvalidArgumentError) as refused:
            flavour.run(call, argument)
        assert refused.value.target == "preview"
    assert emulator.requests() == []
    with pytest.raises(acs_auth.InvalidArgumentError) as refused:
        flavour.CommunicationIdentityClient.from_connection_string(connection_string, preview="2026-09-23")
    assert refused.value.target == "preview"


def test_the_exchanger_has_teams_phone_extensibility(flavour, client, emulator):
    exchanger = flavour.TeamsTokenExchanger(client)
    token = emulator.mint(kind="teams_extension")
    user, exchanged = flavour.run(exchanger.exchange_teams_extension, token)
    assert user.raw_id.endswith(f"_{emulator.tenant_id}_{emulator.user.object_id}")
    assert flavour.run(exchanger.exchange_teams_extension, token, timeout=5) == (user, exchanged)
    assert len(emulator.requests("exchange_teams_extension")) == 1
    flavour.run(exchanger.sign_out, emulator.tenant_id, emulator.user.object_id)
    flavour.run(exchanger.exchange_teams_extension, token)
    assert len(emulator.requests("exchange_teams_extension")) == 2


def test_a_service_that_never_answers_ends_at_the_deadline(flavour, client, emulator):
    emulator.spoil(operation="acs", latency_ms=60_000, count=9)
    exchanger = flavour.TeamsTokenExchanger(client)
    of = (emulator.tenant_id, emulator.user.object_id)
    for call in [
        lambda: flavour.run(client.put_teams_extension_assignment, *of, "user", timeout=0.2),
        lambda: flavour.run(client.create_user_with_custom_id, "customer-42", timeout=0.2),
        lambda: flavour.run(exchanger.exchange_teams_extension, emulator.mint(kind="teams_extension"), timeout=0.2),
    ]:
        with pytest.raises(acs_auth.TimedOutError):
            call()
