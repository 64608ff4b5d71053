"""The options of an import, shown only where the files do not contain them."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QObject, QTimer, QTimeZone, Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit

from tslic_admin.domain.catalogue.servers import SERVERS
from tslic_admin.domain.clocks import read_day
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.services.importing.files import ImportOptions
from tslic_admin.services.lists import ListSpec
from tslic_admin.ui.widgets.fields import Choice, choice
from tslic_admin.ui.widgets.form_dialog import FormDialog

PREVIEW_PAUSE_MS = 400
DATE_ORDERS = {
    "mdy": "Month, day, year (mdy)",
    "dmy": "Day, month, year (dmy)",
    "ymd": "Year, month, day (ymd)",
}
# code of a refusal -> the field whose value is missing
FIELD_FOR_REFUSAL = {"server-missing": "server", "date-order-open": "date_order"}


class EditableChoice(Choice):
    """A choice in which any text can be typed; `hint` says what an empty text means."""

    def __init__(self, hint: str) -> None:
        super().__init__()
        self.typed = QLineEdit()
        self.setLineEdit(self.typed)
        self.typed.setPlaceholderText(hint)
        self.setMinimumContentsLength(32)

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        self.typed.setAccessibleName(name)

    def offer(self, texts: list[str]) -> None:
        """Add texts to choose from; what was typed stays."""
        typed = self.typed.text()
        blocked = self.typed.blockSignals(True)
        self.addItems(texts)
        self.setEditText(typed)
        self.typed.blockSignals(blocked)


class OptionsForm(QObject):
    """Adds the fields to the dialog. `changing` is emitted with every key, `changed` after a pause in typing."""

    changing = Signal()
    changed = Signal()

    def __init__(self, dialog: FormDialog) -> None:
        super().__init__(dialog)
        server = EditableChoice("Not named in the files")
        order = choice(DATE_ORDERS, empty="As the file shows it")
        taken_at = QLineEdit()
        taken_at.setPlaceholderText("YYYY-MM-DD HH:MM; otherwise as the file says, else now")
        local_zone = bytes(QTimeZone.systemTimeZoneId().data()).decode()
        zone = EditableChoice(f"This computer's, {local_zone}")
        zone.offer(sorted(bytes(name.data()).decode() for name in QTimeZone.availableTimeZoneIds()))
        dialog.add_field("server", "&Server:", server)
        dialog.add_field("date_order", "&Date order:", order)
        dialog.add_field("taken_at", "&Taken at:", taken_at)
        dialog.add_field("time_zone", "Time &zone of the server:", zone)
        complete = QCheckBox("The lists are all there was: what they lack is gone")
        dialog.add_field("complete", "C&omplete:", complete)
        complete.toggled.connect(self._emit_changed)
        for field in FIELD_FOR_REFUSAL.values():
            dialog.show_field(field, False)
        self._typing = QTimer(self, singleShot=True, interval=PREVIEW_PAUSE_MS)
        self._typing.timeout.connect(self.changed)
        for edit in (server.typed, zone.typed, taken_at):
            edit.textChanged.connect(self._wait_for_pause)
        order.currentIndexChanged.connect(self._emit_changed)
        dialog.read_rows(ListSpec(SERVERS), lambda rows: server.offer([row.name for row in rows]))

    def _wait_for_pause(self) -> None:
        self.changing.emit()
        self._typing.start()

    def _emit_changed(self) -> None:
        self.changed.emit()

    def stop_waiting(self) -> None:
        """Do not emit `changed` for what was typed so far: a preview of it has started."""
        self._typing.stop()


def parse_moment(text: str, *, field: str) -> datetime | None:
    """A day, or a day and a time of day, here; None where empty. Raises RuleViolation `day-malformed` or `time-malformed`."""
    if not text.strip():
        return None
    day, _, clock = text.strip().partition(" ")
    try:
        time = datetime.strptime(clock.strip() or "00:00", "%H:%M").time()  # noqa: DTZ007 - only the time of day
    except ValueError:
        raise RuleViolation("time-malformed", field=field, value=text) from None
    return datetime.combine(read_day(day, field=field), time).astimezone()


def read_options(typed: dict[str, str]) -> ImportOptions:
    """Make the options for `stage` from the texts of the fields. Raises RuleViolation."""
    return ImportOptions(
        server=typed.get("server", "").strip() or None,
        date_order=typed.get("date_order") or "auto",
        time_zone=typed["time_zone"].strip() or None,
        taken_at=parse_moment(typed["taken_at"], field="taken_at"),
        complete=bool(typed.get("complete")),
    )
