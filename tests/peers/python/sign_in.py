"""Signs in like a person: fetches the sign-in page, fills in its forms, and submits them until they lead back to the app."""

from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

import requests

from emulator import User


class Form(HTMLParser):
    """The first form of a page: its action and its fields."""

    def __init__(self, page: str):
        super().__init__()
        self.action = None
        self.method = "get"
        self.fields: dict[str, str] = {}
        self._inside = False
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        given = {name: value or "" for name, value in attributes}
        if tag == "form" and self.action is None:
            self._inside = True
            self.action = given.get("action", "")
            self.method = given.get("method", "get").lower()
        elif self._inside and tag in ("input", "button") and given.get("name"):
            # Only one of several buttons is pressed; the first one continues.
            self.fields.setdefault(given["name"], given.get("value", ""))

    def handle_endtag(self, tag):
        if tag == "form":
            self._inside = False


def by_form(url: str, user: User, redirect_uri: str) -> dict[str, str]:
    """Fills in every page until the browser would be redirected to `redirect_uri`; returns the parameters of that redirect."""
    answers = {"username": user.username, "password": user.password, "consent": "accept"}
    with requests.Session() as session:
        answer = session.get(url, allow_redirects=False, timeout=10)
        for _ in range(8):
            if answer.is_redirect:
                location = urljoin(answer.url, answer.headers["Location"])
                if location.startswith(redirect_uri):
                    return _sent_with(location)
                answer = session.get(location, allow_redirects=False, timeout=10)
                continue
            answer.raise_for_status()
            form = Form(answer.text)
            assert form.action is not None, f"a page without a form: {answer.text[:500]}"
            action = urljoin(answer.url, form.action)
            if action.startswith(redirect_uri):
                return form.fields
            fields = {name: answers.get(name, value) for name, value in form.fields.items()}
            answer = session.request(form.method, action, data=fields, allow_redirects=False, timeout=10)
    raise AssertionError("the sign-in led nowhere")


def at_once(url: str, user: User) -> dict[str, str]:
    """Does the same in one request: the emulator accepts the form's fields together with the authorization request."""
    asked = urlsplit(url)
    fields = dict(parse_qsl(asked.query, keep_blank_values=True))
    fields.update(username=user.username, password=user.password, consent="accept")
    answer = requests.post(
        asked._replace(query="").geturl(), data=fields, allow_redirects=False, timeout=10
    )
    if answer.is_redirect:
        return _sent_with(answer.headers["Location"])
    answer.raise_for_status()
    return Form(answer.text).fields


def on_another_device(flow: dict, user: User) -> None:
    """Enters the code that the device shows, and signs in."""
    fields = {
        "user_code": flow["user_code"],
        "username": user.username,
        "password": user.password,
        "consent": "accept",
    }
    requests.post(flow["verification_uri"], data=fields, allow_redirects=False, timeout=10).raise_for_status()


def _sent_with(location: str) -> dict[str, str]:
    parts = urlsplit(location)
    return dict(parse_qsl(parts.fragment or parts.query, keep_blank_values=True))
