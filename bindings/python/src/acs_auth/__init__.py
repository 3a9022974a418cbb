"""Exchanges Teams users' Microsoft Entra tokens for Azure Communication Services (ACS) access tokens, in your back end.

- `CommunicationIdentityClient` has the names and calls of `azure-communication-identity`.
- `TeamsTokenExchanger` adds a cache and a limiter to the exchange.
- `TokenExchangeHandler` is a complete HTTP endpoint, behind any framework.
- `acs_auth.aio` has the same classes for asyncio, `acs_auth.testing` a fake service for unit tests.

A failed call raises a subclass of `AcsAuthError`; an argument of the wrong type raises a `TypeError` or a `ValueError`.
Durations are a `timedelta` or a number of seconds, points in time a `datetime` with a time zone or Unix seconds.

Importing this package doesn't load the native library; the first object that needs it does.
"""

from typing import TYPE_CHECKING, Any

from ._client import CommunicationIdentityClient
from ._endpoint import ConnectionString, Endpoint
from ._errors import (
    AcsAuthError,
    CancelledError,
    CredentialDeniedError,
    EntraTokenInvalidError,
    EntraTokenRejectedError,
    ForbiddenError,
    InternalError,
    InvalidArgumentError,
    InvalidConnectionStringError,
    NotFoundError,
    ServiceError,
    ThrottledError,
    TimedOutError,
    TransportError,
    UnauthorizedError,
    UnexpectedResponseError,
    ValidationFailedError,
)
from ._keys import AccessKey, SealingKey
from ._kinds import ErrorKind
from ._logging import refresh_log_level
from ._models import (
    AccessToken,
    ApiVersion,
    CommunicationTokenScope,
    CommunicationUserDetail,
    PreviewApiVersion,
    TeamsExtensionAssignment,
    TeamsExtensionPrincipalType,
    TokenVersion,
)
from ._options import Cloud, Proxy, RetryPolicy, TokenCheck
from ._users import CommunicationIdentifierKind, CommunicationUserIdentifier
from ._version import __version__

if TYPE_CHECKING:
    from . import events, identifiers
    from ._assignment_messages import (
        parse_delete_teams_extension_assignment,
        parse_get_teams_extension_assignment,
        parse_put_teams_extension_assignment,
        prepare_delete_teams_extension_assignment,
        prepare_get_teams_extension_assignment,
        prepare_put_teams_extension_assignment,
    )
    from ._exchanger import TeamsTokenExchanger
    from ._handler import Request, Response, TokenExchangeHandler
    from ._inspect import Check, CheckName, Expectations, Inspection, Outcome, UnverifiedClaims, inspect
    from ._messages import (
        ACS_RESOURCE_APP_ID,
        ACS_SCOPE,
        DEFAULT_API_VERSION,
        TEAMS_EXTENSION_API_VERSION,
        Authentication,
        Method,
        PreparedRequest,
        RawResponse,
        Retryable,
        parse_create_user,
        parse_create_user_and_token,
        parse_delete_user,
        parse_exchange_teams_extension,
        parse_exchange_teams_user,
        parse_issue_token,
        parse_revoke_tokens,
        prepare_create_user,
        prepare_create_user_and_token,
        prepare_delete_user,
        prepare_exchange_teams_extension,
        prepare_exchange_teams_user,
        prepare_issue_token,
        prepare_revoke_tokens,
        retry_after,
    )
    from ._preview_messages import (
        parse_create_user_and_token_with_custom_id,
        parse_create_user_with_custom_id,
        parse_exchange_entra_user,
        parse_get_user_detail,
        prepare_create_user_and_token_with_custom_id,
        prepare_create_user_with_custom_id,
        prepare_exchange_entra_user,
        prepare_get_user_detail,
    )
    from ._redis import CacheKey, RedisOptions, cache_key
    from ._settings import HandlerSettings, SettingName
    from ._signing import SignableRequest, SignedHeaders, sign_request
    from ._user_credential import CommunicationTokenCredential
    from ._verifier import TokenVerifier, VerifiedToken
    from .events import Event
    from .identifiers import (
        CommunicationCloudEnvironment,
        CommunicationIdentifier,
        CommunicationUserProperties,
        MicrosoftTeamsAppIdentifier,
        MicrosoftTeamsAppProperties,
        MicrosoftTeamsUserIdentifier,
        MicrosoftTeamsUserProperties,
        PhoneNumberIdentifier,
        PhoneNumberProperties,
        TeamsExtensionUserIdentifier,
        TeamsExtensionUserProperties,
        UnknownIdentifier,
        identifier_from_raw_id,
    )
else:
    #: The module of each name that is imported at its first use, because most programs need only the client.
    _LATER = {
        "TeamsTokenExchanger": "_exchanger",
        "Request": "_handler",
        "Response": "_handler",
        "TokenExchangeHandler": "_handler",
        "Check": "_inspect",
        "CheckName": "_inspect",
        "Expectations": "_inspect",
        "Inspection": "_inspect",
        "Outcome": "_inspect",
        "UnverifiedClaims": "_inspect",
        "inspect": "_inspect",
        "ACS_RESOURCE_APP_ID": "_messages",
        "ACS_SCOPE": "_messages",
        "DEFAULT_API_VERSION": "_messages",
        "TEAMS_EXTENSION_API_VERSION": "_messages",
        "Authentication": "_messages",
        "Method": "_messages",
        "PreparedRequest": "_messages",
        "RawResponse": "_messages",
        "Retryable": "_messages",
        "parse_create_user": "_messages",
        "parse_create_user_and_token": "_messages",
        "parse_delete_user": "_messages",
        "parse_exchange_teams_extension": "_messages",
        "parse_exchange_teams_user": "_messages",
        "parse_issue_token": "_messages",
        "parse_revoke_tokens": "_messages",
        "prepare_create_user": "_messages",
        "prepare_create_user_and_token": "_messages",
        "prepare_delete_user": "_messages",
        "prepare_exchange_teams_extension": "_messages",
        "prepare_exchange_teams_user": "_messages",
        "prepare_issue_token": "_messages",
        "prepare_revoke_tokens": "_messages",
        "retry_after": "_messages",
        "parse_create_user_and_token_with_custom_id": "_preview_messages",
        "parse_create_user_with_custom_id": "_preview_messages",
        "parse_delete_teams_extension_assignment": "_assignment_messages",
        "parse_exchange_entra_user": "_preview_messages",
        "parse_get_teams_extension_assignment": "_assignment_messages",
        "parse_get_user_detail": "_preview_messages",
        "parse_put_teams_extension_assignment": "_assignment_messages",
        "prepare_create_user_and_token_with_custom_id": "_preview_messages",
        "prepare_create_user_with_custom_id": "_preview_messages",
        "prepare_delete_teams_extension_assignment": "_assignment_messages",
        "prepare_exchange_entra_user": "_preview_messages",
        "prepare_get_teams_extension_assignment": "_assignment_messages",
        "prepare_get_user_detail": "_preview_messages",
        "prepare_put_teams_extension_assignment": "_assignment_messages",
        "CacheKey": "_redis",
        "RedisOptions": "_redis",
        "cache_key": "_redis",
        "HandlerSettings": "_settings",
        "SettingName": "_settings",
        "SignableRequest": "_signing",
        "SignedHeaders": "_signing",
        "sign_request": "_signing",
        "CommunicationTokenCredential": "_user_credential",
        "TokenVerifier": "_verifier",
        "VerifiedToken": "_verifier",
        "Event": "events",
        "CommunicationCloudEnvironment": "identifiers",
        "CommunicationIdentifier": "identifiers",
        "CommunicationUserProperties": "identifiers",
        "MicrosoftTeamsAppIdentifier": "identifiers",
        "MicrosoftTeamsAppProperties": "identifiers",
        "MicrosoftTeamsUserIdentifier": "identifiers",
        "MicrosoftTeamsUserProperties": "identifiers",
        "PhoneNumberIdentifier": "identifiers",
        "PhoneNumberProperties": "identifiers",
        "TeamsExtensionUserIdentifier": "identifiers",
        "TeamsExtensionUserProperties": "identifiers",
        "UnknownIdentifier": "identifiers",
        "identifier_from_raw_id": "identifiers",
    }

    def __getattr__(name: str) -> Any:
        from importlib import import_module

        if name in ("events", "identifiers"):
            return import_module("." + name, __name__)
        module = _LATER.get(name)
        if module is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = globals()[name] = getattr(import_module("." + module, __name__), name)
        return found

    def __dir__() -> list[str]:
        return sorted({*globals(), *_LATER, "events", "identifiers"})


__all__ = [
    "ACS_RESOURCE_APP_ID",
    "ACS_SCOPE",
    "DEFAULT_API_VERSION",
    "TEAMS_EXTENSION_API_VERSION",
    "AccessKey",
    "AccessToken",
    "AcsAuthError",
    "ApiVersion",
    "Authentication",
    "CacheKey",
    "CancelledError",
    "Check",
    "CheckName",
    "Cloud",
    "CommunicationCloudEnvironment",
    "CommunicationIdentifier",
    "CommunicationIdentifierKind",
    "CommunicationIdentityClient",
    "CommunicationTokenCredential",
    "CommunicationTokenScope",
    "CommunicationUserDetail",
    "CommunicationUserIdentifier",
    "CommunicationUserProperties",
    "ConnectionString",
    "CredentialDeniedError",
    "Endpoint",
    "EntraTokenInvalidError",
    "EntraTokenRejectedError",
    "ErrorKind",
    "Event",
    "Expectations",
    "ForbiddenError",
    "HandlerSettings",
    "Inspection",
    "InternalError",
    "InvalidArgumentError",
    "InvalidConnectionStringError",
    "Method",
    "MicrosoftTeamsAppIdentifier",
    "MicrosoftTeamsAppProperties",
    "MicrosoftTeamsUserIdentifier",
    "MicrosoftTeamsUserProperties",
    "NotFoundError",
    "Outcome",
    "PhoneNumberIdentifier",
    "PhoneNumberProperties",
    "PreparedRequest",
    "PreviewApiVersion",
    "Proxy",
    "RawResponse",
    "RedisOptions",
    "Request",
    "Response",
    "RetryPolicy",
    "Retryable",
    "SealingKey",
    "ServiceError",
    "SettingName",
    "SignableRequest",
    "SignedHeaders",
    "TeamsExtensionAssignment",
    "TeamsExtensionPrincipalType",
    "TeamsExtensionUserIdentifier",
    "TeamsExtensionUserProperties",
    "TeamsTokenExchanger",
    "ThrottledError",
    "TimedOutError",
    "TokenCheck",
    "TokenExchangeHandler",
    "TokenVerifier",
    "TokenVersion",
    "TransportError",
    "UnauthorizedError",
    "UnexpectedResponseError",
    "UnknownIdentifier",
    "UnverifiedClaims",
    "ValidationFailedError",
    "VerifiedToken",
    "__version__",
    "cache_key",
    "identifier_from_raw_id",
    "inspect",
    "parse_create_user",
    "parse_create_user_and_token",
    "parse_create_user_and_token_with_custom_id",
    "parse_create_user_with_custom_id",
    "parse_delete_teams_extension_assignment",
    "parse_delete_user",
    "parse_exchange_entra_user",
    "parse_exchange_teams_extension",
    "parse_exchange_teams_user",
    "parse_get_teams_extension_assignment",
    "parse_get_user_detail",
    "parse_issue_token",
    "parse_put_teams_extension_assignment",
    "parse_revoke_tokens",
    "prepare_create_user",
    "prepare_create_user_and_token",
    "prepare_create_user_and_token_with_custom_id",
    "prepare_create_user_with_custom_id",
    "prepare_delete_teams_extension_assignment",
    "prepare_delete_user",
    "prepare_exchange_entra_user",
    "prepare_exchange_teams_extension",
    "prepare_exchange_teams_user",
    "prepare_get_teams_extension_assignment",
    "prepare_get_user_detail",
    "prepare_issue_token",
    "prepare_put_teams_extension_assignment",
    "prepare_revoke_tokens",
    "refresh_log_level",
    "retry_after",
    "sign_request",
]
