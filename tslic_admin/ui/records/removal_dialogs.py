"""Removal of a license from its old client: the removal kit (KB 187614), and recording the removal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog, QLabel, QLineEdit, QPushButton, QWidget

from tslic_admin.domain.outcomes import Notice, RuleViolation
from tslic_admin.domain.records.removals import RemovalKit
from tslic_admin.services.changes import ActResult
from tslic_admin.services.evidence.client_licenses import ClientFileContent
from tslic_admin.services.records import removals
from tslic_admin.services.records.removal_kits import (
    GivenUpLicense,
    find_given_up,
    kit_of,
    read_given_up,
    write,
)
from tslic_admin.services.records.removals import read_backup
from tslic_admin.ui.gateway.gateway import Gateway
from tslic_admin.ui.widgets.fields import FieldWith, Sentence, choice, day_edit, text_of
from tslic_admin.ui.widgets.form_dialog import FormDialog
from tslic_admin.wording.messages import notice_text
from tslic_admin.wording.records.removals import removal_effects

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

WHOLE_KEY, ONE_LICENSE = "whole", "one"
KIT_SCOPES = {ONE_LICENSE: "This license only", WHOLE_KEY: "The whole key, with all its licenses"}
REGISTRY_VIEWS = {"64 32": "64-bit and 32-bit", "64": "64-bit only", "32": "32-bit only"}


class RemovalKitDialog(FormDialog):
    """For one license that was given up. Nothing is recorded here, and nothing is done to the client."""

    def __init__(self, gateway: Gateway, given_up: GivenUpLicense, parent: QWidget | None = None) -> None:
        super().__init__(gateway, "Removal Kit", "&Write Kit…", parent)
        self._given_up = given_up
        self._folder: Path | None = None
        self.explain(
            f"Writes scripts and a checklist with which somebody removes license {given_up.license} from "
            f"{given_up.computer}. Nothing is recorded by it: record the removal when it was done."
        )
        self.what = choice(KIT_SCOPES)
        self.entry = QLineEdit("LICENSE000")
        self.add_field("what", "&Remove:", self.what)
        self.add_field("entry", "License's &key in the store:", self.entry)
        self.entry.setToolTip("1-backup lists the keys that the client has: LICENSE000, LICENSE001 and so on")
        self.add_field("views", "&Look in the registry:", choice(REGISTRY_VIEWS))
        self.effects_label = Sentence()
        self.effects_label.setObjectName("effects")
        self.content.insertWidget(1, self.effects_label)
        self.open_folder = QPushButton("&Open Folder")
        self.open_folder.setAutoDefault(False)
        self.open_folder.clicked.connect(self._show_folder)
        self.buttons.addButton(self.open_folder, QDialogButtonBox.ButtonRole.ActionRole)
        self.open_folder.hide()
        for box in (self.what, self.fields["views"]):
            box.currentIndexChanged.connect(self._show_effects)  # type: ignore[attr-defined]
        self.entry.textChanged.connect(self._show_effects)
        self._show_effects()

    def _show_effects(self, *_: object) -> None:
        self.show_field("entry", self.what.currentData() == ONE_LICENSE)
        try:
            effects = removal_effects(self._kit())
        except RuleViolation:
            return  # shown at its field when the kit is to be written
        self.effects_label.setText("\n".join(f"• {effect}" for effect in effects))
        if self.isVisible():
            self._grow()

    def _kit(self) -> RemovalKit:
        entry = self.entry.text() if self.what.currentData() == ONE_LICENSE else None
        views = tuple(text_of(self.fields["views"]).split())
        if entry is not None and not entry.strip():
            raise RuleViolation("kit-entry-malformed", field="entry", value="")
        return kit_of(self._given_up, views=views, entry=entry)

    # writing

    def accept(self) -> None:
        self.clear_refusal()
        try:
            self._kit()
        except RuleViolation as violation:
            self.show_refusal(violation)
            return
        chooser = QFileDialog(self, "Folder for the Kit")
        chooser.setFileMode(QFileDialog.FileMode.Directory)
        chooser.setOption(QFileDialog.Option.ShowDirsOnly)
        chooser.fileSelected.connect(lambda folder: self.write_into(Path(folder)))
        chooser.open()

    def write_into(self, folder: Path) -> None:
        """Write the kit below a folder."""
        kit, made_on = self._kit(), self.gateway.today.isoformat()
        self.runner.read(lambda: write(kit, folder, made_on), self._show_written)

    def _show_written(self, folder: Path) -> None:
        self._folder = folder
        self.explain(f"The kit is in the folder {folder.name}. Take it to {self._given_up.computer}.")
        self.open_folder.show()
        self.buttons.button(QDialogButtonBox.StandardButton.Cancel).setText("Close")
        self.open_folder.setFocus()

    def _show_folder(self) -> None:
        if self._folder is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder)))


WAY_REMOVED, WAY_NOT_INTENDED = "removed", "kept"
PATH_PAUSE_MS = 300  # without a key typed, until the file is read
WAYS = {WAY_REMOVED: "It was removed", WAY_NOT_INTENDED: "It is not intended"}


class RemovalDialog(FormDialog):
    """For one license that was given up; a later record of it replaces an earlier one."""

    trouble_field = "backup"

    def __init__(self, gateway: Gateway, given_up: GivenUpLicense, parent: QWidget | None = None) -> None:
        super().__init__(gateway, "Record Removal", "Record Remo&val", parent)
        self._given_up = given_up
        self._backup: tuple[str, ClientFileContent] | None = None
        self.setAcceptDrops(True)
        self.explain(
            f"License {given_up.license} was given up: {given_up.because}. Is it gone from {given_up.computer}? Of the "
            "exported key only the SHA-256 is kept, as evidence; the file is not."
        )
        self.way = choice(WAYS)
        self.add_field("way", "Re&moval:", self.way)
        self.add_field("on", "&Date:", day_edit(gateway.today))
        self.add_field("by", "Removed &by:", QLineEdit())
        self.file = QLineEdit()
        self.file.setPlaceholderText("the exported .reg file, where there is one; drop it here")
        choose_button = QPushButton("Ch&oose…")
        choose_button.setAutoDefault(False)
        choose_button.setAccessibleName("Choose the exported key")
        choose_button.clicked.connect(self._choose)
        self.add_field("backup", "&Evidence:", FieldWith(self.file, choose_button))
        self.digest = QLabel()
        self.digest.setWordWrap(True)
        self.form.addRow("", self.digest)
        self.comparison = Sentence()
        self.comparison.setObjectName("comparison")
        self.form.addRow("", self.comparison)
        for label in (self.digest, self.comparison):
            self.form.setRowVisible(label, False)
        self.add_field("reason", "&Reason:", QLineEdit())
        self.way.currentIndexChanged.connect(self._show_fields_of_way)
        self._typing_pause = QTimer(self, singleShot=True, interval=PATH_PAUSE_MS)
        self._typing_pause.timeout.connect(self.read_backup_file)
        self.file.textChanged.connect(self._restart_typing_pause)
        self._show_fields_of_way()

    def _show_fields_of_way(self, *_: object) -> None:
        is_removed = self.way.currentData() == WAY_REMOVED
        for name in ("on", "by", "backup"):
            self.show_field(name, is_removed)
        for label in (self.digest, self.comparison):
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

    def _restart_typing_pause(self, _: str) -> None:
        self._show_backup(None)
        self._typing_pause.start()

    def read_backup_file(self) -> None:
        """Show the contents of the file before anything is recorded. Errors are shown only when it is recorded."""
        self._typing_pause.stop()
        text = self.file.text()
        if text.strip():
            self.read(
                lambda: read_backup(Path(text.strip())),
                lambda backup: self._show_if_unchanged(text, backup),
                lambda _: None,
            )

    def _show_if_unchanged(self, text: str, backup: ClientFileContent) -> None:
        if text == self.file.text() and not self.runner.is_running:
            self._show_backup(backup)

    def _show_backup(self, backup: ClientFileContent | None) -> None:
        self._backup = (self.file.text(), backup) if backup is not None else None
        self._show_line(self.digest, f"SHA-256 {backup.sha256}" if backup is not None else "")
        self._show_line(self.comparison, "")
        if backup is None:
            return
        given_up, text = self._given_up, self.file.text()

        def compare(session: Session) -> tuple[Notice, ...]:
            row = removals.get_given_up(session, given_up.kind, given_up.number)
            return removals.compare_backup(session, row, backup)

        self.gateway.ask(compare, lambda notices: self._show_comparison(text, notices), owner=self)

    def _show_comparison(self, text: str, notices: tuple[Notice, ...]) -> None:
        """Show whether the file contains the license that was given up. A difference does not prevent the recording."""
        if text == self.file.text():
            self._show_line(self.comparison, " ".join(map(notice_text, notices)))

    def _show_line(self, label: QLabel, text: str) -> None:
        label.setText(text)
        self.form.setRowVisible(label, bool(text) and self.way.currentData() == WAY_REMOVED)
        if self.isVisible():
            self._grow()

    # acting

    def accept(self) -> None:
        """The file is hashed on the read worker first: the store is not locked meanwhile."""
        file = self.file.text().strip()
        if self.runner.is_running or self.way.currentData() != WAY_REMOVED or not file or self._backup:
            super().accept()
            return
        self.clear_refusal()
        self.runner.read(lambda: read_backup(Path(file)), self._accept_with_backup)

    def _accept_with_backup(self, backup: ClientFileContent) -> None:
        self._show_backup(backup)
        super().accept()

    def act(self) -> Callable[[Session], ActResult]:
        given_up, typed, way = self._given_up, self.typed(), self.way.currentData()
        backup = self._backup[1] if self._backup is not None else None

        def act(session: Session) -> ActResult:
            row = removals.get_given_up(session, given_up.kind, given_up.number)
            if way == WAY_NOT_INTENDED:
                return removals.record_not_intended(session, row, reason=typed["reason"])
            return removals.record_removed(session, row, on=typed["on"], by=typed["by"], backup=backup)

        return act


def open_removal_dialog(
    dialog_type: type[RemovalKitDialog | RemovalDialog],
    gateway: Gateway,
    kind: str,
    number: int,
    parent: QWidget,
) -> None:
    """Look up what gave a license up, then open a dialog for it. `kind`: license, transfer or collected."""
    path, now = gateway.path, gateway.now

    def query() -> GivenUpLicense | None:
        given_up = find_given_up(path, now, number) if kind == "license" else (kind, number)
        return read_given_up(path, now, *given_up) if given_up is not None else None

    def show(given_up: GivenUpLicense | None) -> None:
        if given_up is not None:
            dialog_type(gateway, given_up, parent).open()

    gateway.read(query, show, owner=parent)
