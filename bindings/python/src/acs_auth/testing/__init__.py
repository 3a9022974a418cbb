"""For tests of programs that use acs_auth: a fake service in this process, and the emulator in one of its own.

pytest has the fixtures `acs_fake` and `acs_emulator` once this package is installed.
"""

from .emulator import Emulator
from .service import FakeRequest, FakeService

__all__ = ["Emulator", "FakeRequest", "FakeService"]
