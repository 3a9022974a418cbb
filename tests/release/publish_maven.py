"""Publishes a small release to a stand-in for Maven Central's portal: `publish_maven.py FOLDER`, a folder for its files.

The stand-in follows the portal's documentation: POST /api/v1/publisher/upload, a bundle in a form, a bearer token.
"""

import http.server
import io
import os
import pathlib
import subprocess
import sys
import threading
import zipfile

received = []
over = threading.Event()


class Portal(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        if self.headers["authorization"] == "Bearer silence":
            over.wait(60)
            return
        body = self.rfile.read(int(self.headers["content-length"]))
        received.append((self.path, self.headers["authorization"], body))
        self.send_response(201 if self.headers["authorization"] == "Bearer a-token" else 401)
        self.end_headers()
        self.wfile.write(b"an-id")

    def log_message(self, *_):
        pass


def run(*command, **options):
    return subprocess.run(command, capture_output=True, timeout=300, **options)


def main(folder):
    files, home = pathlib.Path(folder, "files"), pathlib.Path(folder, "gnupg")
    jar = files / "dev/acsauth/acs-auth/0.0.1/acs-auth-0.0.1.jar"
    jar.parent.mkdir(parents=True)
    jar.write_bytes(b"a jar")
    run("tar", "-czf", "acs-auth-maven-0.0.1.tar.gz", "dev", cwd=files, check=True)
    sums = run("sha256sum", "acs-auth-maven-0.0.1.tar.gz", cwd=files, check=True).stdout
    (files / "SHA256SUMS").write_bytes(sums)
    home.mkdir(mode=0o700)
    gpg = ("gpg", "--batch", "--quiet", "--homedir", str(home))
    run(*gpg, "--passphrase", "", "--quick-generate-key", "thrown away <release@example.invalid>", "ed25519", "sign", "1d", check=True)
    key = run(*gpg, "--armor", "--export-secret-keys", check=True).stdout.decode()

    portal = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Portal)
    threading.Thread(target=portal.serve_forever, daemon=True).start()
    environment = {**os.environ, "RELEASE_FILES": str(files), "MAVEN_SIGNING_KEY": key, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    environment["MAVEN_CENTRAL_URL"] = f"http://127.0.0.1:{portal.server_address[1]}"

    published = run("tools/publish", "maven", env={**environment, "MAVEN_CENTRAL_TOKEN": "a-token"})
    assert published.returncode == 0 and published.stdout == b"an-id\n", published
    ((path, _, body),) = received
    assert path.startswith("/api/v1/publisher/upload?name=acs-auth-") and path.endswith("&publishingType=USER_MANAGED"), path
    start = body.index(b"PK\x03\x04")
    with zipfile.ZipFile(io.BytesIO(body[start : body.rindex(b"\r\n--")])) as bundle:
        name = str(jar.relative_to(files))
        assert {it for it in bundle.namelist() if not it.endswith("/")} == {name, f"{name}.asc", f"{name}.md5", f"{name}.sha1"}, bundle.namelist()
        bundle.extractall(pathlib.Path(folder, "bundle"))
    run(*gpg, "--verify", str(pathlib.Path(folder, "bundle", f"{name}.asc")), str(jar), check=True)

    rejected = run("tools/publish", "maven", env={**environment, "MAVEN_CENTRAL_TOKEN": "another"})
    assert rejected.returncode != 0 and b"another" not in rejected.stdout + rejected.stderr, rejected
    # It never answers.
    silent = run("tools/publish", "maven", env={**environment, "MAVEN_CENTRAL_TOKEN": "silence", "MAVEN_CENTRAL_SECONDS": "1"})
    over.set()
    assert silent.returncode != 0 and b"timed out" in silent.stderr, silent
    for missing in ("MAVEN_SIGNING_KEY", "MAVEN_CENTRAL_TOKEN"):
        less = {**environment, "MAVEN_CENTRAL_TOKEN": "a-token"}
        del less[missing]
        failed = run("tools/publish", "maven", env=less)
        assert failed.returncode != 0 and missing.encode() in failed.stderr, failed
    run("gpgconf", "--homedir", str(home), "--kill", "gpg-agent")
    print(f"published: {name}, its signature and checksums, to a stand-in of the portal")


main(*sys.argv[1:])
