# Above each target stand what it does, which `make` lists, and `#~`: about how long it takes on two idle cores.
SHELL := /bin/bash
CARGO ?= cargo
.DEFAULT_GOAL := help
.PHONY: help test-faults demo serve demo-browser test lint lint-features test-rust test-c test-windows test-windows-arm test-musl test-musl-arm test-arm test-macos test-c-checked test-valgrind test-packages test-emulator-packages test-platform-packages test-python \
	test-python-versions test-official-python test-python-frozen test-kotlin test-kotlin-versions test-all \
	test-swift test-e2e test-browser test-peers docs miri msrv deny header install deb wheel package-kotlin package-swift bench counts bench-c bench-overload bench-python \
	bench-kotlin bench-swift test-redis fleet size size-c emulator doc fmt clean workflows fuzz test-portable version release release-twice \
	test-release test-release-files publish-pypi publish-npm publish-maven abi advisories supply-chain

# Printed before anything else. On standard error, since some targets' output is read by programs.
$(shell tools/about $(MAKECMDGOALS) >&2)

# Lists the targets.
help:
	@awk '/^# / { doc = substr($$0, 3) } /^#~ / { doc = doc " [" substr($$0, 4) "]" } /^[a-z0-9-]+:/ { sub(/:.*/, ""); printf "make %-11s %s\n", $$0, doc }' $(MAKEFILE_LIST)

# Signs a user in at the offline emulator and exchanges the Entra token, step by step.
#~ 3 min the first time, then 5 s
demo:
	@tools/run acs-auth-cli demo

# Serves /api/token/teams with the emulator inside.
#~ 3 min until it serves the first time, then 5 s
serve:
	@tools/run acs-auth-cli serve --emulator

# Serves the whole flow to click through: emulator, a back end (HOST=rust, python, kotlin, c, cpp, swift) and the page that signs in.
#~ 5 min until it serves the first time, then 10 s
demo-browser:
	@tools/demo-browser

# Checks format and lints and runs each language's suite once, installing what they need into ignored folders.
#~ 25 min the first time, then 12 min
test:
	@tools/test

# Runs the deeper suites, which `make test` leaves out: sanitizers, Miri, other toolchain versions, packages, browser, docs, licences.
#~ 45 min
test-all:
	@tools/test deeper

# Checks the format, and clippy and rustdoc with warnings as errors.
#~ 6 min the first time, then 10 s
lint:
	tools/lint

# Lints core with each of its features alone and in pairs, which takes a check of core and of what it rests on for each.
#~ 90 s
lint-features:
	tools/features

# Runs the Rust suites: core, emulator, command line, conformance, surface and the C header; a real redis-server is started for some.
#~ 6 min the first time, then 2 min
test-rust:
	tools/test-rust

# Runs each peer through each kind of fault, and prints the table.
#~ 4 min the first time, then 1 min
test-faults:
	tools/test-faults

# Runs the C and C++ suites on the shared library.
#~ 5 min the first time, then 2 min
test-c:
	tools/test-c plain

# Runs what can be run of Windows under Wine: the C suite, installed consumers, the command line, the emulator, Python.
#~ 5 min
test-windows:
	tools/test-cross x86_64-pc-windows-gnu

# Builds the same for Windows on ARM, with the C suite and consumers, and inspects it; none of it is run. Not in `make test-all`.
#~ 8 min
test-windows-arm:
	tools/test-cross aarch64-pc-windows-gnullvm

# Runs what can be run of musl on x86-64, in a root that has musl's C library and nothing else.
#~ 5 min
test-musl:
	tools/test-cross x86_64-unknown-linux-musl

# The same for musl on ARM, under qemu. Not in `make test-all`: it combines what test-musl and test-arm cover.
#~ 10 min
test-musl-arm:
	tools/test-cross aarch64-unknown-linux-musl

# The same for glibc on ARM, under qemu, and Python's wheel there.
#~ 6 min
test-arm:
	tools/test-cross aarch64-unknown-linux-gnu

# Builds what there is for macOS, with the C suite and the XCFramework, and inspects it; none of it is run. Not in `make test-all`.
#~ 5 min
test-macos:
	tools/test-cross aarch64-apple-darwin x86_64-apple-darwin
	tests/macos/xcframework

# Runs them under ASan with UBSan, and under TSan; the Rust library is instrumented too.
#~ 9 min
test-c-checked:
	tools/test-c address thread

# Runs them under valgrind, on the release library; not in `make test`, where its slowness would take too long.
#~ 10 min
test-valgrind:
	tools/test-c valgrind

# Installs the C library, packages it for Debian, and builds programs from there as users do.
#~ 5 min
test-packages:
	tools/test-packages

# Installs the emulator's wheel, npm packages and jar in clean folders and uses them with the official clients.
#~ 1 min
test-emulator-packages:
	tools/test-emulator-packages

# Packages small libraries for every platform, checks the wheels, the jar and npm's packages, and that each fault in them is found.
#~ 2 min
test-platform-packages:
	tools/test-platform-packages

# Builds the Python wheel and tests it in a clean environment of the newest Python here.
#~ 6 min the first time, then 4 min
test-python:
	tools/test-python newest

# Tests the same wheel with the oldest Python here.
#~ 5 min
test-python-versions:
	tools/test-python versions

# Runs the official Python package's own tests on it and on ours, with one import changed, and compares.
#~ 20 s
test-official-python:
	tools/official-python-tests

# Freezes a Python program with PyInstaller, puts the package into a layer of AWS Lambda, and exchanges a token with each.
#~ 40 s
test-python-frozen:
	tools/test-python-frozen

# Tests Kotlin and Java on Java 17.
#~ 3 min
test-kotlin:
	tools/test-kotlin library

# Tests them on Java 25, with their samples, and the official Java clients beside ours.
#~ 2 min
test-kotlin-versions:
	tools/test-kotlin newer samples peers

# Tests Swift and its samples, with a toolchain in an ignored folder where the machine has none.
#~ 5 min the first time, then 90 s
test-swift:
	tools/test-swift

# Signs in by a real browser against the emulator: every case with each back end behind the page; not in `make test`.
#~ 15 min
test-e2e:
	tools/test-e2e

# The same, but with each back end after the first only what its own glue has a part in.
#~ 4 min
test-browser:
	SMOKE=1 tools/test-e2e

# Builds the docs site with the API reference of each host into target/docs; broken links, untested snippets and names that do not exist are errors.
#~ 5 min the first time, then 2 min
docs:
	tools/docs

# Runs what Miri can run of the C facade and of the runtime.
#~ 6 min
miri:
	tools/test-miri

# Runs the unmodified official clients against the emulator, and compares ours with them.
#~ 30 s
test-peers:
	tools/test-peers

# Builds the Python wheel and source distribution into target/wheels.
#~ 4 min the first time, then 10 s
wheel:
	tools/python-wheel

# Measures the Python package beside the official client and one by hand, by CPU time.
#~ 5 min
bench-python:
	tools/bench-python

# Builds core with the oldest Rust that it promises.
#~ 2 min
msrv:
	tools/msrv

# Checks licences, banned crates and sources, and advisories where their database can be fetched.
#~ 4 min the first time, then 10 s
deny:
	tools/deny

# Checks advisories; fails where their database cannot be fetched, unless ACS_ADVISORY_DB names a clone of it.
#~ 1 min
advisories:
	tools/deny advisories

# Checks locks and their hashes, the list of crates in the products, and that core builds with the oldest versions that it admits.
#~ 1 min
supply-chain:
	tools/supply-chain

# Compares the C ABI with the kept baseline; tools/abi --write makes a new one.
#~ 10 s
abi:
	tools/abi --try

# Checks the workflows in .github by actionlint and zizmor.
#~ 10 s
workflows:
	tools/workflows

# Fuzzes the C ABI and its parsers: FUZZ_SECONDS (default 1800) each, FUZZ_SEED.
#~ 2 h, by FUZZ_SECONDS
fuzz:
	tools/fuzz

# Runs the Rust suites that are portable, and builds the libraries: what the workflows do on macOS, Windows and ARM.
#~ 15 min
test-portable:
	tools/test-portable

# Makes every file of a release into target/release-files; RELEASE_KEY names a key of ssh-keygen to sign with, RELEASE_PLATFORMS targets of Rust.
#~ 45 min, 5 of them for each platform
release:
	tools/release

# Makes and tests what a release has beside the languages' packages: archives, recipes, lists of components, signatures.
#~ 2 min
test-release:
	tools/test-release

# Tests the files that `make release` made, each ecosystem's packages as its users have them.
#~ 5 min
test-release-files:
	tools/test-release target/release-files

# Makes a release twice, in folders of different names, and fails where a file differs.
#~ 90 min
release-twice:
	tools/release --twice

# Publishes the wheels of target/release-files; the release workflow runs it.
#~ 1 min
publish-pypi:
	tools/publish pypi

# Publishes the npm packages of target/release-files; the release workflow runs it.
#~ 1 min
publish-npm:
	tools/publish npm

# Uploads the jars of target/release-files to Maven Central's portal, signed; the release workflow runs it.
#~ 1 min
publish-maven:
	tools/publish maven

# Prints the version of everything that is released.
version:
	@tools/version

# Makes include/acs_auth.h of bindings/c, and the signatures by which Python and Kotlin call it.
#~ 2 min the first time, then 5 s
header:
	@tools/run acs-c-header

# Installs the C library, its headers, pkg-config and CMake files: PREFIX (default /usr/local), DESTDIR.
#~ 4 min the first time, then 5 s
install:
	tools/install-c

# Builds the Debian packages libacs-auth0 and libacs-auth-dev into target/debian.
#~ 4 min the first time, then 20 s
deb:
	tools/package-deb

# Packages Kotlin and Java's library into target/kotlin/repository, and uses it from there as a Maven project does.
#~ 6 min the first time, then 1 min
package-kotlin:
	tools/package-kotlin

# Packages Swift's library into target/swift.
#~ 5 min the first time, then 10 s
package-swift:
	tools/package-swift

# Counts instructions and allocations of operations under callgrind and compares them with tests/bench/counts; `make test-rust` does too.
#~ 2 min
counts:
	tools/counts

# Measures an exchange through the C library beside a hand-written libcurl client, by CPU time.
#~ 6 min
bench-c:
	tools/bench-c

# Compares Kotlin and Java's client with the official one, by CPU time and by the first exchange of a new process.
#~ 8 min
bench-kotlin:
	tests/bench/kotlin/run

# Compares Swift's client with the Rust client, by CPU time.
#~ 8 min
bench-swift:
	tools/bench-swift

# Measures signing, an exchange by CPU time, and the emulator's load; compare figures of one run only.
#~ 5 min
bench:
	tools/bench

# Runs the tests on real Redis servers (one, a cluster of six, sentinels, rotating passwords), one by one, and prints what each cost.
#~ 3 min
test-redis:
	tools/test-redis

# Puts four servers on one Redis under load for a minute, then kills Redis, and says what came of it.
#~ 5 min
fleet:
	tools/fleet

# Measures what more callers than the limit get: two minutes a row on a paused clock, and processes on one Redis in real time.
#~ 10 min
bench-overload:
	tools/bench-overload

# Builds the release library of core's client with each crypto provider and says what it weighs.
#~ 8 min the first time, then 10 s
size:
	tools/size

# Says what the C library weighs, and which crates make it up.
#~ 4 min the first time, then 10 s
size-c:
	tools/size-c

# Starts the emulator and prints its JSON line.
#~ 3 min until it serves the first time, then 5 s
emulator:
	@tools/run acs-auth-cli emulator

# Builds and opens core's API documentation.
#~ 2 min the first time, then 5 s
doc:
	$(CARGO) doc --locked --no-deps -p acs-auth --features azure-identity,handler,redis --open

# Formats all Rust code.
#~ 2 s
fmt:
	$(CARGO) fmt --all

# Removes what was built and installed here.
#~ 5 s
clean:
	rm -rf target .toolchains tests/peers/.venv tests/peers/node_modules tests/e2e/node_modules samples/minimal-client/node_modules \
		samples/minimal-client/dist bindings/swift/.build bindings/swift/lib samples/swift-service/.build \
		tests/bench/swift/exchanges/.build
