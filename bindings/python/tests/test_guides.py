"""The guides' files as they are, in their frameworks, against the emulator."""

import importlib
import sys

import pytest
from conftest import REPOSITORY

GUIDES = REPOSITORY / "bindings/python/guides"


@pytest.fixture(scope="module")
def settings(the_emulator):
    the_emulator.reset()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ACS_AUTH_CONNECTION_STRING", the_emulator.connection_string)
        patch.setenv("ACS_AUTH_AUTHORITY", the_emulator.https_url)
        patch.setenv("ACS_AUTH_TENANT_IDS", the_emulator.tenant_id)
        patch.setenv("ACS_AUTH_API_CLIENT_ID", the_emulator.api.client_id)
        patch.setenv("ACS_AUTH_TEAMS_CLIENT_IDS", the_emulator.spa.client_id)
        patch.setenv("ACS_AUTH_ROOT_CERTIFICATES_PEM", the_emulator.ca.decode())
        patch.syspath_prepend(str(GUIDES))
        yield


@pytest.fixture(scope="module")
def flask_app(settings):
    from flask import Flask

    app = Flask("guide")
    app.register_blueprint(importlib.import_module("flask_blueprint").teams_tokens)
    client = app.test_client()

    def ask(method, path, headers):
        answer = client.open(path, method=method, headers=headers)
        return answer.status_code, dict(answer.headers), answer.get_json(silent=True, force=True)

    return ask


@pytest.fixture(scope="module")
def django_app(settings):
    import types

    import django
    from django.conf import settings as django_settings

    django_settings.configure(ROOT_URLCONF="guide_urls", ALLOWED_HOSTS=["*"], SECRET_KEY="of a test", USE_TZ=True)
    django.setup()
    from django.test import Client
    from django.urls import path

    view = importlib.import_module("django_view").view
    urls = types.ModuleType("guide_urls")
    routes = ["api/token/teams", "api/token/teams-extension", "api/token", "api/user", "healthz", "livez", "readyz"]
    urls.urlpatterns = [path(route, view) for route in routes]
    sys.modules["guide_urls"] = urls
    client = Client(enforce_csrf_checks=True)

    def ask(method, path, headers):
        # As WSGI names them.
        named = {"HTTP_" + name.upper().replace("-", "_"): value for name, value in headers.items()}
        answer = client.generic(method, path, **named)
        json = answer.json() if answer.content and "json" in answer.headers.get("Content-Type", "") else None
        return answer.status_code, dict(answer.headers), json

    return ask


@pytest.fixture(params=["flask", "django"])
def ask(request):
    return request.getfixturevalue(request.param + "_app")


@pytest.fixture
def headers(emulator):
    def headers(attack=None):
        query = {"attack": attack} if attack else {}
        return {
            "Authorization": "Bearer " + emulator.mint(kind="api"),
            "teams-user-aad-token": emulator.mint(kind="teams", **query),
        }

    return headers


def test_a_token_is_exchanged(ask, headers):
    status, sent, told = ask("POST", "/api/token/teams", headers())
    assert (status, sorted(told)) == (201, ["expiresOn", "token"])
    assert sent["Content-Type" if "Content-Type" in sent else "content-type"].startswith("application/json")


def test_a_refusal_is_a_problem(ask, headers):
    status, sent, told = ask("POST", "/api/token/teams", headers("expired"))
    assert (status, told["code"]) == (401, "teams_token_expired")
    sent = {name.lower(): value for name, value in sent.items()}
    assert sent["content-type"] == "application/problem+json"
    assert sent["www-authenticate"].startswith("TeamsUserAadToken")


def test_without_a_bearer_it_is_refused(ask, headers):
    given = headers()
    del given["Authorization"]
    status, _, told = ask("POST", "/api/token/teams", given)
    assert (status, told["code"]) == (401, "unauthorized")


@pytest.mark.parametrize("method", ["DELETE", "OPTIONS"])
def test_methods_are_the_handlers_matter(ask, headers, method):
    status, sent, _ = ask(method, "/api/token/teams", headers())
    assert status in (204, 405)
    assert "OPTIONS" in {name.lower(): value for name, value in sent.items()}["allow"]


def test_the_route_for_teams_phone_extensibility_is_the_handlers_matter(ask):
    # It is off by default, so the handler's own 404 shows that the request reached it.
    status, _, told = ask("POST", "/api/token/teams-extension", {})
    assert (status, told["code"]) == (404, "not_found")


def test_it_is_healthy(ask):
    status, _, told = ask("GET", "/healthz", {})
    assert (status, told["status"]) == (200, "ok")
