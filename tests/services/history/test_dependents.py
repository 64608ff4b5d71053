"""Which later entries stand in the way of voiding one: those that name what it created or changed (rule 4.8)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from conftest import Clock
from services.history.voiding import drop, installed, mark, record, void
from services.importer import Importer, licenses, packs
from services.stock import Stock, collecting, last_entry, put, put_license
from sqlalchemy.orm import Session

from tslic_admin.db.history.recording import seal
from tslic_admin.db.schema.tables import IssuanceRow, KeyPackRow, RequestRow, ServerRow, TransferRow
from tslic_admin.db.store import Store
from tslic_admin.domain.catalogue.servers import ServerFields
from tslic_admin.services.history import voiding
from tslic_admin.services.records import packs as key_packs
from tslic_admin.services.records import removals, servers, transfers
from tslic_admin.services.reissue import requests


@pytest.fixture
def importer(store: Store, clock: Clock) -> Importer:
    return Importer(store, clock)


def on(store: Store, entry: int | None) -> list[int]:
    with store.reading() as session:
        return [one.entry for one in voiding.dependents_of(session, entry or 0)]


def change(stock: Stock, kind: str, table: type[Any], number: int, **fields: Any) -> int:
    """One entry of a kind that sets fields of a row, as an act of a later version might."""

    def act(session: Session) -> int | None:
        row = session.get_one(table, number)
        for name, value in fields.items():
            setattr(row, name, value)
        return seal(session, kind)

    entry = stock.do(act)
    assert entry is not None
    return entry


def test_what_is_refused_names_the_entries_with_kind_day_and_reason(stock: Stock) -> None:
    license_ = put_license(stock.store, stock.pack, 9, "PC9")
    imported = last_entry(stock.store).number
    marked = stock.do(mark(license_, "PC10", "2026-02-01", reason="broken"))
    violation = stock.refuse(void(imported), "built-on")
    assert violation.facts["entries"] == ((marked.entry, "transfer.mark", "2026-02-01", "broken"),)


def test_an_import_is_built_on_by_whoever_uses_its_licenses(stock: Stock) -> None:
    license_ = put_license(stock.store, stock.pack, 9, "PC9")
    imported = last_entry(stock.store).number
    assert on(stock.store, imported) == []
    stock.do(mark(stock.licenses[0]))  # another license
    assert on(stock.store, imported) == []
    request = stock.open_request(stock.licenses[1], license_)
    added = last_entry(stock.store).number
    assert on(stock.store, imported) == [added]
    recorded = stock.do(record(request))
    assert on(stock.store, imported) == [added, recorded.entry]
    stock.do(void(recorded.entry))
    stock.do(drop(request, license_))
    assert on(stock.store, imported) == []  # dropped: nothing is left of it
    stock.do(void(imported))


def test_a_pack_is_built_on_by_its_licenses_and_by_what_is_changed_on_it(stock: Stock) -> None:
    typed = {"product_version_id": "2019", "product_type": "device", "total": "5", "keypack_id": "8"}
    added = stock.do(
        lambda s: key_packs.add(s, s.get_one(ServerRow, stock.server), key_packs.PackFields(**typed))
    )

    def note(notes: str) -> int | None:
        return stock.do(
            lambda s: key_packs.change(
                s, s.get_one(KeyPackRow, added.record), key_packs.PackFields(notes=notes), reason="x"
            )
        ).entry

    assert on(stock.store, added.entry) == []
    noted = note("in the safe")
    assert on(stock.store, added.entry) == [noted]
    note("")
    assert on(stock.store, added.entry) == []  # as it was
    put_license(stock.store, added.record or 0, 1, "PC9")
    of_license = last_entry(stock.store).number
    assert on(stock.store, added.entry) == [of_license]
    stock.do(void(of_license))
    stock.do(void(added.entry))


def test_renewals_and_counts_build_on_nothing_and_are_nothing_to_build_on(
    importer: Importer, clock: Clock
) -> None:
    first = importer.take(packs(), licenses()).act.entry
    clock.now += timedelta(days=1)
    renewed = licenses({"ExpirationDate": "20260520100000.000000-000"})
    second = importer.take(
        packs({"IssuedLicenses": 3, "AvailableLicenses": 22, "TotalLicenses": 26}), renewed
    )
    assert on(importer.store, first) == []
    with importer.store.writing() as session:
        marked = transfers.mark(
            session, session.get_one(IssuanceRow, 1), transfers.TransferFields(to="PC9", on="2026-03-01")
        )
    assert on(importer.store, first) == [marked.entry]
    assert on(importer.store, second.act.entry) == []


def test_what_servers_list_later_builds_on_what_they_listed_also_where_it_is_the_same_again(
    importer: Importer, clock: Clock
) -> None:
    same = {"sHardwareId": "b2f1a0c4-0001-4c1e-9d3e-0123456789ab"}
    entries = []
    for name in ("PC1", "PC2", "PC1"):
        entries.append(importer.take(packs(), licenses({"sIssuedToComputer": name} | same)).act.entry)
        clock.now += timedelta(days=1)
    assert on(importer.store, entries[0]) == entries[1:]
    with importer.store.writing() as session:
        servers.change(session, session.get_one(ServerRow, 1), ServerFields(notes="n"), reason="x")
    assert on(importer.store, entries[2]) == []  # a server is nothing to build on


def test_an_import_that_brings_a_license_back_builds_on_the_one_that_made_it_vanish(
    importer: Importer, clock: Clock
) -> None:
    both = licenses({}, {"LicenseId": 2, "sIssuedToComputer": "PC2"})
    importer.take(packs(), both)
    entries = []
    for listed in (licenses(), both, licenses()):
        clock.now += timedelta(days=1)
        entries.append(importer.take(listed).act.entry)
    gone, back, gone_again = entries
    assert on(importer.store, gone) == [back, gone_again]
    assert on(importer.store, back) == [gone_again]
    with importer.store.writing() as session:
        voiding.void(session, gone_again, reason="x")
    assert on(importer.store, gone) == [back]  # which stands, though a later one was taken back
    with importer.store.writing() as session:
        voiding.void(session, back, reason="x")
    assert on(importer.store, gone) == []


def test_a_voided_entry_and_the_void_itself_build_on_nothing(importer: Importer, clock: Clock) -> None:
    same = {"sHardwareId": "b2f1a0c4-0001-4c1e-9d3e-0123456789ab"}
    first = importer.take(packs(), licenses(same)).act.entry
    clock.now += timedelta(days=1)
    second = importer.take(licenses({"sIssuedToComputer": "PC2"} | same)).act.entry
    assert on(importer.store, first) == [second]
    with importer.store.writing() as session:
        voiding.void(session, second, reason="x")
    assert on(importer.store, first) == []


def test_a_transfer_is_built_on_by_the_next_one_and_by_its_removal(stock: Stock) -> None:
    stock.do(
        lambda s: key_packs.change(
            s,
            s.get_one(KeyPackRow, stock.pack),
            key_packs.PackFields(transfer_policy="after-90-days"),
            reason="terms",
        )
    )
    issued = {"issued_at": "2025-01-05T10:00:00Z", "first_issued_at": "2025-01-05T10:00:00Z"}
    license_ = put_license(stock.store, stock.pack, 9, "PC9", **issued)
    first = stock.do(mark(license_, "PC10", "2025-06-01"))
    second = stock.do(mark(license_, "PC11", "2025-12-01"))
    assert on(stock.store, first.entry) == [second.entry]
    assert on(stock.store, second.entry) == []
    stock.do(void(second.entry))
    removed = stock.do(
        lambda s: removals.record_not_intended(s, s.get_one(TransferRow, first.record), reason="scrapped")
    )
    assert on(stock.store, first.entry) == [removed.entry]


def test_a_transfer_is_built_on_by_collecting_its_license_but_not_by_a_newer_list_of_it(stock: Stock) -> None:
    marked = stock.do(mark(stock.licenses[0]))
    change(stock, "import", IssuanceRow, stock.licenses[0], computer="RENAMED", computer_label="renamed")
    assert on(stock.store, marked.entry) == []
    request = stock.open_request()
    collected = stock.do(collecting(request, (stock.licenses[0], None)))
    assert on(stock.store, marked.entry) == [collected.entry]
    stock.do(drop(request, stock.licenses[0]))
    assert on(stock.store, marked.entry) == []


def test_a_link_builds_on_the_transfer_until_it_is_unlinked_and_again_when_it_is_linked_again(
    stock: Stock,
) -> None:
    own = put_license(stock.store, stock.pack, 9, "PC9")
    listed = last_entry(stock.store).number
    marked = stock.do(mark(stock.licenses[0]))
    number = marked.record or 0
    linked = change(stock, "import", TransferRow, number, linked_issuance_id=own)
    assert on(stock.store, marked.entry) == on(stock.store, listed) == [linked]
    unlinked = change(stock, "transfer.link", TransferRow, number, linked_issuance_id=None)
    assert on(stock.store, marked.entry) == on(stock.store, listed) == on(stock.store, linked) == []
    again = change(stock, "transfer.link", TransferRow, number, linked_issuance_id=own)
    assert on(stock.store, marked.entry) == [linked, unlinked, again]
    assert on(stock.store, listed) == [again]
    assert on(stock.store, linked) == []  # as it linked it itself


def test_voiding_an_import_leaves_alone_what_was_unlinked_since(stock: Stock) -> None:
    own = put_license(stock.store, stock.pack, 9, "PC9")
    number = stock.do(mark(stock.licenses[0])).record or 0
    linked = change(stock, "import", TransferRow, number, linked_issuance_id=own)
    change(stock, "transfer.link", TransferRow, number, linked_issuance_id=None)
    stock.do(void(linked))
    assert last_entry(stock.store).changed == [("entry", str(linked), "VoidedBy", None, str(linked + 2))]
    assert stock.row("transfer", number)["linked_issuance_id"] is None


def test_a_reissue_is_built_on_by_its_installation_and_by_its_packs_licenses(stock: Stock) -> None:
    request = stock.open_request(*stock.licenses)
    recorded = stock.do(record(request, licenses=stock.licenses[:2]))
    assert on(stock.store, recorded.entry) == []
    put_license(stock.store, recorded.second_record or 0, 1, "PC1")
    listed = last_entry(stock.store).number
    day = stock.do(installed(request))
    assert on(stock.store, recorded.entry) == [listed, day.entry]


def test_a_reissue_is_built_on_by_a_transfer_of_what_it_dropped_and_by_collecting_it_anew(
    stock: Stock,
) -> None:
    request = stock.open_request(*stock.licenses)
    recorded = stock.do(record(request, licenses=stock.licenses[:1]))
    marked = stock.do(mark(stock.licenses[1]))
    other = stock.open_request(stock.licenses[2])
    added = last_entry(stock.store).number
    assert on(stock.store, recorded.entry) == [marked.entry, added]
    again = stock.do(record(other, code="1" * 35))
    assert on(stock.store, recorded.entry) == [marked.entry, added, again.entry]


def test_a_request_of_the_same_call_builds_on_the_recorded_one_until_it_is_another(stock: Stock) -> None:
    request = stock.open_request(*stock.licenses)
    recorded = stock.do(record(request))
    opened = stock.do(
        lambda s: requests.open_request(
            s, s.get_one(ServerRow, stock.server), same_call_as=s.get_one(RequestRow, request)
        )
    )
    assert on(stock.store, recorded.entry) == [opened.entry]
    stock.do(lambda s: requests.set_same_call(s, s.get_one(RequestRow, opened.record), None))
    assert on(stock.store, recorded.entry) == []


def test_a_correction_of_what_a_reissue_said_builds_on_it_until_it_says_the_same_again(stock: Stock) -> None:
    request = stock.open_request(*stock.licenses)
    recorded = stock.do(record(request, case="1"))
    corrected = change(stock, "reissue.correct", RequestRow, request, case_number="2")
    assert on(stock.store, recorded.entry) == [corrected]
    change(stock, "reissue.correct", RequestRow, request, case_number="1")
    assert on(stock.store, recorded.entry) == []
    stock.do(void(recorded.entry))
    assert stock.row("reissue_request", request)["case_number"] is None
    assert stock.row("reissue_request", request)["state"] == "open"


@pytest.mark.parametrize("field", ["moved_from_id", "merged_into_id"])
def test_a_pack_is_built_on_by_the_pack_that_came_from_it_or_gave_it_its_records(
    stock: Stock, field: str
) -> None:
    values = {"server_id": stock.server, "origin": "original", "transfer_policy": "one-time"}
    first = put(stock.store, KeyPackRow(keypack_id=8, **values))
    entry = last_entry(stock.store).number
    put(stock.store, KeyPackRow(keypack_id=9, **values, **{field: first}))
    assert on(stock.store, entry) == [last_entry(stock.store).number]


def test_a_license_is_built_on_by_the_one_that_it_succeeded(stock: Stock) -> None:
    put_license(stock.store, stock.pack, 9, "PC1")
    entry = last_entry(stock.store).number
    ended = {"ended_on": "2026-03-01", "ended_why": "upgraded", "succeeded_by_id": 4}
    upgraded = change(stock, "import", IssuanceRow, stock.licenses[0], **ended)
    assert on(stock.store, entry) == [upgraded]
