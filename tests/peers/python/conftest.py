import pytest

from emulator import Emulator
from official import FLAVOURS


@pytest.fixture(scope="session")
def emulator() -> Emulator:
    return Emulator.of_this_run()


@pytest.fixture(autouse=True)
def nothing_left_spoiled(emulator):
    """A test that set a fault must have used it up; the next one starts without any."""
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
