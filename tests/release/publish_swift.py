"""Tests `tools/publish swift` with a small package and local git repositories in place of the real one: `publish_swift.py FOLDER`, for its files."""

import hashlib
import os
import pathlib
import re
import socket
import subprocess
import sys
import tarfile
import time
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
VERSION = re.search(r'^version = "(.*)"', (ROOT / "Cargo.toml").read_text("utf-8"), re.MULTILINE).group(1)
NAME = f"acs-auth-swift-{VERSION}"
URL = f"https://github.com/acs-auth/acs-auth/releases/download/v{VERSION}/{NAME}.xcframework.zip"


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, timeout=120, **options)


def git(repository, *arguments):
    identity = ("-c", "user.name=one", "-c", "user.email=one@example.invalid", "-c", "commit.gpgsign=false")
    return run("git", "-C", str(repository), *identity, *arguments, check=True).stdout.strip()


def release(files, checksum=None):
    """Makes the package's files of a release. The manifest has this checksum, by default the right one."""
    files.mkdir(exist_ok=True)
    archive = files / f"{NAME}.xcframework.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("Info.plist", "binary target")
    package = files / NAME
    (package / "Sources").mkdir(parents=True, exist_ok=True)
    digest = checksum or hashlib.sha256(archive.read_bytes()).hexdigest()
    (package / "Package.swift").write_text(f'.binaryTarget(name: "acsFFI", url: "{URL}", checksum: "{digest}")\n')
    (package / "Sources/it.swift").write_text("// new\n")
    with tarfile.open(files / f"{NAME}.tar.gz", "w:gz") as packed:
        packed.add(package, NAME)
    sums = run("sha256sum", f"{NAME}.tar.gz", archive.name, cwd=files, check=True).stdout
    # Other files of the release, which are not here.
    (files / "SHA256SUMS").write_text(f"{sums}{'0' * 64}  acs-auth-{VERSION}.crate\n{'0' * 64}  {NAME}-linux-x86_64.tar.gz\n")
    return files


def earlier(repository, folder):
    """A repository with a tag of an earlier version, which has a file that the new one lacks."""
    run("git", "init", "--quiet", "--bare", "--initial-branch=main", str(repository), check=True)
    run("git", "clone", "--quiet", str(repository), str(folder), check=True)
    (folder / "gone.swift").write_text("// old\n")
    git(folder, "checkout", "-q", "-b", "main")
    git(folder, "add", "--all")
    git(folder, "commit", "-qm", "Release 0.0.1")
    git(folder, "tag", "0.0.1")
    git(folder, "push", "-q", "origin", "main", "0.0.1")
    return git(repository, "rev-parse", "main")


def main(folder):
    folder = pathlib.Path(folder)
    files, repository = release(folder / "files"), folder / "repository"
    before = earlier(repository, folder / "clone")

    def publish(*options, url=repository, given=files, **variables):
        environment = {**os.environ, "RELEASE_FILES": str(given), "SWIFT_REPOSITORY": str(url), **variables}
        return run("tools/publish", "swift", *options, env=environment, cwd=ROOT)

    wrong = publish(given=release(folder / "wrong", checksum="0" * 64))
    assert wrong.returncode != 0 and "another binary target" in wrong.stderr, wrong
    changed = release(folder / "changed")
    (changed / f"{NAME}.xcframework.zip").write_bytes(b"another")
    assert publish(given=changed).returncode != 0
    missing = release(folder / "missing")
    (missing / f"{NAME}.xcframework.zip").unlink()
    assert publish(given=missing).returncode != 0
    dry = publish("--dry-run")
    assert dry.returncode == 0, dry
    assert git(repository, "rev-parse", "main") == before and git(repository, "tag") == "0.0.1"

    published = publish()
    assert published.returncode == 0 and published.stdout.endswith(f"published: the tag {VERSION}\n"), published
    assert git(repository, "rev-parse", f"{VERSION}^{{commit}}") == git(repository, "rev-parse", "main")
    assert git(repository, "rev-parse", "main~1") == before
    assert git(repository, "ls-tree", "-r", "--name-only", VERSION).split() == ["Package.swift", "Sources/it.swift"]
    assert git(repository, "show", f"{VERSION}:Package.swift") == (files / NAME / "Package.swift").read_text().strip()
    again = publish()
    assert again.returncode != 0 and f"has the tag {VERSION} already" in again.stderr, again

    # The first version, in a repository without a branch.
    run("git", "init", "--quiet", "--bare", str(folder / "empty"), check=True)
    assert publish(url=folder / "empty").returncode == 0
    assert git(folder / "empty", "rev-list", "--count", VERSION) == "1"

    # A server that never answers, by git's own protocol and by SSH with a key.
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "thrown away", "-f", str(folder / "key"), check=True)
    key = (folder / "key").read_text()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        for url in (f"git://127.0.0.1:{port}/it", f"ssh://git@127.0.0.1:{port}/it"):
            started = time.monotonic()
            unanswered = publish(url=url, SWIFT_PUSH_SECONDS="1", SWIFT_DEPLOY_KEY=key)
            assert unanswered.returncode == 124 and time.monotonic() - started < 30, unanswered
            assert key.splitlines()[1] not in unanswered.stdout + unanswered.stderr
    print(f"published: the tag {VERSION}, after an earlier one and as the first")


main(*sys.argv[1:])
