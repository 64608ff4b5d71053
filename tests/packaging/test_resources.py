"""Every icon and the help page are listed, compiled, and drawn by the Qt that is installed."""

from __future__ import annotations

import configparser
import re
import runpy
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QDir, QResource, QSize
from PySide6.QtGui import QIcon, QImage, QImageReader

ROOT = Path(__file__).resolve().parents[2]
RESOURCES = ROOT / "resources"
ICONS = sorted(path.stem for path in (RESOURCES / "icons").glob("*.svg"))


@pytest.fixture(scope="module")
def resources(qapp, tmp_path_factory) -> Iterator[None]:
    """The file that the checkout has, under a place of its own: other tests may have it loaded already."""
    rcc = str(ROOT / "tslic_admin" / "tslic_admin.rcc")
    assert QResource.registerResource(rcc, "/packed"), "run: python3 packaging/bootstrap.py run -- --version"
    yield
    assert QResource.unregisterResource(rcc, "/packed")


def test_every_icon_is_listed() -> None:
    listed = re.findall(r"<file>(.+)</file>", (RESOURCES / "tslic_admin.qrc").read_text(encoding="utf-8"))
    assert [name for name in listed if name.startswith("icons/")] == [f"icons/{name}.svg" for name in ICONS]
    assert all((RESOURCES / name).is_file() or name.endswith(".qm") for name in listed)


def test_what_is_listed_is_packed(resources) -> None:
    assert set(QDir(":/packed/icons").entryList()) == {f"{name}.svg" for name in ICONS}
    assert QResource(":/packed/help/help.md").size() > 1000


@pytest.mark.parametrize("name", ICONS)
def test_an_icon_is_drawn(name, resources) -> None:
    image = QIcon(f":/packed/icons/{name}.svg").pixmap(QSize(32, 32)).toImage()
    opaque = sum(image.pixelColor(x, y).alpha() > 200 for x in range(32) for y in range(32))
    assert 30 < opaque < 900


@pytest.mark.parametrize("name", ICONS)
def test_colors_are_seen_on_light_and_dark(name) -> None:
    text = (RESOURCES / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    assert 'viewBox="0 0 16 16"' in text
    for color in set(re.findall(r"#[0-9a-f]{6}", text)) - ({"#ffffff"} if name == "app" else set()):
        light = luminance(color)
        assert (1.05 / (light + 0.05)) >= 3, f"{color} on white"
        assert (light + 0.05) / (luminance("#1e1e1e") + 0.05) >= 3, f"{color} on dark grey"


def luminance(color: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_actions_use_icons_that_exist() -> None:
    from tslic_admin.ui.window.actions import ACTIONS

    assert {action.icon for action in ACTIONS if action.icon} <= set(ICONS)


def test_help_names_the_keys_of_the_actions() -> None:
    from tslic_admin.ui.window.actions import ACTIONS

    page = (RESOURCES / "help" / "help.md").read_text(encoding="utf-8")
    keys = {action.name: action.keys for action in ACTIONS}
    for name in ("import", "export", "install", "reissue", "transfer", "search", "collect"):
        assert keys[name] in page, name


def test_the_windows_icon_can_be_drawn(qapp, tmp_path) -> None:
    target = tmp_path / "app.ico"
    runpy.run_path(str(ROOT / "packaging" / "windows" / "icon.py"))["draw"](target)
    assert QImage(str(target)).size() == QSize(256, 256)
    assert QImageReader(str(target)).format() == b"ico"


def test_the_desktop_file_starts_the_program() -> None:
    entry = configparser.ConfigParser(interpolation=None)
    entry.optionxform = str
    entry.read(ROOT / "packaging" / "linux" / "tslic-admin.desktop", encoding="utf-8")
    assert dict(entry["Desktop Entry"]).items() >= {"Type": "Application", "Exec": "tslic-admin"}.items()
    assert entry["Desktop Entry"]["Icon"] == "tslic-admin"
