"""Points in time that are arguments: a number is either in range or an InvalidArgumentError."""

from datetime import datetime, timedelta, timezone

import pytest

import acs_auth


def sign(now):
    return acs_auth.sign_request(acs_auth.SignableRequest("GET", "https://a.example/"), "a2V5", now)


WITH_TIME = {
    "now": [sign, lambda now: acs_auth.inspect("a", acs_auth.Expectations.teams_user(), now)],
    "received_at": [
        lambda time: acs_auth.retry_after({}, time),
        lambda time: acs_auth.parse_delete_user(acs_auth.RawResponse(204, received_at=time)),
    ],
}


@pytest.mark.parametrize("moment", [float("nan"), float("inf"), -float("inf"), 1e300, 2**63, -(2**63)])
@pytest.mark.parametrize("name", WITH_TIME)
def test_a_number_out_of_range_is_an_invalid_argument(name, moment):
    for function in WITH_TIME[name]:
        with pytest.raises(acs_auth.InvalidArgumentError, match="is out of range: it must be Unix seconds") as raised:
            function(moment)
        assert raised.value.target == name


@pytest.mark.parametrize("moment", [True, "1", b"1", timedelta(1)])
@pytest.mark.parametrize("name", WITH_TIME)
def test_another_type_is_a_type_error(name, moment):
    for function in WITH_TIME[name]:
        with pytest.raises(TypeError, match="must be an aware datetime or Unix seconds"):
            function(moment)


@pytest.mark.parametrize("moment", [0, -1, 253402300799, datetime.max.replace(tzinfo=timezone.utc), -1.5])
def test_the_ends_of_the_calendar_are_points_in_time(moment):
    acs_auth.inspect("a", acs_auth.Expectations.teams_user(), moment)
    assert acs_auth.retry_after({"Retry-After": "5"}, moment) == 5


@pytest.mark.parametrize("half", [0.5, timedelta(milliseconds=500)], ids=str)
def test_a_positive_duration_does_not_become_zero_seconds(half):
    client = acs_auth.CommunicationIdentityClient("https://contoso.communication.azure.com", "a2V5")
    for name, function in {
        "max_ttl": lambda: acs_auth.TeamsTokenExchanger(client, max_ttl=half),
        "min_remaining": lambda: acs_auth.inspect("a", acs_auth.Expectations(audiences=[], scopes=[], resource="", min_remaining=half)),
    }.items():
        with pytest.raises(acs_auth.InvalidArgumentError, match="must be zero or at least 1 s") as raised:
            function()
        assert raised.value.target == name
