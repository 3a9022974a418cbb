"""Inspects what the service would reject in a user's Entra token, without I/O."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from ._durations import unix_seconds, whole_seconds
from ._library import call, native
from ._models import Record
from ._options import Cloud

if TYPE_CHECKING:
    from ._durations import Duration, Moment


class CheckName(str, Enum):
    """The checks, in their order; the value is also the `error_code` of a rejection."""

    SHAPE = "shape"
    AUDIENCE = "audience"
    SCOPES = "scopes"
    APP = "app"
    USER = "user"
    TENANT = "tenant"
    EXPIRY = "expiry"


class Outcome(str, Enum):
    """The outcome of a check."""

    PASSED = "passed"
    """Nothing was found that the service would reject."""
    FAILED = "failed"
    """The service is likely to reject the token, or the token is of little use."""
    NOT_CHECKED = "not_checked"
    """There was nothing to compare with."""


class Check(Record):
    """A check, its outcome, and an `explanation` for a person: what was found, what was expected and what to do."""

    __slots__ = ("name", "outcome", "explanation")

    name: CheckName
    outcome: Outcome
    explanation: str

    def __init__(self, given: Any) -> None:
        self.name = CheckName[given.name.name]
        self.outcome = Outcome[given.outcome.name]
        self.explanation = given.explanation


class UnverifiedClaims(Record):
    """A token's claims, which are not verified. One that the token doesn't have is None.

    `app_id` is `appid` or `azp`; `expires_at` and `issued_at` are in Unix seconds. `app_only` is whether the token stands
    for an application instead of a user.
    """

    __slots__ = (
        "app_id",
        "app_only",
        "audience",
        "expires_at",
        "issued_at",
        "object_id",
        "scopes",
        "tenant_id",
        "version",
    )

    app_id: str | None
    app_only: bool
    audience: str | None
    expires_at: int | None
    issued_at: int | None
    object_id: str | None
    scopes: list[str]
    tenant_id: str | None
    version: str | None

    def __init__(self, given: Any) -> None:
        for name in self.__slots__:
            setattr(self, name, getattr(given, name))


class Inspection(Record):
    """The outcomes of all checks, and the token's claims. An inspection is truthy if no check failed."""

    __slots__ = ("checks", "claims")

    checks: list[Check]
    claims: UnverifiedClaims

    def __init__(self, given: Any) -> None:
        self.checks = [Check(check) for check in given.checks]
        self.claims = UnverifiedClaims(given.claims)

    @property
    def first_failure(self) -> Check | None:
        """The first check that failed, if one did."""
        return next((check for check in self.checks if check.outcome is Outcome.FAILED), None)

    @property
    def is_ok(self) -> bool:
        """Whether no check failed."""
        return self.first_failure is None

    def __bool__(self) -> bool:
        return self.is_ok


class Expectations(Record):
    """What a token should contain. Create it with `teams_user`, `teams_extension` or `entra_user`, and set the user's ids.

    - `client_id`, `user_object_id`: the application and the user; None: not checked.
    - `tenant_id`: the user's tenant; None, `organizations` and `common` mean any.
    - `audiences`: the accepted audiences; an empty list means any.
    - `scopes`: the permissions that must all be there, by their short names, and `resource`: what they belong to.
    - `min_remaining`: more than this must be left until the token expires.
    """

    __slots__ = ("client_id", "user_object_id", "tenant_id", "audiences", "scopes", "resource", "min_remaining")

    def __init__(
        self,
        *,
        audiences: list[str],
        scopes: list[str],
        resource: str,
        min_remaining: Duration,
        client_id: str | None = None,
        user_object_id: str | None = None,
        tenant_id: str | None = None,
    ) -> None:
        self.client_id = client_id
        self.user_object_id = user_object_id
        self.tenant_id = tenant_id
        self.audiences = audiences
        self.scopes = scopes
        self.resource = resource
        self.min_remaining = min_remaining

    @classmethod
    def teams_user(cls, cloud: Cloud | None = None) -> Expectations:
        """The expectations of the Teams user exchange: both permissions, and more than ten minutes left."""
        return cls._of(native().expectations_teams_user, cloud)

    @classmethod
    def teams_extension(cls, cloud: Cloud | None = None) -> Expectations:
        """The expectations of the Teams Phone extensibility exchange: its permission, and more than ten minutes left."""
        return cls._of(native().expectations_teams_extension, cloud)

    @classmethod
    def entra_user(cls) -> Expectations:
        """The expectations of the Entra user exchange: a token for `https://communication.azure.com/clients`."""
        return cls._from(call(native().expectations_entra_user))

    @classmethod
    def _of(cls, make: Any, cloud: Cloud | None) -> Expectations:
        return cls._from(call(make, (cloud or Cloud.public())._native()))

    @classmethod
    def _from(cls, given: Any) -> Expectations:
        return cls(
            audiences=given.audiences,
            scopes=given.scopes,
            resource=given.resource,
            min_remaining=given.min_remaining_s,
            client_id=given.client_id,
            user_object_id=given.user_object_id,
            tenant_id=given.tenant_id,
        )

    def _native(self) -> Any:
        return native().Expectations(
            client_id=self.client_id,
            user_object_id=self.user_object_id,
            tenant_id=self.tenant_id,
            audiences=list(self.audiences),
            scopes=list(self.scopes),
            resource=self.resource,
            min_remaining_s=whole_seconds("min_remaining", self.min_remaining),
        )


def inspect(token: str, expected: Expectations, now: Moment | None = None) -> Inspection:
    """Checks a user's Entra token against expectations, for an explanation. Any text is accepted as a token.

    The signature isn't verified: what passes can be forged. Use this to explain and to save calls, never to authorize anyone.
    """
    try:
        return Inspection(call(native().inspect, token, expected._native(), unix_seconds("now", now)))
    finally:
        del token
