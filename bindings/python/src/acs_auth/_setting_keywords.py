"""The settings of a handler as keywords, for type checkers.

Generated from core/src/handler/settings/table.rs by `make header`: do not edit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import timedelta

    from ._credentials import KeyCredential
    from ._keys import AccessKey
    from ._options import Cloud, TokenCheck


class SettingKeywords(TypedDict, total=False):
    """Each setting by its name in TOML, with an underscore in place of a dot. What is None is not set."""

    connection_string: str | None
    """The connection string of the ACS resource. Secret."""
    secondary_access_key: str | AccessKey | KeyCredential | None
    """The resource's other access key, tried when that of the connection string is rejected, and then preferred
    until it is rejected in turn. Secret."""
    endpoint: str | None
    """The endpoint of the ACS resource in place of the connection string, for a credential that the builder is
    given."""
    allow_insecure_endpoint: bool | None
    """Takes an `http` endpoint that is not loopback. Default `false`."""
    api_client_id: str | None
    """The client id of this API's own registration."""
    audiences: Iterable[str] | None
    """The audiences of bearer tokens. Default: `api_client_id` and `api://` followed by it."""
    tenant_ids: Iterable[str] | None
    """The tenants (GUIDs) whose users may call."""
    required_scope: str | None
    """The permission that a bearer token must hold. Default `access_as_user`."""
    allowed_client_ids: Iterable[str] | None
    """The client ids of the applications that may call. Default: `teams_client_ids`."""
    teams_client_ids: Iterable[str] | None
    """The client ids of the applications that users' Teams tokens are issued to: the pages or apps that sign them
    in."""
    teams_extension: bool | None
    """Serves `/api/token/teams-extension`, the exchange of Teams Phone extensibility. Default `false`."""
    cloud: Cloud | str | None
    """`public`, `us_government` or `china`. Default: the endpoint's."""
    authority: str | None
    """Where Entra ID answers, in place of the cloud's: `https://login.microsoftonline.com`, or an emulator."""
    cors_origins: Iterable[str] | None
    """The origins whose pages may call: `https://calls.contoso.example`. Default: none."""
    timeout_ms: int | timedelta | None
    """How long a request may take in all, in milliseconds. Default 15000."""
    service_timeout_ms: int | timedelta | None
    """How long a call of ACS may take with its retries, in milliseconds. Default 10000."""
    connect_timeout_ms: int | timedelta | None
    """How long making a connection may take, in milliseconds. Default 5000."""
    attempt_timeout_ms: int | timedelta | None
    """How long one attempt of a call may take at most, in milliseconds; the last has all the time left. Default
    3000."""
    http2: bool | None
    """Offers HTTP/2 to ACS, Entra ID and Microsoft Graph. Default `false`."""
    token_check: TokenCheck | str | None
    """How to treat a Teams token that the token check rejects: `enforce` (default), `warn`, or `off`, which needs
    exactly one of `teams_client_ids`."""
    root_certificates_pem: str | None
    """More certificate authorities to trust, in PEM form: their text, not a path."""
    cache_bytes: int | None
    """How large the cache in memory may grow, in bytes. Default: the exchanger's; 0 for no cache."""
    limit_exchanges: int | None
    """How many exchanges are made in `limit.window_ms` at most. Default: the exchanger's."""
    limit_window_ms: int | timedelta | None
    """The window of `limit.exchanges`, in milliseconds. Default: the exchanger's."""
    limit_per_user: int | None
    """How many new exchanges of one user are made in `limit.window_ms` at most; 0 for any number. Default: the
    exchanger's, 25."""
    limit_identity_per_user: int | None
    """How many operations of `/api/user` and `/api/token` one user may begin in `limit.identity_window_ms`; 0 for
    any number. Cached tokens do not count. Default 20."""
    limit_identity_creations: int | None
    """How many identities `/api/user` creates in `limit.identity_window_ms` at most. Default 800, 80 % of what ACS
    documents."""
    limit_identity_deletions: int | None
    """How many identities `/api/user` deletes in `limit.identity_window_ms` at most. Default 400, 80 % of what ACS
    documents."""
    limit_identity_tokens: int | None
    """How many tokens `/api/token` issues in `limit.identity_window_ms` at most. Default 800, 80 % of what ACS
    documents."""
    limit_identity_window_ms: int | timedelta | None
    """The window of the four `limit.identity_` settings, in milliseconds, from 1,000 to 3,600,000. Default 30000."""
    redis_url: str | None
    """The Redis that processes share their cache and limiter through: `redis://host:6379`,
    `redis+cluster://host,host`, or `redis+sentinel://host,host/service`; with `?auth=entra` by the builder's
    `token_credential`. Secret. Needs the feature `redis`."""
    redis_sealing_keys: Iterable[str] | None
    """What tokens are sealed with in Redis: 32 bytes in base64 (`openssl rand -base64 32`), and behind it the
    former key while there is one. The same in all processes. Secret."""
    redis_cache_secret: str | None
    """What the names of entries in Redis are made with: 32 bytes in base64, the same in all processes. Secret."""
    redis_key_prefix: str | None
    """What all names in Redis begin with. Default `acs-auth`."""
    redis_timeout_ms: int | timedelta | None
    """How long any use of Redis may take, in milliseconds. Default 50."""
    redis_lock: bool | None
    """Lets only one process at a time exchange a token that several are asked for. Default `false`."""
    graph_client_secret: str | None
    """The secret of `api_client_id`, with which it calls Microsoft Graph on behalf of users. With it, `/api/user`
    and `/api/token` are there. Secret."""
    graph_mapping_keys: Iterable[str] | None
    """What mappings in Microsoft Graph are signed with: 32 bytes in base64 (`openssl rand -base64 32`), and behind
    it the former key while there is one. The same in all processes. Required with `graph.client_secret`. Secret."""
    graph_adopt_unsigned_mappings: bool | None
    """Accepts mappings without a signature, such as those of Microsoft's sample, and signs them. While it is on, a
    user can claim any identity of the resource whose id they know. Default `false`."""
    graph_extension_name: str | None
    """The open extension that holds a user's ACS identity. Default `com.contoso.identityMapping`."""
    graph_base_url: str | None
    """Where Microsoft Graph answers. Default: the cloud's."""
    token_scopes: Iterable[str] | None
    """What the tokens of `/api/token` are for. Default `voip` and `chat`."""
