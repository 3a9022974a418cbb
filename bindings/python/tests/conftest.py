import os
from pathlib import Path

import acs_emulator
import pytest
from support import flavours
from support.flavours import FLAVOURS

import acs_auth

REPOSITORY = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def repository():
    return REPOSITORY


def program():
    target = Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target"))
    return os.environ.get("ACS_EMULATOR_BIN") or str(target / "debug" / "acs-emulator")


@pytest.fixture(scope="session", autouse=True)
def loop_ends():
    yield
    flavours.stop()


@pytest.fixture(scope="session")
def start_line():
    process, line = acs_emulator.start(program())
    yield line
    acs_emulator.stop(process)


@pytest.fixture(scope="session")
def the_emulator(start_line):
    made = acs_emulator.Emulator(start_line)
    yield made
    made.close()


@pytest.fixture
def emulator(the_emulator):
    """As it was when it started."""
    the_emulator.reset()
    return the_emulator


@pytest.fixture(params=FLAVOURS)
def flavour(request):
    """The synchronous package, then the asynchronous one."""
    return FLAVOURS[request.param]


@pytest.fixture
def connection_string(emulator):
    return emulator.connection_string_http


@pytest.fixture
def client(connection_string):
    with acs_auth.CommunicationIdentityClient.from_connection_string(connection_string) as client:
        yield client


def pytest_report_header():
    return f"acs_auth {acs_auth.__version__} of {Path(acs_auth.__file__).parent}"


def pytest_terminal_summary(terminalreporter, config):
    from test_fork import TABLE

    rows = config.stash.get(TABLE, [])
    if not rows:
        return
    terminalreporter.section("forks")
    head = ("how", "answered", "lost", "processes", "slowest or all [s]")
    terminalreporter.write_line("| {:<50} | {} | {} | {} | {} |".format(*head))
    for how, answered, lost, processes, seconds in rows:
        terminalreporter.write_line(f"| {how:<50} | {answered:8} | {lost:4} | {processes:9} | {seconds:18.2f} |")
