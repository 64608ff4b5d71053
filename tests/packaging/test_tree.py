"""The tree stays as it was laid out, and README, help and changelog keep their form."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

TOP = {
    ".ci",
    ".gitignore",
    ".pre-commit-config.yaml",
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "packaging",
    "pyproject.toml",
    "resources",
    "tests",
    "tslic_admin",
}
DRAWERS = {"helpers", "helper", "utils", "util", "misc", "common"}


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("needs a git checkout: git lists the files of the project")
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [Path(name) for name in names.decode().split("\0") if name]


def test_nothing_else_at_the_top(tracked) -> None:
    assert {path.parts[0] for path in tracked} == TOP


def test_packaging_never_becomes_a_package(tracked) -> None:
    # it would shadow PyPA's `packaging` for everything that runs in the checkout
    assert not [path for path in tracked if path.parts[-2:] == ("packaging", "__init__.py")]


def test_no_drawers(tracked) -> None:
    assert not [path for path in tracked if path.suffix == ".py" and path.stem in DRAWERS]


def test_nothing_compiled_is_tracked(tracked) -> None:
    assert not [path for path in tracked if path.suffix in (".rcc", ".qm", ".pyc")]


def test_readme_opens_with_what_it_is_a_picture_and_two_commands() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    picture = re.search(r"!\[[^\]]+\]\((\S+)\)", text)
    assert picture is not None
    assert picture[1] == "resources/help/window.png"
    first = text.index("python3 packaging/bootstrap.py run --demo")
    second = text.index("python3 packaging/bootstrap.py test")
    assert text.index("A desktop program") < picture.start() < first < second
    assert text[:second].count("\n") < 25


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md", "resources/help/help.md"])
def test_spelling_follows_microsoft(name) -> None:
    assert not re.findall(r"licen[c]e|licen[c]ing", (ROOT / name).read_text(encoding="utf-8"), re.IGNORECASE)


def test_changelog_starts_with_what_is_unreleased_or_released() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    heads = re.findall(r"^## \[(.+?)\]", text, re.MULTILINE)
    assert heads
    assert all(head == "Unreleased" or re.fullmatch(r"\d+\.\d+\.\d+", head) for head in heads)
    kinds = set(re.findall(r"^### (.+)$", text, re.MULTILINE))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
