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
    """The resource's other access key. It is tried when the connection string's key is rejected, and then preferred
    until it is rejected in turn. Secret."""
    endpoint: str | None
    """The endpoint of the ACS resource instead of a connection string, for a token credential that the program
    sets."""
    allow_insecure_endpoint: bool | None
    """Accepts an `http` endpoint that is not loopback. Default `false`."""
    api_client_id: str | None
    """The client id of this API's own registration."""
    audiences: Iterable[str] | None
    """The audiences of bearer tokens. Default: `api_client_id` and `api://` followed by it."""
    tenant_ids: Iterable[str] | None
    """The tenants (GUIDs) whose users may call."""
    required_scope: str | None
    """The permission that a bearer token must have. Default `access_as_user`."""
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
    """The address of Entra ID instead of the cloud's: `https://login.microsoftonline.com`, or an emulator."""
    cors_origins: Iterable[str] | None
    """The origins whose pages may call: `https://calls.contoso.example`. Default: none."""
    timeout_ms: int | timedelta | None
    """The timeout of a request to the handler, in milliseconds. Default 15000."""
    service_timeout_ms: int | timedelta | None
    """The timeout of a call to ACS, including its retries, in milliseconds. Default 10000."""
    connect_timeout_ms: int | timedelta | None
    """The timeout for opening a connection, in milliseconds. Default 5000."""
    attempt_timeout_ms: int | timedelta | None
    """The timeout of one attempt of a call, in milliseconds; the last one gets all the time left. Default 3000."""
    http2: bool | None
    """Offers HTTP/2 to ACS, Entra ID and Microsoft Graph. Default `false`."""
    token_check: TokenCheck | str | None
    """How to treat a Teams token that the token check rejects: `enforce` (default), `warn`, or `off`, which needs
    exactly one of `teams_client_ids`."""
    root_certificates_pem: str | None
    """Certificate authorities to trust in addition to the system's, as PEM text and not as a path."""
    cache_bytes: int | None
    """The maximum size of the memory cache, in bytes; 0 turns it off. Default 67108864, about 15,000 tokens."""
    limit_exchanges: int | None
    """The maximum number of exchanges in `limit.window_ms`. Default 400, 80 % of what ACS documents."""
    limit_window_ms: int | timedelta | None
    """The window of `limit.exchanges`, in milliseconds, from 1,000 to 3,600,000. Default 30000."""
    limit_per_user: int | None
    """The maximum number of new exchanges of one user in `limit.window_ms`; 0 means no limit. Default 25."""
    limit_identity_per_user: int | None
    """How many operations of `/api/user` and `/api/token` one user may start in `limit.identity_window_ms`; 0 means
    no limit. Cached tokens don't count. Default 20."""
    limit_identity_creations: int | None
    """The maximum number of identities that `/api/user` creates in `limit.identity_window_ms`. Default 800, 80 % of
    what ACS documents."""
    limit_identity_deletions: int | None
    """The maximum number of identities that `/api/user` deletes in `limit.identity_window_ms`. Default 400, 80 % of
    what ACS documents."""
    limit_identity_tokens: int | None
    """The maximum number of tokens that `/api/token` issues in `limit.identity_window_ms`. Default 800, 80 % of
    what ACS documents."""
    limit_identity_window_ms: int | timedelta | None
    """The window of the four `limit.identity_` settings, in milliseconds, from 1,000 to 3,600,000. Default 30000."""
    redis_url: str | None
    """The Redis in which processes share their cache and limiter: `redis://host:6379`, `redis+cluster://host,host`,
    or `redis+sentinel://host,host/service`; with `?auth=entra` it is authenticated with the program's token
    credential. Secret. Needs the feature `redis`."""
    redis_sealing_keys: Iterable[str] | None
    """The key that seals tokens in Redis: 32 bytes in base64 (`openssl rand -base64 32`), followed by the former
    key while there is one. The same in all processes. Secret."""
    redis_cache_secret: str | None
    """The secret from which the names of entries in Redis are derived: 32 bytes in base64, the same in all
    processes. Secret."""
    redis_key_prefix: str | None
    """The prefix of all names in Redis. Default `acs-auth`."""
    redis_timeout_ms: int | timedelta | None
    """The time limit of each access to Redis, in milliseconds. Default 50."""
    redis_lock: bool | None
    """Lets only one process at a time exchange a given token. Default `false`."""
    graph_client_secret: str | None
    """The client secret of `api_client_id`, for calling Microsoft Graph on behalf of users. It turns on `/api/user`
    and `/api/token`. Secret."""
    graph_mapping_keys: Iterable[str] | None
    """The key that signs mappings in Microsoft Graph: 32 bytes in base64 (`openssl rand -base64 32`), followed by
    the former key while there is one. The same in all processes. Required with `graph.client_secret`. Secret."""
    graph_adopt_unsigned_mappings: bool | None
    """Accepts mappings without a signature, such as those of Microsoft's sample, and signs them. While it is on, a
    user can claim any identity of the resource whose id they know. Default `false`."""
    graph_extension_name: str | None
    """The open extension that stores a user's ACS identity. Default `com.contoso.identityMapping`."""
    graph_base_url: str | None
    """The address of Microsoft Graph. Default: the cloud's."""
    token_scopes: Iterable[str] | None
    """The scopes of the tokens of `/api/token`. Default `voip` and `chat`."""
