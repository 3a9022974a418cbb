"""Stand-ins for the test tools of the official repository, for tests that run live against the emulator.

Nothing is recorded or replayed, so there is nothing to sanitise.
"""

import functools

import pytest


def is_live():
    return True


def recorded_by_proxy(function):
    return function


class AzureRecordedTestCase:
    def is_playback(self):
        return False

    @property
    def is_live(self):
        return True


def PowerShellPreparer(*names, **values):
    return functools.partial


@pytest.fixture(scope="session")
def test_proxy():
    yield


def _sanitise(*arguments, **options):
    """Does nothing: there is no recording to sanitise."""


add_body_key_sanitizer = _sanitise
add_general_regex_sanitizer = _sanitise
add_general_string_sanitizer = _sanitise
add_header_regex_sanitizer = _sanitise
add_oauth_response_sanitizer = _sanitise
add_uri_regex_sanitizer = _sanitise
set_default_session_settings = _sanitise
