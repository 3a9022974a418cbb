"""azure-core's `cls` and `error_map`, with which a program replaces a call's result or exception."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ._http import content_of
from ._models import AccessToken, Record
from ._users import CommunicationUserIdentifier

if TYPE_CHECKING:
    from ._errors import AcsAuthError
    from ._watching import Watched


class CommunicationIdentity(Record):
    """The identity in a response, with the members of the official package's model."""

    __slots__ = ("id",)

    def __init__(self, id: str) -> None:
        self.id = id


class CommunicationIdentityAccessToken(Record):
    """The token in a response. `expires_on` is the service's string."""

    __slots__ = ("token", "expires_on")
    _hidden = ("token",)

    def __init__(self, token: str, expires_on: str) -> None:
        self.token = token
        self.expires_on = expires_on


class CommunicationIdentityAccessTokenResult(Record):
    """An identity, and its token if there is one."""

    __slots__ = ("identity", "access_token")

    def __init__(
        self, identity: CommunicationIdentity, access_token: CommunicationIdentityAccessToken | None = None
    ) -> None:
        self.identity = identity
        self.access_token = access_token


def outcome(call: Watched, name: str, made: Any) -> Any:
    """Returns an operation's result: the library's, or one that is built from what `cls` returns."""
    if call.cls is None:
        return made
    response = call.response
    if made is None:
        # As in the official package: revoke_tokens returns what `cls` returned, delete_user doesn't.
        given = call.cls(response, None, {})
        return given if name == "revoke_tokens" else None
    if isinstance(made, AccessToken):
        read = _TokenRead(made, _body(response))
        return read.result(call.cls(response, read.model, {}))
    if isinstance(made, CommunicationUserIdentifier):
        identity = CommunicationIdentity(made.id)
        given = call.cls(response, CommunicationIdentityAccessTokenResult(identity), {})
        return CommunicationUserIdentifier(given.identity.id)
    if isinstance(made, tuple):
        user, token = made
        read = _TokenRead(token, _body(response)["accessToken"])
        model = CommunicationIdentityAccessTokenResult(CommunicationIdentity(user.id), read.model)
        given = call.cls(response, model, {})
        return CommunicationUserIdentifier(given.identity.id), read.result(given.access_token)
    # Of an operation that the official package doesn't have.
    return call.cls(response, made, {})


def _body(response: Any) -> Any:
    return json.loads(content_of(response.http_response))


class _TokenRead:
    """A token, and the model of it that `cls` may change."""

    __slots__ = ("_made", "_text", "model")

    def __init__(self, made: AccessToken, body: dict[str, Any]) -> None:
        self._made = made
        self._text: str = body["expiresOn"]
        self.model = CommunicationIdentityAccessToken(made.token, self._text)

    def result(self, given: Any) -> AccessToken:
        """Returns the token that is built from what `cls` returned. An unchanged `expires_on` stays in Unix seconds."""
        end = self._made.expires_on if given.expires_on == self._text else given.expires_on
        return AccessToken(given.token, end)


def mapped(call: Watched, error: AcsAuthError) -> BaseException | None:
    """Returns the program's exception for this status, if `error_map` has one."""
    if error.status_code is None or not call.error_map or call.response is None:
        return None
    kind = call.error_map.get(error.status_code)
    if not kind:
        return None
    made: BaseException = kind(response=call.response.http_response)
    return made
