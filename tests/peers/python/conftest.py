import pytest

from emulator import Emulator
from official import FLAVOURS
from our_cli import OurClient

WIRE_DIFFERENCES = pytest.StashKey[list]()


@pytest.fixture(scope="session")
def emulator() -> Emulator:
    return Emulator.of_this_run()


@pytest.fixture(autouse=True)
def nothing_left_spoiled(emulator):
    """Removes faults that the test has left, so that the next one starts without any."""
    yield
    emulator.mend()


@pytest.fixture(params=FLAVOURS)
def flavour(request):
    """The synchronous client, then the asynchronous one."""
    return FLAVOURS[request.param]


@pytest.fixture
def client(flavour, emulator):
    """An official client by connection string, which fails at once instead of retrying."""
    with flavour(
        lambda kind: kind.from_connection_string(emulator.connection_string, retry_total=0)
    ) as client:
        yield client


@pytest.fixture(scope="session")
def ours(emulator) -> OurClient:
    return OurClient(emulator)


@pytest.fixture(scope="session")
def record_wire_difference(pytestconfig):
    """Adds a row to the table at the end of the run: an allowed difference, and an example of it."""
    lines = pytestconfig.stash.setdefault(WIRE_DIFFERENCES, [])
    return lambda allowed, example: lines.append((allowed, example))


def pytest_terminal_summary(terminalreporter, config):
    lines = config.stash.get(WIRE_DIFFERENCES, [])
    if not lines:
        return
    terminalreporter.section("what our client sends otherwise than the official Python client")
    for allowed, example in lines:
        operations = ", ".join(allowed.operations) if len(allowed.operations) < 6 else "every operation"
        over = f" over {allowed.over[0]}" if len(allowed.over) == 1 else ""
        terminalreporter.write_line(f"{allowed.header}: {operations}{over}")
        terminalreporter.write_line(f"    Python  {shown(example.python)}")
        terminalreporter.write_line(f"    ours    {shown(example.ours)}")
        terminalreporter.write_line(f"    because {allowed.reason}")


def shown(value: str | None) -> str:
    return "not sent" if value is None else value
