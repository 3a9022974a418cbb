"""The modules of the package import each other in one direction, also where an import is in a function."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import acs_auth

PACKAGE = Path(acs_auth.__file__).parent


def modules():
    """The modules by name, without those that the build generates. The package itself is `acs_auth`."""
    for path in PACKAGE.rglob("*.py"):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        if "_native" not in parts:
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


MODULES = dict(modules())


def is_for_types(node):
    return isinstance(node, ast.If) and getattr(node.test, "id", None) == "TYPE_CHECKING"


def statements(node):
    for child in ast.iter_child_nodes(node):
        if is_for_types(child):
            for other in child.orelse:
                yield from [other, *statements(other)]
        else:
            yield from [child, *statements(child)]


def imports(name, path):
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in statements(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = package.split(".")[: len(package.split(".")) - node.level + 1]
            source = ".".join([*base, *([node.module] if node.module else [])])
            # An imported name is a module itself or belongs to one.
            found = {f"{source}.{alias.name}" for alias in node.names} & MODULES.keys()
            yield from found or {source}


def test_no_module_is_imported_by_one_that_it_imports():
    graph = {name: set(imports(name, path)) for name, path in MODULES.items()}
    assert graph["acs_auth._calling"] >= {"acs_auth._base", "acs_auth._library"}
    assert "acs_auth._ffi._objects" in graph["acs_auth._library"], "also what a function imports"
    TopologicalSorter(graph).prepare()
