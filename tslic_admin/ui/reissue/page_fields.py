"""The fields of a worksheet page, each with its error below it, and small layout functions of the pages."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QPushButton, QWidget

from tslic_admin.ui.widgets.fields import FieldArea, error_label
from tslic_admin.ui.widgets.form_dialog import form_layout


class PageFields:
    """The form of one page. `aliases` maps a service parameter to the name of its field here, where they differ."""

    def __init__(self, aliases: dict[str, str] | None = None) -> None:
        self.form: QFormLayout = form_layout()
        self.edits: dict[str, QWidget] = {}
        self.errors: dict[str, QLabel] = {}
        self._aliases = aliases or {}

    def add(self, name: str, text: str, edit: QWidget, line: QWidget | None = None) -> QLabel:
        """Add a field; `line` is the widget that contains it together with its buttons."""
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
        """Show a refusal at its field and return the field; None if this page does not have it."""
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


def focus_field(edit: QWidget, page: QWidget) -> None:
    """Scroll to a field that was refused, and focus it."""
    for area in page.findChildren(FieldArea):
        area.ensureWidgetVisible(edit)
    edit.setFocus(Qt.FocusReason.OtherFocusReason)


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
