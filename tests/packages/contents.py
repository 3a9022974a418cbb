"""Checks the contents of packages: `contents.py [--all] FILE…` lists the libraries and programs in them, and fails if a rule is broken.

A package is a wheel of acs-auth or of acs-emulator, a jar of either, or a package of npm. It must contain the library or program of the platform
in its name, and of no other; a wheel's RECORD must list each file with its hash. With --all the jars must contain those of every platform, and
there must be a wheel for each.
"""

import base64
import csv
import hashlib
import io
import json
import pathlib
import re
import sys
import tarfile
import zipfile

import natives

PLATFORMS = natives.platforms()
MACHINE_CODE = (b"\x7fELF", b"MZ", b"\xcf\xfa\xed\xfe")
# A function that only the facade exports, and one of the C ABI, through which some of its operations are called.
FACADE = {"ffi_acs_auth_uniffi_uniffi_contract_version", "acs_version"}


def files(path):
    """The contents of a package by name."""
    if path.suffix == ".tgz":
        with tarfile.open(path) as opened:
            return {it.name: opened.extractfile(it).read() for it in opened if it.isfile()}
    with zipfile.ZipFile(path) as opened:
        names = [it for it in opened.namelist() if not it.endswith("/")]
        if len(set(names)) != len(names):
            raise SystemExit(f"{path.name}: a name is there twice")
        return {it: opened.read(it) for it in names}


def record_problems(contents):
    """RECORD names each file but itself, with its hash and size."""
    (name,) = [it for it in contents if it.endswith(".dist-info/RECORD")]
    rows = {row[0]: row[1:] for row in csv.reader(io.StringIO(contents[name].decode()))}
    found = [f"RECORD: {it} is not in it" for it in contents if it not in rows]
    found += [f"RECORD: {it} is not there" for it in rows if it not in contents]
    for it, data in contents.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        if it != name and it in rows and rows[it] != [f"sha256={digest}", str(len(data))]:
            found.append(f"RECORD: another hash or size of {it}")
    return found


def facade_problems(name, data, platform):
    missing = FACADE - natives.exported(data)
    return natives.problems(name, data, platform) + [f"{name}: does not export {it}" for it in sorted(missing)]


def machine_code(contents):
    return {it: data for it, data in contents.items() if data.startswith(MACHINE_CODE)}


def exactly(contents, wanted):
    """Checks that a package has exactly these libraries and programs."""
    actual = set(machine_code(contents))
    return [f"{it} is missing" for it in sorted(set(wanted) - actual)] + [f"{it} does not belong here" for it in sorted(actual - set(wanted))]


def wheel_tag_problems(path, contents):
    (name,) = [it for it in contents if it.endswith(".dist-info/WHEEL")]
    tags = set(re.findall(r"^Tag: (.*)$", contents[name].decode(), re.MULTILINE))
    python, abi, platform = path.stem.split("-")[-3:]
    wanted = {f"{python}-{abi}-{it}" for it in platform.split(".")}
    found = [] if tags == wanted else [f"WHEEL has the tags {sorted(tags)}"]
    return found + ([] if (python, abi) == ("py3", "none") else ["it is not for every Python 3"])


def of_tag(path):
    """The platform of a wheel of acs-auth. A wheel for this machine only may have the tag of a newer glibc."""
    tag = path.stem.split("-")[-1]
    for platform in PLATFORMS.values():
        if platform.tag == tag:
            return platform
    own = re.fullmatch(r"(?:manylinux_(\d+)_(\d+)|linux)_(x86_64|aarch64)", tag)
    if own is None:
        raise SystemExit(f"{path.name}: no known platform")
    platform = natives.platforms()[f"{own[3]}-unknown-linux-gnu"]
    platform.tag = tag if own[1] else f"manylinux_2_99_{own[3]}"
    return platform


def library_wheel(path, contents):
    platform = of_tag(path)
    name = f"acs_auth/_native/{platform.library}"
    found = wheel_tag_problems(path, contents) + record_problems(contents) + exactly(contents, [name])
    return found + (facade_problems(name, contents[name], platform) if name in contents else [])


def emulators():
    return {it.emulator: it for it in PLATFORMS.values() if it.emulator}


def of_emulator(name):
    """The emulator's platform of this name, or on Linux that of a glibc program that was built for this machine only."""
    return emulators()[name]


def emulator_wheel(path, contents):
    tag = path.stem.split("-")[-1]
    machine = "aarch64" if re.search(r"(aarch64|arm64)$", tag) else "x86_64"
    system = {"many": "linux", "musl": "linux", "maco": "macos", "win_": "windows"}[tag[:4]]
    platform = of_emulator(f"{system}-{machine}")
    scripts = [it for it in machine_code(contents)]
    found = wheel_tag_problems(path, contents) + record_problems(contents)
    if [it.split("/", 1)[1] for it in scripts] != [f"scripts/{platform.program}"]:
        return [*found, f"its programs are {scripts}"]
    return found + program_problems(scripts[0], contents[scripts[0]], platform, glibc="musllinux" not in tag)


def program_problems(name, data, platform, glibc=False):
    """A program for Linux is static, or needs the glibc that its package says."""
    if glibc and platform.emulator.startswith("linux-"):
        platform = PLATFORMS[f"{platform.machine}-unknown-linux-gnu"]
        # The tag has the glibc that the program needs, which tools/package-emulator reads from it.
        return [it for it in natives.problems(name, data, platform) if "needs glibc" not in it]
    return natives.problems(name, data, platform)


def library_jar(path, contents, everything):
    wanted = {f"{it.folder}/{it.library}": it for it in PLATFORMS.values()}
    there = wanted if everything else {it: platform for it, platform in wanted.items() if it in contents}
    found = exactly(contents, there) + ([] if there else ["it has no library"])
    for name, platform in there.items():
        if name in contents:
            # A library of this machine's build may need a newer glibc than the wheel promises; a release's does not.
            checked = facade_problems(name, contents[name], platform)
            found += checked if everything else [it for it in checked if "needs glibc" not in it]
    return found


def emulator_jar(path, contents, everything):
    wanted = {f"dev/acsauth/emulator/{name}/{it.program}": it for name, it in emulators().items()}
    there = wanted if everything else {it: platform for it, platform in wanted.items() if it in contents}
    found = exactly(contents, there) + ([] if there else ["it has no program"])
    for name, platform in there.items():
        if name in contents:
            found += program_problems(name, contents[name], platform, glibc=not everything)
    return found


def npm_package(path, contents, everything):
    package = json.loads(contents["package/package.json"])
    systems = {"linux": "linux", "darwin": "macos", "win32": "windows"}
    if package["name"] == "acs-emulator":
        known = {f"@acs-auth/emulator-{os}-{cpu}" for os in systems for cpu in ("x64", "arm64")}
        named = set(package["optionalDependencies"])
        found = exactly(contents, []) + [f"an unknown package: {it}" for it in sorted(named - known)]
        found += [f"{it} is not named" for it in sorted(known - named)] if everything else []
        return found + [f"{it} in another version" for it, of in package["optionalDependencies"].items() if of != package["version"]]
    (os,), (cpu,) = package["os"], package["cpu"]
    platform = of_emulator(f"{systems[os]}-{'aarch64' if cpu == 'arm64' else 'x86_64'}")
    name = f"package/{platform.program}"
    found = [] if package["name"] == f"@acs-auth/emulator-{os}-{cpu}" else [f"its name is {package['name']}"]
    found += exactly(contents, [name])
    return found + (program_problems(name, contents[name], platform, glibc="libc" in package) if name in contents else [])


def problems(path, everything):
    """What is wrong with a package."""
    contents = files(path)
    for name, data in sorted(machine_code(contents).items()):
        print(f"{path.name}: {name}, {len(data)} bytes")
    if path.suffix == ".whl":
        return library_wheel(path, contents) if path.name.startswith("acs_auth-") else emulator_wheel(path, contents)
    if path.suffix == ".tgz":
        return npm_package(path, contents, everything)
    return (emulator_jar if "emulator" in path.name else library_jar)(path, contents, everything)


def main(arguments):
    everything = "--all" in arguments
    paths = [pathlib.Path(it) for it in arguments if it != "--all"]
    found = [f"{path.name}: {problem}" for path in paths for problem in problems(path, everything)]
    if everything:
        for prefix, wanted in (("acs_auth-", len(PLATFORMS)), ("acs_emulator-", len(emulators()))):
            there = {it.stem.split("-")[-1] for it in paths if it.name.startswith(prefix) and it.suffix == ".whl"}
            tags = {it.tag for it in PLATFORMS.values()} & there if prefix == "acs_auth-" else there
            if len(tags) != wanted:
                found.append(f"{len(tags)} of {wanted} wheels {prefix}*.whl are there")
    print("\n".join(found), file=sys.stderr, end="\n" if found else "")
    if found or not paths:
        raise SystemExit(f"{len(found)} faults in {len(paths)} packages")
    print(f"{len(paths)} packages hold what they should")


if __name__ == "__main__":
    main(sys.argv[1:])
