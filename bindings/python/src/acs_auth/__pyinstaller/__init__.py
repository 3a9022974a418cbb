"""Where PyInstaller finds what it must know of this package; the entry point `pyinstaller40` leads here."""

from __future__ import annotations

import os


def get_hook_dirs() -> list[str]:
    """The folder with the hook."""
    return [os.path.dirname(__file__)]
