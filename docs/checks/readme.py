"""The README is short, and tests cover its program for each host."""

from .repository import FENCE

# Languages whose snippets in the README are built or run by tests. A snippet in a language of README_COPIED must be a copy of one on
# its page.
README_TESTED = {"rust,no_run", "c", "python", "swift", "sh"}
README_COPIED = {"java": "bindings/kotlin/README.md", "kotlin": "bindings/kotlin/README.md"}
README_LINES = 120


def readme_complaints(readme, pages):
    """Whether the README is short, has a program for each host, and tests cover each."""
    if readme.count("\n") > README_LINES:
        yield f"README.md: {readme.count(chr(10))} lines, more than {README_LINES}: move facts to docs/src"
    snippets = FENCE.findall(readme)
    for language, body in snippets:
        if language in README_COPIED:
            page = README_COPIED[language]
            if (language, body) not in FENCE.findall(pages[page]):
                yield f"README.md: its snippet in {language} is not one of {page}, which tests compile"
        elif language not in README_TESTED:
            yield f"README.md: nothing tests a snippet in {language or 'no language'}"
    hosts = {language.partition(",")[0] for language, _ in snippets}
    for missing in sorted({"rust", "c", "python", "swift"} - hosts) + ([] if hosts & {"java", "kotlin"} else ["java"]):
        yield f"README.md: no example in {missing}"
