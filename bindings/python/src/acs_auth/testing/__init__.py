"""For tests of programs that use acs_auth: a fake service in this process.

pytest has the fixture `acs_fake` once this package is installed. The package acs-emulator has the emulator, and its fixture.
"""

from .service import FakeRequest, FakeService

__all__ = ["FakeRequest", "FakeService"]
