"""The structure of the code: packages of a readable size, no circles, SQL only in db."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "tslic_admin"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts)
MOST_IN_A_PACKAGE = 20
MOST_IN_A_LAYER = 8
SQL = re.compile(
    r"\b(SELECT\b.+\bFROM|INSERT INTO|DELETE FROM|UPDATE \w+ SET|PRAGMA \w+|(CREATE|DROP) TABLE)\b", re.DOTALL
)


@pytest.mark.parametrize("root", [PACKAGE, ROOT / "tests"], ids=["package", "tests"])
def test_packages_are_small_enough_to_find_one_s_way(root):
    sizes = Counter(path.parent for path in root.rglob("*.py") if "migrations" not in path.parts)
    most = {folder: MOST_IN_A_LAYER if folder.parent == root else MOST_IN_A_PACKAGE for folder in sizes}
    if root != PACKAGE:  # these have no packages below them
        most |= {root / name: MOST_IN_A_PACKAGE for name in ("model", "packaging", "stories")}
    assert {str(folder): size for folder, size in sizes.items() if size > most[folder]} == {}


def test_a_package_says_in_one_line_what_belongs_in_it():
    for path in PACKAGE.rglob("__init__.py"):
        text = path.read_text(encoding="utf-8")
        assert re.fullmatch(r'"""[A-Z][^"\n]+\."""\n', text), path


@pytest.mark.parametrize("root", [PACKAGE, ROOT / "tests"], ids=["package", "tests"])
def test_no_module_hides_a_folder_of_the_same_name(root):
    assert [path for path in root.rglob("*.py") if path.with_suffix("").is_dir()] == []


def test_no_test_module_is_imported():
    """What several tests use stands in a module of its own."""
    pattern = re.compile(r"^\s*(from|import) .*\btest_\w+", re.MULTILINE)
    tests = (ROOT / "tests").rglob("*.py")
    assert [str(path) for path in tests if pattern.search(path.read_text(encoding="utf-8"))] == []


def test_no_circle_between_files():
    """Late and type-only imports count as well: a circle is hard to read whenever it is imported."""
    graph = grimp.build_graph("tslic_admin", cache_dir=None, exclude_type_checking_imports=False)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    # take away what imports nothing that is left, until only circles and what leads to them remain
    while free := [module for module, targets in imports.items() if not targets & imports.keys()]:
        for module in free:
            del imports[module]
    assert imports == {}


def strings(path: Path) -> Iterator[str]:
    """The texts of a module that are no docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


def test_sql_text_stands_only_in_db():
    outside = [path for path in MODULES if PACKAGE / "db" not in path.parents]
    assert [str(path.relative_to(ROOT)) for path in outside if any(map(SQL.search, strings(path)))] == []


def test_the_driver_is_called_only_in_db():
    """What a session sends without SQLAlchemy's own expressions, and every use of sqlite3."""
    driver = re.compile(r"\bsqlite3\b|exec_driver_sql|sqlalchemy import [^\n]*\btext\b")
    outside = [path for path in MODULES if PACKAGE / "db" not in path.parents]
    found = [path for path in outside if driver.search(path.read_text(encoding="utf-8"))]
    assert [str(path.relative_to(ROOT)) for path in found] == []
