# Uses the files of a whole release ($out) as users of each ecosystem do, from clean folders; sourced by tools/test-release.
# The last line that each prints is shown.
consumer() {
    check "$@"
    sed -n '$s/^/     /p' "$scratch/output"
}

debian_packages gdb gdb || missing "gdb is needed to test the debug symbols"
debian_packages meson meson || missing "meson is needed to test the C archive"
packages=$scratch/packages
mkdir -p "$packages"

# unpacked NAME: unpacks an archive once, and prints its folder.
unpacked() {
    [ -d "$packages/$1" ] || tar -xzf "$out/$1.tar.gz" -C "$packages"
    echo "$packages/$1"
}

# The released emulator is the service for all of them.
emulator=$(unpacked "acs-emulator-$version-$platform")/acs-emulator
coproc EMULATOR { exec "$emulator" --until-stdin-closes; }
read -r -t 60 line <&"${EMULATOR[0]}" || { echo "test-release: the emulator did not start" >&2; exit 1; }
connection_string=$(sed -E 's/.*"connection_string_http":"([^"]*)".*/\1/' <<<"$line")
clean=(env -i PATH="$PATH" HOME="$scratch" LC_ALL=C.UTF-8 COMMUNICATION_SERVICES_CONNECTION_STRING="$connection_string")

crate_in_a_program() {
    mkdir -p "$scratch/rust/src" "$scratch/crate"
    tar -xzf "$out/acs-auth-$version.crate" -C "$scratch/crate"
    {
        printf '[package]\nname = "consumer"\nversion = "1.0.0"\nedition = "2021"\n\n[dependencies]\nacs-auth = "%s"\n' "$version"
        printf 'tokio = { version = "1", features = ["macros", "rt"] }\n\n[patch.crates-io]\nacs-auth = { path = "%s" }\n' "$scratch/crate/acs-auth-$version"
        # With our profiles, so that dependencies that are already built are used.
        sed -n '/^\[profile\.dev/,/^\[profile\.release/p' Cargo.toml | sed '$d'
    } >"$scratch/rust/Cargo.toml"
    cp tests/release/consumer.rs "$scratch/rust/src/main.rs"
    cp Cargo.lock "$scratch/rust"
    cargo build --quiet --manifest-path "$scratch/rust/Cargo.toml" --target-dir target
    "${clean[@]}" target/debug/consumer
}

# pip_install ENVIRONMENT LOCK ARGUMENT…: installs into a virtual environment, in addition to the packages of the lock.
pip_install() {
    python3 -m venv "$scratch/$1"
    pip_locked "$scratch/$1/bin/python" "$2"
    "$scratch/$1/bin/python" -m pip install --quiet --disable-pip-version-check --no-index "${@:3}"
}

wheel_with_the_emulators_fixture() {
    pip_install wheel tests/emulator-packages/python/requirements.lock "$out"/acs_auth-"$version"-*manylinux*"$(uname -m)".whl "$out"/acs_emulator-"$version"-*manylinux*"$(uname -m)"*.whl
    cp tests/release/test_consumer.py "$scratch/wheel"
    (cd "$scratch/wheel" && env -u ACS_EMULATOR_BIN bin/python -m pytest -q -p no:cacheprovider test_consumer.py)
}

# Built without optimisation, since the wheels show that a release build works. In a folder of its own: in ours, cargo would take what this
# checkout has built for what is in the archive, whose files are as old as the commit.
source_distribution() {
    # Without build isolation, pip looks for maturin on the PATH.
    PATH=$scratch/sdist/bin:$PATH CARGO_TARGET_DIR=$scratch/sdist-target pip_install sdist bindings/python/build-requirements.lock --no-build-isolation --config-settings=build-args='--profile=dev' "$out/acs_auth-$version.tar.gz"
    "${clean[@]}" "$scratch/sdist/bin/python" -c '
import os, acs_auth
with acs_auth.CommunicationIdentityClient.from_connection_string(os.environ["COMMUNICATION_SERVICES_CONNECTION_STRING"]) as client:
    print("from source:", acs_auth.__version__, client.create_user().raw_id[:6])'
}

# maven FOLDER OPTION…: runs the tests of a program with the released repository, without earlier installations of our packages.
maven() {
    local folder=$1 repository=$scratch/maven
    [ -d "$repository" ] || { mkdir "$repository" && tar -xzf "$out/acs-auth-maven-$version.tar.gz" -C "$repository"; }
    [ -d "$scratch/local" ] || maven_without_ours "$scratch/local"
    cp -r "$folder" "$scratch/$(basename "$folder")"
    mvn -B -ntp -f "$scratch/$(basename "$folder")/pom.xml" -Dmaven.repo.local="$scratch/local" -Dpackages="file://$repository" "${@:2}" test
}

jars_by_maven() { maven bindings/kotlin/consumer -Dacs.emulator="$emulator" | grep -E 'Tests run|ERROR|BUILD|jar holds'; }
junit_extension_by_maven() { maven tests/emulator-packages/junit -Demulator.version="$version" | grep -E 'Tests run|ERROR|BUILD'; }

swift_package_as_a_tag() {
    local folder
    folder=$(unpacked "acs-auth-swift-$version")
    cp "$out/acs-auth-swift-$version-$platform.tar.gz" "$out"/libacs-auth-swift_*.deb "$packages"
    mkdir -p target/debug
    [ -x target/debug/acs-emulator ] || cp "$emulator" target/debug/acs-emulator
    bindings/swift/Tests/consumer "$folder"
}

# No program for macOS runs here.
xcframework_by_the_linker() { tests/macos/xcframework "$out/acs-auth-swift-$version.xcframework.zip"; }

c_archive_by() { "${clean[@]}" tests/c/consumers/consume "$1" "$(unpacked "acs-auth-c-$version-$platform")"; }

# A debugger finds the symbols of the archive's library too, since the package has the same one.
debian_packages_by_dpkg() {
    on_a_copy "${clean[@]}" DEBIAN_FRONTEND=noninteractive bash -euo pipefail -c '
        cd "$1"
        dpkg -i "$2"/libacs-auth0_*.deb "$2"/libacs-auth0-dbgsym_*.deb "$2"/libacs-auth-dev_*.deb "$2"/libacs-auth-swift_*.deb
        tests/c/consumers/consume pkg-config-make
        tests/c/consumers/debug-symbols /usr/lib/*/libacs_auth.so.0
        tests/c/consumers/debug-symbols "$3"
        pkg-config --modversion acs_auth_uniffi
        dpkg --purge libacs-auth-dev libacs-auth0-dbgsym libacs-auth0 libacs-auth-swift
    ' debian "$PWD" "$out" "$(unpacked "acs-auth-c-$version-$platform")/lib/libacs_auth.so"
}

emulator_by_npm() {
    cp -r tests/emulator-packages/node "$scratch/node"
    (
        cd "$scratch/node"
        coproc REGISTRY { exec node registry.mjs "$out"; }
        read -r -t 60 registry <&"${REGISTRY[0]}"
        export NO_PROXY=localhost,127.0.0.1 no_proxy=localhost,127.0.0.1
        npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
        # From the test's own registry alone, which has nothing else.
        npm install --registry "$registry" --no-audit --no-fund --loglevel=error "$out"/acs-emulator-[0-9]*.tgz
        npx --no-install acs-emulator --version
        npm test
    )
}

command_line() {
    local program
    program=$(unpacked "acs-auth-$version-$platform")/acs-auth
    [ "$("$program" --version)" = "acs-auth $version" ]
    ACS_ACCESS_KEY=a2V5 "$program" sign --method GET --url https://contoso.communication.azure.com/ | grep string_to_sign
}

consumer "cargo: a program with the crate" crate_in_a_program
consumer "pip: the wheel, with the emulator's wheel and its fixture" wheel_with_the_emulators_fixture
consumer "pip: the source distribution" source_distribution
consumer "Maven: the jars" jars_by_maven
consumer "Maven: the emulator's extension of JUnit" junit_extension_by_maven
consumer "npm: the emulator" emulator_by_npm
consumer "SwiftPM: the package as a tag of a git repository" swift_package_as_a_tag
# Only a release for macOS has one.
if [ -e "$out/acs-auth-swift-$version.xcframework.zip" ]; then
    consumer "the XCFramework, linked for both processors" xcframework_by_the_linker
fi
for how in pkg-config-make static cmake meson; do
    consumer "the C archive, by $how" c_archive_by "$how"
done
consumer "dpkg: the Debian packages" debian_packages_by_dpkg
consumer "the command line's program" command_line
