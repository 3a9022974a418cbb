"""The handler's settings: from the environment, from TOML, or set by name."""

from __future__ import annotations

import os
from enum import Enum
from typing import TYPE_CHECKING, Any, Callable

from ._credentials import key_of
from ._durations import invalid, milliseconds
from ._library import call, native
from ._models import NotCopied, Record, is_valid_unicode

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Optional

    from typing_extensions import Unpack

    from ._setting_keywords import SettingKeywords

    #: A function that returns the value of the variable of this name, or None.
    Lookup = Callable[[str], Optional[str]]


class SettingName(Record):
    """A setting: its name in TOML, its names in the environment, and its description."""

    __slots__ = ("toml", "environment", "about")

    toml: str
    environment: list[str]
    about: str

    def __init__(self, given: Any) -> None:
        self.toml = given.toml
        self.environment = given.environment
        self.about = given.about


def _lowered(name: str, value: Any) -> Any:
    """Converts a value for the library, which checks whether the setting accepts its type."""
    form = native().SettingValue
    text: Any = None
    try:
        if isinstance(value, Enum):
            value = value.value
        if isinstance(value, bool):
            return form.FLAG(value)
        if isinstance(value, int):
            if not -(2**63) <= value < 2**63:
                raise invalid(name, f"{name} must be less than 2**63.")
            return form.NUMBER(value)
        if hasattr(value, "total_seconds"):
            return form.TIME(milliseconds(name, value))
        text = key_of(value)
        if text is not None:
            return form.TEXT(text)
        if hasattr(value, "__iter__") and not isinstance(value, (bytes, bytearray, memoryview)):
            text = list(value)
            if all(isinstance(item, str) for item in text):
                return form.TEXTS(text)
        kind = type(value).__name__
        raise TypeError(f"{name} must be a str, an iterable of str, an int, a timedelta or a bool, not {kind}.")
    finally:
        value = text = None


class HandlerSettings(NotCopied):
    """The settings of a `TokenExchangeHandler`. The repr shows none of them, because they contain secrets."""

    __slots__ = ("_object",)

    def __init__(self, values: Mapping[str, Any] | None = None, **keywords: Unpack[SettingKeywords]) -> None:
        """Takes settings by their names in TOML, or as keywords with underscores in place of dots. None means not set.

        `HandlerSettings({"redis.lock": True})` is the same as `HandlerSettings(redis_lock=True)`. Raises
        `InvalidArgumentError`, whose `target` names the setting.
        """
        try:
            setting = native().Setting
            given: Any = {**(values or {}), **keywords}
            given = [setting(name=name, value=_lowered(name, given[name])) for name in given if given[name] is not None]
            self._object = call(native().HandlerSettings.from_values, given)
        finally:
            values = given = None
            keywords = {}

    @classmethod
    def _of(cls, given: Any) -> HandlerSettings:
        made = cls.__new__(cls)
        made._object = given
        return made

    @classmethod
    def from_env(cls, variable: Lookup | None = None) -> HandlerSettings:
        """Reads settings from environment variables, or through `variable`: a function that returns a variable's value or None.

        Raises `InvalidArgumentError`, whose `target` names the variable.
        """
        look_up: Any = os.environ.get if variable is None else variable
        variables: dict[str, str] = {}
        try:
            # Looked up here and not by a callback of the library: an exit of the interpreter during that would abort the
            # process.
            for name in native().handler_setting_variables():
                value: str | None = look_up(name)
                if value is None:
                    continue
                if not is_valid_unicode(value):
                    raise invalid(name, f"{name} is not valid UTF-8.")
                variables[name] = value
            return cls._of(call(native().HandlerSettings.from_variables, variables))
        finally:
            variables.clear()
            value = None

    @classmethod
    def from_toml(cls, text: str) -> HandlerSettings:
        """Reads settings from TOML text. Raises `InvalidArgumentError`, whose `target` names the setting."""
        try:
            return cls._of(call(native().HandlerSettings.from_toml, text))
        finally:
            del text

    @staticmethod
    def names() -> list[SettingName]:
        """Returns all settings with their names and descriptions."""
        return [SettingName(given) for given in native().handler_setting_names()]

    def or_(self, other: HandlerSettings) -> HandlerSettings:
        """Returns these settings, completed by those of `other`. The same as `settings | other`."""
        return HandlerSettings._of(call(self._object.or_else, other._object))

    __or__ = or_

    def _native(self) -> Any:
        return self._object

    def __repr__(self) -> str:
        return "<HandlerSettings>"
