"""Reads Mach-O files: what the system checks when it loads one, and what they use of the system."""

import hashlib
import pathlib
import struct
import sys

import lief

lief.logging.disable()
ROOT = pathlib.Path(__file__).resolve().parents[2]
EXPORTS = frozenset(f"_{name}" for name in (ROOT / "tests/surface/exports.txt").read_text().split())
MINIMUM = [11, 0, 0]
FRAMEWORKS = "/System/Library/Frameworks"
# The libraries that are part of the system; no others may be needed.
LIBRARIES = {
    "/usr/lib/libSystem.B.dylib",
    "/usr/lib/libiconv.2.dylib",
    f"{FRAMEWORKS}/CoreFoundation.framework/Versions/A/CoreFoundation",
    f"{FRAMEWORKS}/Security.framework/Versions/A/Security",
    f"{FRAMEWORKS}/SystemConfiguration.framework/Versions/A/SystemConfiguration",
}
PROCESSORS = {
    "aarch64-apple-darwin": lief.MachO.Header.CPU_TYPE.ARM64,
    "x86_64-apple-darwin": lief.MachO.Header.CPU_TYPE.X86_64,
}
STUBS = sorted((ROOT / "packaging/macos" / FRAMEWORKS.lstrip("/")).glob("*.framework/*.tbd"))
FLAGS = lief.MachO.Header.FLAGS
COMMANDS = lief.MachO.LoadCommand.TYPE


def read(path):
    """The one Mach-O file at `path`."""
    fat = lief.MachO.parse(str(path))
    assert fat is not None and fat.size == 1, f"{path} is no Mach-O file for one processor"
    return fat.at(0)


def install_name(binary):
    """Name, current and compatibility version of a library; `None` for a program."""
    for command in binary.commands:
        if command.command == COMMANDS.ID_DYLIB:
            return command.name, list(command.current_version), list(command.compatibility_version)
    return None


def exports(binary):
    """The symbols that the file exports."""
    return {symbol.name for symbol in binary.exported_symbols}


def used(binary):
    """The symbols that the file imports from each library."""
    names = {}
    for binding in binary.bindings:
        library = binding.library.name if binding.has_library else None
        names.setdefault(library, set()).add(binding.symbol.name)
    return names


def problems(path, target):
    """What would prevent macOS from loading a file, and what the file should not contain."""
    binary = read(path)
    header = binary.header
    found = []

    def expect(holds, problem):
        if not holds:
            found.append(problem)

    expect(header.cpu_type == PROCESSORS[target], f"for another processor: {header.cpu_type}")
    is_library = header.file_type == lief.MachO.Header.FILE_TYPE.DYLIB
    is_program = header.file_type == lief.MachO.Header.FILE_TYPE.EXECUTE
    expect(is_library or is_program, f"neither library nor program: {header.file_type}")
    wanted = {FLAGS.TWOLEVEL, FLAGS.DYLDLINK, FLAGS.NOUNDEFS} | ({FLAGS.PIE} if is_program else set())
    expect(wanted <= set(header.flags_list), f"flags: {sorted(str(flag) for flag in header.flags_list)}")
    # dyld keeps such a library loaded, whatever the program unloads; its threads run its code.
    expect(is_program or FLAGS.HAS_TLV_DESCRIPTORS in header.flags_list, "dyld may unload it: it has no thread-local values")

    version = binary.build_version
    if version is None:
        expect(False, "no LC_BUILD_VERSION")
    else:
        expect(version.platform == lief.MachO.BuildVersion.PLATFORMS.MACOS, f"for another system: {version.platform}")
        expect(list(version.minos) == MINIMUM, f"minimum version: {version.minos}")

    for library in binary.libraries:
        is_own = library.command == COMMANDS.ID_DYLIB
        expect(is_own or library.name in LIBRARIES, f"needs a library that the system does not have: {library.name}")
        expect(not is_own or library.name.startswith("@rpath/"), f"install name: {library.name}")
    expect(is_program or install_name(binary) is not None, "no install name")
    expect(not list(binary.rpaths), f"search paths: {[rpath.path for rpath in binary.rpaths]}")
    for library in used(binary):
        expect(library is not None, "names that are looked up in any library")
    for segment in binary.segments:
        expect(segment.max_protection & 6 != 6, f"{segment.name} may be written and executed")
    for symbol in binary.symbols:
        # A debugging entry for a source or object file.
        expect(not (symbol.raw_type & 0xE0 and symbol.name.startswith("/")), f"a path of the machine that built it: {symbol.name}")

    if binary.has_code_signature:
        found.extend(signature_problems(path, binary.code_signature))
    else:
        expect(target != "aarch64-apple-darwin", "no signature, which arm64 demands")
    return found


def signature_problems(path, command):
    """What is wrong with an ad-hoc signature: each page of the file must have its hash."""
    content = pathlib.Path(path).read_bytes()
    start = command.data_offset
    blob = content[start : start + command.data_size]
    magic, _, count = struct.unpack_from(">III", blob)
    if magic != 0xFADE0CC0:
        return ["the signature is none"]
    index = [struct.unpack_from(">II", blob, 12 + 8 * entry) for entry in range(count)]
    directory = blob[dict(index)[0] :]
    (magic, _, _, flags, hashes, _, _, slots, limit) = struct.unpack_from(">9I", directory)
    size, kind, _, page = struct.unpack_from("4B", directory, 36)
    if magic != 0xFADE0C02 or (size, kind) != (32, 2):
        return ["the signature is not of SHA-256"]
    found = []
    if not flags & 2:
        found.append("the signature is not ad hoc")
    if limit != start or slots != -(-limit >> page):
        found.append(f"the signature covers {limit} bytes of {start}")
    for slot in range(slots):
        given = directory[hashes + size * slot :][:size]
        if given != hashlib.sha256(content[slot << page : min(slot + 1 << page, limit)]).digest():
            found.append(f"the signature does not fit page {slot}")
    return found


def read_stub(path):
    """Install name and symbols of a stub, as tools/macos-stubs writes it."""
    lines = path.read_text().splitlines()
    name = next(line.split("'")[1] for line in lines if line.startswith("install-name:"))
    return name, {line.split()[1] for line in lines if line.startswith("      - ")}


if __name__ == "__main__":
    if sys.argv[1] == "--used":
        for path in sys.argv[2:]:
            print("\n".join(sorted(set().union(*used(read(path)).values()))))
    elif sys.argv[1] == "--libraries":
        # The list does not keep the file's contents.
        binary = read(sys.argv[2])
        print("\n".join(sorted(library.name for library in binary.libraries)))
    else:
        sys.exit("\n".join(problems(sys.argv[2], sys.argv[1])) or 0)
