"""What is accepted as a user: the same as by the official client."""

import pytest
from azure.communication.identity import CommunicationUserIdentifier as OfficialUser
from azure.core.exceptions import HttpResponseError

import acs_auth


class WithId:
    """Of another package."""

    properties = {"id": "8:acs:a_b"}


def users():
    from azure.communication import callautomation, chat

    yield "official", OfficialUser("8:acs:a_b")
    yield "ours", acs_auth.CommunicationUserIdentifier("8:acs:a_b")
    yield "chat", chat.CommunicationUserIdentifier("8:acs:a_b")
    yield "callautomation", callautomation.CommunicationUserIdentifier("8:acs:a_b")
    yield "raw id of its own", OfficialUser("8:acs:a_b", raw_id="8:acs:c_d")
    yield "of another package", WithId()


def no_users():
    import azure.communication.identity as official
    from azure.communication import chat
    from azure.communication.callautomation._shared.models import identifier_from_raw_id as from_raw_id

    yield "None", None
    yield "text", "8:acs:a_b"
    yield "dictionary", {"id": "8:acs:a_b"}
    yield "dictionary of properties", {"properties": {"id": "8:acs:a_b"}}
    yield "raw id alone", type("RawId", (), {"raw_id": "8:acs:a_b"})()
    yield "unknown", official.UnknownIdentifier("8:acs:a_b")
    yield "phone number", official.PhoneNumberIdentifier("+14255550123")
    yield "Teams user", chat.MicrosoftTeamsUserIdentifier("a")
    yield "Teams app", official.MicrosoftTeamsAppIdentifier("a")
    yield "Teams extension user", from_raw_id("8:acs:r_t_u")
    yield "ours, a phone number", acs_auth.PhoneNumberIdentifier("+14255550123")


def operations(client, user):
    return [(client.get_token, user, ["chat"]), (client.revoke_tokens, user), (client.delete_user, user)]


@pytest.mark.parametrize("user", [user for _, user in users()], ids=[name for name, _ in users()])
def test_whatever_has_the_id_of_a_user_is_one(flavour, emulator, make, official, user):
    for client in (official(), make()):
        targets = []
        for function, *arguments in operations(client, user):
            emulator.forget_requests()
            try:
                flavour.run(function, *arguments)
            except HttpResponseError:  # An identity that the emulator does not know.
                pass
            targets.append(emulator.requests()[-1]["target"].replace("%3A", ":"))
        assert [target.startswith("/identities/8:acs:a_b") for target in targets] == [True] * 3


@pytest.mark.parametrize("user", [user for _, user in no_users()], ids=[name for name, _ in no_users()])
def test_what_has_no_id_of_a_user_is_refused_before_anything_is_sent(flavour, emulator, make, official, user):
    for client in (official(), make()):
        for function, *arguments in operations(client, user):
            with pytest.raises((TypeError, AttributeError, KeyError, ValueError)):
                flavour.run(function, *arguments)
    assert emulator.requests() == []
