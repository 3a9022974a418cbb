"""A redirect in response to the exchange: the official client sends the user's token to the new address, ours doesn't."""

import pytest
from azure.core.exceptions import HttpResponseError

from our_cli import Refused

ELSEWHERE = "/somebody/else"


def redirected(emulator, exchange, expected) -> list[tuple[str, int]]:
    """Makes an exchange that is redirected, and returns target and body length of each request."""
    # Another origin: another scheme and port, and in clear text.
    emulator.spoil(operation="exchange_teams_user", redirect=emulator.http_url + ELSEWHERE)
    token = emulator.mint(emulator.user, emulator.spa.client_id)
    emulator.forget_requests()
    with pytest.raises(expected) as caught:
        exchange(token, emulator.spa.client_id, emulator.user.object_id)
    assert token not in str(caught.value)
    return [(request["target"], request["body_length"]) for request in emulator.requests()]


def test_the_official_client_sends_the_users_token_to_wherever_it_is_redirected(client, emulator):
    first, second = redirected(emulator, client.get_token_for_teams_user, HttpResponseError)
    assert second[0] == ELSEWHERE
    assert second[1] == first[1] > 1000, "the body with the token goes there too"


def test_our_client_follows_no_redirect(ours, emulator):
    requests = redirected(emulator, ours.exchange_teams_user, Refused)
    assert len(requests) == 1
