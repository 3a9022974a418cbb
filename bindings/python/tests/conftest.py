import os
import socket
import threading
from pathlib import Path

import acs_emulator
import pytest
from support import flavours
from support.azure import official_kind
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
    """The emulator, reset to its initial state."""
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
def make(flavour, connection_string):
    """Makes a client of the emulator, of either flavour, with a timeout that suffices on a busy machine."""
    kind = flavour.CommunicationIdentityClient
    return lambda **options: kind.from_connection_string(connection_string, **{"timeout": 60, **options})


@pytest.fixture(scope="session")
def exporter():
    """Collects the spans of this process. There is one for the session, because a tracer provider can be set only once."""
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
    from opentelemetry.trace import set_tracer_provider

    provider, made = TracerProvider(), InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(made))
    set_tracer_provider(provider)
    yield made
    provider.shutdown()


@pytest.fixture
def silent_server():
    """The port of a server that accepts connections and sends nothing, not even its part of the TLS handshake."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        kept = []

        def accept():
            while True:
                try:
                    kept.append(server.accept())
                except OSError:
                    return

        threading.Thread(target=accept, daemon=True).start()
        yield server.getsockname()[1]
        for connection, _ in kept:
            connection.close()


@pytest.fixture
def official(flavour, emulator):
    """Makes an official client of the emulator, of either flavour."""
    kind = official_kind(flavour)
    made = []

    def make_official(**options):
        made.append(kind(emulator.http_url, options.pop("credential", emulator.access_key), **options))
        return made[-1]

    yield make_official
    for client in made:
        if flavour.name == "aio":
            flavour.run(client.close)


@pytest.fixture
def client(connection_string):
    with acs_auth.CommunicationIdentityClient.from_connection_string(connection_string) as client:
        yield client


def pytest_report_header():
    return f"acs_auth {acs_auth.__version__} of {Path(acs_auth.__file__).parent}"


def pytest_terminal_summary(terminalreporter):
    reports = [report for reports in terminalreporter.stats.values() for report in reports]
    # Properties of tests, which reach this process from all workers of pytest-xdist.
    ended = [report for report in reports if getattr(report, "when", None) == "call"]
    rows = [row for report in ended for name, row in report.user_properties if name == "fork"]
    if not rows:
        return
    terminalreporter.section("forks")
    head = ("how", "answered", "lost", "processes", "slowest or all [s]")
    terminalreporter.write_line("| {:<50} | {} | {} | {} | {} |".format(*head))
    for how, answered, lost, processes, seconds in rows:
        terminalreporter.write_line(f"| {how:<50} | {answered:8} | {lost:4} | {processes:9} | {seconds:18.2f} |")
