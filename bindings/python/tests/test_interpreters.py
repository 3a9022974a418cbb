"""What a subinterpreter can do with the package, and that the package doesn't turn on the GIL."""

import subprocess
import sys
import sysconfig

import pytest

PRELUDE = """
import sys
try:
    import _interpreters  # Python 3.13
    def run_in(kind, program):
        failure = _interpreters.exec(_interpreters.create(kind), program)
        assert failure is None, failure
except ImportError:
    import _xxsubinterpreters  # before, and with no choice of a GIL
    def run_in(kind, program):
        _xxsubinterpreters.run_string(_xxsubinterpreters.create(isolated=False), program)

def create():
    return acs_auth.CommunicationIdentityClient.from_connection_string("endpoint=https://a.example;accesskey=AAAA")
"""

TRIAL = """
import acs_auth
from acs_auth import aio
from acs_auth.identifiers import CommunicationUserIdentifier
assert CommunicationUserIdentifier("8:acs:a").raw_id == "8:acs:a"
for _ in range(2):
    try:
        acs_auth.CommunicationIdentityClient.from_connection_string("endpoint=https://a.example;accesskey=AAAA")
    except ImportError as error:
        print(error, flush=True)
"""

#: "legacy" shares the main interpreter's GIL; "isolated" has its own.
KINDS = ["legacy", "isolated"] if sys.version_info >= (3, 13) else ["legacy"]


def run(program):
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout.splitlines()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("main_uses_it", [False, True], ids=["alone", "beside the main interpreter"])
def test_a_subinterpreter_imports_the_package_and_is_refused_its_use(kind, main_uses_it):
    """With an exception. Otherwise the next callback would crash the process."""
    use = "import acs_auth; create()" if main_uses_it else ""
    printed = run(f"{PRELUDE}\n{use}\nrun_in({kind!r}, {TRIAL!r})\n{use}")
    assert printed == ["acs_auth works in the main interpreter of a process only, not in a subinterpreter"] * 2


def test_the_gil_is_off_where_it_was_off():
    """On a free-threaded Python. On any other it is on, before and after."""
    enabled = "getattr(sys, '_is_gil_enabled', lambda: True)()"
    program = f"import acs_auth\n{PRELUDE}\nwas = {enabled}\ncreate()\nfrom acs_auth import aio\nprint(was, {enabled})"
    expected = not sysconfig.get_config_var("Py_GIL_DISABLED")
    assert run(program) == [f"{expected} {expected}"]
