"""A fake of the identity service in this process, for tests of programs that use acs_auth.

pytest finds the fixture `acs_fake`, a `FakeService`, once this package is installed. The package acs-emulator has the fixture
`acs_emulator`, the emulator in a process of its own, which verifies signatures and tokens.
"""

from .service import FakeRequest, FakeService

__all__ = ["FakeRequest", "FakeService"]
