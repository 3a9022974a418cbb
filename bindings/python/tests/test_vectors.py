"""The signing vectors, one case each. The intermediate values are compared before the headers."""

import base64
import json
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

import pytest
from conftest import REPOSITORY

import acs_auth

VECTORS = sorted((REPOSITORY / "tests/vectors").glob("*.json"))


def test_the_vectors_are_there():
    assert len(VECTORS) >= 14


@pytest.mark.parametrize("file", VECTORS, ids=lambda file: file.stem)
def test_vector(file):
    vector = json.loads(file.read_text("utf-8"))
    request = acs_auth.SignableRequest(vector["method"], vector["url"], base64.b64decode(vector["body_base64"]))
    signed = acs_auth.sign_request(request, vector["access_key"], parsedate_to_datetime(vector["x-ms-date"]))
    assert signed.x_ms_content_sha256 == vector["x-ms-content-sha256"]
    assert signed.string_to_sign == vector["string_to_sign"]
    assert signed.headers() == {
        "x-ms-date": vector["x-ms-date"],
        "x-ms-content-sha256": vector["x-ms-content-sha256"],
        "Authorization": vector["authorization"],
    }
    assert vector["url"].endswith(signed.target)
    assert signed.host in vector["url"]


REQUEST = acs_auth.SignableRequest("GET", "https://a.example/x?api-version=1")
KEY = base64.b64encode(b"k" * 32).decode()


def test_the_same_moment_in_any_form():
    moment = datetime(2024, 11, 5, 9, 8, 7, tzinfo=timezone.utc)
    east = moment.astimezone(timezone(timedelta(hours=5)))
    signed = {
        acs_auth.sign_request(REQUEST, acs_auth.AccessKey(KEY), now).authorization
        for now in (moment, east, moment.timestamp(), int(moment.timestamp()), moment.timestamp() + 0.9)
    }
    assert len(signed) == 1


def test_a_moment_without_a_time_zone_is_refused():
    with pytest.raises(acs_auth.InvalidArgumentError, match="no time zone"):
        acs_auth.sign_request(REQUEST, KEY, datetime(2024, 11, 5))


def test_it_takes_an_azure_key_credential():
    from azure.core.credentials import AzureKeyCredential

    now = 1_700_000_000
    by_credential = acs_auth.sign_request(REQUEST, AzureKeyCredential(KEY), now)
    assert by_credential == acs_auth.sign_request(REQUEST, KEY, now)


def test_the_official_policy_signs_the_same():
    from azure.communication.identity._shared.policy import HMACCredentialsPolicy
    from azure.core.pipeline import PipelineContext, PipelineRequest
    from azure.core.pipeline.transport import HttpRequest

    official = HttpRequest("POST", "https://a.example/identities?api-version=2023-10-01", data="{}")
    policy = HMACCredentialsPolicy("https://a.example", KEY)
    policy.on_request(PipelineRequest(official, PipelineContext(None)))
    now = parsedate_to_datetime(official.headers["x-ms-date"])
    ours = acs_auth.sign_request(acs_auth.SignableRequest("POST", official.url, b"{}"), KEY, now)
    assert ours.headers() == {name: official.headers[name] for name in ours.headers()}
