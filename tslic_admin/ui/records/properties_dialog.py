"""The base of the properties dialogs: tabs, a reason, and only changed fields are sent."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFormLayout, QLabel, QLineEdit, QTabWidget, QVBoxLayout, QWidget

from tslic_admin.services.lists import Details, read_details
from tslic_admin.ui.gateway.gateway import Gateway
from tslic_admin.ui.widgets.fields import FieldArea, value_label
from tslic_admin.ui.widgets.form_dialog import FormDialog, form_layout


class PropertiesDialog(FormDialog):
    """For one record by its number. `build` makes the tabs after the record was read; then the dialog opens."""

    navigate = Signal(str, int)  # a link to another record was clicked: kind, number

    def __init__(
        self, gateway: Gateway, title: str, kind: str, number: int | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(gateway, title, "&Save Changes", parent)
        self._recorded: dict[str, str] = {}
        self._reading = number is not None
        self._opening = False
        self.tabs = QTabWidget()
        self.tabs.currentChanged.connect(self._grow_later)
        self.body.insertWidget(self.body.indexOf(self.area), self.tabs, 1)
        self.body.setStretchFactor(self.area, 0)
        self.area.hide()
        if number is not None:
            path, now = gateway.path, gateway.now
            self.read(lambda: read_details(path, now, kind, number), self._show_details)

    def build(self, details: Details) -> None:
        """Make the tabs from the details of the record, which has a row."""
        raise NotImplementedError

    def _show_details(self, details: Details) -> None:
        self._reading = False
        if details.row is None:
            self.deleteLater()  # the record does not exist any more; its list does not contain it either
            return
        self.build(details)
        self.add_reason()
        self._recorded = self.typed()
        if self._opening:
            self.open()

    def open(self) -> None:
        """Open the dialog, at once or as soon as its record was read."""
        self._opening = self._reading
        if not self._reading:
            super().open()

    def add_tab(self, title: str) -> QFormLayout:
        """A page of fields that scrolls where the screen is small."""
        page = QWidget()
        column = QVBoxLayout(page)
        form = form_layout()
        column.addLayout(form)
        column.addStretch(1)
        self.tabs.addTab(FieldArea(page), title)
        return form

    def add_value(self, form: QFormLayout, label: str, text: str) -> QLabel:
        """Add a value that cannot be changed here."""
        value = value_label(text)
        value.setAccessibleName(f"{label.rstrip(':')}: {text or 'not known'}")
        form.addRow(label, value)
        return value

    def add_links(self, form: QFormLayout, label: str, links: list[tuple[str, int, str]]) -> None:
        """Add links to related records; each is a kind, a number and a name."""
        text = "<br>".join(f'<a href="{kind}/{number}">{escape(name)}</a>' for kind, number, name in links)
        value = QLabel(text)
        value.setAccessibleName(f"{label.rstrip(':')}: {', '.join(name for *_, name in links)}")
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        value.linkActivated.connect(self._follow_link)
        form.addRow(label, value)

    def _grow_later(self) -> None:
        if self.isVisible():
            QTimer.singleShot(0, self, self._grow)  # once the tab has its size

    def _follow_link(self, address: str) -> None:
        kind, _, number = address.partition("/")
        self.navigate.emit(kind, int(number))

    def add_reason(self) -> None:
        """Every change is kept in the history with its reason."""
        form = form_layout()
        edit = QLineEdit()
        edit.setPlaceholderText("Kept in the history with the change")
        self.add_field("reason", "&Reason for the change:", edit, form)
        self.body.insertLayout(self.body.indexOf(self.refusal), form)

    def first_field(self) -> QWidget | None:
        """The tab bar: the fields of a record are filled in already."""
        return self.tabs.tabBar() if self._recorded else super().first_field()

    def changed_fields(self) -> dict[str, str]:
        """The fields that differ from what is recorded."""
        return {
            name: text
            for name, text in self.typed().items()
            if name != "reason" and text != self._recorded.get(name)
        }

    def accept(self) -> None:
        if self._recorded and not self.changed_fields():
            self.reject()  # nothing was changed: nothing to record
            return
        super().accept()
