"""The saved settings of the window in an INI file: sizes, columns, sort orders, last place, page setup."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QByteArray, QSettings

VERSION = 2  # increased when a change of the keys makes saved states useless


class ColumnLayout(NamedTuple):
    """A column of a list as the user arranged it. `width`: in pixels; 0 if it is hidden."""

    key: str
    width: int


class WindowSettings:
    """Typed access to the settings file. Its keys are used nowhere else."""

    def __init__(self, path: Path) -> None:
        self._settings = QSettings(str(path), QSettings.Format.IniFormat)
        if self._settings.value("version", 0, int) != VERSION:
            self._settings.clear()
            self._settings.setValue("version", VERSION)

    def state(self, name: str) -> QByteArray | None:
        """The saved state of a window, splitter or header."""
        value = self._settings.value(f"state/{name}")
        return value if isinstance(value, QByteArray) and not value.isEmpty() else None

    def keep_state(self, name: str, state: QByteArray) -> None:
        self._settings.setValue(f"state/{name}", state)

    @property
    def place(self) -> str:
        """The last place in the tree, such as `pack/12`; empty at the first start."""
        return str(self._settings.value("place", ""))

    @place.setter
    def place(self, place: str) -> None:
        self._settings.setValue("place", place)

    @property
    def show_ended(self) -> bool:
        return bool(self._settings.value("show_ended", False, bool))

    @show_ended.setter
    def show_ended(self, show: bool) -> None:
        self._settings.setValue("show_ended", show)

    @property
    def show_overdue(self) -> bool:
        """Whether a start shows what is overdue."""
        return bool(self._settings.value("show_overdue", True, bool))

    @show_overdue.setter
    def show_overdue(self, show: bool) -> None:
        self._settings.setValue("show_overdue", show)

    @property
    def page_setup(self) -> str:
        """Paper, orientation and margin of printed lists; empty until the user chooses them."""
        return str(self._settings.value("page_setup", ""))

    @page_setup.setter
    def page_setup(self, setup: str) -> None:
        self._settings.setValue("page_setup", setup)

    def columns(self, list_name: str) -> list[ColumnLayout]:
        """The columns of a list in the order that the user chose; empty if the list was never shown."""
        parts = (part.split("=") for part in str(self._settings.value(f"columns/{list_name}", "")).split())
        return [
            ColumnLayout(part[0], int(part[1])) for part in parts if len(part) == 2 and part[1].isdecimal()
        ]

    def keep_columns(self, list_name: str, layout: Iterable[ColumnLayout]) -> None:
        text = " ".join(f"{column.key}={column.width}" for column in layout)
        self._settings.setValue(f"columns/{list_name}", text)

    def sort(self, kind: str) -> tuple[str, bool] | None:
        """The sort order of a list: column key and whether descending; None where the user never changed it."""
        key, _, direction = str(self._settings.value(f"sort/{kind}", "")).partition(" ")
        return (key, direction == "descending") if key else None

    def keep_sort(self, kind: str, key: str, *, descending: bool) -> None:
        self._settings.setValue(f"sort/{kind}", f"{key} descending" if descending else key)

    def reset(self) -> None:
        """Forget sizes, columns and orders."""
        for group in ("state", "sort", "columns"):
            self._settings.remove(group)

    def save(self) -> None:
        self._settings.sync()
