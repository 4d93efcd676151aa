"""The code of the three packages, as syntax trees."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("skills_taxonomy", "matching", "api")


@cache
def modules() -> dict[str, ast.Module]:
    """Path from the root (``matching/model.py``) → syntax tree, of every module."""
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8"))
        for package in PACKAGES
        for path in sorted(ROOT.joinpath(package).rglob("*.py"))
    }


def imports(tree: ast.Module) -> set[str]:
    """The full names that a module imports, ``from a import b`` as ``a.b``."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found
