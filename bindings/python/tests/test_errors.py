"""Errors: a class for each kind, their attributes, and azure-core's classes where the program has them."""

import copy
import pickle
import subprocess
import sys

import pytest
from azure.core import exceptions as azure

import acs_auth
from acs_auth import ErrorKind
from acs_auth._errors import CLASSES, make_error

NOTHING = dict.fromkeys(("status_code", "error_code", "target", "retry_after", "request_id", "ms_cv"))

AZURE = {
    ErrorKind.ENTRA_TOKEN_REJECTED: azure.ClientAuthenticationError,
    ErrorKind.CREDENTIAL_DENIED: azure.ClientAuthenticationError,
    ErrorKind.VALIDATION_FAILED: azure.HttpResponseError,
    ErrorKind.NOT_FOUND: azure.ResourceNotFoundError,
    ErrorKind.THROTTLED: azure.HttpResponseError,
    ErrorKind.SERVICE_ERROR: azure.HttpResponseError,
    ErrorKind.UNEXPECTED_RESPONSE: azure.HttpResponseError,
    ErrorKind.TRANSPORT_ERROR: azure.ServiceRequestError,
    ErrorKind.TIMEOUT: azure.ServiceResponseError,
}


@pytest.mark.parametrize("kind", ErrorKind, ids=str)
def test_each_kind_is_its_class_and_azure_cores(kind):
    error = make_error(kind, "why", NOTHING)
    assert isinstance(error, CLASSES[kind])
    assert isinstance(error, AZURE.get(kind, azure.AzureError))
    assert isinstance(error, azure.AzureError)
    assert type(error).__name__ == CLASSES[kind].__name__
    assert error.kind is kind
    assert str(error) == f"{kind}: why"
    assert error.message == "why"


def test_python_knows_these_too():
    assert issubclass(acs_auth.InvalidArgumentError, ValueError)
    assert issubclass(acs_auth.InvalidConnectionStringError, ValueError)
    assert issubclass(acs_auth.TimedOutError, TimeoutError)


def test_it_says_all_that_is_known():
    details = {
        "status_code": 429,
        "error_code": "TooManyRequests",
        "target": "appId",
        "retry_after": 1.5,
        "request_id": "id",
        "ms_cv": "cv.0",
    }
    error = make_error(ErrorKind.THROTTLED, "Too many.", details)
    assert str(error) == (
        "Throttled (429 TooManyRequests): Too many. "
        "[target appId, retry after 1.5s, client request id id, MS-CV cv.0]"
    )
    assert repr(error) == f"<ThrottledError: {error}>"
    assert {name: getattr(error, name) for name in details} == details
    assert (error.error.code, error.error.message, error.error.target) == ("TooManyRequests", "Too many.", "appId")


def test_it_names_the_argument_in_the_sentence():
    error = make_error(ErrorKind.INVALID_ARGUMENT, "It must be at least 1.", {**NOTHING, "target": "max_attempts"})
    assert str(error) == "InvalidArgument: max_attempts must be at least 1."
    assert (error.reason, error.target) == ("It must be at least 1.", "max_attempts")


def test_a_conflict_is_azure_cores():
    error = make_error(ErrorKind.SERVICE_ERROR, "there already", {**NOTHING, "status_code": 409})
    assert isinstance(error, azure.ResourceExistsError)


@pytest.mark.parametrize("way", [lambda error: pickle.loads(pickle.dumps(error)), copy.copy, copy.deepcopy])
def test_an_error_can_be_copied(way):
    error = make_error(ErrorKind.THROTTLED, "why", {**NOTHING, "retry_after": 2.0, "status_code": 429})
    again = way(error)
    assert type(again) is type(error)
    assert (str(again), again.retry_after, again.kind) == (str(error), 2.0, ErrorKind.THROTTLED)


def test_without_azure_core_it_is_ours_alone():
    """And nothing of azure-core is imported, by this package or for it."""
    program = (
        "import sys, acs_auth\n"
        "try:\n"
        "    acs_auth.ConnectionString('nonsense')\n"
        "except acs_auth.InvalidConnectionStringError as error:\n"
        "    assert type(error) is acs_auth.InvalidConnectionStringError, type(error).__mro__\n"
        "    assert not [name for name in sys.modules if name.split('.')[0] == 'azure']\n"
        "    print(error.kind, error.target)\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert (ended.stdout, ended.stderr) == ("InvalidConnectionString connection_string\n", "")


def test_what_the_service_says_of_a_refused_key(flavour, emulator):
    wrong = emulator.connection_string_http.replace(emulator.access_key, "d3JvbmcgYWNjZXNzIGtleQ==")
    client = flavour.CommunicationIdentityClient.from_connection_string(wrong)
    with pytest.raises(azure.ClientAuthenticationError) as caught:
        flavour.run(client.create_user)
    error = caught.value
    assert isinstance(error, acs_auth.CredentialDeniedError)
    assert (error.status_code, error.error_code, error.error.code) == (401, "Denied", "Denied")
    assert error.request_id


def test_a_users_refused_token_is_another_error(flavour, emulator, connection_string):
    client = flavour.CommunicationIdentityClient.from_connection_string(connection_string)
    with pytest.raises(acs_auth.EntraTokenRejectedError) as caught:
        flavour.run(client.get_token_for_teams_user, *emulator.exchange_arguments(attack="expired"))
    assert isinstance(caught.value, azure.ClientAuthenticationError)
    assert not isinstance(caught.value, acs_auth.CredentialDeniedError)
    assert "expired" in caught.value.reason


def test_an_error_has_no_context_of_the_generated_code(client, emulator):
    with pytest.raises(acs_auth.AcsAuthError) as caught:
        client.get_token_for_teams_user("no token", emulator.spa.client_id, emulator.user.object_id)
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None
    frames = [frame.f_code.co_filename for frame, _ in _frames(caught.value.__traceback__)]
    assert not [name for name in frames if "_native" in name or "_ffi" in name]


def _frames(traceback):
    while traceback is not None:
        yield traceback.tb_frame, traceback.tb_lineno
        traceback = traceback.tb_next


def test_a_throttled_call_says_how_long_to_wait(flavour, emulator, connection_string):
    emulator.spoil(operation="create_user", count=9, status=429, retry_after={"seconds": 60})
    client = flavour.CommunicationIdentityClient.from_connection_string(connection_string)
    with pytest.raises(acs_auth.ThrottledError) as caught:
        flavour.run(client.create_user)
    assert caught.value.retry_after == 60.0


def test_a_closed_port_is_a_transport_error(flavour):
    text = "endpoint=http://127.0.0.1:1;accesskey=a2V5"
    client = flavour.CommunicationIdentityClient.from_connection_string(text, retry_total=0)
    with pytest.raises(azure.ServiceRequestError) as caught:
        flavour.run(client.create_user)
    assert isinstance(caught.value, acs_auth.TransportError)
