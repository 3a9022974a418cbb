"""Inspects the libraries and programs that were built for macOS. None of them is run."""

import re
import tomllib

import macho

VERSION = tomllib.loads((macho.ROOT / "Cargo.toml").read_text())["workspace"]["package"]["version"]
NUMBERS = [int(part) for part in VERSION.split(".")]


def test_it_can_be_loaded(artifact, target):
    assert macho.problems(artifact, target) == []


def test_its_names(artifact):
    binary = macho.read(artifact)
    exports, name = macho.exports(binary), macho.install_name(binary)
    if artifact.name == "libacs_auth.dylib":
        major = NUMBERS[0]
        assert name == (f"@rpath/libacs_auth.{major}.dylib", NUMBERS, [major, 0, 0])
        assert exports == macho.EXPORTS
    elif artifact.name == "libacs_auth_uniffi.dylib":
        assert name[0] == "@rpath/libacs_auth_uniffi.dylib"
        assert macho.EXPORTS < exports
        assert [own for own in exports - macho.EXPORTS if not re.match(r"_(ffi|uniffi|UNIFFI_META)_", own)] == []
    else:
        assert name is None
        assert exports == set()


def test_the_system_gives_the_unwinder(artifact):
    """With an unwinder of its own, the library could not unwind the program's C++ frames, nor end the process with a message."""
    assert "__Unwind_RaiseException" in macho.used(macho.read(artifact))["/usr/lib/libSystem.B.dylib"]


def test_the_stubs_hold_what_is_used_and_no_more(artifacts):
    used = {}
    for artifact in artifacts:
        for library, names in macho.used(macho.read(artifact)).items():
            used.setdefault(library, set()).update(names)
    assert dict(map(macho.read_stub, macho.STUBS)) == {
        library: names for library, names in used.items() if library.startswith(macho.FRAMEWORKS)
    }
