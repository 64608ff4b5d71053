"""What is asked of a purchase: the license program decides which numbers its papers carry."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QLineEdit, QWidget

from tslic_admin.ui.fields import choice
from tslic_admin.ui.form_dialog import FormDialog
from tslic_admin.wording.values import PROGRAMS

# label and hint of the number that identifies the purchase
NUMBERS = {
    "retail": ("License c&ode:", "25 letters and digits"),
    "open": ("Open License n&umber:", "8 digits"),
}
AGREEMENT = ("Agreement or enrollment n&umber:", "7 digits")


class PurchaseFields(QObject):
    """Adds `program`, `number` and `authorization_number` to a dialog; hides what the program does not have."""

    def __init__(
        self, dialog: FormDialog, form: QFormLayout, number: QWidget, authorization: QWidget
    ) -> None:
        super().__init__(dialog)
        self._dialog, self._form = dialog, form
        self._number = number
        self.program: QComboBox = choice(PROGRAMS, empty="Not known")
        dialog.add_field("program", "License progra&m:", self.program, form)
        dialog.add_field("number", AGREEMENT[0], number, form)
        dialog.add_field("authorization_number", "Authori&zation number:", authorization, form)
        self.program.currentIndexChanged.connect(self.follow)
        self.follow()

    def follow(self) -> None:
        """Ask for what the chosen program has."""
        program = str(self.program.currentData())
        text, hint = NUMBERS.get(program, AGREEMENT)
        label = self._form.labelForField(self._number)
        if isinstance(label, QLabel):
            label.setText(text)
        self._number.setAccessibleName(text.replace("&", "").rstrip(":"))
        if isinstance(self._number, QLineEdit):
            self._number.setPlaceholderText(hint)
        self._dialog.show_field("number", bool(program))
        self._dialog.show_field("authorization_number", program == "open")
