"""The audit report as one HTML page, and writing it to a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from tslic_admin.db.history.holdings import held_changes_by_entry
from tslic_admin.db.history.periods import Entry, entries_of
from tslic_admin.db.history.verification import Finding
from tslic_admin.db.lists.pages import ReadView, read_view
from tslic_admin.db.trouble import store_trouble
from tslic_admin.domain.clocks import iso
from tslic_admin.domain.licenses.packs import UNLIMITED
from tslic_admin.domain.licenses.references import pack_reference
from tslic_admin.domain.records.audit import StatementTerm
from tslic_admin.formats.writing.html_pages import (
    PAGE_END,
    Figure,
    Html,
    HtmlValue,
    html_facts,
    html_row,
    html_table,
    html_text,
    page_start,
)
from tslic_admin.services.history.verification import Verification, VerificationState, verify_state
from tslic_admin.services.identity import PROGRAM_NAME, program_version
from tslic_admin.services.output_file import HashedText, new_file
from tslic_admin.services.reports.audit import Audit, AuditRequest, PackAudit, compute_audit
from tslic_admin.services.reports.audit_records import EntryLinks, record_sections
from tslic_admin.services.reports.report import ReportProgress, ReportResult
from tslic_admin.wording.exporting import audit as words
from tslic_admin.wording.history.verification import FINDINGS
from tslic_admin.wording.lists.columns import count_cell
from tslic_admin.wording.values import ACTS, origin_text, time_text, version_and_type

AUDIT_STYLE = """
.from { display: block; font-size: .85em; white-space: normal; }
.digest { font-family: monospace; font-size: .8em; overflow-wrap: anywhere; }
.sum td { font-weight: 600; border-top: 2px solid; }
@page { size: A4 landscape; }
"""


def page(
    state: ReadView, audit: Audit, verification: Verification, made_at: datetime, store: Path
) -> Iterator[str]:
    """The whole page in pieces, so that a history of any length is never held in memory."""
    links = EntryLinks(audit.period)
    yield page_start(words.REPORT_TITLE, style=AUDIT_STYLE)
    yield f"<h1>{words.REPORT_TITLE}</h1>\n"
    yield from _warnings(audit, verification.finding)
    yield html_facts(_about(audit, verification, made_at, store))
    yield from _servers(state, audit, links)
    yield from record_sections(state, audit, links)
    yield from _entries(state, audit, links)
    yield "<h2>How this was counted</h2>\n" + html_facts(words.METHOD_NOTES.items()) + PAGE_END


def _warnings(audit: Audit, finding: Finding | None) -> Iterator[str]:
    if finding is not None:
        sentence = FINDINGS[finding.code].format_map(finding.facts)
        yield f'<p class="warning">{html_text(words.HISTORY_ALTERED.format(finding=sentence))}</p>\n'
    disagreeing = [_pack_name(audit, one) for one in audit.all_packs if not one.statement.adds_up]
    if disagreeing:
        yield f'<p class="warning">{html_text(words.FIGURES_DO_NOT_ADD_UP.format(packs=", ".join(disagreeing)))}</p>\n'


def _about(
    audit: Audit, verification: Verification, made_at: datetime, store: Path
) -> Iterator[tuple[str, HtmlValue]]:
    period, head = audit.period, audit.head
    yield "Period", words.period_text(audit.request.since, audit.request.until)
    entries = words.entry_range_text(period.first, period.last, head[0] if head else 0)
    one_server = audit.request.server_id is not None and period.first <= period.last
    yield "Entries", f"{entries}; listed are those about the license server" if one_server else entries
    yield (
        "License servers",
        ", ".join(server["name"] for server in audit.servers.values()) or words.REPORT_NO_SERVERS,
    )
    intact = verification.state is VerificationState.INTACT
    intact_text = words.REPORT_INTACT.format(entries=verification.entries)
    yield "History, verified for this report", intact_text if intact else "Not intact; see above"
    yield "Anchor", f"Entry {head[0]}, digest {head[1]}" if head else "Nothing was recorded yet"
    yield "Store", str(store)
    yield "Made", f"{time_text(iso(made_at))} {made_at.astimezone().tzname() or ''}".strip()
    yield "Program", f"{PROGRAM_NAME} {program_version()}"


def _pack_name(audit: Audit, one: PackAudit) -> str:
    """With the closing day: a rebuilt server uses its Keypack IDs again."""
    server, closed = audit.servers[one.pack["server_id"]]["name"], one.pack["closed_on"]
    name = pack_reference(server, one.pack["keypack_id"], one.number)
    return f"{name}, closed {closed}" if closed else name


# the figures


def _servers(state: ReadView, audit: Audit, links: EntryLinks) -> Iterator[str]:
    for number, server in audit.servers.items():
        yield f"<h2>License server {html_text(server['name'])}</h2>\n"
        packs = audit.packs[number]
        if not packs:
            yield f"<p>{words.REPORT_NO_PACKS}</p>\n"
            continue
        yield "<h3>Installed, usable, held at the end of the period</h3>\n"
        stock = (*(_stock(audit, one, links) for one in packs), _sum(packs))
        yield from html_table(words.STOCK_HEADINGS, stock, label=f"Key packs of {server['name']}")
        yield "<h3>Held: from opening to closing</h3>\n"
        rows = (_statement(state, audit, one, links) for one in packs)
        statements = chain(rows, [_statement_sum(packs)])
        yield from html_table(
            words.STATEMENT_HEADINGS, statements, label=f"Held licenses of {server['name']}"
        )


def _stock(audit: Audit, one: PackAudit, links: EntryLinks) -> str:
    pack = one.pack
    request = audit.requests.get(pack["request_id"])
    on = request["recorded_on"] if request else None
    total = None if one.total_set_by is None else f"entry {links.to([one.total_set_by])}"
    return html_row(
        (
            Html(f'<a href="#p{one.number}">{html_text(_pack_name(audit, one))}</a>'),
            version_and_type(pack["product_version_id"], pack["product_type"], pack["product_version"]),
            origin_text(pack["origin"], pack["request_id"], on),
            _with(count_cell(pack["total"]), total),
            _with(sum(one.reissued_away.values()), links.amounts(one.reissued_away.items())),
            _with(count_cell(one.usable), None),
            one.statement.closing,
            _with(count_cell(pack["issued"]), None),
            words.remarks_text(one, request),
        )
    )


def _with(figure: HtmlValue, entries: str | None) -> Figure:
    below = f'<span class="from">{entries}</span>' if entries else ""
    return Figure(f"{html_text('' if figure is None else str(figure))}{below}")


def _sum(packs: list[PackAudit]) -> str:
    summed = [one for one in packs if one.is_summed]
    sums = (
        sum(one.pack["total"] or 0 for one in summed),
        sum(sum(one.reissued_away.values()) for one in summed),
        sum(one.usable or 0 for one in summed),
        sum(one.statement.closing for one in summed),
        sum(one.pack["issued"] or 0 for one in summed if one.pack["issued"] != UNLIMITED),
    )
    return html_row((words.SUM_LABEL, None, None, *sums, None), attributes=' class="sum"')


def _statement(state: ReadView, audit: Audit, one: PackAudit, links: EntryLinks) -> str:
    statement = one.statement
    terms = {
        StatementTerm.ISSUED: statement.issued,
        StatementTerm.ENDED: -statement.ended,
        StatementTerm.GIVEN_UP: -statement.given_up,
        StatementTerm.CORRECTIONS: statement.corrections,
    }
    closing: HtmlValue = statement.closing
    if not statement.adds_up:
        closing = Html(
            f'<strong class="warning">{words.disagreement_text(statement.closing, statement.calculated)}</strong>'
        )
    cells = (
        _with(
            f"{amount:+}" if term is StatementTerm.CORRECTIONS and amount else amount,
            _changes_by_entry(state, one, term, links),
        )
        for term, amount in terms.items()
    )
    name = Html(f'<span id="p{one.number}">{html_text(_pack_name(audit, one))}</span>')
    return html_row((name, statement.opening, *cells, closing))


def _statement_sum(packs: list[PackAudit]) -> str:
    """The sums, with closed key packs: the terms have their licenses too."""
    statements = [one.statement for one in packs if one.has_purchased_total]
    sums = (
        sum(one.opening for one in statements),
        sum(one.issued for one in statements),
        -sum(one.ended for one in statements),
        -sum(one.given_up for one in statements),
        _with(_signed(sum(one.corrections for one in statements)), None),
        sum(one.closing for one in statements),
    )
    return html_row((words.SUM_LABEL, *sums), attributes=' class="sum"')


def _signed(amount: int) -> str:
    return f"{amount:+}" if amount else "0"


def _changes_by_entry(state: ReadView, one: PackAudit, term: StatementTerm, links: EntryLinks) -> str:
    return links.amounts(held_changes_by_entry(state.connection, one.number, term))


# the entries


def _entries(state: ReadView, audit: Audit, links: EntryLinks) -> Iterator[str]:
    yield "<h2>History entries</h2>\n"
    if audit.period.last < audit.period.first:
        yield f"<p>{words.REPORT_NO_ENTRIES}</p>\n"
        if not links.earlier:
            return
    entries = entries_of(state.connection, audit.period, audit.request.server_id, links.earlier)
    yield from html_table(words.ENTRY_HEADINGS, map(_entry, entries), label="History entries")


def _entry(entry: Entry) -> str:
    act = ACTS.get(entry.kind, entry.kind)
    for label, other in ((", takes back", entry.voids), (", voided by", entry.voided_by)):
        if other is not None:
            act += f"{label} {other}"
    cells: Iterable[HtmlValue] = (
        *(entry.number, time_text(entry.recorded_at), entry.effective_on, entry.actor, act, entry.reason),
        Html(f'<span class="digest">{html_text(entry.digest)}</span>'),
    )
    return html_row(cells, attributes=f' id="e{entry.number}"')


def write_audit(
    path: Path,
    now: Callable[[], datetime],
    request: AuditRequest,
    target: Path | BinaryIO,
    progress: ReportProgress = lambda *_: None,
) -> ReportResult:
    """Write the report, all of it on one state of the store.

    `progress` gets the lines so far and all lines; what it raises ends the writing and leaves the target as it was.
    Raises StoreTrouble: the store's, or `file-not-written`; RuleViolation `target-is-store`.
    """
    if isinstance(target, Path):
        with new_file(target, besides=path) as stream:
            return write_audit(path, now, request, stream, progress)
    hashed = HashedText(target)
    with read_view(path, now) as state, store_trouble():
        # verifying reads every line twice; then come those of the period
        steps = _ProgressSteps(progress, 3 * state.event_lines())
        with state.pulsed(steps.pulse):
            verification = verify_state(state, progress=lambda done, _: steps.at(done))
            audit = compute_audit(state, now, request, lambda done: steps.at(steps.total * 2 // 3 + done))
            for piece in page(state, audit, verification, now(), path):
                hashed.write(piece)
                steps.pulse()
    return ReportResult(
        rows=sum(1 for _ in audit.all_packs),
        sha256=hashed.finish(),
        head=audit.head,
        state=verification.state,
        adds_up=audit.adds_up,
    )


class _ProgressSteps:
    """Reports the progress, also while a long statement of the database runs, so that it can be ended there."""

    def __init__(self, progress: ReportProgress, total: int) -> None:
        self._progress, self.total, self._done = progress, total, 0

    def at(self, done: int) -> None:
        self._done = min(done, self.total)
        self.pulse()

    def pulse(self) -> None:
        self._progress(self._done, self.total)
