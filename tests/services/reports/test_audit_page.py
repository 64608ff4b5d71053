"""The audit report as a page: what it says, that its links lead somewhere, and that no name can do anything in it."""

from __future__ import annotations

import hashlib
import io
from datetime import date, timedelta
from pathlib import Path
from sqlite3 import OperationalError

import pytest
from conftest import NOW
from services.history.tampering import tamper
from services.reports.report_page import HOSTILE, Page
from services.reports.transfers import link, transfer
from services.stock import put_license, put_pack, put_server
from world import NEW_CODE

from tslic_admin.db.history.recording import seal
from tslic_admin.db.lists.pages import read_view
from tslic_admin.db.schema.tables import IssuanceRow, KeyPackRow
from tslic_admin.db.trouble import store_trouble
from tslic_admin.domain.licenses.packs import UNLIMITED
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.services.history import voiding
from tslic_admin.services.history.verification import VerificationState
from tslic_admin.services.records import servers, transfers
from tslic_admin.services.reports.audit import AuditRequest
from tslic_admin.services.reports.audit_report import ReportResult, write_audit


def written(store, **period) -> tuple[ReportResult, Page, bytes]:
    stream = io.BytesIO()
    result = write_audit(store.path, store._info["now"], AuditRequest(**period), stream)
    return result, Page(stream.getvalue()), stream.getvalue()


@pytest.fixture
def full(world):
    return world.store


def test_the_figures_of_a_whole_life(world, full):
    result, page, data = written(full)
    assert result.sha256 == hashlib.sha256(data).hexdigest()
    assert (result.state, result.adds_up, result.needs_attention, result.entry) == (
        VerificationState.INTACT,
        True,
        False,
        None,
    )
    assert page.warnings == []
    stock = page.tables["Key packs of DC01.example.com"]
    assert [row[0] for row in stock[1:]] == [
        "DC01.example.com/3", "DC01.example.com/#1", "DC01.example.com/#3", "Sum of what was bought",
    ]  # fmt: skip
    assert stock[1][3:8] == ["10|entry 3", "2|entry 8 (+2)", "8", "2", "4"]
    assert stock[2][8] == "Recorded by hand, in no list yet"
    assert stock[3][2] == "Reissue 1 of 2026-03-01"
    assert stock[3][8] == "Not yet installed on the server"
    assert stock[4][3:8] == ["17", "2", "15", "2", "4"]
    held = page.tables["Held licenses of DC01.example.com"]
    assert held[1] == ["DC01.example.com/3", "0", "4|entry 3 (+4)", "0", "2|entry 8 (−2)", "0", "2"]
    assert held[4] == ["Sum of what was bought", "0", "4", "0", "2", "0", "2"]
    assert result.rows == len(world.packs + world.ended_packs + world.voided_packs)


def test_transfers_reissues_and_removals_with_their_entries_and_no_code(full):
    _, page, data = written(full, server_id=1)
    assert page.tables["Transfers"][1] == [
        "Transfer 1", "DC01.example.com/3/1", "PC-0001", "PC7", "2026-02-01", "One-time transfer", "not known yet",
        "Awaiting removal from the old client", "4",
    ]  # fmt: skip
    assert page.tables["Reissues"][1][4:] == [
        "2026-03-01", "", "2", "2", "…PPPPP", "DC01.example.com/#3", "5, 6, 8",
    ]  # fmt: skip
    assert page.tables["Reissues"][2][2:6] == ["", "Open", "", ""]
    assert [row[1:4] for row in page.tables["Licenses retired by reissues"][1:]] == [
        ["PC-0002", "PC82", "Reissue 1"], ["PC-0003", "PC83", "Reissue 1"],
    ]  # fmt: skip
    assert page.tables["Removals awaited"][1:] == [
        ["DC01.example.com/3/1", "PC-0001", "Transfer 1 of 2026-02-01, to PC7", "4"],
        ["DC01.example.com/3/2", "PC-0002", "Reissue 1 of 2026-03-01", "8"],
        ["DC01.example.com/3/3", "PC-0003", "Reissue 1 of 2026-03-01", "8"],
    ]
    assert NEW_CODE.encode() not in data


def test_every_link_leads_to_its_entry_and_to_its_key_pack(full, clock):
    clock.now += timedelta(days=1)
    with full.writing() as session:
        servers.add(session, "DC02")
    for period in ({}, {"since": clock.now.date()}, {"until": NOW.date()}, {"server_id": 1}):
        _, page, _ = written(full, **period)
        assert page.links
        assert {link.removeprefix("#") for link in page.links} <= set(page.ids)
        assert len(page.ids) == len(set(page.ids))


def test_the_entries_that_earlier_figures_come_from_are_listed_too(world, full, clock):
    clock.now += timedelta(days=1)
    _, page, _ = written(full, since=clock.now.date(), server_id=1)
    assert page.facts["Entries"].startswith(f"None, of {world.entries}")
    assert "Nothing was recorded in the period." in page.texts
    assert [row[0] for row in page.tables["History entries"][1:]] == ["2", "3", "4", "8"]
    assert page.tables["Held licenses of DC01.example.com"][1] == [
        "DC01.example.com/3",
        "2",
        "0",
        "0",
        "0",
        "0",
        "2",
    ]
    assert "Transfers" not in page.tables
    assert "Removals awaited" in page.tables


def test_the_head_says_what_the_report_is_of(world, full):
    result, page, _ = written(full, since=date(2026, 3, 1), until=date(2026, 3, 2))
    facts = page.facts
    assert facts["Period"].startswith("From 2026-03-01 to 2026-03-02, both days included; days of recording")
    assert facts["Entries"] == f"1 to {world.entries}, of {world.entries}"
    assert facts["License servers"] == ", ".join(world.servers)
    assert facts["History, verified for this report"] == (
        f"Intact: {world.entries} entries, and the records as they tell"
    )
    assert facts["Anchor"] == f"Entry {world.entries}, digest {result.head[1]}"
    assert facts["Store"] == str(full.path)
    assert facts["Made"] == "2026-03-02 12:00 UTC"
    assert facts["Program"].startswith("tslic-admin ")
    assert page.tables["History entries"][-1][6] == result.head[1]


def test_an_empty_store_is_a_report_too(store):
    result, page, _ = written(store)
    assert (result.rows, result.head, result.needs_attention) == (0, None, False)
    assert page.facts["Anchor"] == "Nothing was recorded yet"
    assert page.facts["Period"].startswith("From the first entry until now")
    assert "History entries" not in page.tables


def test_a_server_without_key_packs_says_so(store):
    put_server(store)
    _, page, _ = written(store)
    assert "No key pack was recorded by the end of the period." in page.texts


def test_no_name_is_markup_and_the_page_is_plain_ascii(stock, clock):
    put_server(stock.store, HOSTILE)
    put_license(stock.store, put_pack(stock.store, 2, 5, product_version_id=None, product_version=HOSTILE), 9)
    stock.do(
        lambda s: transfers.mark(
            s,
            s.get_one(IssuanceRow, stock.licenses[0]),
            transfers.TransferFields(to="PC\u202e9", on="2026-03-01", reason=HOSTILE),
        )
    )
    _, page, data = written(stock.store)
    data.decode("ascii")
    assert not {"script", "img", "iframe", "link"} & page.tags
    assert HOSTILE in {row[5] for row in page.tables["History entries"]}
    assert {link[0] for link in page.links} == {"#"}


def test_of_one_server_nothing_of_another_is_listed(stock):
    other = put_server(stock.store, "DC02")
    transfer(stock)
    _, page, _ = written(stock.store, server_id=other)
    assert page.facts["License servers"] == "DC02"
    assert page.facts["Entries"] == "1 to 7, of 7; listed are those about the license server"
    assert {"Transfers", "Removals awaited"}.isdisjoint(page.tables)
    assert [row[0] for row in page.tables["History entries"][1:]] == ["6"]


def test_what_was_voided_is_said(full, clock):
    clock.now += timedelta(hours=1)
    with full.writing() as session:
        by = voiding.void(session, 4, reason="wrong").entry
    _, page, _ = written(full, server_id=1)
    assert page.tables["Transfers"][1][0] == f"Transfer 1, voided by entry {by}"
    assert page.tables["Transfers"][1][7:] == ["", f"4, {by}"]
    assert page.tables["History entries"][4][4] == f"One-time transfer marked, voided by {by}"
    assert page.tables["History entries"][-1][4] == "Voided, takes back 4"
    assert [row[2] for row in page.tables["Removals awaited"][1:]] == ["Reissue 1 of 2026-03-01"] * 2


def test_a_linked_transfer_names_the_new_computer_s_license(stock):
    number = transfer(stock)
    link(stock, number, put_license(stock.store, stock.pack, 4, "PC9", issued_at="2026-03-02T10:00:00Z"))
    _, page, _ = written(stock.store)
    assert page.tables["Transfers"][1][6] == "DC01/3/4"


def test_what_the_figures_do_not_say_is_remarked(stock, clock):
    put_pack(stock.store, stock.server, 2, product_type=3, key_pack_type=6, total=UNLIMITED, issued=UNLIMITED)
    put_pack(stock.store, stock.server, 4, closed_on="2026-03-01", closed_why="moved")
    put_pack(stock.store, stock.server, 5, total=None)
    put_license(stock.store, stock.pack, 4, status=4, expires_at="2026-03-01T10:00:00Z")
    clock.now += timedelta(days=1)
    with stock.store.writing() as session:
        pack = session.get_one(KeyPackRow, stock.pack)
        pack.total, pack.issued = 3, 5
        seal(session, "import")
    _, page, _ = written(stock.store, since=clock.now.date())
    stock_table = page.tables["Key packs of DC01"]
    assert [row[8] for row in stock_table[1:-1]] == [
        "Not bought, not summed up",
        (
            "10 installed when the period began; 2 short: more issued than installed;"
            " 1 short: more held than usable; 1 of the held ran out by their date; 1 of the held revoked"
        ),
        "",
    ]
    assert [row[3] for row in stock_table[1:]] == ["Unlimited|entry 6", "3|entry 10", "|entry 8", "3"]
    assert [row[5] for row in stock_table[1:]] == ["Unlimited", "3", "", "3"]
    _, page, _ = written(stock.store)
    closed = next(row for row in page.tables["Key packs of DC01"] if row[0].startswith("DC01/4"))
    assert (closed[0], closed[8]) == ("DC01/4, closed 2026-03-01", "Closed: its key pack was moved")


def test_voided_and_merged_packs_are_told_where_they_held_something(stock, clock):
    ours = put_pack(stock.store, stock.server, None, first_seen_at=None)
    put_license(stock.store, ours, None, "PC8", by_hand=1)
    wrong = put_pack(stock.store, stock.server, None, first_seen_at=None)
    with stock.store.writing() as session:
        session.get_one(KeyPackRow, ours).merged_into_id = stock.pack
        session.get_one(IssuanceRow, 4).key_pack_id = stock.pack
        seal(session, "reissue.link")
    with stock.store.writing() as session:
        session.get_one(KeyPackRow, wrong).voided_by = 10
        seal(session, "void", voids=8)
    _, page, _ = written(stock.store)
    assert [row[8] for row in page.tables["Key packs of DC01"][2:4]] == [
        "Turned out to be a key pack that the server lists", "Voided by entry 10",
    ]  # fmt: skip
    held = page.tables["Held licenses of DC01"]
    assert [row[5] for row in held[1:]] == ["+1|entry 9 (+1)", "-1|entry 9 (−1)", "0", "0"]


# what was altered


def test_a_record_that_was_altered_does_not_add_up_and_the_report_says_so(stock):
    tamper(stock.store, "UPDATE issuance SET ended_on = '2026-03-01', ended_why = 'vanished' WHERE id = 1")
    result, page, _ = written(stock.store)
    assert (result.state, result.adds_up, result.needs_attention) == (VerificationState.ALTERED, False, True)
    assert page.warnings[0].startswith(
        "The history is not intact, so no figure of this report can be relied on: "
    )
    assert "of DC01/3, the licenses held" in page.warnings[1]
    assert page.warnings[2] == "2 by the records, but 3 by the entries"
    assert page.facts["History, verified for this report"] == "Not intact; see above"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event_line SET after = '{' WHERE kind = 'license'",
        "UPDATE event_line SET after = '[1]' WHERE kind = 'license'",
        "UPDATE event_line SET after = '{\"KeyPack\":\"x\"}' WHERE kind = 'license'",
        "UPDATE event_line SET field = 'Nothing', before = 'x' WHERE kind = 'pack'",
        "DELETE FROM event_line",
        "UPDATE event_line SET kind = 'collected' WHERE kind = 'license'",
        "UPDATE event_line SET kind = 'transfer' WHERE kind = 'license'",
        "UPDATE event_line SET field = 'TotalLicenses', before = 'x' WHERE kind = 'pack'",
        "UPDATE entry SET digest = previous",
    ],
)
def test_whatever_was_written_into_the_history_the_report_says_that_it_is_altered(stock, statement):
    tamper(stock.store, "PRAGMA foreign_keys=0", statement)
    for until in (None, NOW.date() - timedelta(days=1)):
        result, page, _ = written(stock.store, until=until)
        assert result.needs_attention
        assert "not intact" in page.warnings[0]


# the file


def test_the_file_is_replaced_whole(full, tmp_path):
    target = tmp_path / "r\u00e9port \u202e.html"
    target.write_text("old")
    result = write_audit(full.path, full._info["now"], AuditRequest(), target)
    assert hashlib.sha256(target.read_bytes()).hexdigest() == result.sha256
    assert {one.name for one in tmp_path.iterdir() if one.suffix == ".html"} == {target.name}


class Cancel(Exception):
    pass


@pytest.mark.parametrize("at", [0.1, 0.67])
def test_a_cancelled_report_leaves_the_file_as_it_was(full, tmp_path, monkeypatch, at):
    monkeypatch.setattr("tslic_admin.db.history.verification.PROGRESS_EVERY", 1)
    monkeypatch.setattr("tslic_admin.db.history.holdings.PROGRESS_EVERY", 1)
    target = tmp_path / "report.html"
    target.write_text("old")

    def progress(done, total):
        if done >= at * total:
            raise Cancel

    with pytest.raises(Cancel):
        write_audit(full.path, full._info["now"], AuditRequest(), target, progress)
    assert target.read_text() == "old"
    assert [one.name for one in tmp_path.iterdir() if "report" in one.name] == ["report.html"]


@pytest.mark.parametrize("why", [Cancel, KeyboardInterrupt])
def test_a_long_statement_of_the_database_is_ended_within(full, why):
    def pulse():
        raise why

    endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    with pytest.raises(why), read_view(full.path, lambda: NOW) as state, store_trouble(), state.pulsed(pulse):
        state.connection.execute(endless)


def test_progress_is_told_within_statements_too(full, monkeypatch):
    def progress_calls() -> list[tuple[int, int]]:
        calls: list[tuple[int, int]] = []
        write_audit(full.path, lambda: NOW, AuditRequest(), io.BytesIO(), lambda *at: calls.append(at))
        assert calls == sorted(calls)
        return calls

    between = len(progress_calls())
    monkeypatch.setattr("tslic_admin.db.lists.pages.PULSE", 100)
    assert len(progress_calls()) > between


def test_trouble_of_the_database_stays_what_it_is(full):
    with (
        read_view(full.path, lambda: NOW) as state,
        state.pulsed(lambda: None),
        pytest.raises(OperationalError),
    ):
        state.connection.execute("SELECT nothing")
    with (
        pytest.raises(OperationalError),
        read_view(full.path, lambda: NOW) as state,
        state.pulsed(lambda: None),
    ):
        state.connection.execute("SELECT nothing")


def test_the_store_itself_is_no_target(full):
    with pytest.raises(RuleViolation, match="target-is-store"):
        write_audit(full.path, full._info["now"], AuditRequest(), Path(full.path))
