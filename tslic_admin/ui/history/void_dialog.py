"""Void: undoes an entry, with a reason; later entries that depend on it are listed as links."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QUrl, Signal
from PySide6.QtWidgets import QLineEdit, QTextBrowser, QWidget

from tslic_admin.domain.history.voids import Dependent, VoidPreview
from tslic_admin.services.changes import ActResult
from tslic_admin.services.history import voiding
from tslic_admin.ui.gateway.gateway import Gateway, Refusal
from tslic_admin.ui.widgets.form_dialog import FormDialog
from tslic_admin.ui.widgets.list_columns import number_text
from tslic_admin.wording.history.voids import entry_text, void_text

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

MAX_LINKS = 500
LOOKING_UP = "Looking up what this takes back, and what builds on it…"
HAS_DEPENDENTS = (
    "This cannot be voided: later entries build on it. Void or take back those first; each leads to its place"
    " in the history."
)


class VoidDialog(FormDialog):
    """For a transfer, request, pack or license by hand, or a history entry, by its number."""

    navigate = Signal(str, int)  # the link of a dependent entry was clicked: kind, number
    doing = "Voiding"

    def __init__(self, gateway: Gateway, kind: str, number: int, parent: QWidget | None = None) -> None:
        super().__init__(gateway, "Void", "&Void", parent)
        self._entry: int | None = None
        self.explain(LOOKING_UP)
        self.add_field("reason", "&Reason:", QLineEdit())
        self.dependents = QTextBrowser()
        self.dependents.setAccessibleName("Entries that build on it")
        self.dependents.setOpenLinks(False)
        self.dependents.anchorClicked.connect(self._follow_link)
        self.dependents.hide()
        self.body.insertWidget(self.body.indexOf(self.refusal) + 1, self.dependents, 2)
        self.verb.setEnabled(False)
        self.resize(520, self.height())

        def query(session: Session) -> VoidPreview:
            return voiding.preview_void(session, voiding.entry_behind(session, kind, number))

        gateway.ask(query, self._show_preview, self._show_impossible, owner=self)

    def _show_preview(self, preview: VoidPreview) -> None:
        self.setWindowTitle(f"Void Entry {preview.entry}")
        if preview.dependents:
            self._list_dependents(preview.dependents)
            return
        self.explain(void_text(preview, number_text))
        self._entry = preview.entry
        self.verb.setEnabled(True)
        self._grow()

    def _show_impossible(self, refusal: Refusal) -> None:
        self._entry = None
        self.show_only_refusal()
        self.show_refusal(refusal)

    def _list_dependents(self, entries: Sequence[Dependent]) -> None:
        """List the dependents: while there are any, nothing can be voided here."""
        links = [f'<a href="{one.entry}">Entry {escape(entry_text(one))}</a>' for one in entries[:MAX_LINKS]]
        reasons = [f": {escape(one.reason)}" if one.reason else "" for one in entries]
        lines = [link + reason for link, reason in zip(links, reasons, strict=False)]
        if len(entries) > MAX_LINKS:
            lines.append(f"and {number_text(len(entries) - MAX_LINKS)} more")
        self.dependents.setHtml("<br>".join(lines))
        self.dependents.show()
        self.show_only_refusal()
        self.show_error(None, HAS_DEPENDENTS)
        self.dependents.setFocus()

    def _follow_link(self, url: QUrl) -> None:
        self.reject()
        self.navigate.emit("entry", int(url.toString()))

    # acting

    def accept(self) -> None:
        if self.runner.is_running or self._entry is None:
            return
        self.clear_refusal()
        entry, reason, job = self._entry, self.typed("reason")["reason"], self.watched_job()

        def act(session: Session) -> ActResult:
            return voiding.void(session, entry, reason=reason, progress=job.progress)

        self.runner.do(act, self.succeeded, job)

    def show_refusal(self, refusal: Refusal) -> None:
        """List dependents that were recorded after the preview."""
        if refusal.code == "built-on":
            self._list_dependents(cast("Sequence[Dependent]", refusal.facts["entries"]))
            return
        super().show_refusal(refusal)
