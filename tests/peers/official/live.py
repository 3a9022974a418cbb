"""A plugin of pytest: the official live tests meet the emulator, and what they came to is compared with the exceptions."""

import functools
import os

import azure.identity
import azure.identity.aio
import msal
import pytest

from acs_emulator import Emulator


def configure(line):
    """Sets what live tests read from their environment."""
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
    """msal and azure-identity would ask Microsoft whether the emulator's authority is one; and the emulator has no sign-in by
    password alone, so the token that it mints stands in for one."""

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


#: The most exceptions that there may be, as a share of all tests.
MOST_EXCEPTIONS = 0.05


def exceptions(path):
    """The tests that may fail, by their names, with the reason of each."""
    found = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            name, _, reason = line.partition("#")
            if name.strip():
                found[name.strip()] = reason.strip()
    return found


class Comparison:
    def __init__(self):
        self.allowed = exceptions(os.environ["OFFICIAL_EXCEPTIONS"])
        self.outcomes = {}

    def pytest_runtest_logreport(self, report):
        name = report.nodeid.rpartition("/")[2]
        if report.when == "call" or report.failed or report.skipped:
            self.outcomes[name] = "passed" if report.passed and self.outcomes.get(name) != "failed" else report.outcome

    def pytest_sessionfinish(self, session):
        self.failed = {name for name, outcome in self.outcomes.items() if outcome != "passed"}
        self.unexpected = sorted(self.failed - self.allowed.keys())
        self.mended = sorted(self.allowed.keys() - self.failed)
        too_many = len(self.failed) > MOST_EXCEPTIONS * len(self.outcomes)
        if self.unexpected or self.mended or too_many or not self.outcomes:
            session.exitstatus = 1
        elif session.exitstatus == pytest.ExitCode.TESTS_FAILED:
            session.exitstatus = pytest.ExitCode.OK

    def pytest_terminal_summary(self, terminalreporter):
        write = terminalreporter.write_line
        for name in self.unexpected:
            write(f"official: FAILED, and not an exception: {name}")
        for name in self.mended:
            write(f"official: listed as an exception, but it passed or is gone: {name}")
        for name in sorted(self.failed & self.allowed.keys()):
            write(f"official: exception: {name}: {self.allowed[name]}")
        total = len(self.outcomes)
        share = 100 * len(self.failed) / total if total else 100
        write(f"official: {total - len(self.failed)} of {total} pass on ours; {len(self.failed)} exceptions ({share:.1f} %)")


def pytest_configure(config):
    configure(os.environ["ACS_EMULATOR_LINE"])
    config.pluginmanager.register(Comparison(), "official-comparison")
