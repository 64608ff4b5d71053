"""Computes the figures of the audit report: installed, usable and held, and what changed in a period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from tslic_admin.db.history.holdings import (
    PackHoldings,
    held_change_totals,
    holdings_at,
    load_held_changes,
)
from tslic_admin.db.history.periods import Period, entries_about, entry_that_set, period_of
from tslic_admin.db.history.state_at import RowValues, rows_at
from tslic_admin.db.lists.pages import ReadView
from tslic_admin.db.schema.tables import CollectedRow, IssuanceRow, KeyPackRow, RequestRow, ServerRow
from tslic_admin.domain.clocks import read_day, start_of
from tslic_admin.domain.licenses.packs import shortage
from tslic_admin.domain.progress import Progress
from tslic_admin.domain.records.audit import (
    Statement,
    StatementTerm,
    check_period,
    count_usable,
    has_purchased_total,
    held_shortage,
)


@dataclass(frozen=True, slots=True)
class AuditRequest:
    """The scope of the report: one license server or all; local days of recording, None: no limit."""

    server_id: int | None = None
    since: date | None = None
    until: date | None = None


def read_audit_request(
    *, server_id: int | None = None, since: str | None = None, until: str | None = None
) -> AuditRequest:
    """The request by texts as they were typed. Raises RuleViolation."""
    days = [
        None if text is None else read_day(text, field=name)
        for name, text in (("since", since), ("until", until))
    ]
    check_period(*days)
    return AuditRequest(server_id, *days)


@dataclass(slots=True)
class PackAudit:
    """A key pack at the end of the period, and the changes that led there.

    `pack`: its row then; `pack_before`: its row before the period, None if it was not recorded yet.
    `reissued_away`: entry -> how many of its licenses that entry retired and are still retired;
    `total_set_by`: the entry that set its total.
    """

    pack: RowValues
    pack_before: RowValues | None
    statement: Statement
    holdings: PackHoldings
    reissued_away: dict[int, int]
    total_set_by: int | None

    @property
    def number(self) -> int:
        return int(self.pack["id"])

    @property
    def is_open(self) -> bool:
        """Whether it was open on its server at the end: not closed, voided or merged into another."""
        return all(self.pack[name] is None for name in ("closed_on", "voided_by", "merged_into_id"))

    @property
    def has_purchased_total(self) -> bool:
        pack = self.pack
        return has_purchased_total(pack["product_type"], pack["key_pack_type"], pack["total"])

    @property
    def is_summed(self) -> bool:
        """Whether its figures are summed up."""
        return self.is_open and self.has_purchased_total

    @property
    def usable(self) -> int | None:
        return count_usable(self.pack["total"], sum(self.reissued_away.values()))

    @property
    def short_by_server(self) -> int:
        return shortage(self.pack["total"], self.pack["issued"])

    @property
    def short_by_record(self) -> int:
        return held_shortage(self.usable, self.statement.closing) if self.has_purchased_total else 0


@dataclass(frozen=True, slots=True)
class Audit:
    """All figures. `packs`: by the number of their server.

    `requests`: by their numbers, as they were at the end; `request_packs`: the key packs of the recorded ones, by
    the number of the request, with masked codes.
    """

    request: AuditRequest
    period: Period
    head: tuple[int, str] | None
    servers: dict[int, RowValues]
    packs: dict[int, list[PackAudit]]
    requests: dict[int, RowValues]
    request_packs: dict[int, RowValues]

    @property
    def all_packs(self) -> Iterator[PackAudit]:
        for packs in self.packs.values():
            yield from packs

    @property
    def adds_up(self) -> bool:
        return all(one.statement.adds_up for one in self.all_packs)


def compute_audit(
    state: ReadView,
    now: Callable[[], datetime],
    request: AuditRequest,
    progress: Progress = lambda *_: None,
) -> Audit:
    """Count everything on one state of the store. `progress` gets the number of licenses whose lines were read."""
    connection = state.connection
    since, until = (day.isoformat() if day else None for day in (request.since, request.until))
    period = period_of(connection, since, until)
    today = now().astimezone().date()
    opening = _holdings(state, period.before, min(request.since or today, today))
    closing = _holdings(state, period.last, min(request.until or today, today))
    load_held_changes(connection, period.first, period.last, progress)
    terms = held_change_totals(connection)
    servers = {
        row["id"]: row
        for row in rows_at(connection, ServerRow, period.last)
        if request.server_id in (None, row["id"])
    }
    packs_before = {row["id"]: row for row in rows_at(connection, KeyPackRow, period.before)}
    reissued_away = _reissued_away(state, period.last)
    packs: dict[int, list[PackAudit]] = {number: [] for number in servers}
    request_packs: dict[int, RowValues] = {}
    for pack in rows_at(connection, KeyPackRow, period.last):
        number = pack["id"]
        if pack["server_id"] not in servers:
            continue
        if pack["request_id"] is not None and pack["voided_by"] is None and pack["merged_into_id"] is None:
            request_packs[pack["request_id"]] = pack
        holdings = closing.get(number, PackHoldings())
        statement = _statement(opening.get(number, PackHoldings()).held, holdings.held, terms.get(number, {}))
        one = PackAudit(
            pack=pack,
            pack_before=packs_before.get(number),
            statement=statement,
            holdings=holdings,
            reissued_away=dict(reissued_away.get(number, {})),
            total_set_by=entry_that_set(connection, "pack", number, "TotalLicenses", period.last),
        )
        if _is_relevant(state, one, period):
            packs[pack["server_id"]].append(one)
    for of_server in packs.values():
        of_server.sort(key=_sort_key)
    requests = {
        row["id"]: row for row in rows_at(connection, RequestRow, period.last) if row["server_id"] in servers
    }
    return Audit(request, period, state.head(), servers, packs, requests, request_packs)


def _holdings(state: ReadView, entry: int, day: date) -> dict[int, PackHoldings]:
    return {} if entry <= 0 else holdings_at(state.connection, entry, start_of(day))


def _statement(opening: int, closing: int, terms: dict[StatementTerm, int]) -> Statement:
    return Statement(
        opening,
        closing,
        issued=terms.get(StatementTerm.ISSUED, 0),
        ended=terms.get(StatementTerm.ENDED, 0),
        given_up=terms.get(StatementTerm.GIVEN_UP, 0),
        corrections=terms.get(StatementTerm.CORRECTIONS, 0),
    )


def _is_relevant(state: ReadView, one: PackAudit, period: Period) -> bool:
    """Whether the report lists a key pack: open at the end, licenses in its statement, or entries in the period.

    A merged pack without held licenses is left out: the pack it was merged into has its records.
    """
    if one.is_open or one.statement != Statement(0, 0):
        return True
    merged = one.pack["merged_into_id"] is not None
    return not merged and bool(entries_about(state.connection, "pack", one.number, period.first, period.last))


def _sort_key(one: PackAudit) -> tuple[bool, int, int]:
    keypack_id = one.pack["keypack_id"]
    return keypack_id is None, keypack_id or 0, one.number


def _reissued_away(state: ReadView, last_entry: int) -> dict[int, dict[int, int]]:
    """By key pack: each entry that retired licenses of it, and how many of them are still retired."""
    counts: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows_at(state.connection, CollectedRow, last_entry):
        if row["state"] == "retired":
            entry = entry_that_set(state.connection, "collected", row["id"], "State", last_entry)
            for license_ in rows_at(state.connection, IssuanceRow, last_entry, number=row["issuance_id"]):
                counts[license_["key_pack_id"]][entry or 0] += 1
    return counts
