"""Options of a client that azure-core has too, and the errors for the others, which name what to write instead."""

import pytest
import requests
from azure.core.pipeline.policies import HTTPPolicy, RetryMode
from support.azure import ENDPOINT

import acs_auth


#: In addition to those of test_conventions.py.
REFUSED_CLIENTS = [
    ({"per_retry_policies": [HTTPPolicy.__subclasses__()[0]]}, "on_request"),
    ({"cls": print}, "option of a call"),
    ({"error_map": {}}, "option of a call"),
    ({"response_encoding": "utf-8"}, "option of a call"),
    ({"retry_status": 1}, "retry_total"),
    ({"retry_mode": "never"}, "exponential"),
    ({"retry_total": -1}, "negative"),
    ({"user_agent_overwrite": True}, "base_user_agent"),
    ({"headers": {"Authorization": "x"}}, "authorization"),
    ({"headers": {"x-a": b"x"}}, "mapping or pairs of strings"),
]


@pytest.mark.parametrize(("options", "instead"), REFUSED_CLIENTS, ids=lambda value: str(value)[:40])
def test_what_a_client_does_not_take_is_refused_with_what_to_write(make, options, instead):
    with pytest.raises((TypeError, ValueError), match=instead) as raised:
        make(**options)
    assert next(iter(options)) in str(raised.value)


#: This package's option, and azure-core's keyword of the same meaning.
SAME_OPTIONS = [
    ({"connect_timeout": 1}, {"connection_timeout": 2}),
    ({"retry_policy": acs_auth.RetryPolicy(2)}, {"retry_total": 0}),
    ({"retry_policy": acs_auth.RetryPolicy(2)}, {"retry_mode": RetryMode.Fixed}),
    ({"root_certificates_pem": b"pem"}, {"connection_verify": __file__}),
    ({"client_identity_pem": b"pem"}, {"connection_cert": __file__}),
    ({"proxy": acs_auth.Proxy.direct()}, {"proxies": {"https": "http://b:1"}}),
]
SAME_CALL_OPTIONS = [
    ({"client_request_id": "a"}, {"request_id": "b"}),
    ({"max_attempts": 2}, {"retry_total": 0}),
]


def both_named(own, keyword):
    return f"'{next(iter(own))}' and '{next(iter(keyword))}'"


@pytest.mark.parametrize(("own", "keyword"), SAME_OPTIONS, ids=str)
def test_a_client_takes_one_option_of_two_with_the_same_meaning(make, own, keyword):
    with pytest.raises(TypeError, match=both_named(own, keyword)):
        make(**own, **keyword)


@pytest.mark.parametrize(("own", "keyword"), SAME_CALL_OPTIONS, ids=str)
def test_a_call_takes_one_option_of_two_with_the_same_meaning(make, flavour, own, keyword):
    client = make(request_id="the client's")
    with pytest.raises(TypeError, match=both_named(own, keyword)):
        flavour.run(client.create_user, **own, **keyword)


def test_options_that_change_nothing_are_taken(make, flavour):
    client = make(
        retry_total=10,
        retry_connect=10,
        retry_status=12,
        retry_on_status_codes=[503],
        retry_mode=RetryMode.Exponential,
        logging_enable=True,
        permit_redirects=False,
        connection_verify=True,
    )
    flavour.run(client.create_user, logging_enable=False, permit_redirects=False)


def test_a_fixed_wait_between_attempts(make):
    policy = acs_auth._azure_options.client_arguments({"retry_mode": RetryMode.Fixed}).options["retry_policy"]
    assert (policy.base_delay, policy.throttled_delay, policy.max_delay) == (0.8, 0.8, 0.8)


@pytest.mark.parametrize(
    ("proxies", "chosen"),
    [
        ({}, None),
        ({"http": "http://a"}, None),
        ({"http": "http://a", "https": "http://b:1"}, "http://b:1"),
        ({"http": "http://a", "all": "b"}, "http://b"),
        ({"https://contoso.communication.azure.com": "http://c", "https": "http://b"}, "http://c"),
        ({"https": None}, acs_auth.Proxy.direct()),
        ({"https": ""}, acs_auth.Proxy.direct()),
    ],
    ids=str,
)
def test_a_proxy_is_chosen_as_requests_does(proxies, chosen):
    expected = acs_auth.Proxy.url(chosen) if isinstance(chosen, str) else chosen
    assert acs_auth._azure_options.proxy_of(proxies, ENDPOINT) == expected
    if chosen is not None and isinstance(chosen, str):
        assert requests.utils.select_proxy(ENDPOINT, proxies).rpartition("//")[2] == chosen.rpartition("//")[2]
    acs_auth.CommunicationIdentityClient(ENDPOINT, "a2V5", proxies=proxies)
    acs_auth.CommunicationIdentityClient.from_connection_string(f"endpoint={ENDPOINT}/;accesskey=a2V5", proxies=proxies)
