"""The package without pytest's fixtures."""

import shutil
import sys
from pathlib import Path

import acs_emulator
import pytest


def test_the_program_of_the_package_is_found(monkeypatch):
    monkeypatch.delenv("ACS_EMULATOR_BIN", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    assert Path(acs_emulator.find()).parent == Path(sys.executable).parent


def test_it_runs_for_a_with_statement():
    with acs_emulator.running() as emulator:
        assert emulator.requests() == []
    with pytest.raises(OSError):
        emulator.requests()


def test_a_missing_program_says_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.delenv("ACS_EMULATOR_BIN", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sysconfig.get_path", lambda *_: str(tmp_path))
    with pytest.raises(FileNotFoundError, match="install the wheel"):
        acs_emulator.find()


@pytest.mark.skipif(shutil.which("sh") is None, reason="the silent program is a shell script")
def test_an_emulator_that_does_not_start_is_given_up(tmp_path, monkeypatch):
    silent = tmp_path / "silent"
    silent.write_text("#!/bin/sh\nexec sleep 60\n")
    silent.chmod(0o755)
    monkeypatch.setattr("acs_emulator._program.START_TIMEOUT", 0.2)
    with pytest.raises(RuntimeError, match="did not start"):
        acs_emulator.start(str(silent))
