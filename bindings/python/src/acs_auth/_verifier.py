"""Verifies the bearer tokens of a back end's callers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._durations import whole_seconds
from ._library import call, native, objects, wait
from ._logging import refresh_log_level
from ._models import NotCopied, Record, TokenVersion
from ._options import lower, pem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ._durations import Duration
    from ._options import Cloud, Proxy


class VerifiedToken(Record):
    """The claims of a verified token. `object_id` is the user, `client_id` the application; `expires_on` is in Unix seconds."""

    __slots__ = ("tenant_id", "object_id", "client_id", "scopes", "version", "expires_on")

    tenant_id: str
    object_id: str
    client_id: str
    scopes: list[str]
    version: TokenVersion
    expires_on: int

    def __init__(
        self,
        tenant_id: str,
        object_id: str,
        client_id: str,
        scopes: list[str],
        version: TokenVersion,
        expires_on: int,
    ) -> None:
        self.tenant_id = tenant_id
        self.object_id = object_id
        self.client_id = client_id
        self.scopes = scopes
        self.version = version
        self.expires_on = expires_on


class VerifierBase(NotCopied):
    """Options are keywords. Tenants, audiences and clients must be named, or any must be allowed explicitly."""

    def __init__(
        self,
        *,
        tenant_ids: Sequence[str] = (),
        allow_any_tenant: bool = False,
        audiences: Sequence[str] = (),
        allowed_client_ids: Sequence[str] = (),
        allow_any_client: bool = False,
        required_scope: str | None = None,
        cloud: Cloud | None = None,
        root_certificates_pem: bytes | str | None = None,
        proxy: Proxy | None = None,
        clock_skew: Duration | None = None,
        max_lifetime: Duration | None = None,
    ) -> None:
        options = native().VerifierOptions(
            tenant_ids=list(tenant_ids),
            allow_any_tenant=allow_any_tenant,
            audiences=list(audiences),
            allowed_client_ids=list(allowed_client_ids),
            allow_any_client=allow_any_client,
            required_scope=required_scope,
            cloud=lower(cloud),
            root_certificates_pem=pem("root_certificates_pem", root_certificates_pem),
            proxy=lower(proxy),
            clock_skew_s=whole_seconds("clock_skew", clock_skew),
            max_lifetime_s=whole_seconds("max_lifetime", max_lifetime),
        )
        refresh_log_level()
        self._object: Any = objects().TokenVerifier(call(native().TokenVerifier, options))


class TokenVerifier(VerifierBase):
    """Verifies the bearer tokens of your API's callers. It fetches Entra ID's keys when it needs them.

    Create one and keep it: it caches the keys. Tenants, audiences and client ids must be named, or all be allowed explicitly:

    - `tenant_ids`: the tenants (GUIDs) whose users may call, or `allow_any_tenant`.
    - `audiences`: the API's client id (tokens of version 2.0) and its `api://…` (version 1.0).
    - `allowed_client_ids`: the applications that may call, or `allow_any_client`.
    - `required_scope`: the permission that a token must have; `access_as_user` by default.
    - `cloud`: the `Cloud` whose users call; the public one by default.
    - `clock_skew`: how far clocks may differ; 5 minutes by default. `max_lifetime`: the longest lifetime of a token; 28 hours.
    - `proxy`: a `Proxy`; by default, that of the environment. `root_certificates_pem`: certificate authorities to trust in
      addition, as PEM text.
    """

    def verify(self, bearer_token: str) -> VerifiedToken:
        """Verifies a bearer token, without `Bearer ` in front of it.

        Raises `UnauthorizedError` if it isn't valid, `ForbiddenError` if its tenant, application or permissions aren't allowed;
        `error_code` names the failed check. Raises `TransportError` if a key is needed and can't be fetched.
        """
        try:
            return VerifiedToken(*wait(self._object.verify, bearer_token))
        finally:
            del bearer_token

    def keys_reachable(self) -> bool:
        """Returns whether Entra ID's keys are cached or can be fetched."""
        reachable: bool = wait(self._object.keys_reachable)
        return reachable
