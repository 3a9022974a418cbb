"""Reads libraries and programs of any platform: which platform they are for, and what they need of the system."""

import pathlib
import re

import lief

# What it cannot parse is a fault here, not a record in its log.
lief.logging.disable()

ROOT = pathlib.Path(__file__).resolve().parents[2]

# The libraries that are part of each system.
GLIBC = re.compile(r"(libc|libgcc_s|libm|libdl|libpthread|librt|ld-linux-x86-64|ld-linux-aarch64)\.so\.\d")
MUSL = re.compile(r"libc\.(so|musl-(x86_64|aarch64)\.so\.1)")
MACOS = re.compile(r"/usr/lib/[^/]+\.dylib|/System/Library/Frameworks/.*")
WINDOWS = re.compile(
    r"(kernel32|kernelbase|ntdll|user32|advapi32|bcrypt|bcryptprimitives|crypt32|secur32|ncrypt|ws2_32|iphlpapi|userenv|msvcrt|ucrtbase"
    r"|synchronization|combase|ole32|oleaut32|shell32|dbghelp|powrprof|psapi|ktmw32|api-ms-win-[a-z0-9-]+)\.dll",
    re.IGNORECASE,
)


class Platform:
    """A line of packaging/platforms.txt."""

    def __init__(self, target, tag, folder, library, emulator):
        self.target, self.tag, self.folder, self.library = target, tag, folder, library
        self.emulator = None if emulator == "-" else emulator
        self.machine = target.split("-")[0]
        self.is_musl = target.endswith("-musl")
        self.is_windows = "-windows-" in target
        self.program = "acs-emulator.exe" if self.is_windows else "acs-emulator"

    @property
    def oldest(self):
        """The version of glibc or macOS that the tag promises, as numbers."""
        found = re.match(r"(?:manylinux|macosx)_(\d+)_(\d+)_", self.tag)
        return (int(found[1]), int(found[2])) if found else None


def platforms():
    """All of them, by target."""
    lines = (ROOT / "packaging/platforms.txt").read_text("utf-8").splitlines()
    rows = [Platform(*line.split()) for line in lines if line and not line.startswith("#")]
    return {row.target: row for row in rows}


def problems(name, data, platform):
    """What would prevent the file with these bytes from being loaded or run on some systems of the platform."""
    binary = lief.parse(data)
    if isinstance(binary, lief.ELF.Binary):
        found = linux(binary, platform)
    elif isinstance(binary, lief.MachO.Binary):
        found = macos(binary, platform)
    elif isinstance(binary, lief.PE.Binary):
        found = windows(binary, platform)
    else:
        found = ["it is neither library nor program"]
    return [f"{name}: {problem}" for problem in found]


def for_another(actual, wanted):
    return [] if actual == wanted else [f"for another processor: {actual}"]


def dotted(version):
    return ".".join(map(str, version))


def linux(binary, platform):
    if "-linux-" not in platform.target:
        return ["for another system: Linux"]
    wanted = {"x86_64": lief.ELF.ARCH.X86_64, "aarch64": lief.ELF.ARCH.AARCH64}[platform.machine]
    found = for_another(binary.header.machine_type, wanted)
    needed = list(binary.libraries)
    versions = {auxiliary.name for of in binary.symbols_version_requirement for auxiliary in of.get_auxiliary_symbols()}
    glibc = sorted(tuple(map(int, it[6:].split("."))) for it in versions if re.fullmatch(r"GLIBC_[\d.]+", it))
    allowed = MUSL if platform.is_musl else GLIBC
    found += [f"needs {it}" for it in needed if not allowed.fullmatch(it)]
    if platform.is_musl:
        found += [f"needs glibc {dotted(glibc[-1])}"] if glibc else []
    elif glibc and glibc[-1][:2] > platform.oldest:
        found.append(f"needs glibc {dotted(glibc[-1])}, and the tag is {platform.tag}")
    tags = {entry.tag for entry in binary.dynamic_entries}
    found += ["it has a search path"] if tags & {lief.ELF.DynamicEntry.TAG.RPATH, lief.ELF.DynamicEntry.TAG.RUNPATH} else []
    return found


def macos(binary, platform):
    if "-apple-" not in platform.target:
        return ["for another system: macOS"]
    types = lief.MachO.Header.CPU_TYPE
    found = for_another(binary.header.cpu_type, {"x86_64": types.X86_64, "aarch64": types.ARM64}[platform.machine])
    version = binary.build_version
    if version is None or tuple(version.minos)[:2] > platform.oldest:
        found.append(f"needs macOS {dotted(version.minos) if version else 'of any age'}, and the tag is {platform.tag}")
    own = lief.MachO.LoadCommand.TYPE.ID_DYLIB
    found += [f"needs {it.name}" for it in binary.libraries if it.command != own and not MACOS.fullmatch(it.name)]
    if platform.machine == "aarch64" and not binary.has_code_signature:
        found.append("no signature, which arm64 demands")
    return found


def windows(binary, platform):
    if not platform.is_windows:
        return ["for another system: Windows"]
    types = lief.PE.Header.MACHINE_TYPES
    found = for_another(binary.header.machine, {"x86_64": types.AMD64, "aarch64": types.ARM64}[platform.machine])
    return found + [f"needs {it.name}" for it in binary.imports if not WINDOWS.fullmatch(it.name)]


def exported(data):
    """The names that a library exports."""
    binary = lief.parse(data)
    if isinstance(binary, lief.PE.Binary):
        return {entry.name for entry in binary.get_export().entries} if binary.has_exports else set()
    # On macOS each C symbol begins with an underscore.
    start = 1 if isinstance(binary, lief.MachO.Binary) else 0
    return {symbol.name[start:] for symbol in binary.exported_symbols}
