"""Every list in every format that it has: the same rows, the digest, the head, and nothing half done."""

from __future__ import annotations

import csv
import hashlib
import html
import io
import json
from dataclasses import replace
from datetime import date, datetime

import pytest
from icalendar import Calendar
from python_calamine import CalamineWorkbook
from world import World, build_world

from tslic_admin.db.lists.pages import every_row
from tslic_admin.domain.catalogue.history import HISTORY
from tslic_admin.domain.catalogue.key_packs import PACKS, PackFields
from tslic_admin.domain.catalogue.licenses import LICENSES
from tslic_admin.domain.catalogue.overviews import FOUND
from tslic_admin.domain.catalogue.spec import ListSpec
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.services.exporting import rows
from tslic_admin.services.exporting.export_request import (
    EXPORTED_LISTS,
    FORMATS,
    ExportRequest,
    format_of,
    formats_for,
    forms_for,
    read_export_request,
)
from tslic_admin.services.exporting.reveals import export_revealed
from tslic_admin.services.exporting.writers import export
from tslic_admin.services.lookup import find_license, find_server
from tslic_admin.services.records import packs, transfers

EVERY = [
    (what, file_format, form)
    for what, spec in EXPORTED_LISTS.items()
    for file_format in formats_for(spec.kind)
    for form in forms_for(spec.kind, file_format) or ("own",)
]


@pytest.fixture
def filled(world: World):
    return world.store


def export_bytes(store, clock, request):
    stream = io.BytesIO()
    result = export(store.path, clock, request, stream)
    assert hashlib.sha256(stream.getvalue()).hexdigest() == result.sha256
    return result, stream.getvalue()


def request_for(what, file_format, form="readable", **more):
    return read_export_request(
        what,
        file_name="-",
        file_format=file_format,
        readable=form == "readable",
        machine=form == "machine",
        **more,
    )


def workbook(data, sheet=0):
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(sheet).to_python()


def table(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def as_text(cell):
    """A workbook's cell as the CSV has it."""
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(int(cell)) if isinstance(cell, float) else str(cell)


@pytest.mark.parametrize(("what", "file_format", "form"), EVERY)
def test_every_list_goes_out_in_every_format_and_form(filled, clock, what, file_format, form):
    result, data = export_bytes(filled, clock, request_for(what, file_format, form))
    assert result.rows > 0
    assert result.head is not None
    assert data


@pytest.mark.parametrize("form", ["readable", "machine"])
@pytest.mark.parametrize("what", EXPORTED_LISTS)
def test_a_workbook_holds_what_the_csv_holds(filled, clock, what, form):
    _, as_csv = export_bytes(filled, clock, request_for(what, "csv", form))
    result, as_xlsx = export_bytes(filled, clock, request_for(what, "xlsx", form))
    rows = [[as_text(cell) for cell in row] for row in workbook(as_xlsx)]
    assert result.rows == len(rows) - 1
    # in a workbook nothing needs an apostrophe before it
    assert rows == [[cell.removeprefix("'") for cell in row] for row in table(as_csv)]


def test_a_workbook_s_ids_are_text_and_its_days_are_days(filled, clock):
    _, data = export_bytes(filled, clock, request_for("licenses", "xlsx"))
    row = dict(zip(*workbook(data)[:2], strict=True))
    assert (row["License ID"], row["Issued On"]) == ("1", date(2026, 1, 5))
    _, data = export_bytes(filled, clock, request_for("licenses", "xlsx", "machine"))
    row = dict(zip(*workbook(data)[:2], strict=True))
    assert (row["LicenseId"], row["KeyPackId"], row["LicenseStatus"]) == ("1", "3", 2.0)
    assert row["IssueDate"] == "2026-01-05T10:00:00Z"
    _, data = export_bytes(filled, clock, request_for("history", "xlsx"))
    row = dict(zip(*workbook(data)[:2], strict=True))
    assert (row["Recorded"], row["Entry"]) == (datetime(2026, 3, 2, 12), 1.0)
    _, data = export_bytes(filled, clock, request_for("key-packs", "xlsx"))
    assert "Never" in {row[7] for row in workbook(data)} | {"Never"}


def test_a_workbook_and_a_page_say_what_they_are(filled, clock):
    request = ExportRequest(ListSpec(LICENSES, pack_id=2, search="pc"), "xlsx", readable=True)
    result, data = export_bytes(filled, clock, request)
    facts = dict(workbook(data, sheet=1))
    assert facts["List"] == "Issued licenses"
    assert facts["Store"] == "tslic.sqlite"
    assert facts["Filter"] == "Of key pack DC01.example.com/3, containing “pc”"
    assert facts["History head"] == f"Entry {result.head[0]}, {result.head[1]}"
    assert facts["Written"] == "2026-03-02 12:00"
    page = html.unescape(export_bytes(filled, clock, replace(request, file_format="html"))[1].decode())
    assert f"<h1>{facts.pop('List')}</h1>" in page
    for name, text in facts.items():
        assert f"<dt>{name}</dt><dd>{text}</dd>" in page


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        (ListSpec(PACKS, server_id=1), "Of server DC01.example.com"),
        (ListSpec(PACKS, server_id=99), "Everything that is current"),
        (ListSpec(LICENSES, pack_id=99), "Everything that is current"),
    ],
)
def test_the_filter_names_what_there_is(filled, clock, spec, sentence):
    page = export_bytes(filled, clock, ExportRequest(spec, "html", readable=True))[1].decode()
    assert f"<dd>{sentence}</dd>" in page


def test_the_filter_names_a_closed_pack_too(filled, clock):
    closed = next(row for row in every_row(filled.path, clock, ListSpec(PACKS, ended=True)) if row.closed_on)
    request = ExportRequest(ListSpec(LICENSES, pack_id=closed.number, ended=True), "html", readable=True)
    page = export_bytes(filled, clock, request)[1].decode()
    assert f"Of key pack {closed.server}/{closed.keypack_id}, with what is no longer current" in page


def test_a_page_holds_the_rows_in_the_screen_s_words(filled, clock):
    request = ExportRequest(
        ListSpec(PACKS), "html", readable=True, columns=("keypack_id", "version", "total")
    )
    result, data = export_bytes(filled, clock, request)
    page = data.decode()
    assert '<th scope="col">License Version and Type</th>' in page
    assert page.count("<tr>") == result.rows + 1
    assert f"<p>{result.rows} rows</p>" in page


def test_the_columns_that_were_chosen_are_those_of_the_file(filled, clock):
    chosen = ("kind", "events.change", "number")
    _, data = export_bytes(
        filled, clock, ExportRequest(ListSpec(HISTORY), "csv", readable=True, columns=chosen)
    )
    assert table(data)[0] == ["What Was Done", "Entry", "Change"]
    only_lines = ExportRequest(ListSpec(HISTORY), "csv", readable=True, columns=("events.subject",))
    rows = table(export_bytes(filled, clock, only_lines)[1])
    assert rows[:2] == [["Subject"], ["Server DC01.example.com"]]
    no_lines = ExportRequest(ListSpec(HISTORY), "csv", readable=True, columns=("number",))
    assert (
        len(table(export_bytes(filled, clock, no_lines)[1]))
        == export_bytes(filled, clock, no_lines)[0].head[0] + 1
    )


# the calendar


def test_the_calendar_has_a_day_for_everything_that_is_due(filled, clock):
    _, as_json = export_bytes(filled, clock, request_for("due", "json", "machine"))
    result, data = export_bytes(filled, clock, read_export_request("due", file_name="due.ics"))
    events = Calendar.from_ical(data).walk("VEVENT")
    assert result.rows == len(events) > 1
    assert [(str(one["summary"]), one.decoded("dtstart").isoformat()) for one in events] == [
        (one["text"], one["date"]) for one in json.loads(as_json)
    ]


def test_a_thing_that_is_still_due_keeps_its_name_in_the_calendar(filled, clock):
    """So that a calendar which reads the file in again changes its event and makes no second one."""

    def read():
        _, data = export_bytes(filled, clock, read_export_request("due", file_name="due.ics"))
        return {str(one["uid"]): int(one["sequence"]) for one in Calendar.from_ical(data).walk("VEVENT")}

    before = read()
    assert len(before) == export_bytes(filled, clock, read_export_request("due", file_name="due.ics"))[0].rows
    with filled.writing() as session:
        transfers.mark(
            session, find_license(session, "DC01/3/4"), transfers.TransferFields(to="PC9", on="2026-03-01")
        )
    after = read()
    assert set(before) < set(after)
    assert all(after[uid] > before[uid] for uid in before)


def test_the_calendars_of_two_stores_do_not_mix(filled, clock, template_database, tmp_path):
    from tslic_admin.db.store import Store

    other_path = tmp_path / "other.sqlite"
    other_path.write_bytes(template_database.read_bytes())
    other = Store(other_path, actor="somebody@else", now=clock)
    build_world(other)
    uids = [
        {
            str(one["uid"])
            for one in Calendar.from_ical(
                export_bytes(store, clock, read_export_request("due", file_name="x.ics"))[1]
            ).walk("VEVENT")
        }
        for store in (filled, other)
    ]
    other.close()
    assert len(uids[0]) == len(uids[1])
    assert not uids[0] & uids[1]


def test_a_calendar_of_nothing_is_one(store, clock):
    result, data = export_bytes(store, clock, read_export_request("due", file_name="due.ics"))
    assert (result.rows, result.head) == (0, None)
    assert Calendar.from_ical(data).walk("VEVENT") == []


# Snipe-IT


def test_key_packs_go_to_snipe_it_as_licenses(filled, clock):
    with filled.writing() as session:
        packs.add(
            session,
            find_server(session, "DC01"),
            PackFields(
                product_version_id="6",
                product_type="0",
                total="25",
                keypack_id="9",
                program="select",
                number="1234567",
                reseller="Softshop",
                purchase_ref="PO 4711",
                expires_at="2027-01-02",
                notes="in the cellar",
            ),
        )
    request = read_export_request("key-packs", file_name="-", file_format="snipe-it")
    result, data = export_bytes(filled, clock, request)
    rows = list(csv.DictReader(io.StringIO(data.decode(), newline="")))
    assert result.rows == len(rows)
    (row,) = (row for row in rows if row["supplier"])
    assert row == {
        "Item name": "Windows Server 2019 - RDS Per Device CAL",
        "serial number": "…34567",
        "Category": "Client access licenses",
        "manufacturer": "Microsoft",
        "purchase order": "PO 4711",
        "expiration date": "2027-01-02",
        "seats": "25",
        "supplier": "Softshop",
        "notes": "Key pack DC01.example.com/9\nin the cellar",
    }
    assert {row["expiration date"] for row in rows} == {"", "2027-01-02"}
    assert len({(row["Item name"], row["serial number"]) for row in rows}) == len(rows)


def test_pools_of_no_number_were_not_bought_and_are_said_to_be_left_out(filled, clock):
    request = read_export_request("key-packs", file_name="-", file_format="snipe-it")
    before = export_bytes(filled, clock, request)[0]
    with filled.writing() as session:
        packs.add(
            session,
            find_server(session, "DC01"),
            PackFields(product_version_id="6", product_type="0", total="unlimited", keypack_id="9"),
        )
    after = export_bytes(filled, clock, request)[0]
    assert (after.rows, after.left_out) == (before.rows, before.left_out + 1)


def test_a_serial_number_is_whole_only_when_it_is_revealed(filled, clock):
    request = read_export_request("key-packs", file_name="-", file_format="snipe-it", reveal=True)
    stream = io.BytesIO()
    result = export_revealed(filled, request, stream, "packs.csv")
    assert b"12345678" in stream.getvalue()
    assert result.entry is not None
    masked = export_bytes(filled, clock, replace(request, spec=replace(request.spec, reveal=False)))[1]
    assert b"12345678" not in masked
    assert "…45678".encode() in masked


# reveals


@pytest.mark.parametrize("file_format", ["xlsx", "html"])
def test_a_file_with_secrets_says_so_and_names_the_entry_that_revealed_them(filled, file_format):
    stream = io.BytesIO()
    result = export_revealed(filled, request_for("servers", file_format, reveal=True), stream, "x")
    text = stream.getvalue().decode() if file_format == "html" else str(workbook(stream.getvalue(), sheet=1))
    assert "shown whole" in text
    assert f"Entry {result.entry}, {result.head[1]}" in text
    assert result.head[0] == result.entry


# what is asked


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"file_name": "x.ics"}, "export-format-not-for-list"),
        ({"file_format": "snipe-it"}, "export-format-not-for-list"),
        ({"file_format": "html", "machine": True}, "export-no-machine-form"),
        ({"machine": True, "readable": True}, "export-two-forms"),
    ],
)
def test_a_format_that_a_list_does_not_have_is_refused_with_those_it_has(asked, code):
    with pytest.raises(RuleViolation) as refused:
        read_export_request(**({"what": "servers", "file_name": "x.csv"} | asked))
    assert refused.value.code == code
    assert "csv" in refused.value.facts.get("known", "csv")


@pytest.mark.parametrize(
    ("name", "file_format", "readable"),
    [
        ("x.csv", "csv", False),
        ("x.JSON", "json", False),
        ("x.xlsx", "xlsx", True),
        ("x.htm", "html", True),
        ("a.b.html", "html", True),
    ],
)
def test_the_ending_means_a_format_and_the_format_a_form(name, file_format, readable):
    request = read_export_request("servers", file_name=name)
    assert (request.file_format, request.readable) == (file_format, readable)


@pytest.mark.parametrize(
    ("name", "value"), [("/a.b/list", "list"), ("/a.b/list.pdf", "pdf"), ("list.", "list.")]
)
def test_a_refused_format_is_named_as_the_file_has_it(name, value):
    with pytest.raises(RuleViolation) as refused:
        read_export_request("servers", file_name=name)
    assert refused.value.facts["value"] == value


def test_programs_can_have_their_form_in_a_workbook_too():
    assert not read_export_request("servers", file_name="x.xlsx", machine=True).readable
    assert read_export_request("servers", file_name="x.csv", readable=True).readable


def test_what_is_no_ending_means_nothing():
    assert format_of("xlsx") is None
    assert format_of("x.pdf") is None
    assert formats_for(PACKS) == [name for name in FORMATS if name != "ics"]
    assert forms_for(FOUND, "csv") == ("readable",)


# nothing half done


@pytest.mark.parametrize("file_format", FORMATS)
def test_who_cancels_leaves_the_target_as_it_was(filled, clock, tmp_path, monkeypatch, file_format):
    class Cancelled(Exception):
        pass

    def cancel(done, total):
        assert (done, total) == (1, total)
        raise Cancelled

    monkeypatch.setattr(rows, "PROGRESS_STEP", 1)
    what = {"ics": "due", "snipe-it": "key-packs"}.get(file_format, "licenses")
    target = tmp_path / "out"
    target.write_text("mine")
    request = read_export_request(what, file_name="-", file_format=file_format)
    with pytest.raises(Cancelled):
        export(filled.path, clock, request, target, cancel)
    assert target.read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_list_too_long_for_a_workbook_leaves_the_target_as_it_was(filled, clock, tmp_path, monkeypatch):
    monkeypatch.setattr("tslic_admin.formats.writing.xlsx.MOST_ROWS", 3)
    target = tmp_path / "out.xlsx"
    target.write_text("mine")
    with pytest.raises(RuleViolation) as refused:
        export(filled.path, clock, read_export_request("licenses", file_name="x.xlsx"), target)
    assert refused.value.code == "xlsx-too-many-rows"
    assert target.read_text() == "mine"


def test_progress_is_of_all_things_of_the_list(world, clock, monkeypatch):
    monkeypatch.setattr(rows, "PROGRESS_STEP", 2)
    calls = []
    export(
        world.store.path,
        clock,
        read_export_request("licenses", file_name="x.xlsx"),
        io.BytesIO(),
        lambda *far: calls.append(far),
    )
    total = len(world.licenses)
    assert calls == [(done, total) for done in range(2, total + 1, 2)]


def test_a_list_is_never_written_in_a_form_that_it_does_not_have(filled, clock):
    found = ExportRequest(ListSpec(FOUND, search="PC"), "csv")
    with pytest.raises(LookupError, match="found has no machine form"):
        export_bytes(filled, clock, found)
    with pytest.raises(LookupError, match="only for due"):
        export_bytes(filled, clock, ExportRequest(ListSpec(PACKS), "ics"))
