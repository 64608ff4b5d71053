"""The details below a list: fields, history and removal of the selected record, with links."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QUrl, Signal
from PySide6.QtWidgets import QTabWidget, QTextBrowser, QWidget

from tslic_admin.domain.catalogue.transfers import TransferLine
from tslic_admin.services.lists import MOST, Details, main_list, read_details
from tslic_admin.ui.gateway.gateway import Gateway
from tslic_admin.ui.widgets.list_columns import cell_text
from tslic_admin.wording.history.events import RELATIONS, change_text, subject_text
from tslic_admin.wording.importing.evidence import parse_facts
from tslic_admin.wording.lists.all_lists import words_of
from tslic_admin.wording.lists.machine import row_license_reference
from tslic_admin.wording.values import ACTS, EVIDENCE_KINDS, REMOVALS, time_text

# columns that are left out where the same thing is shown as a link
SHOWN_AS_LINK = {"server": "server", "place": "pack"}


class DetailsPane(QTabWidget):
    """Shows one thing at a time."""

    navigate = Signal(str, int)  # a link to another thing was clicked: kind, number
    action_requested = Signal(str)  # a link to an action of the window was clicked

    def __init__(self, gateway: Gateway, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._gateway = gateway
        self._shown: tuple[str, int] | None = None
        self.setDocumentMode(True)
        self.fields = self._page(self.tr("Details"))
        self.history = self._page(self.tr("History"))
        self.removal = self._page(self.tr("Removal"))
        self.setTabVisible(2, False)

    def _page(self, title: str) -> QTextBrowser:
        page = QTextBrowser()
        page.setAccessibleName(title)
        page.setOpenLinks(False)
        page.setFrameShape(QTextBrowser.Shape.NoFrame)
        page.anchorClicked.connect(self._follow)
        self.addTab(page, title)
        return page

    def show_thing(self, kind: str | None, number: int = 0) -> None:
        """Show a thing; None: show nothing."""
        if kind is None:
            self._shown = None
            self.fields.clear()
            self.history.clear()
            self.removal.clear()
            self.setTabVisible(2, False)
            return
        self._shown = (kind, number)
        path, now = self._gateway.path, self._gateway.now
        self._gateway.read(lambda: read_details(path, now, kind, number), self._fill, owner=self)

    def refresh(self) -> None:
        if self._shown is not None:
            self.show_thing(*self._shown)

    def _follow(self, url: QUrl) -> None:
        kind, _, number = url.toString().partition("/")
        if kind == "do":
            self.action_requested.emit(number)
        elif number.isdecimal():
            self.navigate.emit(kind, int(number))

    def _fill(self, details: Details) -> None:
        if self._shown != (details.kind, details.number):
            return  # another thing has been selected since
        self.fields.setHtml(_fields_html(details))
        self.history.setHtml(_history_html(details))
        self.removal.setHtml(_removal_html(details))
        self.setTabVisible(2, bool(details.removals))


def _link(kind: str, number: int, text: str) -> str:
    return f'<a href="{kind}/{number}">{escape(text)}</a>'


def _table(rows: list[tuple[str, ...]]) -> str:
    cells = (
        "<tr>" + "".join(f'<td style="padding: 1px 14px 1px 0">{cell}</td>' for cell in row) + "</tr>"
        for row in rows
    )
    return f"<table cellspacing='0'>{''.join(cells)}</table>"


def _fields_html(details: Details) -> str:
    if details.row is None:
        return "<p>This is no longer here.</p>"
    rows: list[tuple[str, ...]] = []
    linked = {other.relation for other in details.related}
    for column in words_of(main_list(details.kind)).columns:
        if SHOWN_AS_LINK.get(column.key) in linked:
            continue
        shown = cell_text(column, details.row)
        text = (column.tip and column.tip(details.row)) or shown
        if text:
            whole = text if text.startswith(shown[:4]) or not shown else f"{shown} ({text})"
            rows.append((f"<b>{escape(column.title)}</b>", escape(whole).replace("\n", "<br>")))
    by_relation: dict[str, list[str]] = {}
    for other in details.related:
        name = {"request": "Reissue ", "entry": "Entry "}.get(other.kind, "") + other.name
        by_relation.setdefault(other.relation, []).append(_link(other.kind, other.number, name))
    for relation, links in by_relation.items():
        rows.append((f"<b>{escape(RELATIONS[relation])}</b>", "<br>".join(links)))
    return _table(rows) + _evidence_html(details)


def _evidence_html(details: Details) -> str:
    """The evidence about a license from reports, directories, clients and events: file, dates and facts."""
    rows: list[tuple[str, ...]] = []
    for one in details.evidence:
        dates = [
            f"{label} {time_text(at)}"
            for label, at in (("issued", one.issued_at), ("expires", one.expires_at), ("on", one.happened_at))
            if at
        ]
        heading = ", ".join([EVIDENCE_KINDS[one.kind], *dates])
        facts = "<br>".join(f"{escape(name)}: {escape(value)}" for name, value in parse_facts(one.facts))
        source = f"{escape(one.file_name)}<br>SHA-256 {one.file_sha256}"
        rows.append((f"<b>{escape(heading)}</b><br>{source}", facts))
    return f"<h4>Evidence</h4>{_table(rows)}" if rows else ""


def _removal_html(details: Details) -> str:
    """The removal of the license from each old client, with links to the actions."""
    rows: list[tuple[str, ...]] = []
    for one in details.removals:
        computer = one.from_computer if isinstance(one, TransferLine) else one.lost_by
        parts = [
            REMOVALS.get(one.removal or "", ""),
            one.removal_on or "",
            f"by {one.removal_by}" if one.removal_by else "",
            one.removal_reason or "",
        ]
        evidence = f"<br>SHA-256 of the exported key: {one.removal_sha256}" if one.removal_sha256 else ""
        what = row_license_reference(one)
        text = ", ".join(escape(part) for part in parts if part)
        rows.append((f"<b>{escape(computer or 'not known')}</b>", escape(what), text + evidence))
    if details.kind == "request":
        return _table(rows)
    acts = '<p><a href="do/removal-kit">Removal Kit…</a> &nbsp; <a href="do/record-removal">Record Removal…</a></p>'
    return _table(rows) + acts


def _history_html(details: Details) -> str:
    if not details.events:
        return "<p>Nothing is recorded of this.</p>"
    rows: list[tuple[str, ...]] = []
    last = None
    for one in details.events:
        head = ""
        if one.entry != last:
            last = one.entry
            head = (
                f"{_link('entry', one.entry, f'Entry {one.entry}')}, {escape(time_text(one.recorded_at))}<br>"
                f"<b>{escape(ACTS.get(one.act, one.act))}</b>"
                + (f"<br>Reason: {escape(one.reason)}" if one.reason else "")
            )
        about = (
            f"{escape(subject_text(one.line))}: "
            if details.kind == "entry" or one.line.kind != details.kind
            else ""
        )
        rows.append((head, about + escape(change_text(one.line))))
    more = "" if len(details.events) < MOST else f"<p>The first {MOST} changes; an export holds them all.</p>"
    return _table(rows) + more
