"""Removal Kit…: scripts and a checklist for the old client, with what they do said beforehand (KB 187614)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog, QLineEdit, QPushButton, QWidget

from tslic_admin.domain.errors import RuleViolation
from tslic_admin.domain.removal_kit import Kit
from tslic_admin.services.removal_kits import GivenUpThing, kit_of, write
from tslic_admin.services.stores import StoreTrouble
from tslic_admin.ui.fields import Sentence, choice, text_of
from tslic_admin.ui.form_dialog import FormDialog
from tslic_admin.ui.gateway import Gateway
from tslic_admin.wording.removals import effects

WHOLE, ONE = "whole", "one"
WHAT = {ONE: "This license only", WHOLE: "The whole key, with all its licenses"}
VIEWS = {"64 32": "64-bit and 32-bit", "64": "64-bit only", "32": "32-bit only"}


class RemovalKitDialog(FormDialog):
    """For one license that was given up. Nothing is recorded here, and nothing is done to the client."""

    def __init__(self, gateway: Gateway, thing: GivenUpThing, parent: QWidget | None = None) -> None:
        super().__init__(gateway, "Removal Kit", "&Write Kit…", parent)
        self._thing = thing
        self._written: Path | None = None
        self.explain(
            f"Writes scripts and a checklist with which somebody removes license {thing.license} from "
            f"{thing.computer}. Nothing is recorded by it: record the removal when it was done."
        )
        self.what = choice(WHAT)
        self.entry = QLineEdit("LICENSE000")
        self.add_field("what", "&Remove:", self.what)
        self.add_field("entry", "License's &key in the store:", self.entry)
        self.entry.setToolTip("1-backup lists the keys that the client has: LICENSE000, LICENSE001 and so on")
        self.add_field("views", "&Look in the registry:", choice(VIEWS))
        self.said = Sentence()
        self.said.setObjectName("effects")
        self.content.insertWidget(1, self.said)
        self.open_folder = QPushButton("&Open Folder")
        self.open_folder.setAutoDefault(False)
        self.open_folder.clicked.connect(self._show_folder)
        self.buttons.addButton(self.open_folder, QDialogButtonBox.ButtonRole.ActionRole)
        self.open_folder.hide()
        for box in (self.what, self.fields["views"]):
            box.currentIndexChanged.connect(self._say)  # type: ignore[attr-defined]
        self.entry.textChanged.connect(self._say)
        self._say()

    def _say(self, *_: object) -> None:
        self.show_field("entry", self.what.currentData() == ONE)
        try:
            said = effects(self._kit())
        except RuleViolation:
            return  # said at its field when the kit is to be written
        self.said.setText("\n".join(f"• {effect}" for effect in said))
        if self.isVisible():
            self._grow()

    def _kit(self) -> Kit:
        entry = self.entry.text() if self.what.currentData() == ONE else None
        views = tuple(text_of(self.fields["views"]).split())
        if entry is not None and not entry.strip():
            raise RuleViolation("kit-entry-malformed", field="entry", value="")
        return kit_of(self._thing, views=views, entry=entry)

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
        self.set_busy(True)
        self.read(lambda: _caught(lambda: write(kit, folder, made_on)), self._answered)

    def _answered(self, answer: Any) -> None:
        self.set_busy(False)
        if isinstance(answer, RuleViolation):
            self.show_refusal(answer)
        elif isinstance(answer, StoreTrouble):
            from tslic_admin.wording.say import trouble

            self.show_error(None, trouble(answer.code, answer.facts))
        else:
            self._written = answer
            self.explain(f"The kit is in the folder {answer.name}. Take it to {self._thing.computer}.")
            self.open_folder.show()
            self.buttons.button(QDialogButtonBox.StandardButton.Cancel).setText("Close")
            self.open_folder.setFocus()

    def _show_folder(self) -> None:
        if self._written is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._written)))


def _caught(work: Callable[[], Path]) -> Path | RuleViolation | StoreTrouble:
    """What the dialog answers to is an answer; anything else is a bug."""
    try:
        return work()
    except (RuleViolation, StoreTrouble) as why:
        return why
