"""The audit report as one HTML page, and writing it to a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from tslic_admin.db.history.holdings import held_changes_by_entry
from tslic_admin.db.history.periods import Entry, entries_of
from tslic_admin.db.history.state_at import RowValues
from tslic_admin.db.history.verification import Finding
from tslic_admin.db.lists.pages import ReadView, read_view
from tslic_admin.db.trouble import store_trouble
from tslic_admin.domain.clocks import iso
from tslic_admin.domain.licenses.packs import UNLIMITED
from tslic_admin.domain.licenses.references import pack_reference
from tslic_admin.domain.progress import Progress
from tslic_admin.domain.records.audit import StatementTerm
from tslic_admin.formats.writing.html_pages import (
    Fact,
    Figure,
    Link,
    Row,
    Section,
    Span,
    Table,
    Value,
    write_page,
)
from tslic_admin.services.history.verification import Verification, VerificationState, verify_state
from tslic_admin.services.identity import PROGRAM_NAME, program_version
from tslic_admin.services.output_file import HashedText, new_file
from tslic_admin.services.reports.audit import Audit, AuditRequest, PackAudit, compute_audit
from tslic_admin.services.reports.audit_records import EntryLinks, record_sections
from tslic_admin.services.reports.report import ReportResult
from tslic_admin.wording.exporting import audit as words
from tslic_admin.wording.history.verification import FINDINGS
from tslic_admin.wording.lists.columns import count_cell
from tslic_admin.wording.values import (
    ACTS,
    CLOSE_REASONS,
    origin_text,
    time_text,
    version_and_type,
)


@dataclass(frozen=True, slots=True)
class AuditPage:
    """The page. Its sections are read from the store while it is written, because a history may be of any length."""

    title: str
    warnings: Sequence[str]
    facts: Sequence[Fact]
    sections: Iterator[Section]
    method_notes: Iterable[Fact]


def page(
    state: ReadView, audit: Audit, verification: Verification, made_at: datetime, store: Path
) -> AuditPage:
    links = EntryLinks(audit.period)
    # the entries come last: by then `links` knows which earlier ones the other sections refer to
    sections = chain(
        _servers(state, audit, links), record_sections(state, audit, links), _entries(state, audit, links)
    )
    return AuditPage(
        words.REPORT_TITLE,
        list(_warnings(audit, verification.finding)),
        list(_about(audit, verification, made_at, store)),
        sections,
        words.METHOD_NOTES.items(),
    )


def _warnings(audit: Audit, finding: Finding | None) -> Iterator[str]:
    if finding is not None:
        sentence = FINDINGS[finding.code].format_map(finding.facts)
        yield words.HISTORY_ALTERED.format(finding=sentence)
    disagreeing = [_pack_name(audit, one) for one in audit.all_packs if not one.statement.adds_up]
    if disagreeing:
        yield words.FIGURES_DO_NOT_ADD_UP.format(packs=", ".join(disagreeing))


def _about(audit: Audit, verification: Verification, made_at: datetime, store: Path) -> Iterator[Fact]:
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


def _servers(state: ReadView, audit: Audit, links: EntryLinks) -> Iterator[Section]:
    for number, server in audit.servers.items():
        packs, name = audit.packs[number], server["name"]
        yield Section(f"License server {name}", "" if packs else words.REPORT_NO_PACKS)
        if not packs:
            continue
        stock = (*(_stock(audit, one, links) for one in packs), _sum(packs))
        stock_table = Table(words.STOCK_HEADINGS, stock, f"Key packs of {name}")
        yield Section("Installed, usable, held at the end of the period", table=stock_table, level=3)
        held = chain((_statement(state, audit, one, links) for one in packs), [_statement_sum(packs)])
        held_table = Table(words.STATEMENT_HEADINGS, held, f"Held licenses of {name}")
        yield Section("Held: from opening to closing", table=held_table, level=3)


def _stock(audit: Audit, one: PackAudit, links: EntryLinks) -> Row:
    pack = one.pack
    request = audit.requests.get(pack["request_id"])
    on = request["recorded_on"] if request else None
    total_set_by = () if one.total_set_by is None else (one.total_set_by,)
    return Row(
        (
            Link(_pack_name(audit, one), f"p{one.number}"),
            version_and_type(pack["product_version_id"], pack["product_type"], pack["product_version"]),
            origin_text(pack["origin"], pack["request_id"], on),
            Figure(count_cell(pack["total"]), links.to(total_set_by)),
            Figure(sum(one.reissued_away.values()), links.amounts(one.reissued_away.items())),
            Figure(count_cell(one.usable)),
            one.statement.closing,
            Figure(count_cell(pack["issued"])),
            words.remarks_text(_remarks(one, request)),
        )
    )


def _remarks(one: PackAudit, request: RowValues | None) -> Iterator[tuple[str, object]]:
    """Remarks that explain the numbers of a key pack. `request`: the reissue request that it comes from."""
    pack, before = one.pack, one.pack_before
    if pack["voided_by"] is not None:
        yield "voided", pack["voided_by"]
    elif pack["merged_into_id"] is not None:
        yield "merged", None
    elif pack["closed_on"] is not None:
        yield "closed", CLOSE_REASONS.get(pack["closed_why"], pack["closed_why"])
    elif pack["first_seen_at"] is None:
        yield "not-installed" if request is not None and request["state"] == "recorded" else "by-hand", None
    if not one.has_purchased_total:
        yield "not-purchased", None
    elif before is not None and before["total"] not in (None, pack["total"]):
        yield "total-before", before["total"]
    counts = {
        "short-by-server": one.short_by_server,
        "short-by-record": one.short_by_record,
        "run-out": one.holdings.run_out,
        "revoked": one.holdings.revoked,
    }
    yield from ((key, count) for key, count in counts.items() if count)


def _sum(packs: list[PackAudit]) -> Row:
    summed = [one for one in packs if one.is_summed]
    sums = (
        sum(one.pack["total"] or 0 for one in summed),
        sum(sum(one.reissued_away.values()) for one in summed),
        sum(one.usable or 0 for one in summed),
        sum(one.statement.closing for one in summed),
        sum(one.pack["issued"] or 0 for one in summed if one.pack["issued"] != UNLIMITED),
    )
    return Row((words.SUM_LABEL, None, None, *sums, None), style="sum")


def _statement(state: ReadView, audit: Audit, one: PackAudit, links: EntryLinks) -> Row:
    statement = one.statement
    terms: dict[StatementTerm, int | str] = {
        StatementTerm.ISSUED: statement.issued,
        StatementTerm.ENDED: -statement.ended,
        StatementTerm.GIVEN_UP: -statement.given_up,
        StatementTerm.CORRECTIONS: _signed(statement.corrections),
    }
    closing: Value = statement.closing
    if not statement.adds_up:
        closing = Span(words.disagreement_text(statement.closing, statement.calculated), style="warning")
    cells = (
        Figure(amount, links.amounts(held_changes_by_entry(state.connection, one.number, term)))
        for term, amount in terms.items()
    )
    return Row((Span(_pack_name(audit, one), id=f"p{one.number}"), statement.opening, *cells, closing))


def _statement_sum(packs: list[PackAudit]) -> Row:
    """The sums, with closed key packs: the terms have their licenses too."""
    statements = [one.statement for one in packs if one.has_purchased_total]
    sums: Sequence[Value] = (
        sum(one.opening for one in statements),
        sum(one.issued for one in statements),
        -sum(one.ended for one in statements),
        -sum(one.given_up for one in statements),
        Figure(_signed(sum(one.corrections for one in statements))),
        sum(one.closing for one in statements),
    )
    return Row((words.SUM_LABEL, *sums), style="sum")


def _signed(amount: int) -> str:
    return f"{amount:+}" if amount else "0"


# the entries


def _entries(state: ReadView, audit: Audit, links: EntryLinks) -> Iterator[Section]:
    nothing = audit.period.last < audit.period.first
    table = None
    if not nothing or links.earlier:
        entries = entries_of(state.connection, audit.period, audit.request.server_id, links.earlier)
        table = Table(words.ENTRY_HEADINGS, map(_entry, entries), "History entries")
    yield Section("History entries", words.REPORT_NO_ENTRIES if nothing else "", table)


def _entry(entry: Entry) -> Row:
    act = ACTS.get(entry.kind, entry.kind)
    for label, other in ((", takes back", entry.voids), (", voided by", entry.voided_by)):
        if other is not None:
            act += f"{label} {other}"
    cells = (entry.number, time_text(entry.recorded_at), entry.effective_on, entry.actor, act, entry.reason)
    return Row((*cells, Span(entry.digest, style="digest")), id=f"e{entry.number}")


def write_audit(
    path: Path,
    now: Callable[[], datetime],
    request: AuditRequest,
    target: Path | BinaryIO,
    progress: Progress = lambda *_: None,
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
            audit = compute_audit(state, now, request, lambda done, _: steps.at(steps.total * 2 // 3 + done))
            write_page("audit_report.mako", page(state, audit, verification, now(), path), hashed)
    return ReportResult(
        rows=sum(1 for _ in audit.all_packs),
        sha256=hashed.finish(),
        head=audit.head,
        state=verification.state,
        adds_up=audit.adds_up,
    )


class _ProgressSteps:
    """Reports the progress, also while a long statement of the database runs, so that it can be ended there."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self.total, self._done = progress, total, 0

    def at(self, done: int) -> None:
        self._done = min(done, self.total)
        self.pulse()

    def pulse(self) -> None:
        self._progress(self._done, self.total)
