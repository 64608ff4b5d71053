"""The fields of a worksheet page, each with its error below it, and small layout functions of the pages."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from tslic_admin.ui.widgets.field_form import FieldForm


class PageFields(FieldForm):
    """The form of one page. `aliases` maps a service parameter to the name of its field here, where they differ."""

    def __init__(self, aliases: dict[str, str] | None = None) -> None:
        super().__init__()
        self._aliases = aliases or {}

    def show_error(self, name: str | None, sentence: str) -> QWidget | None:
        return super().show_error(self._aliases.get(name or "", name), sentence)


def side_button(text: str) -> QPushButton:
    """A button that Enter does not press: Enter must do nothing in the middle of a call."""
    button = QPushButton(text)
    button.setAutoDefault(False)
    return button


def line_of(*widgets: QWidget | None) -> QHBoxLayout:
    """Widgets side by side; None is a gap."""
    line = QHBoxLayout()
    line.setContentsMargins(0, 0, 0, 0)
    for widget in widgets:
        if widget is None:
            line.addStretch(1)
        else:
            line.addWidget(widget)
    return line
