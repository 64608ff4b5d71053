"""What the audit report lists besides figures: transfers and reissues of the period, and removals still awaited."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from tslic_admin.db.back_then import things_then
from tslic_admin.db.frozen import Frozen
from tslic_admin.db.periods import Place, entries_about, place_of, said_by
from tslic_admin.db.tables import CollectedRow, TransferRow
from tslic_admin.formats.html_page import Html, row, table, text
from tslic_admin.services.audit import Audit, Row
from tslic_admin.services.linked_entries import Links
from tslic_admin.wording import audit as words
from tslic_admin.wording.values import (
    POLICIES,
    REMOVALS,
    REQUEST_STATES,
    license_text,
    pack_text,
    version_and_type,
)


def records(state: Frozen, audit: Audit, links: Links) -> Iterator[str]:
    """The sections one after the other; each a table, or a sentence where there is nothing."""
    yield from _section("Transfers", words.TRANSFERS, _transfers(state, audit, links), words.NO_TRANSFERS)
    yield from _section("Reissues", words.REISSUES, _reissues(state, audit, links), words.NO_REISSUES)
    yield from _section(
        "Licenses retired by reissues", words.RETIRED, _retired(state, audit, links), words.NO_RETIRED
    )
    awaited = chain(_awaited_transfers(state, audit, links), _awaited_retired(state, audit, links))
    yield from _section("Removals awaited", words.AWAITED, awaited, words.NO_AWAITED)


def _section(title: str, headings: tuple[str, ...], rows: Iterator[str], nothing: str) -> Iterator[str]:
    yield f"<h2>{text(title)}</h2>\n"
    first = next(rows, None)
    if first is None:
        yield f"<p>{text(nothing)}</p>\n"
    else:
        yield from table(headings, chain([first], rows), label=title)


def _name(place: Place, number: object) -> str:
    return license_text(
        pack_text(place.server, place.keypack_id, place.pack_id), place.license_id, int(str(number))
    )


def _of_period(state: Frozen, audit: Audit, kind: str, number: int) -> list[int]:
    return entries_about(state.connection, kind, number, audit.period.first, audit.period.last)


def _with_places(
    state: Frozen, audit: Audit, kind: type[TransferRow | CollectedRow]
) -> Iterator[tuple[Row, Place]]:
    """Rows as they stood at the end of the period, with where their licenses are."""
    for one in things_then(state.connection, kind, audit.period.last):
        place = place_of(state.connection, one["issuance_id"])
        if place.server_id in audit.servers:
            yield one, place


def _transfers(state: Frozen, audit: Audit, links: Links) -> Iterator[str]:
    for one, place in _with_places(state, audit, TransferRow):
        entries = _of_period(state, audit, "transfer", one["id"])
        if not entries:
            continue
        voided = f", voided by entry {one['voided_by']}" if one["voided_by"] is not None else ""
        linked = one["linked_issuance_id"]
        received = "not known yet" if linked is None else _name(place_of(state.connection, linked), linked)
        yield row(
            (
                f"Transfer {one['id']}{voided}",
                _name(place, one["issuance_id"]),
                *(one["from_computer"], one["to_computer"], one["on_day"]),
                POLICIES[one["policy"]],
                received,
                REMOVALS[one["removal"]] if one["voided_by"] is None else None,
                Html(links.to(entries)),
            )
        )


def _reissues(state: Frozen, audit: Audit, links: Links) -> Iterator[str]:
    retired: dict[int, int] = {}
    for one in things_then(state.connection, CollectedRow, audit.period.last):
        if one["state"] == "retired":
            retired[one["request_id"]] = retired.get(one["request_id"], 0) + 1
    for number, one in audit.requests.items():
        entries = _of_period(state, audit, "request", number)
        if not entries:
            continue
        server = audit.servers[one["server_id"]]["name"]
        pack = audit.became.get(number)
        typed = one["product_type"] is not None
        yield row(
            (
                f"Reissue {number}",
                server,
                version_and_type(one["product_version_id"], one["product_type"]) if typed else None,
                REQUEST_STATES[one["state"]],
                *(one["recorded_on"], one["case_number"], one["quantity"], retired.get(number, 0)),
                pack["license_key_pack_id"] if pack else None,
                pack_text(server, pack["keypack_id"], pack["id"]) if pack else None,
                Html(links.to(entries)),
            )
        )


def _retired(state: Frozen, audit: Audit, links: Links) -> Iterator[str]:
    for one, place in _with_places(state, audit, CollectedRow):
        entries = _of_period(state, audit, "collected", one["id"]) if one["state"] == "retired" else []
        if entries:
            yield row(
                (
                    _name(place, one["issuance_id"]),
                    *(place.lost_by, one["to_computer"], f"Reissue {one['request_id']}"),
                    REMOVALS.get(str(one["removal"])),
                    Html(links.to(entries)),
                )
            )


def _awaited_transfers(state: Frozen, audit: Audit, links: Links) -> Iterator[str]:
    for one, place in _with_places(state, audit, TransferRow):
        if one["removal"] == "awaiting" and one["voided_by"] is None:
            because = f"Transfer {one['id']} of {one['on_day']}, to {one['to_computer']}"
            yield _awaited(state, audit, links, ("transfer", one), place, one["from_computer"], because)


def _awaited_retired(state: Frozen, audit: Audit, links: Links) -> Iterator[str]:
    for one, place in _with_places(state, audit, CollectedRow):
        if one["state"] == "retired" and one["removal"] == "awaiting":
            on = audit.requests[one["request_id"]]["recorded_on"]
            because = f"Reissue {one['request_id']} of {on}"
            yield _awaited(state, audit, links, ("collected", one), place, place.lost_by, because)


def _awaited(
    state: Frozen,
    audit: Audit,
    links: Links,
    thing: tuple[str, Row],
    place: Place,
    old: str | None,
    because: str,
) -> str:
    kind, one = thing
    since = said_by(state.connection, kind, one["id"], "Removal", audit.period.last)
    entries = [] if since is None else [since]
    return row((_name(place, one["issuance_id"]), old, because, Html(links.to(entries))))
