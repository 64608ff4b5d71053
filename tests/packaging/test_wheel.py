"""A wheel holds the resources, the migrations, and nothing of the checkout besides the program."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NEEDED = ("packaging", "resources", "tslic_admin", "pyproject.toml", "README.md", "LICENSE", ".gitignore")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """Built from a copy: a build writes the compiled resources, which other tests have open."""
    copy = tmp_path_factory.mktemp("checkout")
    for name in NEEDED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "*.rcc"))
        else:
            shutil.copy(ROOT / name, copy / name)
    subprocess.run([sys.executable, "-m", "hatchling", "build", "--target", "wheel"], cwd=copy, check=True)
    (wheel,) = (copy / "dist").glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def names(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_resources_are_compiled_in(names) -> None:
    assert "tslic_admin/tslic_admin.rcc" in names


def test_migrations_come_along(names) -> None:
    assert "tslic_admin/db/migrations/env.py" in names
    assert any(name.startswith("tslic_admin/db/migrations/versions/0001") for name in names)


def test_the_templates_of_pages_are_read_out_of_an_archive_too(wheel) -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from tslic_admin.formats.writing import html_pages as pages\n"
        "assert '.whl' in pages.__file__\n"
        "page = pages.ListPage('Servers', [], pages.Table(['Name'], [pages.Row(['DC01'])]), lambda: '1 row')\n"
        "pages.write_page('list.mako', page, sys.stdout)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(wheel)], check=True, capture_output=True, text=True, cwd=wheel.parent
    )
    assert "DC01" in done.stdout


def test_linux_finds_the_program_in_its_menu(names) -> None:
    assert [name for name in names if name.endswith("share/applications/tslic-admin.desktop")]
    assert [name for name in names if name.endswith("hicolor/scalable/apps/tslic-admin.svg")]


def test_both_programs_are_entry_points(names) -> None:
    assert any(name.endswith(".dist-info/entry_points.txt") for name in names)
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_nothing_else_is_installed(names) -> None:
    tops = {name.split("/")[0].split("-")[0] for name in names}
    assert tops == {"tslic_admin"}
    assert not [name for name in names if "test" in name.lower().split("/")[0]]
