# The comment above each target is its description, which `make` lists, and `#~` is about how long it takes on two idle cores.
SHELL := /bin/bash
CARGO ?= cargo
.DEFAULT_GOAL := help
.PHONY: help test-faults demo serve demo-browser test lint lint-features test-rust test-c test-windows test-windows-arm test-musl test-musl-arm test-arm test-macos test-c-checked test-valgrind test-packages test-emulator-packages test-platform-packages test-python \
	test-python-versions test-official-python test-python-frozen test-kotlin test-kotlin-versions test-all test-longest \
	test-swift test-e2e test-browser test-peers docs miri msrv deny header install deb wheel package-kotlin package-swift bench counts bench-c bench-overload bench-python \
	bench-client bench-endpoint bench-kotlin bench-node bench-scale bench-swift test-redis fleet size size-c emulator doc fmt clean workflows fuzz test-portable version release release-twice \
	test-release test-release-files publish-crates publish-pypi publish-npm publish-maven publish-swift abi advisories supply-chain

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

# Checks format and lints and runs each language's suite once, installing what they need into ignored folders and the user's cache.
#~ 25 min the first time, then 10 min
test:
	@tools/test

# Runs the deeper suites, which `make test` leaves out: Miri, other toolchain versions, packages, browser, docs, licences.
#~ 20 min after `make test`, 40 min alone
test-all:
	@tools/test deeper

# Runs the longest suites: sanitizers, Windows under Wine, ARM, musl, the files of a release. `.ci/run` leaves them out.
#~ 60 min
test-longest:
	@tools/test longest

# Checks the format, and clippy and rustdoc with warnings as errors.
#~ 4 min the first time, then 10 s
lint:
	tools/lint

# Lints core with each of its features alone and in pairs, which checks core and its dependencies anew for each.
#~ 2 min
lint-features:
	tools/features

# Runs the Rust suites: core, emulator, command line, conformance, surface and the C header; a real redis-server is started for some.
#~ 8 min the first time, then 3 min
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

# Tests Windows under Wine: the C suite, programs that use the installed library, the command line, the emulator, Python, the JVM.
#~ 5 min
test-windows:
	tools/test-cross x86_64-pc-windows-gnu

# Builds the same for Windows on ARM, except Python and the JVM, and inspects it; none of it is run. Not in `make test-longest`.
#~ 8 min
test-windows-arm:
	tools/test-cross aarch64-pc-windows-gnullvm

# Tests Linux with musl on x86-64, in a root folder that has musl's C library and nothing else.
#~ 5 min
test-musl:
	tools/test-cross x86_64-unknown-linux-musl

# Tests Linux with musl on ARM, under qemu. Not in `make test-longest`, since test-musl and test-arm cover most of it.
#~ 10 min
test-musl-arm:
	tools/test-cross aarch64-unknown-linux-musl

# Tests Linux with glibc on ARM, under qemu: C, C++, the programs, Python's wheel, the jar on Java, and Swift's package.
#~ 15 min
test-arm:
	tools/test-cross aarch64-unknown-linux-gnu

# Builds everything for macOS, with the C suite and the XCFramework, and inspects it; none of it is run. Not in `make test-longest`.
#~ 5 min
test-macos:
	tools/test-cross aarch64-apple-darwin x86_64-apple-darwin
	tests/macos/xcframework

# Runs the C and C++ suites under ASan with UBSan, and under TSan; the Rust library is instrumented too.
#~ 9 min
test-c-checked:
	tools/test-c address thread

# Runs the C and C++ suites under valgrind, on the release library. Too slow for a run of several suites.
#~ 10 min
test-valgrind:
	tools/test-c valgrind

# Installs the C library, packages it for Debian, and builds programs with both, as users do.
#~ 5 min
test-packages:
	tools/test-packages

# Installs the emulator's wheel, npm packages and jar in clean folders and uses them with the official clients.
#~ 1 min
test-emulator-packages:
	tools/test-emulator-packages

# Packages small libraries for every platform, checks the wheels, the jar and npm's packages, and that the check finds each fault.
#~ 2 min
test-platform-packages:
	tools/test-platform-packages

# Builds the Python wheel and tests it in a clean environment of the newest Python here.
#~ 6 min the first time, then 2 min
test-python:
	tools/test-python newest

# Tests the same wheel with the oldest Python here.
#~ 3 min
test-python-versions:
	tools/test-python versions

# Runs the official Python package's own tests on that package and, with one import changed, on ours, and compares.
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

# Tests Kotlin and Java on Java 25, with their samples, and the official Java clients beside ours.
#~ 2 min
test-kotlin-versions:
	tools/test-kotlin newer samples peers

# Tests Swift and its samples; if the machine has no Swift 6, one is installed into an ignored folder.
#~ 5 min the first time, then 90 s
test-swift:
	tools/test-swift

# Signs in by a real browser against the emulator: every case with each back end behind the page; not in `make test`.
#~ 15 min
test-e2e:
	tools/test-e2e

# The same as test-e2e, but runs only the cases that involve a back end's own code for each one after the first.
#~ 4 min
test-browser:
	SMOKE=1 tools/test-e2e

# Builds the docs site with the API reference of each host into target/docs; broken links, untested snippets and names that do not exist are errors.
#~ 5 min the first time, then 2 min
docs:
	tools/docs

# Runs those tests of the C facade and of the runtime that Miri supports.
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

# Measures the Python package beside the official client and a hand-written one, by CPU time.
#~ 5 min
bench-python:
	tools/bench-python

# Builds core with the oldest Rust that it promises.
#~ 2 min
msrv:
	tools/msrv

# Checks licences, banned crates and sources, and advisories if their database can be fetched; and that each rule rejects what breaks it.
#~ 4 min the first time, then 30 s
deny:
	tools/deny --try

# Checks advisories; fails if their database cannot be fetched, unless ACS_ADVISORY_DB names a clone of it.
#~ 1 min
advisories:
	tools/deny advisories

# Checks locks and their hashes, the list of crates in the products, and that core builds with the oldest versions that it admits.
#~ 1 min
supply-chain:
	tools/supply-chain

# Compares the C ABI and the lists of tests/surface with the committed baselines; tools/abi --write makes new ones.
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

# Builds all files of a release into target/release-files; RELEASE_KEY names a key of ssh-keygen to sign with, RELEASE_PLATFORMS Rust targets.
#~ 45 min, 5 of them for each platform
release:
	tools/release

# Builds and tests what a release has besides the languages' packages: archives, recipes, lists of components, signatures.
#~ 2 min
test-release:
	tools/test-release

# Tests the files that `make release` made, each ecosystem's packages as its users have them.
#~ 5 min
test-release-files:
	tools/test-release target/release-files

# Builds a release twice, in folders of different names, and fails if a file differs.
#~ 90 min
release-twice:
	tools/release --twice

# Publishes the crate of target/release-files, if this checkout packs the same file; the release workflow runs it.
#~ 1 min
publish-crates:
	tools/publish crates

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

# Pushes the Swift package of target/release-files to its own repository, with a tag, once the release is published; a workflow runs it.
#~ 1 min
publish-swift:
	tools/publish swift

# Prints the version of all products.
version:
	@tools/version

# Generates include/acs_auth.h from bindings/c, and the code by which C++, Python and Kotlin call it.
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

# Packages the library for Kotlin and Java into target/kotlin/repository, and tests it with a Maven project.
#~ 6 min the first time, then 1 min
package-kotlin:
	tools/package-kotlin

# Packages the library for Swift into target/swift.
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

# Measures everything and makes the page on performance, docs/src/performance.md: SECTIONS (default all), QUICK=1 only tries the benches.
#~ 90 min
bench:
	tools/bench $(if $(QUICK),--quick) $(SECTIONS)

# Measures signing, and an exchange by CPU time beside other HTTP clients; compare figures of one run only.
#~ 8 min
bench-client:
	tools/bench-client

# Measures `acs-auth serve` beside axum answering 201 and an endpoint by hand for Node.
#~ 15 min
bench-endpoint:
	tools/bench-endpoint

# Measures an exchange in JavaScript, by the official client and by undici, beside the Rust client's.
#~ 5 min
bench-node:
	tools/bench-node

# Measures cost against work: exchanges, exchanges in flight, cached users, processes that share a Redis.
#~ 30 min
bench-scale:
	tools/bench-scale

# Runs calls under load on real Redis servers (one, a cluster of six, sentinels, rotating passwords) amid failovers, and prints how they fared.
#~ 2 min
test-redis:
	tools/test-redis

# Puts four servers on one Redis under load for a minute, then kills Redis, and prints the results.
#~ 5 min
fleet:
	tools/fleet

# Measures an exchanger with more callers than its limit admits: two minutes per row on a paused clock, and processes on one Redis in real time.
#~ 10 min
bench-overload:
	tools/bench-overload

# Builds the release library of core's client with each crypto provider and prints its size.
#~ 8 min the first time, then 10 s
size:
	tools/size

# Prints the size of the C library, in total and by crate.
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
		tests/bench/swift/exchanges/.build tests/bench/node/node_modules
