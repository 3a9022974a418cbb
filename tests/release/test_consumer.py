"""A user's tests, with both wheels of a release."""

import acs_auth


def test_a_user_is_created(acs_emulator):
    with acs_auth.CommunicationIdentityClient.from_connection_string(acs_emulator.connection_string_http) as client:
        user, token = client.create_user_and_token(["chat"])
    assert user.raw_id.startswith("8:acs:") and token.token.count(".") == 2
    (request,) = acs_emulator.requests()
    assert request["operation"] == "create_user_and_token" and all(check["ok"] for check in request["checks"])
