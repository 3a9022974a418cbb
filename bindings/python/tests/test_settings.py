"""Settings of a handler as values by their names, and as keywords."""

import ast
import inspect
from datetime import timedelta

import pytest
from conftest import REPOSITORY

import acs_auth
from acs_auth import HandlerSettings

ID = "11111111-1111-1111-1111-111111111111"
KEY = "c2VjcmV0LWtleS1vZi10aGUtdGVzdA"
NEEDED = {
    "connection_string": f"endpoint=https://contoso.communication.azure.com;accesskey={KEY}==",
    "api_client_id": ID,
    "tenant_ids": [ID],
    "teams_client_ids": (ID,),
}


def refused(**keywords):
    with pytest.raises(acs_auth.InvalidArgumentError) as raised:
        HandlerSettings(**keywords)
    return raised.value


def test_values_of_the_languages_types_are_taken(flavour):
    settings = HandlerSettings(
        {**NEEDED, "timeout_ms": timedelta(seconds=5), "limit.per_user": 0},
        http2=False,
        token_check=acs_auth.TokenCheck.WARN,
        secondary_access_key=acs_auth.AccessKey(KEY + "=="),
        cors_origins=(origin for origin in ["https://a.example"]),
        cache_bytes=None,
    )
    handler = flavour.TokenExchangeHandler(settings, timeout_ms=5000)
    assert flavour.run(handler.handle, acs_auth.Request("GET", "/nowhere")).status == 404


def test_the_scopes_of_microsofts_sample_are_looked_up():
    asked = []
    HandlerSettings.from_env(asked.append)
    assert {"CommunicationServices__Scopes__0", "CommunicationServices__Scopes__1"} <= set(asked)


def test_keywords_go_over_settings(flavour):
    settings = HandlerSettings(NEEDED) | HandlerSettings.from_toml("timeout_ms = 1")
    with pytest.raises(acs_auth.InvalidArgumentError) as raised:
        flavour.TokenExchangeHandler(settings, redis_lock=True)
    assert raised.value.target == "redis_lock"
    with pytest.raises(acs_auth.InvalidArgumentError) as raised:
        flavour.TokenExchangeHandler(settings, required_scope="no good")
    assert raised.value.target == "required_scope"


def test_an_unknown_keyword_is_refused_with_the_nearest(flavour):
    with pytest.raises(acs_auth.InvalidArgumentError, match="did you mean timeout_ms"):
        flavour.TokenExchangeHandler(time_out_ms=5)
    assert refused(redis_lok=True).target == "redis_lok"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("timeout_ms", "5"),
        ("timeout_ms", True),
        ("timeout_ms", timedelta(seconds=-1)),
        ("timeout_ms", 2**63),
        ("timeout_ms", -(2**70)),
        ("cache_bytes", timedelta(seconds=1)),
        ("http2", 1),
        ("tenant_ids", ID),
        ("cloud", " "),
        ("required_scope", "\ud800"),
    ],
)
def test_a_value_of_another_form_is_refused_by_name(name, value):
    error = refused(**{name: value})
    assert error.target == name or "lone surrogate" in str(error)


@pytest.mark.parametrize("value", [5.0, b"x", [1], [None], {"a": 1}.values(), object(), acs_auth.Cloud.public()])
def test_what_no_setting_holds_is_a_type_error(value):
    with pytest.raises(TypeError, match="tenant_ids must be"):
        HandlerSettings(tenant_ids=value)


def test_type_checkers_know_every_setting():
    tree = ast.parse((REPOSITORY / "bindings/python/src/acs_auth/_setting_keywords.py").read_text("utf-8"))
    made = next(node for node in tree.body if isinstance(node, ast.ClassDef))
    keywords = {node.target.id for node in made.body if isinstance(node, ast.AnnAssign)}
    assert keywords == {name.toml.replace(".", "_") for name in HandlerSettings.names()}
    own = set(inspect.signature(acs_auth.TokenExchangeHandler).parameters)
    assert not keywords & own, "a keyword of the handler's own hides a setting"


def test_a_traceback_does_not_show_a_value():
    import traceback

    for values in ({"timeout_ms": KEY}, {"tenant_ids": [KEY, None]}, {"conection_string": KEY}):
        with pytest.raises((acs_auth.InvalidArgumentError, TypeError)) as caught:
            HandlerSettings(**values)
        shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
        texts = "".join("".join(traceback.StackSummary.from_list([it]).format()) for it in shown.stack if "/acs_auth/" in it.filename)
        assert texts and KEY not in texts + str(caught.value)
