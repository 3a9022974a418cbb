"""The pytest fixtures, which pytest finds by the package's entry point."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from . import Emulator


@pytest.fixture(scope="session")
def acs_emulator_process() -> Iterator[Emulator]:
    """The emulator, started once per test run, or the running one whose start line is in `ACS_EMULATOR_LINE`."""
    from . import Emulator, running

    line = os.environ.get("ACS_EMULATOR_LINE")
    if line is None:
        with running() as emulator:
            yield emulator
        return
    emulator = Emulator(line)
    yield emulator
    emulator.close()


@pytest.fixture
def acs_emulator(acs_emulator_process: Emulator) -> Emulator:
    """The emulator, reset to its initial state."""
    acs_emulator_process.reset()
    return acs_emulator_process


@pytest.fixture
def acs_emulator_trusted(acs_emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Emulator:
    """Like `acs_emulator`; for this test, Python's HTTP clients trust only the emulator's certificate authority."""
    for name, value in acs_emulator.trust_variables.items():
        monkeypatch.setenv(name, value)
    return acs_emulator
