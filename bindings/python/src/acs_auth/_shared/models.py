"""Deprecated identifiers that the official package still has."""

from __future__ import annotations

import warnings
from typing import Any

from ..identifiers import MicrosoftTeamsAppIdentifier

_OLD_NAMES = {"bot_id": "app_id"}


class _BotProperties(dict[str, Any]):
    """An application's properties, which can also be read by their former names."""

    def __missing__(self, name: str) -> Any:
        if name == "is_resource_account_configured":
            return True
        return self[_OLD_NAMES[name]]


class _MicrosoftBotIdentifier(MicrosoftTeamsAppIdentifier):
    """The former class of MicrosoftTeamsAppIdentifier."""

    def __init__(self, bot_id: str, **kwargs: Any) -> None:
        warnings.warn("The MicrosoftBotIdentifier is deprecated: use MicrosoftTeamsAppIdentifier.", DeprecationWarning, 2)
        kwargs.pop("is_resource_account_configured", None)
        super().__init__(bot_id, **kwargs)
        self.properties = _BotProperties(self.properties)  # type: ignore[assignment]
