"""Voiding: what an entry did is taken back by a new one, and everything is as it was before (rule 4.8)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from conftest import Clock
from services.history.voiding import check_standing, drop, installed, mark, record, tables, void
from services.importer import Importer, licenses, packs
from services.importer import table as csv_of
from services.stock import CODE, OTHER_CODE, Stock, dump, every, last_entry, one, put, put_license
from sqlalchemy.orm import Session

from tslic_admin.db.history.recording import seal
from tslic_admin.db.schema.tables import IssuanceRow, KeyPackRow, RequestRow, ServerRow
from tslic_admin.db.store import Store
from tslic_admin.domain.catalogue.servers import ServerFields
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.services import lookup
from tslic_admin.services.changes import Changes
from tslic_admin.services.history import voiding
from tslic_admin.services.history.verification import VerificationState, verify
from tslic_admin.services.records import packs as key_packs
from tslic_admin.services.records import servers, transfers
from tslic_admin.services.reissue import requests


@pytest.fixture
def importer(store: Store, clock: Clock) -> Importer:
    return Importer(store, clock)


def intact(store: Store, clock: Clock) -> bool:
    check_standing(store)
    return verify(store.path, clock).state is VerificationState.INTACT


# each act


def test_a_voided_transfer_leaves_the_license_as_it_was_and_free_to_be_transferred(
    stock: Stock, clock
) -> None:
    before = tables(stock.store)
    marked = stock.do(mark(stock.licenses[0]))
    done = stock.do(void(marked.entry, " a slip of the pen "))
    assert done.changes == Changes.TRANSFERS | Changes.LICENSES | Changes.HISTORY
    assert tables(stock.store) == before
    assert stock.row("transfer", marked.record)["voided_by"] == done.entry
    assert intact(stock.store, clock)
    again = stock.do(mark(stock.licenses[0], "PC8"))
    assert stock.row("transfer", again.record)["to_computer"] == "PC8"


def test_the_new_entry_says_which_one_it_takes_back_why_and_what_changed(stock: Stock) -> None:
    marked = stock.do(mark(stock.licenses[0], on="2026-02-01"))
    done = stock.do(void(marked.entry, " a slip of the pen "))
    entry = last_entry(stock.store)
    assert (entry.number, entry.kind, entry.reason) == (done.entry, "void", "a slip of the pen")
    assert (entry.effective_on, entry.made) == ("2026-03-02", {})
    assert entry.changed == [
        ("transfer", "DC01/3/1", "VoidedBy", None, str(done.entry)),
        ("entry", str(marked.entry), "VoidedBy", None, str(done.entry)),
    ]
    assert one(stock.store, "SELECT voids FROM entry ORDER BY number DESC LIMIT 1")["voids"] == marked.entry


def test_a_voided_reissue_opens_its_request_again_and_its_code_may_be_entered_again(
    stock: Stock, clock
) -> None:
    request = stock.open_request(*stock.licenses)
    before = tables(stock.store)
    recorded = stock.do(record(request, licenses=stock.licenses[:2], case="4711", agent="Kim"))
    assert stock.row("reissue_request", request)["state"] == "recorded"
    done = stock.do(void(recorded.entry))
    assert Changes.REISSUES | Changes.PACKS | Changes.LICENSES in done.changes
    assert tables(stock.store) == before
    assert stock.row("key_pack", recorded.second_record)["voided_by"] == done.entry
    assert intact(stock.store, clock)
    again = stock.do(record(request, code=CODE))
    assert stock.row("key_pack", again.second_record)["license_key_pack_id"] == CODE.replace("-", "")
    assert [row["state"] for row in every(stock.store, "SELECT state FROM collected")] == ["retired"] * 3


def test_a_reissue_that_adopted_a_listed_pack_leaves_that_pack_as_its_server_lists_it(
    stock: Stock, clock
) -> None:
    request = stock.open_request(*stock.licenses)
    stock.do(lambda s: put_listed(s, stock.server, 7))
    before = tables(stock.store)
    recorded = stock.do(record(request, keypack_id="7"))
    assert stock.row("reissue_request", request)["state"] == "installed"
    stock.do(void(recorded.entry))
    assert tables(stock.store) == before
    assert intact(stock.store, clock)


def put_listed(session: Session, server: int, keypack_id: int) -> None:
    session.add(
        KeyPackRow(
            server_id=server,
            keypack_id=keypack_id,
            total=10,
            product_version_id=6,
            product_type=0,
            origin="original",
            transfer_policy="one-time",
            first_seen_at="2026-02-28T00:00:00Z",
        )
    )
    session.flush()
    seal(session, "import")


def test_a_voided_pack_by_hand_gives_its_number_and_code_free(stock: Stock, clock) -> None:
    typed = {
        "product_version_id": "2019",
        "product_type": "device",
        "total": "5",
        "keypack_id": "8",
        "license_key_pack_id": CODE,
    }
    add = lambda s: key_packs.add(s, s.get_one(ServerRow, stock.server), key_packs.PackFields(**typed))  # noqa: E731
    before = tables(stock.store)
    added = stock.do(add)
    assert stock.do(lambda s: voiding.entry_behind(s, "pack", added.record or 0)) == added.entry
    assert stock.do(void(added.entry)).changes == Changes.PACKS | Changes.SERVERS | Changes.HISTORY
    assert tables(stock.store) == before
    assert intact(stock.store, clock)
    stock.do(add)


def test_a_voided_license_by_hand_is_ended_that_day_and_gives_its_number_free(stock: Stock, clock) -> None:
    row = IssuanceRow(
        key_pack_id=stock.pack, license_id=40, computer="PC40", computer_label="pc40", by_hand=1
    )
    before = tables(stock.store)
    entry = stock.do(lambda s: (s.add(row), s.flush(), seal(s, "license.add"))[2])
    number = one(stock.store, "SELECT id FROM issuance WHERE license_id = 40")["id"]
    assert stock.do(lambda s: voiding.entry_behind(s, "license", number)) == entry
    done = stock.do(void(entry))
    assert tables(stock.store) == before
    row = stock.row("issuance", number)
    assert (row["voided_by"], row["ended_on"], row["ended_why"]) == (done.entry, "2026-03-02", "voided")
    assert intact(stock.store, clock)
    put_license(stock.store, stock.pack, 40, "PC41")


# whole imports


def test_a_voided_first_import_leaves_the_server_as_a_name(importer: Importer) -> None:
    server = csv_of("server.csv", {"ProductId": "00252-20000-35572-AT477", "Version": "6.0", "ServerRole": 1})
    taken = importer.take(
        server, packs(), licenses({"LicenseId": 1}, {"LicenseId": 2}), server="DC07.corp.example"
    )
    with importer.store.writing() as session:
        done = voiding.void(session, taken.act.entry, reason="another server's")
    left = tables(importer.store)
    (row,) = left.pop("server").values()
    assert {name: value for name, value in row.items() if value is not None} == {
        "id": 1,
        "name": "DC07.corp.example",
        "label": "dc07",
        "domain": "corp.example",
    }
    assert not any(left.values())
    assert Changes.SERVERS | Changes.PACKS | Changes.LICENSES in done.changes
    assert intact(importer.store, importer.clock)


def test_the_same_file_can_be_taken_again_and_all_is_there_anew(importer: Importer) -> None:
    files = packs(), licenses({"LicenseId": 1}, {"LicenseId": 2})
    entry = importer.take(*files).act.entry
    with importer.store.writing() as session:
        voiding.void(session, entry, reason="x")
    again = importer.take(*files)
    assert {one.subject: (one.new, one.changed, one.unchanged) for one in again.results} == {
        "key-packs": (1, 0, 0),
        "licenses": (2, 0, 0),
    }
    assert intact(importer.store, importer.clock)


def test_an_older_list_may_be_taken_once_the_newer_was_voided(importer: Importer, clock: Clock) -> None:
    older = clock.now - timedelta(days=3)
    newer = importer.take(packs(), taken_at=clock.now)
    importer.refuse(packs({"TotalLicenses": 30}), taken_at=older)
    with importer.store.writing() as session:
        voiding.void(session, newer.act.entry, reason="of another server")
    importer.take(packs({"TotalLicenses": 30}), taken_at=older)


def test_what_an_import_changed_is_as_it_was_and_a_replaced_license_is_back_in_its_place(
    importer: Importer, clock: Clock
) -> None:
    hardware = {"sHardwareId": "b2f1a0c4-0001-4c1e-9d3e-0123456789ab"}
    importer.take(
        packs(), licenses({"LicenseId": 1} | hardware, {"LicenseId": 2, "sIssuedToComputer": "PC2"})
    )
    before = tables(importer.store)
    clock.now += timedelta(days=1)
    entry = importer.take(
        packs({"ProductVersion": "RDS 2019"}),
        licenses(
            {"LicenseId": 1, "sIssuedToComputer": "RENAMED", "ExpirationDate": "20260620100000.000000-000"}
            | hardware,
            {"LicenseId": 2, "sIssuedToComputer": "OTHER", "IssueDate": "20260301100000.000000-000"},
        ),
    ).act.entry
    assert one(importer.store, "SELECT computer_label AS of FROM issuance WHERE id = 1")["of"] == "renamed"
    assert len(every(importer.store, "SELECT 1 FROM issuance WHERE ended_why = 'replaced'")) == 1
    with importer.store.writing() as session:
        voiding.void(session, entry, reason="of the test laboratory")
    assert tables(importer.store) == before
    assert intact(importer.store, clock)


def test_renewals_and_counts_keep_what_a_later_list_said(importer: Importer, clock: Clock) -> None:
    def at(days: int, expires: str, issued: int) -> int:
        clock.now += timedelta(days=days)
        listed = licenses({"ExpirationDate": f"{expires}100000.000000-000"})
        taken = importer.take(packs({"IssuedLicenses": issued, "AvailableLicenses": 25 - issued}), listed)
        return taken.act.entry or 0

    def now() -> tuple[str, int, int]:
        row = one(importer.store, "SELECT i.expires_at, issued, available FROM issuance i, key_pack")
        return row["expires_at"][:10], row["issued"], row["available"]

    first, second, third = at(0, "20260320", 1), at(1, "20260420", 2), at(1, "20260520", 3)
    for entry, left in (
        (second, ("2026-05-20", 3, 22)),  # a later list said otherwise
        (third, ("2026-03-20", 1, 24)),  # what the list before said was voided: the one before that
    ):
        with importer.store.writing() as session:
            assert voiding.dependents_of(session, entry) == ()
            voiding.void(session, entry, reason="x")
        assert now() == left
        assert intact(importer.store, clock)
    with importer.store.writing() as session:
        voiding.void(session, first, reason="x")
    assert not tables(importer.store)["issuance"]


def test_a_license_that_was_voided_is_not_touched_by_voiding_a_later_renewal(
    importer: Importer, clock: Clock
) -> None:
    first = importer.take(packs(), licenses()).act.entry
    clock.now += timedelta(days=1)
    second = importer.take(licenses({"ExpirationDate": "20260520100000.000000-000"})).act.entry
    for entry in (first, second):
        with importer.store.writing() as session:
            voiding.void(session, entry, reason="x")
    assert one(importer.store, "SELECT expires_at FROM issuance")["expires_at"].startswith("2026-05-20")
    assert verify(importer.store.path, clock).state is VerificationState.INTACT


def test_what_was_said_of_a_server_since_stays(importer: Importer, clock: Clock) -> None:
    server = csv_of(
        "server.csv",
        {"ProductId": "1", "Version": "6.0", "Company": "Example", "City": "Munich", "ServerRole": 1},
    )
    entry = importer.take(server).act.entry
    with importer.store.writing() as session:
        row = lookup.find_server(session, "DC01")
        servers.change(
            session, row, ServerFields(company="Example AG", notes="in the cellar"), reason="moved"
        )
    with importer.store.writing() as session:
        voiding.void(session, entry, reason="x")
    row = one(importer.store, "SELECT * FROM server")
    assert (row["company"], row["notes"], row["city"], row["role"]) == (
        "Example AG",
        "in the cellar",
        None,
        None,
    )
    assert intact(importer.store, clock)


def test_a_second_void_of_a_server_goes_back_past_what_was_voided(importer: Importer, clock: Clock) -> None:
    entries = []
    for city in ("Munich", "Berlin"):
        entries.append(
            importer.take(
                csv_of("server.csv", {"ProductId": "1", "Version": "6.0", "ServerRole": 1, "City": city})
            ).act.entry
        )
        clock.now += timedelta(days=1)
    for entry, city in zip(entries, ("Berlin", None), strict=True):
        with importer.store.writing() as session:
            voiding.void(session, entry, reason="x")
        assert one(importer.store, "SELECT city FROM server")["city"] == city
        assert intact(importer.store, clock)


def test_a_field_that_two_lists_of_one_import_changed_is_as_it_was_before_both(importer: Importer) -> None:
    importer.take(packs(), licenses())
    before = tables(importer.store)
    with importer.store.writing() as session:
        license_ = session.get_one(IssuanceRow, 1)
        lines = [
            ("license", 1, "DC01/3/1", "sIssuedToUser", old, new)
            for old, new in ((None, "ann"), ("ann", "bob"))
        ]
        session.connection().exec_driver_sql("UPDATE issuance SET user = 'bob' WHERE id = 1")
        entry = seal(session, "import", bulk_lines=lines)
        session.expire(license_)
    with importer.store.writing() as session:
        voiding.void(session, entry, reason="x")
    assert tables(importer.store) == before


# every derived column follows, every place is given back in time


def test_what_follows_from_a_name_is_put_back_with_it(stock: Stock, clock) -> None:
    def rename(session: Session) -> int | None:
        server, license_ = (
            session.get_one(ServerRow, stock.server),
            session.get_one(IssuanceRow, stock.licenses[0]),
        )
        server.name, server.label, server.domain = "DC09.corp.example", "dc09", "corp.example"
        license_.computer, license_.computer_label = None, None
        return seal(session, "import")

    before = tables(stock.store)
    entry = stock.do(rename)
    stock.do(void(entry))
    assert tables(stock.store) == before
    assert intact(stock.store, clock)


def test_rows_leave_their_places_before_others_take_them_back(stock: Stock, clock) -> None:
    """One license ended and another of the same number came back in one import: both return."""
    ended = {"ended_on": "2026-02-01", "ended_why": "vanished"}
    back = put_license(stock.store, stock.pack, 1, "OLD", **ended)

    def swap(session: Session) -> int | None:
        here, other = session.get_one(IssuanceRow, stock.licenses[0]), session.get_one(IssuanceRow, back)
        here.ended_on, here.ended_why = "2026-03-01", "replaced"
        session.flush()
        other.ended_on = other.ended_why = None
        return seal(session, "import")

    before = tables(stock.store)
    entry = stock.do(swap)
    stock.do(void(entry))
    assert tables(stock.store) == before
    assert intact(stock.store, clock)


def test_a_license_that_an_import_ended_itself_keeps_the_day_it_ended(stock: Stock, clock) -> None:
    row = IssuanceRow(
        key_pack_id=stock.pack, license_id=50, by_hand=0, ended_on="2026-02-01", ended_why="replaced"
    )
    number = put(stock.store, row)
    stock.do(void(last_entry(stock.store).number))
    row = stock.row("issuance", number)
    assert (row["ended_on"], row["ended_why"]) == ("2026-02-01", "replaced")
    assert row["voided_by"] is not None
    assert intact(stock.store, clock)


# refusals


@pytest.mark.parametrize("reason", [None, "", "  "])
def test_a_reason_is_needed(stock: Stock, reason: str | None) -> None:
    marked = stock.do(mark(stock.licenses[0]))
    stock.refuse(void(marked.entry, reason), "reason-missing")


@pytest.mark.parametrize("entry", [0, 99, "99", "x", "", "1" * 30])
def test_an_entry_that_is_not_there_is_refused(stock: Stock, entry) -> None:
    stock.refuse(lambda s: voiding.void(s, entry, reason="x"), "entry-unknown")


def test_an_entry_is_voided_once_and_a_void_never(stock: Stock) -> None:
    marked = stock.do(mark(stock.licenses[0]))
    done = stock.do(void(marked.entry))
    assert stock.refuse(void(marked.entry), "already-voided").facts["by"] == done.entry
    stock.refuse(void(done.entry), "void-of-void")


def test_only_what_the_rule_names_is_voided(stock: Stock) -> None:
    request = stock.open_request(stock.licenses[0])
    stock.refuse(void(last_entry(stock.store).number), "not-voidable")
    stock.do(drop(request, stock.licenses[0]))
    violation = stock.refuse(void(last_entry(stock.store).number), "not-voidable")
    assert violation.facts["instead"] == "reissue.drop"


def test_a_secret_is_never_put_back_from_its_mask(stock: Stock) -> None:
    def replace(session: Session) -> int | None:
        session.get_one(KeyPackRow, stock.pack).license_key_pack_id = OTHER_CODE.replace("-", "")
        return seal(session, "import")

    first = stock.do(replace)
    code = CODE.replace("-", "")
    stock.do(
        lambda s: setattr(s.get_one(KeyPackRow, stock.pack), "license_key_pack_id", code) or seal(s, "import")
    )
    second = last_entry(stock.store).number
    assert stock.refuse(void(second), "void-secret").facts["thing"] == "DC01/3"
    assert first != second


def test_a_thing_that_cannot_be_voided_is_made_by_no_voidable_act(stock: Stock) -> None:
    row = RequestRow(server_id=stock.server, state="open", opened_on="2026-03-02")
    put(stock.store, row)
    before = dump(stock.store)
    with pytest.raises(KeyError, match="voided_by"):
        stock.do(void(last_entry(stock.store).number))
    assert dump(stock.store) == before


def test_cancelling_leaves_everything_as_it_was(importer: Importer) -> None:
    entry = importer.take(packs(), licenses(*({"LicenseId": n} for n in range(1, 1501)))).act.entry
    told = []

    def cancel(done: int, total: int | None) -> None:
        told.append((done, total))
        raise InterruptedError

    before = dump(importer.store)
    with pytest.raises(InterruptedError), importer.store.writing() as session:
        voiding.void(session, entry, reason="x", progress=cancel)
    assert told == [(1000, 1503)]
    assert dump(importer.store) == before


# the entry behind a thing


def test_the_entry_behind_each_thing_is_the_one_that_recorded_it(stock: Stock) -> None:
    request = stock.open_request(stock.licenses[0])
    first = stock.do(record(request))
    stock.do(void(first.entry))
    marked, recorded = stock.do(mark(stock.licenses[1])), stock.do(record(request))
    with stock.store.reading() as session:
        assert voiding.entry_behind(session, "transfer", marked.record) == marked.entry
        assert voiding.entry_behind(session, "request", request) == recorded.entry
        assert voiding.entry_behind(session, "pack", recorded.second_record or 0) == recorded.entry
        assert voiding.entry_behind(session, "entry", 3) == 3
        assert lookup.find_transfer(session, str(marked.record)).id == marked.record
        assert voiding.import_entry(session, "1") == 1


def test_what_is_not_there_or_was_recorded_otherwise_says_what_to_do(stock: Stock) -> None:
    request = stock.open_request()
    for kind, number, code in (
        ("request", request, "void-not-recorded"),
        ("pack", stock.pack, "pack-not-by-hand"),
        ("license", stock.licenses[0], "license-not-by-hand"),
    ):
        stock.refuse(lambda s, kind=kind, number=number: voiding.entry_behind(s, kind, number), code)
    for number in (99, "99", "x"):
        stock.refuse(lambda s, number=number: lookup.find_transfer(s, number), "transfer-unknown")
    marked = stock.do(mark(stock.licenses[0]))
    stock.refuse(lambda s: voiding.import_entry(s, str(marked.entry)), "void-not-import")
    stock.refuse(lambda s: voiding.import_entry(s, "99"), "entry-unknown")


# what was voided counts no more


def test_nothing_can_be_done_with_a_voided_license(importer: Importer) -> None:
    entry = importer.take(packs(), licenses()).act.entry
    with importer.store.writing() as session:
        voiding.void(session, entry, reason="x")
    with importer.store.writing() as session:
        request = session.get_one(
            RequestRow, requests.open_request(session, lookup.find_server(session, "DC01")).record
        )
        row = session.get_one(IssuanceRow, 1)
        for act in (
            lambda: transfers.mark(session, row, transfers.TransferFields(to="PC9", on="2026-03-01")),
            lambda: requests.collect(session, request, [(row, None)]),
            lambda: lookup.get_issuance(session, 1),
        ):
            with pytest.raises(RuleViolation) as refusal:
                act()
            assert (refusal.value.code, refusal.value.facts["by"]) == ("license-voided", 2)
        for find, name, code in (
            (lookup.find_license, "DC01/3/1", "pack-unknown"),
            (lookup.find_pack, "DC01/3", "pack-unknown"),
        ):
            with pytest.raises(RuleViolation) as refusal:
                find(session, name)
            assert refusal.value.code == code


def test_looking_says_what_would_be_taken_back_and_writes_nothing(stock: Stock) -> None:
    request = stock.open_request(*stock.licenses)
    recorded = stock.do(record(request))
    done = stock.do(installed(request))
    before = dump(stock.store)
    with stock.store.reading() as session:
        looked = voiding.preview_void(session, recorded.entry)
    assert dump(stock.store) == before
    assert (looked.kind, looked.effective_on) == ("reissue.record", "2026-03-01")
    assert looked.created == {"pack": 1}
    assert looked.changed == {"request": 1, "collected": 3}
    assert [one.entry for one in looked.dependents] == [done.entry]
