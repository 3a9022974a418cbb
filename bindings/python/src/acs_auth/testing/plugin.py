"""The fixtures for pytest, which finds them by the package's entry point."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .service import FakeService


@pytest.fixture
def acs_fake() -> Iterator[FakeService]:
    """A fake service that answers every client of this process, without a connection."""
    from .service import FakeService

    with FakeService() as service:
        yield service
