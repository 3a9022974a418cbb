"""Functions that the official samples and tests import from a module of this name."""

from __future__ import annotations

import base64
import json
import time
from datetime import datetime, timezone
from typing import Any

from .._endpoint import ConnectionString
from .._models import AccessToken


def parse_connection_str(conn_str: str | None) -> tuple[str, str]:
    """Returns host and key of a connection string; the URL in place of the host if it isn't https.

    `ConnectionString` does the same without showing the key in its repr.
    """
    try:
        if conn_str is None:
            raise ValueError("The connection string is None.")
        parsed = ConnectionString(conn_str)
        return _host_of(parsed.endpoint.url), parsed.access_key._text
    finally:
        del conn_str


def _host_of(url: str) -> str:
    scheme, _, host = url.partition("://")
    return host if scheme == "https" else url


#: Some issuers encode the payload of a JWT in base64's standard alphabet.
_URL_SAFE = str.maketrans("+/", "-_")


def read_claims(token: str) -> dict[str, Any] | None:
    """Returns the claims of a JWT, which isn't verified; None if it can't be read."""
    parts = token.split(".")
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1].translate(_URL_SAFE) + "=="))
    except ValueError:
        return None
    finally:
        del token, parts
    return claims if isinstance(claims, dict) else None


def create_access_token(token: str) -> AccessToken:
    """Returns the token with the expiry that its claims contain. It isn't verified."""
    try:
        claims = read_claims(token) if token.count(".") >= 2 else None
        return AccessToken(token, int((claims or {})["exp"]))
    except (KeyError, ValueError, TypeError, OverflowError):
        raise ValueError("Token is not formatted correctly") from None
    finally:
        del token


def get_current_utc_as_int() -> int:
    """Returns the current time in Unix seconds."""
    return int(time.time())


def get_current_utc_time() -> str:
    """Returns the current time in the format of HTTP headers."""
    return datetime.now(timezone.utc).strftime("%a, %d %b %Y %H:%M:%S GMT")


def _convert_datetime_to_utc_int(input_datetime: datetime) -> int:
    """Returns the Unix seconds of a datetime. One without a time zone is read as UTC."""
    if input_datetime.tzinfo is None:
        input_datetime = input_datetime.replace(tzinfo=timezone.utc)
    return int(input_datetime.timestamp())
