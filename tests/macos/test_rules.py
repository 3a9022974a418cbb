"""Checks that each rule of `macho.problems` can fail, by breaking it in a copy of a library or in its bytes."""

import lief
import pytest

import macho

TARGET = "aarch64-apple-darwin"


@pytest.fixture
def library(artifacts):
    return next(file for file in artifacts if file.name == "libacs_auth.dylib" and TARGET in file.parts)


@pytest.fixture
def changed(library, tmp_path):
    """Writes a copy that `change` has modified, and returns the problems that are found."""

    def problems(change):
        binary = macho.read(library)
        change(binary)
        copy = tmp_path / library.name
        binary.write(str(copy))
        return " | ".join(macho.problems(copy, TARGET))

    return problems


def rename(binary, old, new):
    for entry in binary.libraries:
        if old in entry.name:
            entry.name = new


@pytest.mark.parametrize(
    "change, problem",
    [
        (lambda it: it.add(lief.MachO.RPathCommand.create("/opt/lib")), "search paths: ['/opt/lib']"),
        (lambda it: rename(it, "libSystem", "/opt/lib.dylib"), "needs a library that the system does not have: /opt/lib.dylib"),
        (lambda it: rename(it, "@rpath", "/opt/it.dylib"), "install name: /opt/it.dylib"),
        (lambda it: setattr(it.build_version, "minos", [12, 0, 0]), "minimum version: [12, 0, 0]"),
        (lambda it: setattr(it.build_version, "platform", lief.MachO.BuildVersion.PLATFORMS.IOS), "for another system"),
        (lambda it: it.header.remove(macho.FLAGS.HAS_TLV_DESCRIPTORS), "dyld may unload it"),
        (lambda it: it.header.remove(macho.FLAGS.NOUNDEFS), "flags: "),
        (lambda it: setattr(it.header, "cpu_type", lief.MachO.Header.CPU_TYPE.X86_64), "for another processor"),
        (lambda it: setattr(it.get_segment("__TEXT"), "max_protection", 7), "__TEXT may be written and executed"),
        (lambda it: it.remove_signature(), "no signature"),
    ],
)
def test_what_is_broken_is_found(changed, change, problem):
    assert problem in changed(change)


def test_a_signature_must_fit_each_byte(library, tmp_path):
    content = bytearray(library.read_bytes())
    start = macho.read(library).code_signature.data_offset
    for place in (len(content) // 3, start - 1):
        copy = tmp_path / library.name
        other = bytearray(content)
        other[place] ^= 1
        copy.write_bytes(other)
        assert [problem for problem in macho.problems(copy, TARGET) if problem.startswith("the signature does not fit page")]


def test_a_file_of_another_kind_is_refused(tmp_path):
    text = tmp_path / "libacs_auth.dylib"
    text.write_text("none")
    with pytest.raises(AssertionError, match="is no Mach-O file"):
        macho.read(text)
