"""What the official samples take from the module of this name."""

from __future__ import annotations

from .._endpoint import ConnectionString


def parse_connection_str(conn_str: str) -> tuple[str, str]:
    """The endpoint and the key of a connection string, as texts. `ConnectionString` keeps the key hidden."""
    try:
        parsed = ConnectionString(conn_str)
        return parsed.endpoint.url, parsed.access_key._text
    finally:
        del conn_str
