"""Every error of the exchange as the official client reports it: status, code, message, target, headers."""

import pytest
from azure.communication.identity import CommunicationIdentityClient
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError
from azure.core.rest import HttpRequest

from exchange import cases


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_the_exchange_refuses(case, client, emulator):
    with pytest.raises(HttpResponseError) as caught:
        client.get_token_for_teams_user(*case.arguments(emulator))
    error = caught.value
    assert error.status_code == case.status
    assert isinstance(error, ClientAuthenticationError) == (case.status == 401)
    assert error.error.code == case.code
    assert error.error.message == case.message
    assert error.error.target == case.target
    assert ("api-supported-versions" in error.response.headers) == case.supported_versions


def exchange(client, emulator):
    token = emulator.mint(emulator.user, emulator.spa.client_id)
    return client.get_token_for_teams_user(token, emulator.spa.client_id, emulator.user.object_id)


def test_the_exchange_of_a_user_without_a_licence(client, emulator):
    """Unverified: the emulator's default is what is documented for Teams Phone extensibility."""
    user = emulator.unlicensed_user
    token = emulator.mint(user, emulator.spa.client_id)
    with pytest.raises(HttpResponseError) as caught:
        client.get_token_for_teams_user(token, emulator.spa.client_id, user.object_id)
    assert (caught.value.status_code, caught.value.error.code) == (403, "UserLicenseNotPresentForbidden")


def test_the_exchange_by_a_wrong_access_key(flavour, emulator):
    wrong = emulator.connection_string.replace(emulator.access_key, "d3JvbmcgYWNjZXNzIGtleQ==")
    with flavour(lambda kind: kind.from_connection_string(wrong)) as client:
        with pytest.raises(ClientAuthenticationError) as caught:
            exchange(client, emulator)
    error = caught.value.error
    assert (error.code, error.message, error.target) == ("Denied", "Denied by the resource provider.", None)


def test_a_throttled_exchange(client, emulator):
    emulator.spoil(operation="exchange_teams_user", status=429, retry_after={"seconds": 7})
    with pytest.raises(HttpResponseError) as caught:
        exchange(client, emulator)
    assert caught.value.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "7"


def test_a_service_fault_has_an_empty_body(client, emulator):
    emulator.spoil(operation="exchange_teams_user", status=500)
    with pytest.raises(HttpResponseError) as caught:
        exchange(client, emulator)
    assert caught.value.status_code == 500
    assert caught.value.error is None
    assert caught.value.response.headers["Content-Length"] == "0"


def test_three_service_faults_in_a_row_are_retried(flavour, emulator):
    emulator.spoil(operation="exchange_teams_user", status=500, count=3)
    with flavour(
        lambda kind: kind.from_connection_string(emulator.connection_string, retry_backoff_factor=0.01)
    ) as client:
        emulator.forget_requests()
        assert exchange(client, emulator).token
    kept = [request for request in emulator.requests() if request["operation"] == "exchange_teams_user"]
    assert [request["status"] for request in kept] == [500, 500, 500, 200]


def test_an_exchange_without_a_body(emulator):
    """None of the official client's methods sends this; its pipeline does, signed like any other request."""
    client = CommunicationIdentityClient.from_connection_string(emulator.connection_string, retry_total=0)
    request = HttpRequest(
        "POST", f"{emulator.https_url}/teamsUser/:exchangeAccessToken?api-version=2023-10-01"
    )
    answer = client._identity_service_client.send_request(request)
    assert answer.status_code == 400
    assert answer.json() == {
        "error": {
            "code": "ValidationError",
            "message": "The body is either missing or doesn't contain any token.",
        }
    }
    assert "api-supported-versions" not in answer.headers
