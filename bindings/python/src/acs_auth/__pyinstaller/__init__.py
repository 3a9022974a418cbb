"""Registers the folder of this package's hook with PyInstaller, which finds this module by the entry point `pyinstaller40`."""

from __future__ import annotations

import os


def get_hook_dirs() -> list[str]:
    """Returns the folder with the hook."""
    return [os.path.dirname(__file__)]
