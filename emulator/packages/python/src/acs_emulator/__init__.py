"""Azure Communication Services Identity and Microsoft Entra ID, offline, for tests: the emulator in a process of its own.

pytest finds the fixture `acs_emulator` once this package is installed. Without pytest, `running()` starts an emulator.
"""

from ._emulator import Emulator
from ._program import find, running, start, stop

__all__ = ["Emulator", "find", "running", "start", "stop"]
