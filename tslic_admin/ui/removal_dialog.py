"""Record Removal…: the license is gone from the old client, with evidence or without, or stays there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit, QPushButton, QWidget

from tslic_admin.domain.errors import RuleViolation
from tslic_admin.domain.notices import Notice
from tslic_admin.services.changes import Done
from tslic_admin.services.client_files import ReadFile
from tslic_admin.services.removal_kits import GivenUpThing
from tslic_admin.services.stores import StoreTrouble
from tslic_admin.ui.fields import FieldWith, Sentence, choice, day_edit
from tslic_admin.ui.form_dialog import FormDialog
from tslic_admin.ui.gateway import Gateway
from tslic_admin.wording.say import notice

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

REMOVED, KEPT = "removed", "kept"
QUIET_MS = 300  # without a key typed, until the file is looked at
WAYS = {REMOVED: "It was removed", KEPT: "It is not intended"}


class RemovalDialog(FormDialog):
    """For one license that was given up; a later record of it replaces an earlier one."""

    def __init__(self, gateway: Gateway, thing: GivenUpThing, parent: QWidget | None = None) -> None:
        super().__init__(gateway, "Record Removal", "Record Remo&val", parent)
        self._thing = thing
        self._hashed: tuple[str, ReadFile] | None = None
        self.setAcceptDrops(True)
        self.explain(
            f"License {thing.license} was given up: {thing.because}. Is it gone from {thing.computer}? Of the "
            "exported key only the SHA-256 is kept, as evidence; the file is not."
        )
        self.way = choice(WAYS)
        self.add_field("way", "Re&moval:", self.way)
        self.add_field("on", "&Date:", day_edit(gateway.today))
        self.add_field("by", "Removed &by:", QLineEdit())
        self.file = QLineEdit()
        self.file.setPlaceholderText("the exported .reg file, where there is one; drop it here")
        choose = QPushButton("Ch&oose…")
        choose.setAutoDefault(False)
        choose.setAccessibleName("Choose the exported key")
        choose.clicked.connect(self._choose)
        self.add_field("backup", "&Evidence:", FieldWith(self.file, choose))
        self.digest = QLabel()
        self.digest.setWordWrap(True)
        self.form.addRow("", self.digest)
        self.says = Sentence()
        self.says.setObjectName("says")
        self.form.addRow("", self.says)
        for label in (self.digest, self.says):
            self.form.setRowVisible(label, False)
        self.add_field("reason", "&Reason:", QLineEdit())
        self.way.currentIndexChanged.connect(self._follow)
        self._quiet = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._quiet.timeout.connect(self.look)
        self.file.textChanged.connect(self._typed)
        self._follow()

    def _follow(self, *_: object) -> None:
        is_removed = self.way.currentData() == REMOVED
        for name in ("on", "by", "backup"):
            self.show_field(name, is_removed)
        for label in (self.digest, self.says):
            self.form.setRowVisible(label, is_removed and bool(label.text()))
        self.show_field("reason", not is_removed)
        self.verb.setText("Record Remo&val" if is_removed else "Record as &Not Intended")

    # evidence

    def _choose(self) -> None:
        chooser = QFileDialog(self, "The Exported Key", "", "Registration files (*.reg);;All files (*)")
        chooser.fileSelected.connect(self.file.setText)
        chooser.open()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.file.setText(next(u.toLocalFile() for u in event.mimeData().urls() if u.isLocalFile()))
        event.acceptProposedAction()

    def _typed(self, _: str) -> None:
        self._show_digest(None)
        self._quiet.start()

    def look(self) -> None:
        """Say what the file holds before anything is recorded; what cannot be read is said when it is."""
        self._quiet.stop()
        text = self.file.text()
        if text.strip():
            self.read(lambda: _read(Path(text.strip())), lambda answer: self._looked(text, answer))

    def _looked(self, text: str, answer: ReadFile | RuleViolation | StoreTrouble) -> None:
        if isinstance(answer, ReadFile) and text == self.file.text() and self._running is None:
            self._show_digest(answer)

    def _show_digest(self, backup: ReadFile | None) -> None:
        self._hashed = (self.file.text(), backup) if backup is not None else None
        self._show_line(self.digest, f"SHA-256 {backup.sha256}" if backup is not None else "")
        self._show_line(self.says, "")
        if backup is None:
            return
        thing, text = self._thing, self.file.text()

        def ask(session: Session) -> tuple[Notice, ...]:
            from tslic_admin.services import removals

            row = removals.given_up_thing(session, thing.kind, thing.number)
            return removals.says_of(session, row, backup)

        self.gateway.ask(ask, lambda said: self._say(text, said))

    def _say(self, text: str, said: tuple[Notice, ...]) -> None:
        """Whether the file holds the license that was given up; a sentence that refuses nothing."""
        if shiboken6.isValid(self) and text == self.file.text():
            self._show_line(self.says, " ".join(map(notice, said)))

    def _show_line(self, label: QLabel, text: str) -> None:
        label.setText(text)
        self.form.setRowVisible(label, bool(text) and self.way.currentData() == REMOVED)
        if self.isVisible():
            self._grow()

    # acting

    def accept(self) -> None:
        """The file is hashed on the read worker first: the store is not locked meanwhile."""
        file = self.file.text().strip()
        if self._running is not None or self.way.currentData() != REMOVED or not file or self._hashed:
            super().accept()
            return
        self.clear_refusal()
        self.set_busy(True)
        self.read(lambda: _read(Path(file)), self._backed)

    def _backed(self, answer: ReadFile | RuleViolation | StoreTrouble) -> None:
        self.set_busy(False)
        if isinstance(answer, RuleViolation):
            self.show_refusal(answer)
        elif isinstance(answer, StoreTrouble):
            from tslic_admin.wording.say import trouble

            self.show_error("backup", trouble(answer.code, answer.facts))
        else:
            self._show_digest(answer)
            super().accept()

    def act(self) -> Callable[[Session], Done]:
        thing, typed, way = self._thing, self.typed(), self.way.currentData()
        backup = self._hashed[1] if self._hashed is not None else None

        def act(session: Session) -> Done:
            from tslic_admin.services import removals

            row = removals.given_up_thing(session, thing.kind, thing.number)
            if way == KEPT:
                return removals.not_intended(session, row, reason=typed["reason"])
            return removals.removed(session, row, on=typed["on"], by=typed["by"], backup=backup)

        return act


def _read(file: Path) -> ReadFile | RuleViolation | StoreTrouble:
    from tslic_admin.services.removals import read_backup

    try:
        return read_backup(file)
    except (RuleViolation, StoreTrouble) as why:
        return why
