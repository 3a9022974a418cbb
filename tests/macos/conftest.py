"""Tests of what was built for macOS: `pytest tests/macos --built target/TARGET/debug --built …`."""

import pathlib

import pytest

ARTIFACTS = ("libacs_auth.dylib", "libacs_auth_uniffi.dylib", "acs-auth", "acs-emulator")


def pytest_addoption(parser):
    parser.addoption("--built", action="append", required=True, metavar="FOLDER", help="target/TARGET/debug or release")


def pytest_generate_tests(metafunc):
    if "artifact" in metafunc.fixturenames:
        folders = [pathlib.Path(folder) for folder in metafunc.config.getoption("built")]
        files = [folder / name for folder in folders for name in ARTIFACTS]
        metafunc.parametrize("artifact", files, ids=lambda file: "/".join(file.parts[-3:]))


@pytest.fixture(scope="session")
def artifacts(pytestconfig):
    return [pathlib.Path(folder) / name for folder in pytestconfig.getoption("built") for name in ARTIFACTS]


@pytest.fixture
def target(artifact):
    return artifact.parts[-3]
