"""Packages for each platform, made with the tools of a release from small libraries that zig compiles: correct ones pass, and each fault is
found."""

import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import zipfile

import pytest

import contents
import natives

PLATFORMS = contents.PLATFORMS
LIBRARY = """
#ifdef _WIN32
#define EXPORT __declspec(dllexport)
int DllMainCRTStartup(void *library, unsigned reason, void *reserved) { return 1; }
#else
#define EXPORT __attribute__((visibility("default")))
#endif
EXPORT int ffi_acs_auth_uniffi_uniffi_contract_version(void) { return 30; }
EXPORT const char *acs_version(void) { return "0"; }
"""
PROGRAM = "int begin(void) { return 0; }\n"
# glibc has this name in libc since 2.34.
NEWER = LIBRARY + "int pthread_create(void *, void *, void *, void *);\nEXPORT int newer(void) { return pthread_create(0, 0, 0, 0); }\n"


def zig_target(platform, glibc="2.28", macos="11.0"):
    system = platform.target.split("-", 1)[1]
    names = {
        "unknown-linux-gnu": f"linux-gnu.{glibc}", "unknown-linux-musl": "linux-musl", "apple-darwin": f"macos.{macos}",
        "pc-windows-gnu": "windows-gnu", "pc-windows-gnullvm": "windows-gnu",
    }
    return f"{platform.machine}-{names[system]}"


def compile_c(folder, source, name, target, *options):
    """Compiles without a C library, which zig would have to compile first, unless one is requested."""
    folder.mkdir(parents=True, exist_ok=True)
    written = folder / f"{name}.c"
    written.write_text(source)
    command = [sys.executable, "-m", "ziglang", "cc", "-target", target, "-O1", "-s", "-nostdlib", *options, "-o", name, written]
    subprocess.run(command, cwd=folder, check=True, timeout=600)
    return folder / name


def make(tool, out, *arguments):
    subprocess.run([natives.ROOT / "tools" / tool, *arguments], check=True, timeout=1200, env={**os.environ, "OUT": str(out)})


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """The folder of all packages: eight wheels, a jar, and the emulator's."""
    folder = tmp_path_factory.mktemp("built")
    libraries, programs = [], []
    for platform in PLATFORMS.values():
        at = folder / platform.target
        library = compile_c(at, LIBRARY, platform.library, zig_target(platform), "-shared")
        libraries.append(f"{platform.target}={library}")
        if platform.emulator:
            program = compile_c(at, PROGRAM, platform.program, zig_target(platform), "-Wl,-e," + ("_begin" if "apple" in platform.target else "begin"))
            programs.append(f"{platform.emulator}={program}")
    out = folder / "packages"
    make("python-wheel", out / "wheels", "--package", *libraries)
    make("package-emulator", out / "emulator", *programs)
    make("kotlin-native", out, folder / "kotlin", "debug", *libraries)
    with zipfile.ZipFile(out / "acs-auth-0.jar", "w") as jar:
        for file in (folder / "kotlin/natives").rglob("*.*"):
            jar.write(file, file.relative_to(folder / "kotlin/natives"))
    with zipfile.ZipFile(out / "acs-emulator-junit-0.jar", "w") as jar:
        for file in (out / "emulator/natives").rglob("acs-emulator*"):
            jar.write(file, "dev/acsauth/emulator" / file.relative_to(out / "emulator/natives"))
    return out


def packages(built):
    return [it for it in built.rglob("*") if it.suffix in (".whl", ".jar", ".tgz")]


def wheel(built, target):
    (found,) = (built / "wheels").glob(f"acs_auth-*-{PLATFORMS[target].tag}.whl")
    return found


def changed(path, folder, change):
    """A copy of a package whose contents were changed."""
    files = contents.files(path)
    change(files)
    copy = folder / path.name
    if path.suffix == ".tgz":
        with tarfile.open(copy, "w:gz") as packed:
            for name, data in files.items():
                (folder / "member").write_bytes(data)
                packed.add(folder / "member", name)
    else:
        with zipfile.ZipFile(copy, "w") as packed:
            for name, data in files.items():
                packed.writestr(name, data)
    return copy


def found(path, everything=False):
    return "\n".join(contents.problems(path, everything))


def native(files):
    (name,) = contents.machine_code(files)
    return name


def test_each_platform_has_its_packages(built):
    contents.main(["--all", *map(str, packages(built))])
    assert len(list((built / "wheels").glob("*.whl"))) == 8
    assert len(list((built / "emulator").glob("*.whl"))) == 6
    assert len(list((built / "emulator").glob("*.tgz"))) == 7


def test_a_missing_wheel_is_found(built):
    with pytest.raises(SystemExit, match="1 faults"):
        contents.main(["--all", *(str(it) for it in packages(built) if it != wheel(built, "aarch64-apple-darwin"))])


@pytest.mark.parametrize("target", PLATFORMS)
def test_the_library_of_another_platform_is_found(built, tmp_path, target):
    own, other = wheel(built, target), wheel(built, next(it for it in PLATFORMS if it.split("-")[0] != target.split("-")[0]))
    library = contents.files(other)
    path = changed(own, tmp_path, lambda files: files.update({native(files): library[native(library)]}))
    assert "for another" in found(path)


@pytest.mark.parametrize("target", [it for it in PLATFORMS if it.endswith("-gnu") and "linux" in it])
def test_a_newer_glibc_than_the_tag_says_is_found(built, tmp_path, target):
    library = compile_c(tmp_path, NEWER, "newer.so", zig_target(PLATFORMS[target], glibc="2.34"), "-shared", "-lc")
    path = changed(wheel(built, target), tmp_path, lambda files: files.update({native(files): library.read_bytes()}))
    assert "needs glibc 2.34, and the tag is manylinux_2_28" in found(path)


def test_glibc_is_found_in_a_wheel_for_musl(built, tmp_path):
    glibc = compile_c(tmp_path, NEWER, "newer.so", zig_target(PLATFORMS["x86_64-unknown-linux-gnu"], glibc="2.34"), "-shared", "-lc")
    path = changed(wheel(built, "x86_64-unknown-linux-musl"), tmp_path, lambda files: files.update({native(files): glibc.read_bytes()}))
    assert "needs libc.so.6" in found(path) and "needs glibc 2.34" in found(path)


def test_a_newer_macos_than_the_tag_says_is_found(built, tmp_path):
    platform = PLATFORMS["aarch64-apple-darwin"]
    library = compile_c(tmp_path, LIBRARY, "newer.dylib", zig_target(platform, macos="14.0"), "-shared")
    path = changed(wheel(built, platform.target), tmp_path, lambda files: files.update({native(files): library.read_bytes()}))
    assert "needs macOS 14.0.0, and the tag is macosx_11_0_arm64" in found(path)


def test_a_compilers_runtime_is_found_on_windows(built, tmp_path):
    target = zig_target(PLATFORMS["x86_64-pc-windows-gnu"])
    runtime = LIBRARY.split("EXPORT int")[0] + "EXPORT int of_a_compiler(void) { return 0; }\n"
    compile_c(tmp_path, runtime, "libgcc_s_seh-1.dll", target, "-shared", "-Wl,--out-implib,libgcc_s_seh-1.lib")
    source = LIBRARY + "__declspec(dllimport) int of_a_compiler(void);\nEXPORT int used(void) { return of_a_compiler(); }\n"
    library = compile_c(tmp_path, source, "used.dll", target, "-shared", "libgcc_s_seh-1.lib")
    path = changed(wheel(built, "x86_64-pc-windows-gnu"), tmp_path, lambda files: files.update({native(files): library.read_bytes()}))
    assert "needs libgcc_s_seh-1.dll" in found(path)


def test_a_library_that_is_not_the_facade_is_found(built, tmp_path):
    target = "x86_64-unknown-linux-gnu"
    library = compile_c(tmp_path, "int another(void) { return 0; }\n", "another.so", zig_target(PLATFORMS[target]), "-shared")
    path = changed(wheel(built, target), tmp_path, lambda files: files.update({native(files): library.read_bytes()}))
    assert "does not export acs_version" in found(path)


def test_a_second_library_is_found(built, tmp_path):
    target = "x86_64-unknown-linux-gnu"
    other = contents.files(wheel(built, "x86_64-apple-darwin"))
    path = changed(wheel(built, target), tmp_path, lambda files: files.update({native(other): other[native(other)]}))
    assert "libacs_auth_uniffi.dylib does not belong here" in found(path)
    assert "libacs_auth_uniffi.dylib is not in it" in found(path)


def test_a_file_that_is_not_as_recorded_is_found(built, tmp_path):
    target = "x86_64-unknown-linux-musl"
    path = changed(wheel(built, target), tmp_path, lambda files: files.update({"acs_auth/__init__.py": b"other"}))
    assert "RECORD: another hash or size of acs_auth/__init__.py" in found(path)
    path = changed(wheel(built, target), tmp_path, lambda files: files.pop("acs_auth/__init__.py"))
    assert "RECORD: acs_auth/__init__.py is not there" in found(path)


def test_a_wheel_by_another_name_is_found(built, tmp_path):
    path = wheel(built, "x86_64-unknown-linux-gnu")
    renamed = shutil.copy(path, tmp_path / path.name.replace("manylinux_2_28", "manylinux_2_34"))
    assert "WHEEL has the tags" in found(pathlib.Path(renamed))


@pytest.mark.parametrize("jar", ["acs-auth-0.jar", "acs-emulator-junit-0.jar"])
def test_a_platform_that_a_jar_lacks_is_found(built, tmp_path, jar):
    path = built / jar
    for name in contents.machine_code(contents.files(path)):
        assert f"{name} is missing" in found(changed(path, tmp_path, lambda files, name=name: files.pop(name)), everything=True)


def test_a_platform_that_npm_is_not_told_of_is_found(built, tmp_path):
    (path,) = (built / "emulator").glob("acs-emulator-[0-9]*.tgz")

    def change(files):
        name = "package/package.json"
        files[name] = files[name].replace(b"emulator-win32-arm64", b"emulator-win32-arm")

    assert "@acs-auth/emulator-win32-arm64 is not named" in found(changed(path, tmp_path, change), everything=True)


def test_a_program_of_another_platform_is_found(built, tmp_path):
    for pattern in ("acs_emulator-*musllinux_1_1_x86_64.whl", "acs-auth-emulator-linux-x64-*.tgz"):
        (path,) = (built / "emulator").glob(pattern)
        (other,) = (built / "emulator").glob(pattern.replace("x86_64", "aarch64").replace("x64", "arm64"))
        program = contents.files(other)
        path = changed(path, tmp_path, lambda files, program=program: files.update({native(files): program[native(program)]}))
        assert "for another processor" in found(path)
