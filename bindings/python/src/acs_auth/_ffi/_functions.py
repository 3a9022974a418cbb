"""The functions of the C ABI, out of the library that uniffi's module has loaded.

`held` keeps the interpreter's lock for the call, as suits what takes less time than letting it go; `free` lets it go.
"""

from __future__ import annotations

import ctypes
from typing import Any

from .._native import acs_auth_native  # pyright: ignore[reportMissingImports]  # made by the build
from ._abi import FUNCTIONS

#: uniffi's module.
native: Any = acs_auth_native


class _Library:
    """The functions by their names, each made ready when it is first called for."""

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
