"""The functions of the C ABI, in the library that uniffi's module has loaded.

Functions of `held` keep the GIL, because they take less time than releasing it; those of `free` release it.
"""

from __future__ import annotations

import ctypes
from typing import Any

from .._native import acs_auth_native  # pyright: ignore[reportMissingImports]  # made by the build
from ._abi import FUNCTIONS

#: uniffi's module.
native: Any = acs_auth_native


class _Library:
    """The functions by name. Each gets its types when it is first used."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self._library = library

    def __getattr__(self, name: str) -> Any:
        result, parameters = FUNCTIONS[name]
        function = self._library[name]
        function.restype = result
        function.argtypes = parameters
        setattr(self, name, function)
        return function


_path = native._UniffiLib._name
held = _Library(ctypes.PyDLL(_path))
free = _Library(ctypes.CDLL(_path))
