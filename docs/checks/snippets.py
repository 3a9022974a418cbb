"""Each snippet of a page is included from a file that tests run, and its paths and names exist."""

import re

from .names import is_name, snake
from .repository import FENCE, ROOT

# Files that snippets may come from, and what builds or runs each.
TESTED = {
    "README.md": "doctest of core (Rust), tests/c/readme (C), tools/test-python, bindings/swift/Tests/consumer, docs/commands.py",
    "packaging/README.md": "tools/test-packages",
    "bindings/python/README.md": "tools/test-python",
    "bindings/python/guides/README.md": "bindings/python/tests/test_guides.py",
    "bindings/python/guides/django_view.py": "bindings/python/tests/test_guides.py",
    "bindings/python/guides/flask_blueprint.py": "bindings/python/tests/test_guides.py",
    "bindings/swift/README.md": "bindings/swift/Tests/consumer",
    "bindings/kotlin/README.md": "bindings/kotlin/acs-auth/src/test/kotlin/dev/acsauth/ReadmeTest.kt",
    "bindings/kotlin/SPRING_BOOT.md": "bindings/kotlin/spring-boot",
    "core/src/handler/settings/names.md": "a test of core/src/handler/settings/mod.rs",
    "docs/tested/commands.md": "docs/commands.py",
    "samples/c-service/README.md": "tests/c/samples/test_readme.py",
    "samples/c-service/main.c": "tests/c/samples/test_service.py",
    "samples/c-libcurl/README.md": "tests/c/samples/test_readme.py",
    "samples/c-libcurl/main.c": "tests/c/samples/test_libcurl.py",
    "samples/cpp-service/README.md": "tests/c/samples/test_readme.py",
    "samples/cpp-service/main.cpp": "tests/c/samples/test_service.py",
    "samples/minimal-client/README.md": "tests/e2e/cases/readme.mjs",
    "samples/kotlin-ktor/src/main/kotlin/Main.kt": "samples/kotlin-ktor/src/test",
    "samples/python-fastapi/main.py": "samples/python-fastapi/test_main.py",
    "docs/tested/capacity.md": "docs/test_check.py",
    "docs/tested/deployment/Dockerfile": "docs/test_deployment.py",
    "docs/tested/deployment/acs-auth.service": "docs/test_deployment.py",
    "docs/tested/deployment/container-app.yaml": "docs/test_deployment.py",
    "docs/tested/deployment/functions.sh": "docs/test_deployment.py",
    "docs/tested/deployment/kubernetes.yaml": "docs/test_deployment.py",
    "tests/c/consumers/cmake/CMakeLists.txt": "tools/test-packages",
    "tests/emulator-packages/junit/src/test/java/stranger/GreeterTest.java": "tools/test-emulator-packages",
    "tests/emulator-packages/node/greeter.test.js": "tools/test-emulator-packages",
    "tests/emulator-packages/python/test_greeter.py": "tools/test-emulator-packages",
    "tests/c/consumers/consumer.cpp": "tools/test-packages",
    "tests/c/consumers/pkg-config-make/Makefile": "tools/test-packages",
    "emulator/README.md": "its own page, whole",
    "emulator/ENTRA.md": "its own page, whole",
}
# Languages of snippets that a page may contain itself, since they are not programs: diagrams, requests, JSON.
WRITTEN_OUT = {"mermaid", "http", "json"}

INCLUDE = re.compile(r"\{\{#(\w+) +([^}\s]+)\s*\}\}")
INLINE = re.compile(r"`([^`\n]+)`")
REPOSITORY_PATH = re.compile(r"^(?:bindings|cli|core|docs|emulator|include|packaging|samples|tests|tools)/[\w./-]*$")


def anchored(text, name):
    """What mdbook includes for an anchor, or None where the file has none of this name."""
    begin = re.search(rf"ANCHOR:\s*{re.escape(name)}\b.*\n", text)
    end = re.search(rf"^.*ANCHOR_END:\s*{re.escape(name)}\b", text, re.MULTILINE)
    if begin is None or end is None or end.start() < begin.end():
        return None
    kept = text[begin.end() : end.start()].splitlines(keepends=True)
    return "".join(line for line in kept if "ANCHOR" not in line)


def page_complaints(page, text, names):
    where = page.relative_to(ROOT) if page.is_relative_to(ROOT) else page
    for kind, target in INCLUDE.findall(text):
        path, _, anchor = target.partition(":")
        file = (page.parent / path).resolve()
        inside = str(file.relative_to(ROOT)) if file.is_relative_to(ROOT) else path
        if kind != "include":
            yield f"{where}: {kind} is not used here"
        elif not file.is_file():
            yield f"{where}: {inside} is not there"
        elif inside not in TESTED:
            yield f"{where}: {inside} is not known to be tested (docs/checks/snippets.py, TESTED)"
        elif anchor:
            if re.match(r"[\d:]", anchor):
                yield f"{where}: {target} is by line, which breaks unseen: use an anchor"
            elif not (anchored(file.read_text(encoding="utf-8"), anchor) or "").strip():
                yield f"{where}: {inside} has no anchor {anchor}, or nothing in it"
    for language, body in FENCE.findall(text):
        if language not in WRITTEN_OUT and INCLUDE.sub("", body).strip():
            yield f"{where}: a snippet in {language or 'no language'} is written out, not included"
    for code in INLINE.findall(FENCE.sub("", text)):
        if REPOSITORY_PATH.match(code) and not (ROOT / code).exists():
            yield f"{where}: {code} is not there"
        if is_name(code):
            for part in re.sub(r"\(.*\)$", "", code).split("."):
                if is_name(part) and snake(part) not in names:
                    yield f"{where}: {code} is neither in tests/surface nor in docs/foreign-words.txt"
                    break


def untested():
    """What is listed in TESTED, but is tested by a file that doesn't exist."""
    for path, by in TESTED.items():
        first = by.split()[0].rstrip(",")
        if (ROOT / path).exists() and "/" in first and not (ROOT / first).exists():
            yield f"{path}: nothing tests {path}, as {first} is not there"
