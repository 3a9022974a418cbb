"""A pytest plugin that runs the official live tests against the emulator, and compares the outcome with expected.txt."""

import asyncio
import functools
import inspect
import os
from pathlib import Path

import azure.identity
import azure.identity.aio
import msal
import pytest
from _pytest.unittest import TestCaseFunction

from acs_emulator import Emulator


def configure(line):
    """Sets the environment variables that live tests read."""
    emulator = Emulator(line)
    teams_token, client_id, user_id = emulator.exchange_arguments()
    os.environ.update(
        COMMUNICATION_LIVETEST_DYNAMIC_CONNECTION_STRING=emulator.connection_string,
        COMMUNICATION_M365_APP_ID=client_id,
        COMMUNICATION_M365_AAD_AUTHORITY=emulator.https_url,
        COMMUNICATION_M365_AAD_TENANT=emulator.tenant_id,
        COMMUNICATION_MSAL_USERNAME=emulator.user.username,
        COMMUNICATION_MSAL_PASSWORD=emulator.user.password,
        COMMUNICATION_EXPIRED_TEAMS_TOKEN=emulator.teams_token(attack="expired"),
        SKIP_INT_IDENTITY_EXCHANGE_TOKEN_TEST="false",
        AZURE_AUTHORITY_HOST=emulator.https_url,
        AZURE_TENANT_ID=emulator.tenant_id,
        AZURE_CLIENT_ID=emulator.daemon.client_id,
        AZURE_CLIENT_SECRET=emulator.daemon.client_secret,
        REQUESTS_CA_BUNDLE=emulator.ca_file,
        SSL_CERT_FILE=emulator.ca_file,
    )
    stay_offline(teams_token, user_id)


def stay_offline(teams_token, user_id):
    """Keeps msal and azure-identity from asking Microsoft whether the emulator's authority is known. The emulator has no
    sign-in by password alone, so msal's method for it returns a token that the emulator has minted."""

    class Application(msal.PublicClientApplication):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, instance_discovery=False, **kwargs)

        def acquire_token_by_username_password(self, username, password, scopes):
            return {"access_token": teams_token, "id_token_claims": {"oid": user_id}}

    msal.PublicClientApplication = Application
    for module in (azure.identity, azure.identity.aio):
        module.DefaultAzureCredential = functools.partial(
            module.DefaultAzureCredential, disable_instance_discovery=True, exclude_managed_identity_credential=True
        )


def await_coroutines(items):
    """Awaits those tests of a unittest.TestCase that are coroutines: unittest only calls them, so they would always pass."""
    for item in items:
        test = getattr(item.cls, item.originalname, None) if isinstance(item, TestCaseFunction) else None
        if inspect.iscoroutinefunction(test):
            setattr(item.cls, item.originalname, awaited(test))
    return items


def awaited(test):
    @functools.wraps(test)
    def run(self):
        async def within_bound():
            await asyncio.wait_for(test(self), TIMEOUT)

        asyncio.run(within_bound())

    run._was_coroutine = True
    return run


#: How long an awaited test may take, in seconds.
TIMEOUT = 60
#: The maximum number of exceptions, as a share of the tests that pass on the official package.
MOST_EXCEPTIONS = 0.05


class Expected:
    """The content of expected.txt."""

    def __init__(self, path):
        self.tests = 0
        self.broken, self.exceptions = {}, {}
        for line in path.read_text("utf-8").splitlines():
            kind, _, rest = line.partition(" ")
            name, _, reason = (part.strip() for part in rest.partition("#"))
            if kind == "tests":
                self.tests = int(name)
            elif kind in ("broken", "exception"):
                if not reason:
                    raise ValueError(f"{name} is listed without a reason")
                (self.broken if kind == "broken" else self.exceptions)[name] = reason


class Comparison:
    """Compares the outcome of the tests with what is expected. `on` is the package that they run on: `ours` or `official`."""

    def __init__(self, on, expected):
        self.on = on
        self.expected = expected
        self.outcomes = {}
        self.awaited = 0

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items):
        await_coroutines(items)
        self.awaited = sum(getattr(getattr(item.cls, item.originalname, None), "_was_coroutine", False) for item in items)

    def pytest_runtest_logreport(self, report):
        name = report.nodeid.rpartition("/")[2]
        if report.when == "call" or report.failed or report.skipped:
            self.outcomes[name] = "passed" if report.passed and self.outcomes.get(name) != "failed" else report.outcome

    def pytest_sessionfinish(self, session):
        self.faults = self.found_faults()
        if self.faults:
            session.exitstatus = 1
        elif session.exitstatus == pytest.ExitCode.TESTS_FAILED:
            session.exitstatus = pytest.ExitCode.OK

    def found_faults(self):
        expected = self.expected
        failed = {name for name, outcome in self.outcomes.items() if outcome != "passed"}
        listed = expected.broken if self.on == "official" else {**expected.broken, **expected.exceptions}
        faults = [f"FAILED, and is not listed: {name}" for name in sorted(failed - listed.keys())]
        must_fail = expected.broken if self.on == "official" else expected.exceptions
        faults += [f"listed, but it passed or is gone: {name}" for name in sorted(must_fail.keys() - failed)]
        if len(self.outcomes) != expected.tests:
            faults.append(f"{len(self.outcomes)} tests ran, not {expected.tests}")
        whole = expected.tests - len(expected.broken)
        if len(expected.exceptions) > MOST_EXCEPTIONS * whole:
            faults.append(f"{len(expected.exceptions)} exceptions of {whole} tests are too many")
        self.failed = failed
        return faults

    def pytest_terminal_summary(self, terminalreporter):
        write = terminalreporter.write_line
        for fault in self.faults:
            write(f"official: {fault}")
        expected = self.expected
        if self.on == "official":
            for name, reason in expected.broken.items():
                write(f"official: fails on the official package: {name}: {reason}")
            return
        for name, reason in expected.exceptions.items():
            write(f"official: exception: {name}: {reason}")
        whole = len(self.outcomes) - len(expected.broken)
        passed = len(self.outcomes) - len(self.failed | expected.broken.keys())
        more = len(expected.broken.keys() - self.failed)
        write(
            f"official: {passed} of {whole} pass on ours, {len(expected.exceptions)} exceptions; {len(expected.broken)} more fail on "
            f"the official package itself ({more} of them pass on ours); {self.awaited} of the {len(self.outcomes)} are awaited by this run alone"
        )


def pytest_configure(config):
    configure(os.environ["ACS_EMULATOR_LINE"])
    expected = Expected(Path(__file__).with_name("expected.txt"))
    config.pluginmanager.register(Comparison(os.environ["OFFICIAL_ON"], expected), "official-comparison")
