"""Keys, which are never shown and never pickled."""

from __future__ import annotations

from typing import Any

from ._library import call, native, objects
from ._models import HIDDEN, NotCopied


class AccessKey(NotCopied):
    """The resource's access key."""

    __slots__ = ("_object", "_text", "_of_c")

    def __init__(self, text: str) -> None:
        """`text` is base64, as the portal shows it. Raises `InvalidConnectionStringError` if it isn't."""
        try:
            self._object: Any = call(native().AccessKey, text)
            self._text = text
        finally:
            del text

    @classmethod
    def _with(cls, text: str, given: Any) -> AccessKey:
        made = cls.__new__(cls)
        made._text = text
        made._object = given
        return made

    def _signing(self) -> Any:
        """Returns the key for the C ABI, created at the first use."""
        try:
            return self._of_c
        except AttributeError:
            self._of_c: Any = objects().AccessKey(self._object)
            return self._of_c

    def __repr__(self) -> str:
        return f"AccessKey({HIDDEN})"


class SealingKey(NotCopied):
    """The key that seals (encrypts) tokens in a Redis that processes share."""

    __slots__ = ("_object",)

    def __init__(self, text: str) -> None:
        """`text` is 32 random bytes in base64: `openssl rand -base64 32`. Raises `InvalidArgumentError` if it isn't."""
        try:
            self._object: Any = call(native().SealingKey, text)
        finally:
            del text

    @classmethod
    def from_base64(cls, text: str) -> SealingKey:
        """The same as `SealingKey(text)`."""
        try:
            return cls(text)
        finally:
            del text

    def _native(self) -> Any:
        return self._object

    def __repr__(self) -> str:
        return f"SealingKey({HIDDEN})"
