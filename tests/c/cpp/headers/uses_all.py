"""Fails for names of the C header that the C++ wrapper doesn't use, and for lines of the wrapper that are too long."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
sys.path.insert(0, str(ROOT / "tests" / "c" / "header"))

import header  # noqa: E402

# Names that the C++ wrapper doesn't need, and why.
NOT_USED = {
    "acs_completion_error": "take() gives it",
    "ACS_VERSION": "version() asks the library",
    "ACS_VERSION_MAJOR": "the preprocessor's",
    "ACS_VERSION_MINOR": "the preprocessor's",
    "ACS_VERSION_PATCH": "the preprocessor's",
    "struct_size": "the _init functions set it",
}


def main():
    paths = [ROOT / "include" / "acs_auth.hpp", *sorted((ROOT / "include" / "acs_auth").glob("*.hpp"))]
    texts = {path: path.read_text() for path in paths}
    used = set(re.findall(r"\w+", "\n".join(texts.values())))
    items = [item for item in header.read() if item.kind in ("function", "macro", "value", "member")]
    problems = [f"not used: {item.full_name}" for item in items if item.name not in used | NOT_USED.keys()]
    problems += [f"used after all: {name}" for name in NOT_USED if name in used]
    for path, text in texts.items():
        problems += [f"{path.name}:{number}: more than 110 columns"
                     for number, line in enumerate(text.splitlines(), 1) if len(line) > 110]
        if path.parent.name == "acs_auth" and not text.startswith("// "):
            problems.append(f"{path.name}: does not say first what it is")
    print("\n".join(problems))
    print(f"wrapper: {len(items)} functions, constants and members of the C header, {len(NOT_USED)} names not used")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
