"""MSAL for Python, unmodified: every grant that leads to an exchange, and the exchange that follows."""

import base64
import json

import msal
import pytest
from azure.communication.identity import CommunicationIdentityClient

import sign_in

TEAMS = [
    "https://auth.msft.communication.azure.com/Teams.ManageCalls",
    "https://auth.msft.communication.azure.com/Teams.ManageChats",
]
ACS = "https://communication.azure.com//.default"
GRAPH = "https://graph.microsoft.com/User.Read"


def claims(token: str) -> dict:
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


@pytest.fixture(autouse=True)
def nobody_has_consented(emulator):
    emulator.reset()


@pytest.fixture
def app(emulator):
    return msal.PublicClientApplication(
        emulator.spa.client_id, authority=emulator.authority, instance_discovery=False
    )


@pytest.fixture
def api(emulator):
    return msal.ConfidentialClientApplication(
        emulator.api.client_id,
        client_credential=emulator.api.client_secret,
        authority=emulator.authority,
        instance_discovery=False,
    )


def begun(app, emulator, scopes, response_mode="form_post"):
    """Starts a sign-in. It ends at a redirect URI for programs, which may have any port."""
    redirect_uri = emulator.spa.public_redirect_uri
    return app.initiate_auth_code_flow(scopes, redirect_uri=redirect_uri, response_mode=response_mode)


def signed_in(app, emulator, scopes):
    flow = begun(app, emulator, scopes)
    return app.acquire_token_by_auth_code_flow(flow, sign_in.at_once(flow["auth_uri"], emulator.user))


# MSAL warns about every mode but form_post; web apps without cross-site cookies still use query.
@pytest.mark.filterwarnings("ignore:response_mode='form_post' is recommended:UserWarning")
@pytest.mark.parametrize("response_mode", ["form_post", "query"])
def test_authorization_code_with_pkce_by_the_sign_in_page(app, emulator, response_mode):
    flow = begun(app, emulator, TEAMS, response_mode)
    assert "code_challenge_method=S256" in flow["auth_uri"]
    answer = sign_in.by_form(flow["auth_uri"], emulator.user, emulator.spa.public_redirect_uri)
    result = app.acquire_token_by_auth_code_flow(flow, answer)
    assert result["token_type"] == "Bearer"
    assert set(TEAMS) <= set(result["scope"].split())
    assert result["id_token_claims"]["oid"] == emulator.user.object_id
    assert result["id_token_claims"]["preferred_username"] == emulator.user.username
    (account,) = app.get_accounts()
    assert account["home_account_id"] == f"{emulator.user.object_id}.{emulator.tenant_id}"


def test_a_code_is_good_once(app, emulator):
    flow = begun(app, emulator, TEAMS)
    answer = sign_in.at_once(flow["auth_uri"], emulator.user)
    assert "access_token" in app.acquire_token_by_auth_code_flow(flow, answer)
    again = app.acquire_token_by_auth_code_flow(flow, answer)
    assert (again["error"], again["error_codes"]) == ("invalid_grant", [54005])


def test_a_code_needs_its_verifier(app, emulator):
    flow = begun(app, emulator, TEAMS)
    answer = sign_in.at_once(flow["auth_uri"], emulator.user)
    result = app.acquire_token_by_auth_code_flow({**flow, "code_verifier": "x" * 43}, answer)
    assert (result["error"], result["error_codes"]) == ("invalid_grant", [501481])


def test_a_cached_token_needs_no_request(app, emulator):
    first = signed_in(app, emulator, TEAMS)
    emulator.forget_requests()
    (account,) = app.get_accounts()
    assert app.acquire_token_silent(TEAMS, account)["access_token"] == first["access_token"]
    assert emulator.requests() == []


def test_refresh(app, emulator):
    first = signed_in(app, emulator, TEAMS)
    (account,) = app.get_accounts()
    renewed = app.acquire_token_silent(TEAMS, account, force_refresh=True)
    assert renewed["access_token"] != first["access_token"]
    assert claims(renewed["access_token"])["oid"] == emulator.user.object_id


def test_refresh_with_another_resources_scopes(app, emulator):
    """One sign-in for the back end's own API and for Teams: how a page gets the two tokens it needs."""
    signed_in(app, emulator, TEAMS)
    app.remove_account(*app.get_accounts())

    own = signed_in(app, emulator, [emulator.api.scope])
    assert claims(own["access_token"])["aud"] == emulator.api.client_id
    teams = app.acquire_token_silent(TEAMS, *app.get_accounts())
    found = claims(teams["access_token"])
    assert found["oid"] == emulator.user.object_id
    assert set(found["scp"].split()) == {"Teams.ManageCalls", "Teams.ManageChats"}


def test_refresh_with_scopes_that_the_user_has_not_consented_to(app, emulator):
    signed_in(app, emulator, [emulator.api.scope])
    refused = app.acquire_token_silent_with_error(TEAMS, *app.get_accounts())
    assert (refused["error"], refused["error_codes"]) == ("invalid_grant", [65001])


def test_device_code(app, emulator):
    flow = app.initiate_device_flow(TEAMS)
    assert flow["user_code"] in flow["message"]
    sign_in.on_another_device(flow, emulator.user)
    result = app.acquire_token_by_device_flow(flow)
    assert set(TEAMS) <= set(result["scope"].split())
    assert result["id_token_claims"]["oid"] == emulator.user.object_id


def test_a_device_waits_for_its_user(app):
    flow = app.initiate_device_flow(TEAMS)
    pending = app.acquire_token_by_device_flow(flow, exit_condition=lambda _: True)
    assert pending["error"] == "authorization_pending"


def test_client_credentials(emulator):
    daemon = msal.ConfidentialClientApplication(
        emulator.daemon.client_id,
        client_credential=emulator.daemon.client_secret,
        authority=emulator.authority,
        instance_discovery=False,
    )
    result = daemon.acquire_token_for_client([ACS])
    found = claims(result["access_token"])
    assert found["idtyp"] == "app"
    assert found.get("appid", found.get("azp")) == emulator.daemon.client_id
    assert daemon.acquire_token_for_client([ACS])["token_source"] == "cache"


def test_client_credentials_with_a_wrong_secret(emulator):
    daemon = msal.ConfidentialClientApplication(
        emulator.daemon.client_id,
        client_credential="wrong",
        authority=emulator.authority,
        instance_discovery=False,
    )
    result = daemon.acquire_token_for_client([ACS])
    assert (result["error"], result["error_codes"]) == ("invalid_client", [7000215])


def test_on_behalf_of(app, api, emulator):
    caller = signed_in(app, emulator, [emulator.api.scope])["access_token"]
    result = api.acquire_token_on_behalf_of(caller, [GRAPH])
    found = claims(result["access_token"])
    assert found["oid"] == emulator.user.object_id
    assert "User.Read" in found["scp"].split()
    assert found.get("appid", found.get("azp")) == emulator.api.client_id


def test_on_behalf_of_a_token_that_is_for_somebody_else(app, api, emulator):
    teams_token = signed_in(app, emulator, TEAMS)["access_token"]
    result = api.acquire_token_on_behalf_of(teams_token, [GRAPH])
    assert result["error"] in ("invalid_grant", "invalid_request")
    assert 500131 in result["error_codes"] or 50013 in result["error_codes"]


def test_from_sign_in_to_acs_token(app, emulator):
    """From start to end with official clients only: sign in, take the Teams token, exchange it."""
    result = signed_in(app, emulator, TEAMS)
    user_id = result["id_token_claims"]["oid"]
    client = CommunicationIdentityClient.from_connection_string(emulator.connection_string)
    token = client.get_token_for_teams_user(result["access_token"], emulator.spa.client_id, user_id)
    assert token.token.count(".") == 2
    assert user_id in json.dumps(claims(token.token))
