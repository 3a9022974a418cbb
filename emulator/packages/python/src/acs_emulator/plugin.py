"""pytest's fixtures, found by the package's entry point."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from . import Emulator


@pytest.fixture(scope="session")
def acs_emulator_process() -> Iterator[Emulator]:
    """The emulator, started once. `ACS_EMULATOR_LINE` names a running one by its start line."""
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
    """The emulator in the state of its start."""
    acs_emulator_process.reset()
    return acs_emulator_process


@pytest.fixture
def acs_emulator_trusted(acs_emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Emulator:
    """The same, and for this test Python's HTTP clients trust its certificate authority, and no other."""
    for name, value in acs_emulator.trust_variables.items():
        monkeypatch.setenv(name, value)
    return acs_emulator
