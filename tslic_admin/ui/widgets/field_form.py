"""Labels and fields side by side, and below each field its error."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QLabel, QWidget

from tslic_admin.ui.widgets.fields import ErrorLabel, FieldArea, text_of


def form_layout() -> QFormLayout:
    """Labels and fields side by side, above each other where the window is narrow."""
    form = QFormLayout()
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
    form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
    form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
    return form


class FieldForm:
    """The fields by the names of their service parameters. They may stand in several layouts, such as tabs."""

    def __init__(self) -> None:
        self.form: QFormLayout = form_layout()
        self.fields: dict[str, QWidget] = {}
        self.errors: dict[str, QLabel] = {}
        self._layouts: dict[str, QFormLayout] = {}

    def add(
        self,
        name: str,
        text: str,
        field: QWidget,
        line: QWidget | None = None,
        form: QFormLayout | None = None,
    ) -> QLabel:
        """Add a field and return its label; `line` is the widget that contains it together with its buttons."""
        label, error, form = QLabel(text), ErrorLabel(), form or self.form
        label.setBuddy(field)
        field.setAccessibleName(text.replace("&", "").rstrip(":"))
        field.setObjectName(name)
        form.addRow(label, line or field)
        form.addRow("", error)
        form.setRowVisible(error, False)
        self.fields[name], self.errors[name], self._layouts[name] = field, error, form
        return label

    def show(self, name: str, visible: bool) -> None:
        """Show or hide a field; its text is kept."""
        self._layouts[name].setRowVisible(self.fields[name], visible)

    def typed(self, *names: str) -> dict[str, str]:
        """The texts of the named fields, or of all; hidden fields are left out."""
        visible = (name for name in names or self.fields if not self.fields[name].isHidden())
        return {name: text_of(self.fields[name]) for name in visible}

    def show_error(self, name: str | None, sentence: str) -> QWidget | None:
        """Show an error below its field and return the field; None if that field is not shown here."""
        field = self.fields.get(name or "")
        if name is None or field is None or field.isHidden():
            return None
        self.errors[name].setText(sentence)
        self.errors[name].show()
        self._layouts[name].setRowVisible(self.errors[name], True)
        field.setAccessibleDescription(sentence)
        return field

    def clear_errors(self) -> None:
        for name, error in self.errors.items():
            error.hide()
            self._layouts[name].setRowVisible(error, False)
            self.fields[name].setAccessibleDescription("")


def focus_field(field: QWidget, error: QWidget | None = None) -> None:
    """Scroll to a field and its error, and focus the field."""
    part = field.parentWidget()
    while part is not None:
        if isinstance(part, FieldArea):
            for widget in (error, field):
                if widget is not None:
                    part.ensureWidgetVisible(widget)
        part = part.parentWidget()
    field.setFocus(Qt.FocusReason.OtherFocusReason)
