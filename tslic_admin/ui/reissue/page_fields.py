"""The fields of a worksheet page, each with its error below it, and small layout functions of the pages."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QPushButton, QWidget

from tslic_admin.ui.widgets.fields import FieldArea, error_label
from tslic_admin.ui.widgets.form_dialog import form_layout


class PageFields:
    """A form of one page. A service names a field by its parameter; `known_as` says which of here is meant."""

    def __init__(self, aliases: dict[str, str] | None = None) -> None:
        self.form: QFormLayout = form_layout()
        self.edits: dict[str, QWidget] = {}
        self.errors: dict[str, QLabel] = {}
        self._aliases = aliases or {}

    def add(self, name: str, text: str, edit: QWidget, line: QWidget | None = None) -> QLabel:
        """Add a field, in a `line` with what acts on it where there is something."""
        label = QLabel(text)
        label.setBuddy(edit)
        edit.setAccessibleName(text.replace("&", "").rstrip(":"))
        error = error_label()
        self.form.addRow(label, line or edit)
        self.form.addRow("", error)
        self.form.setRowVisible(error, False)
        self.edits[name], self.errors[name] = edit, error
        return label

    def show_error(self, field: str | None, sentence: str) -> QWidget | None:
        """Show a refusal at its field, and give the field; None where it is none of this page's."""
        name = self._aliases.get(field or "", field or "")
        error = self.errors.get(name)
        if error is None:
            return None
        error.setText(sentence)
        self.form.setRowVisible(error, True)
        error.show()
        edit = self.edits[name]
        edit.setAccessibleDescription(sentence)
        return edit

    def clear_errors(self) -> None:
        for name, error in self.errors.items():
            self.form.setRowVisible(error, False)
            self.edits[name].setAccessibleDescription("")


def turn_to(edit: QWidget, page: QWidget) -> None:
    """Bring a field that was refused before the eyes, and the cursor into it."""
    for area in page.findChildren(FieldArea):
        area.ensureWidgetVisible(edit)
    edit.setFocus(Qt.FocusReason.OtherFocusReason)


def side_button(text: str) -> QPushButton:
    """A button that Enter does not press: in the middle of a call, Enter must do nothing unasked."""
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
