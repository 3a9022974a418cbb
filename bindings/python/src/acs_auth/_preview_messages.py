"""Requests and responses of the operations that only a preview of the API has, without I/O."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._base import expiry, scope_texts
from ._library import native
from ._messages import native_user, parsed, prepared, token_of, user_of
from ._models import CommunicationUserDetail, PreviewApiVersion
from ._options import text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ._durations import Duration
    from ._endpoint import Endpoint
    from ._messages import PreparedRequest, RawResponse
    from ._models import AccessToken, CommunicationTokenScope
    from ._users import CommunicationUserIdentifier

PREVIEW = PreviewApiVersion.V2025_03_02_PREVIEW.value


def prepare_exchange_entra_user(endpoint: Endpoint, aad_token: str, api_version: str = PREVIEW) -> PreparedRequest:
    """Prepares the request of `get_token_for_entra_user`. Its headers contain the user's token. Preview."""
    try:
        return prepared(native().prepare_exchange_entra_user, endpoint, aad_token, text(api_version))
    finally:
        del aad_token


def prepare_create_user_with_custom_id(
    endpoint: Endpoint, custom_id: str, api_version: str = PREVIEW
) -> PreparedRequest:
    """Prepares the request of `create_user_with_custom_id`. Preview."""
    return prepared(native().prepare_create_user_with_custom_id, endpoint, custom_id, text(api_version))


def prepare_create_user_and_token_with_custom_id(
    endpoint: Endpoint,
    custom_id: str,
    scopes: Iterable[str | CommunicationTokenScope],
    token_expires_in: Duration | None = None,
    api_version: str = PREVIEW,
) -> PreparedRequest:
    """Prepares the request of `create_user_and_token_with_custom_id`. Preview."""
    arguments = (custom_id, scope_texts(scopes), expiry(token_expires_in), text(api_version))
    return prepared(native().prepare_create_user_and_token_with_custom_id, endpoint, *arguments)


def prepare_get_user_detail(
    endpoint: Endpoint, user: CommunicationUserIdentifier, api_version: str = PREVIEW
) -> PreparedRequest:
    """Prepares the request of `get_user_detail`. Preview."""
    return prepared(native().prepare_get_user_detail, endpoint, native_user(user), text(api_version))


def parse_exchange_entra_user(response: RawResponse) -> tuple[CommunicationUserIdentifier, AccessToken]:
    """Returns the user's identity and token. Raises the service's error as an `AcsAuthError`."""
    given = parsed(native().parse_exchange_entra_user, response)
    return user_of(given.user), token_of(given.token)


def parse_create_user_with_custom_id(response: RawResponse) -> CommunicationUserIdentifier:
    """Returns the identity with that custom id. Raises the service's error as an `AcsAuthError`."""
    return user_of(parsed(native().parse_create_user_with_custom_id, response))


def parse_create_user_and_token_with_custom_id(
    response: RawResponse,
) -> tuple[CommunicationUserIdentifier, AccessToken]:
    """Returns the identity with that custom id, and its token. Raises the service's error as an `AcsAuthError`."""
    given = parsed(native().parse_create_user_and_token_with_custom_id, response)
    return user_of(given.user), token_of(given.token)


def parse_get_user_detail(response: RawResponse) -> CommunicationUserDetail:
    """Returns the service's details of the identity. Raises the service's error as an `AcsAuthError`."""
    given = parsed(native().parse_get_user_detail, response)
    return CommunicationUserDetail(user_of(given.user), given.custom_id, given.last_token_issued_at)
