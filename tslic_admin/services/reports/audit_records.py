"""The record tables of the audit report: transfers, reissues and removals awaited, with links to history entries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from tslic_admin.db.history.periods import LicensePlace, Period, entries_about, entry_that_set, place_of
from tslic_admin.db.history.state_at import RowValues, rows_at
from tslic_admin.db.lists.pages import ReadView
from tslic_admin.db.schema.tables import CollectedRow, TransferRow
from tslic_admin.domain.licenses.references import license_reference, pack_reference
from tslic_admin.formats.writing.html_pages import Entries, Row, Section, Table
from tslic_admin.services.reports.audit import Audit
from tslic_admin.wording.exporting import audit as words
from tslic_admin.wording.values import POLICIES, REMOVALS, REQUEST_STATES, version_and_type


class EntryLinks:
    """Links to the listed entries. `earlier`: linked entries from before the period, which are listed too."""

    def __init__(self, period: Period) -> None:
        self._period = period
        self.earlier: set[int] = set()

    def to(self, entries: Iterable[int]) -> Entries:
        return self._links((entry, None) for entry in entries)

    def amounts(self, changes: Iterable[tuple[int, int]]) -> Entries:
        """Like `to`, and show the amount of each entry."""
        return self._links(changes)

    def _links(self, changes: Iterable[tuple[int, int | None]]) -> Entries:
        listed = tuple(changes)
        self.earlier.update(entry for entry, _ in listed if entry < self._period.first)
        return Entries(listed)


def record_sections(state: ReadView, audit: Audit, links: EntryLinks) -> Iterator[Section]:
    """The sections one after the other; each a table, or a sentence if it has no rows."""
    yield _section(
        "Transfers", words.TRANSFER_HEADINGS, _transfers(state, audit, links), words.REPORT_NO_TRANSFERS
    )
    yield _section(
        "Reissues", words.REISSUE_HEADINGS, _reissues(state, audit, links), words.REPORT_NO_REISSUES
    )
    yield _section(
        "Licenses retired by reissues",
        words.RETIRED_HEADINGS,
        _retired(state, audit, links),
        words.REPORT_NO_RETIRED,
    )
    awaited = chain(_awaited_transfers(state, audit, links), _awaited_retired(state, audit, links))
    yield _section("Removals awaited", words.REMOVAL_HEADINGS, awaited, words.REPORT_NO_REMOVALS)


def _section(title: str, headings: tuple[str, ...], rows: Iterator[Row], nothing: str) -> Section:
    first = next(rows, None)
    if first is None:
        return Section(title, nothing)
    return Section(title, table=Table(headings, chain([first], rows), title))


def _license_name(place: LicensePlace, number: int) -> str:
    return license_reference(
        pack_reference(place.server, place.keypack_id, place.pack_id), place.license_id, number
    )


def _of_period(state: ReadView, audit: Audit, kind: str, number: int) -> list[int]:
    return entries_about(state.connection, kind, number, audit.period.first, audit.period.last)


def _with_places(
    state: ReadView, audit: Audit, kind: type[TransferRow | CollectedRow]
) -> Iterator[tuple[RowValues, LicensePlace]]:
    """The rows at the end of the period, with the places of their licenses."""
    for one in rows_at(state.connection, kind, audit.period.last):
        place = place_of(state.connection, one["issuance_id"])
        if place.server_id in audit.servers:
            yield one, place


def _transfers(state: ReadView, audit: Audit, links: EntryLinks) -> Iterator[Row]:
    for one, place in _with_places(state, audit, TransferRow):
        entries = _of_period(state, audit, "transfer", one["id"])
        if not entries:
            continue
        voided = f", voided by entry {one['voided_by']}" if one["voided_by"] is not None else ""
        linked = one["linked_issuance_id"]
        new_license = (
            "not known yet" if linked is None else _license_name(place_of(state.connection, linked), linked)
        )
        yield Row(
            (
                f"Transfer {one['id']}{voided}",
                _license_name(place, one["issuance_id"]),
                *(one["from_computer"], one["to_computer"], one["on_day"]),
                POLICIES[one["policy"]],
                new_license,
                REMOVALS[one["removal"]] if one["voided_by"] is None else None,
                links.to(entries),
            )
        )


def _reissues(state: ReadView, audit: Audit, links: EntryLinks) -> Iterator[Row]:
    retired: dict[int, int] = {}
    for one in rows_at(state.connection, CollectedRow, audit.period.last):
        if one["state"] == "retired":
            retired[one["request_id"]] = retired.get(one["request_id"], 0) + 1
    for number, one in audit.requests.items():
        entries = _of_period(state, audit, "request", number)
        if not entries:
            continue
        server = audit.servers[one["server_id"]]["name"]
        pack = audit.request_packs.get(number)
        has_product = one["product_type"] is not None
        yield Row(
            (
                f"Reissue {number}",
                server,
                version_and_type(one["product_version_id"], one["product_type"]) if has_product else None,
                REQUEST_STATES[one["state"]],
                *(one["recorded_on"], one["case_number"], one["quantity"], retired.get(number, 0)),
                pack["license_key_pack_id"] if pack else None,
                pack_reference(server, pack["keypack_id"], pack["id"]) if pack else None,
                links.to(entries),
            )
        )


def _retired(state: ReadView, audit: Audit, links: EntryLinks) -> Iterator[Row]:
    for one, place in _with_places(state, audit, CollectedRow):
        entries = _of_period(state, audit, "collected", one["id"]) if one["state"] == "retired" else []
        if entries:
            yield Row(
                (
                    _license_name(place, one["issuance_id"]),
                    *(place.lost_by, one["to_computer"], f"Reissue {one['request_id']}"),
                    REMOVALS.get(str(one["removal"])),
                    links.to(entries),
                )
            )


def _awaited_transfers(state: ReadView, audit: Audit, links: EntryLinks) -> Iterator[Row]:
    for one, place in _with_places(state, audit, TransferRow):
        if one["removal"] == "awaiting" and one["voided_by"] is None:
            because = f"Transfer {one['id']} of {one['on_day']}, to {one['to_computer']}"
            yield _awaited(state, audit, links, "transfer", one, place, one["from_computer"], because)


def _awaited_retired(state: ReadView, audit: Audit, links: EntryLinks) -> Iterator[Row]:
    for one, place in _with_places(state, audit, CollectedRow):
        if one["state"] == "retired" and one["removal"] == "awaiting":
            request = audit.requests.get(one["request_id"])
            because = f"Reissue {one['request_id']} of {request['recorded_on'] if request else 'not known'}"
            yield _awaited(state, audit, links, "collected", one, place, place.lost_by, because)


def _awaited(
    state: ReadView,
    audit: Audit,
    links: EntryLinks,
    kind: str,
    record: RowValues,
    place: LicensePlace,
    old_computer: str | None,
    because: str,
) -> Row:
    since = entry_that_set(state.connection, kind, record["id"], "Removal", audit.period.last)
    entries = [] if since is None else [since]
    return Row((_license_name(place, record["issuance_id"]), old_computer, because, links.to(entries)))
