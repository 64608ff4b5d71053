"""Audit Report and Clearinghouse Kit: pages to be printed, for one license server or for all."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QCheckBox, QDialogButtonBox, QPushButton, QWidget

from tslic_admin.db.store import Store
from tslic_admin.domain.catalogue.servers import SERVERS, ServerLine
from tslic_admin.domain.progress import Progress
from tslic_admin.services.exporting.reveals import kit_revealed
from tslic_admin.services.history.verification import VerificationState
from tslic_admin.services.lists import ListSpec
from tslic_admin.services.reports.audit import read_audit_request
from tslic_admin.services.reports.audit_report import write_audit
from tslic_admin.services.reports.clearinghouse import write_kit
from tslic_admin.services.reports.report import ReportResult
from tslic_admin.ui.exporting.to_file_dialog import FileWriter, ToFileDialog
from tslic_admin.ui.gateway.gateway import Gateway
from tslic_admin.ui.widgets.fields import Choice, Sentence, optional_day_edit
from tslic_admin.wording.exporting.audit import REPORT_ALTERED, REPORT_DOES_NOT_ADD_UP
from tslic_admin.wording.exporting.exports import head_text

ABOUT_AUDIT = (
    "Writes a page of what was installed, usable and held of each key pack, and what led there in the period, each"
    " figure with the history entries it comes from. The history is verified for it."
)
ABOUT_KIT = (
    "Writes for each license server a page of what is asked for when its licensing database must be rebuilt:"
    " identifiers, key packs with their numbers, phone reissues. Print it and keep it apart from the server."
)
REVEAL_WARNING = "Whoever has the file or a print of it has the codes. Every printed page will say so."


class ReportDialog(ToFileDialog[ReportResult]):
    """The base of both: asks for the server, shows the result, and opens the written page."""

    def __init__(self, gateway: Gateway, title: str, verb: str, parent: QWidget | None = None) -> None:
        super().__init__(gateway, title, verb, parent)
        self.servers = Choice()
        self.servers.addItem("All servers", "")
        self.add_field("server", "&Server:", self.servers)
        self.read_rows(ListSpec(SERVERS), self._offer)

    def _offer(self, rows: list[ServerLine]) -> None:
        for row in rows:
            self.servers.addItem(row.name, row.number)

    @property
    def server_id(self) -> int | None:
        chosen = self.servers.currentData()
        return chosen if isinstance(chosen, int) else None

    def first_field(self) -> QWidget | None:
        return self.to

    def summary(self, written: ReportResult) -> tuple[str, dict[str, str]]:
        facts = {
            "File": self.to.text().strip(),
            "SHA-256": written.sha256,
            "History head": head_text(written.head),
        }
        if written.entry is not None:
            facts["Revealed"] = f"Recorded as history entry {written.entry}"
        return "The page was written. Open it to read or to print it.", facts

    def _show_result(self, written: ReportResult) -> None:
        super()._show_result(written)
        self.open_button = QPushButton("&Open")
        self.open_button.clicked.connect(self.open_written)
        self.buttons.addButton(self.open_button, QDialogButtonBox.ButtonRole.ActionRole)
        self.open_button.setDefault(True)
        self.open_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def open_written(self) -> None:
        """Show the page in the system's program for such files."""
        target = Path(self.to.text().strip()).absolute()
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(target))):
            self.show_error(None, f"No program here opens {target}. Open it in a browser.")


class AuditReportDialog(ReportDialog):
    def __init__(self, gateway: Gateway, parent: QWidget | None = None) -> None:
        super().__init__(gateway, "Audit Report", "&Write Report", parent)
        self.explain(ABOUT_AUDIT)
        self.add_field("since", "F&rom:", optional_day_edit("The beginning"))
        self.add_field("until", "&Until:", optional_day_edit("Today"))
        self.add_target()

    def suggest_file(self) -> tuple[str, str, str]:
        return "license-audit", "html", "Pages"

    def file_writer(self, target: Path) -> FileWriter[ReportResult]:
        days = {name: text.strip() or None for name, text in self.typed("since", "until").items()}
        request = read_audit_request(server_id=self.server_id, **days)
        path, now = self.gateway.path, self.gateway.now
        return FileWriter(read=lambda progress: write_audit(path, now, request, target, progress))

    def summary(self, written: ReportResult) -> tuple[str, dict[str, str]]:
        text, facts = super().summary(written)
        if written.state is not VerificationState.INTACT:
            text += f" {REPORT_ALTERED}"
        if not written.adds_up:
            text += f" {REPORT_DOES_NOT_ADD_UP}"
        return text, facts


class ClearinghouseKitDialog(ReportDialog):
    def __init__(self, gateway: Gateway, parent: QWidget | None = None) -> None:
        super().__init__(gateway, "Clearinghouse Kit", "&Write Kit", parent)
        self.explain(ABOUT_KIT)
        self.reveal = QCheckBox("Re&veal codes and numbers; the history records that they were")
        self.add_field("reveal", "Secrets:", self.reveal)
        self.reveal.setAccessibleName("Reveal codes and numbers; the history records that they were revealed")
        self.add_target()
        self.warning = Sentence(REVEAL_WARNING)
        self.warning.hide()
        self.content.insertWidget(1, self.warning)
        self.reveal.toggled.connect(self._reveal_toggled)

    def _reveal_toggled(self, on: bool) -> None:
        self.warning.setVisible(on)
        self.reveal.setAccessibleDescription(REVEAL_WARNING if on else "")
        self._grow()

    def suggest_file(self) -> tuple[str, str, str]:
        return "clearinghouse-kit", "html", "Pages"

    def file_writer(self, target: Path) -> FileWriter[ReportResult]:
        server, path, now = self.server_id, self.gateway.path, self.gateway.now
        if not self.reveal.isChecked():
            return FileWriter(read=lambda progress: write_kit(path, now, server, target, progress))

        def reveal(store: Store, progress: Progress) -> ReportResult:
            return kit_revealed(store, server, target, target.name, progress)

        return FileWriter(act=reveal)
