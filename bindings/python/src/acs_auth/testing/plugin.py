"""Fixtures of pytest, which finds them by the package's entry point."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .emulator import Emulator
    from .service import FakeService


@pytest.fixture
def acs_fake() -> Iterator[FakeService]:
    """A fake service that answers every client of this process, with no connection."""
    from .service import FakeService

    with FakeService() as service:
        yield service


@pytest.fixture(scope="session")
def acs_emulator_process() -> Iterator[Emulator]:
    """The emulator, started once; `ACS_EMULATOR_LINE` names one that runs already by its start line."""
    import os

    from . import emulator

    line = os.environ.get("ACS_EMULATOR_LINE")
    process = None
    if line is None:
        process, line = emulator.start()
    made = emulator.Emulator(line)
    yield made
    made.close()
    if process is not None:
        emulator.stop(process)


@pytest.fixture
def acs_emulator(acs_emulator_process: Emulator) -> Emulator:
    """The emulator as it was when it started."""
    acs_emulator_process.reset()
    return acs_emulator_process
