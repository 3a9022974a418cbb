import greeter
import pytest
from azure.communication.identity import CommunicationIdentityClient
from azure.core.credentials import AzureKeyCredential
from azure.core.exceptions import HttpResponseError


# ANCHOR: test
@pytest.fixture(autouse=True)
def connection_string(acs_emulator_trusted, monkeypatch):
    monkeypatch.setenv("COMMUNICATION_SERVICES_CONNECTION_STRING", acs_emulator_trusted.connection_string)


def test_a_user_is_admitted(acs_emulator):
    user, token = greeter.admit()
    assert user.startswith("8:acs:") and token.count(".") == 2
    (request,) = acs_emulator.requests()
    assert request["operation"] == "create_user_and_token" and all(check["ok"] for check in request["checks"])


def test_a_teams_user_is_admitted(acs_emulator):
    assert greeter.admit_teams_user(*acs_emulator.exchange_arguments()).count(".") == 2


def test_an_expired_token_is_rejected(acs_emulator):
    with pytest.raises(HttpResponseError) as rejected:
        greeter.admit_teams_user(*acs_emulator.exchange_arguments(attack="expired"))
    assert rejected.value.status_code == 401
# ANCHOR_END: test


def test_the_service_rejects_a_request(acs_emulator):
    acs_emulator.spoil(operation="create_user_and_token", status=400, count=1)
    with pytest.raises(HttpResponseError) as rejected:
        greeter.admit()
    assert rejected.value.status_code == 400


# Twice, so that one of them runs after a request, in whatever order tests run.
@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_meets_the_emulator_as_it_started(acs_emulator, turn):
    assert acs_emulator.requests() == []
    greeter.admit()
    (request,) = acs_emulator.requests()
    assert request["checks"]


def test_without_tls(acs_emulator):
    client = CommunicationIdentityClient(acs_emulator.http_url, AzureKeyCredential(acs_emulator.access_key))
    assert client.create_user().raw_id.startswith("8:acs:")
