"""What is asked of a purchase: the license program decides which numbers its papers carry, and how they look."""

from __future__ import annotations

from PySide6.QtCore import Property, QObject
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QVBoxLayout, QWidget

from tslic_admin.domain.codes import AGREEMENT_NUMBER, LICENSE_CODE, OPEN_LICENSE_NUMBER, Shape
from tslic_admin.domain.packs import Program
from tslic_admin.ui.code_edit import code_edit
from tslic_admin.ui.fields import choice, text_of
from tslic_admin.ui.form_dialog import FormDialog
from tslic_admin.wording.values import PROGRAMS

LABELS = {
    LICENSE_CODE: "License c&ode:",
    OPEN_LICENSE_NUMBER: "Open License n&umber:",
    AGREEMENT_NUMBER: "Agreement or enrollment n&umber:",
}


class NumberEdit(QWidget):
    """The number of a purchase: boxes for a license code, a line for the others. Each keeps what was typed."""

    def __init__(self) -> None:
        super().__init__()
        self._edits: dict[Shape, QWidget] = {shape: code_edit(shape) for shape in LABELS}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for edit in self._edits.values():
            column.addWidget(edit)
        self.ask(AGREEMENT_NUMBER)

    def ask(self, shape: Shape) -> None:
        """Ask for a number of this shape."""
        for one, edit in self._edits.items():
            edit.setVisible(one == shape)
        self.shown = self._edits[shape]
        self.setFocusProxy(self.shown)

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        for edit in self._edits.values():
            edit.setAccessibleName(name)

    def setAccessibleDescription(self, description: str) -> None:
        super().setAccessibleDescription(description)
        self.shown.setAccessibleDescription(description)

    @Property(str)
    def text(self) -> str:
        return text_of(self.shown)


class PurchaseFields(QObject):
    """Adds `program`, `number` and `authorization_number` to a dialog; hides what the program does not have.

    `number` is the field, `numbers` the edit in it.
    """

    def __init__(
        self,
        dialog: FormDialog,
        form: QFormLayout,
        numbers: NumberEdit,
        number: QWidget,
        authorization: QWidget,
    ) -> None:
        super().__init__(dialog)
        self._dialog, self._form = dialog, form
        self._numbers, self._number = numbers, number
        self.program: QComboBox = choice(PROGRAMS, empty="Not known")
        dialog.add_field("program", "License progra&m:", self.program, form)
        dialog.add_field("number", LABELS[AGREEMENT_NUMBER], number, form)
        dialog.add_field("authorization_number", "Authori&zation number:", authorization, form)
        self.program.currentIndexChanged.connect(self.follow)
        self.follow()

    def follow(self) -> None:
        """Ask for what the chosen program has."""
        chosen = str(self.program.currentData())
        program = Program(chosen) if chosen else Program.OTHER
        text = LABELS[program.number_shape]
        self._numbers.ask(program.number_shape)
        label = self._form.labelForField(self._number)
        if isinstance(label, QLabel):
            label.setText(text)
        self._number.setAccessibleName(text.replace("&", "").rstrip(":"))
        self._dialog.show_field("number", bool(chosen))
        self._dialog.show_field("authorization_number", program.authorization_shape is not None)
