"""azure-core's spans."""

import re

import pytest
from azure.core.exceptions import HttpResponseError
from azure.core.settings import settings
from azure.core.tracing.ext.opentelemetry_span import OpenTelemetrySpan
from opentelemetry.trace import SpanKind
from support.azure import headers_of
from support.waiting import times_out, wait_for

import acs_auth


@pytest.fixture
def spans(monkeypatch, exporter):
    """Turns on azure-core's tracing, and returns a function that returns the spans that have ended."""
    exporter.clear()
    monkeypatch.setattr(settings.tracing_enabled, "_user_value", True)
    return exporter.get_finished_spans


def test_a_span_for_the_operation_and_one_for_each_attempt(flavour, make, emulator, spans):
    emulator.spoil(operation="create_user", status=503, count=1)
    flavour.run(make(retry_backoff_factor=0.001).create_user)
    first, second, outer = spans()
    assert outer.name == "CommunicationIdentityClient.create_user"
    assert outer.kind is SpanKind.INTERNAL
    for span, status in ((first, 503), (second, 201)):
        assert (span.name, span.kind) == ("POST", SpanKind.CLIENT)
        assert span.parent.span_id == outer.context.span_id
        assert span.attributes["http.request.method"] == "POST"
        assert span.attributes["http.response.status_code"] == status
        assert span.attributes["user_agent.original"].startswith("acs-auth/")
        assert span.attributes["az.client_request_id"]
        assert span.attributes["server.address"]
    assert second.attributes["http.request.resend_count"] == 1
    assert first.attributes["error.type"] == "503"
    parents = [headers_of(request)["traceparent"] for request in emulator.requests()]
    assert [parent.split("-")[2] for parent in parents] == [f"{span.context.span_id:016x}" for span in (first, second)]
    assert {parent.split("-")[1] for parent in parents} == {f"{outer.context.trace_id:032x}"}


def test_a_span_of_a_call_that_failed(flavour, make, emulator, spans, exporter):
    client = make()
    user = flavour.run(client.create_user)
    flavour.run(client.delete_user, user, retry_total=0)
    exporter.clear()
    with pytest.raises(acs_auth.NotFoundError):
        flavour.run(client.get_token, user, ["chat"])
    attempt, outer = spans()
    assert outer.name == "CommunicationIdentityClient.get_token"
    assert outer.attributes["error.type"].endswith("NotFoundError")
    assert attempt.attributes["error.type"] == "404"


def test_a_span_of_an_attempt_that_was_given_up(flavour, make, emulator, spans):
    emulator.spoil(operation="create_user", latency_ms=20_000, count=9)
    calls = []

    def create(timeout):
        calls.append(timeout)
        flavour.run(make().create_user, timeout=timeout)

    times_out(create, lambda: emulator.requests("create_user"))
    wait_for(lambda: len(spans()) > len(calls))
    assert len(spans()) <= 2 * len(calls)
    names = {span.name for span in spans()}
    assert names == {"POST", "CommunicationIdentityClient.create_user"}


def test_tracing_can_be_chosen_for_a_call(flavour, make, emulator, spans, monkeypatch):
    flavour.run(make().create_user, tracing_options={"enabled": False})
    assert spans() == ()
    monkeypatch.setattr(settings.tracing_enabled, "_user_value", False)
    flavour.run(make().create_user)
    assert spans() == ()
    flavour.run(make().create_user, tracing_options={"enabled": True, "attributes": {"mine": 1}})
    assert [span.attributes["mine"] for span in spans()] == [1, 1]


def test_a_users_token_is_in_no_span(flavour, make, emulator, spans):
    arguments = emulator.exchange_arguments()
    token = flavour.run(make().get_token_for_teams_user, *arguments)
    text = "".join(span.to_json() for span in spans())
    assert "get_token_for_teams_user" in text
    assert arguments[0] not in text and token.token not in text


# Compared with the official client.


def six_operations(flavour, emulator, client):
    for options in ({}, {"merge_span": True}):
        user = flavour.run(client.create_user, **options)
        flavour.run(client.create_user_and_token, ["chat"], **options)
        flavour.run(client.get_token, user, ["chat"], **options)
        flavour.run(client.get_token_for_teams_user, *emulator.exchange_arguments(), **options)
        flavour.run(client.revoke_tokens, user, **options)
        flavour.run(client.delete_user, user, **options)


def url_of(attributes):
    """The name of the attribute with the URL. The plug-in for Python 3.9 follows older conventions."""
    return next((name for name in ("url.full", "http.url") if name in attributes), None)


def shape_of(spans):
    """Spans without what differs from call to call."""
    names = {span.context.span_id: span.name for span in spans}
    shapes = []
    for span in spans:
        attributes = dict(span.attributes)
        for name in ("az.client_request_id", "user_agent.original"):
            if name in attributes:
                attributes[name] = bool(attributes[name])
        name = url_of(attributes)
        if name:
            attributes[name] = re.sub("_[0-9a-f-]{20,}", "_id", attributes[name].replace("%3A", ":"))
        parent = span.parent and names[span.parent.span_id]
        shapes.append((span.name, span.kind, span.instrumentation_scope.name, parent, span.status.status_code, attributes))
    return shapes


def spans_of(exporter, flavour, emulator, client, run):
    exporter.clear()
    run(flavour, emulator, client)
    return shape_of(exporter.get_finished_spans())


def fails_twice(flavour, emulator, client):
    headers = [["x-ms-request-id", "of the service"]]
    emulator.spoil(operation="create_user", status=503, headers=[*headers, ["retry-after", "0"]], count=1)
    flavour.run(client.create_user)
    emulator.spoil(operation="create_user", status=400, headers=headers, count=1)
    with pytest.raises(HttpResponseError):
        flavour.run(client.create_user)


@pytest.fixture(params=["native", "plug-in"])
def tracing(request, monkeypatch):
    """azure-core's own tracing by OpenTelemetry, and that of its plug-in."""
    if request.param == "native":
        monkeypatch.setattr(settings.tracing_enabled, "_user_value", True)
    else:
        monkeypatch.setattr(settings.tracing_implementation, "_user_value", OpenTelemetrySpan)
    return request.param


def test_operations_have_the_official_clients_spans(flavour, emulator, make, official, exporter, tracing):
    theirs, ours = (spans_of(exporter, flavour, emulator, client, six_operations) for client in (official(), make()))
    assert ours == theirs
    assert len(ours) == 2 * 12
    scope = {"native": "azure-core", "plug-in": "azure.core.tracing.ext.opentelemetry_span"}[tracing]
    assert {shape[2] for shape in ours} == {scope}
    [attributes] = [shape[5] for shape in ours if shape[3] == "CommunicationIdentityClient.get_token"]
    assert "8:acs:" in attributes[url_of(attributes)]


def test_attempts_that_fail_have_the_official_clients_spans(flavour, emulator, make, official, exporter, tracing):
    theirs, ours = (spans_of(exporter, flavour, emulator, client(), fails_twice) for client in (official, make))
    for shapes in (theirs, ours):
        # The full name of each package's own class.
        assert shapes[-1][5].pop("error.type").endswith("Error")
    assert ours == theirs
    assert ours[0][5]["az.service_request_id"] == "of the service"
