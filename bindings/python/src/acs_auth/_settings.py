"""The handler's settings from the environment or a TOML text."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Callable

from ._durations import invalid
from ._library import call, native
from ._models import NotCopied, Record, is_valid_unicode

if TYPE_CHECKING:
    from typing import Optional

    #: What a variable of this name is set to, if it is.
    Lookup = Callable[[str], Optional[str]]


class SettingName(Record):
    """A setting: its name in TOML, its names in the environment, and what it is for."""

    __slots__ = ("toml", "environment", "about")

    toml: str
    environment: list[str]
    about: str

    def __init__(self, given: Any) -> None:
        self.toml = given.toml
        self.environment = given.environment
        self.about = given.about


class HandlerSettings(NotCopied):
    """Settings of a handler. They hold secrets and are not shown."""

    __slots__ = ("_object",)

    def __init__(self, given: Any) -> None:
        self._object = given

    @classmethod
    def from_env(cls, variable: Lookup | None = None) -> HandlerSettings:
        """From the environment, or whatever `variable` knows."""
        look_up: Any = os.environ.get if variable is None else variable
        variables: dict[str, str] = {}
        try:
            # Each is looked up here: what calls Python from within the library may not be ended with the interpreter.
            for name in (name for setting in cls.names() for name in setting.environment):
                value: str | None = look_up(name)
                if value is None:
                    continue
                if not is_valid_unicode(value):
                    raise invalid(name, f"{name} is not valid UTF-8.")
                variables[name] = value
            return cls(call(native().HandlerSettings.from_variables, variables))
        finally:
            variables.clear()
            value = None

    @classmethod
    def from_toml(cls, text: str) -> HandlerSettings:
        """From a TOML text."""
        try:
            return cls(call(native().HandlerSettings.from_toml, text))
        finally:
            del text

    @staticmethod
    def names() -> list[SettingName]:
        """Every setting there is."""
        return [SettingName(given) for given in native().handler_setting_names()]

    def or_(self, other: HandlerSettings) -> HandlerSettings:
        """These settings, and those of `other` where these have none. `settings | other` is the same."""
        return HandlerSettings(call(self._object.or_else, other._object))

    __or__ = or_

    def _native(self) -> Any:
        return self._object

    def __repr__(self) -> str:
        return "<HandlerSettings>"
