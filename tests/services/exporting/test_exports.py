"""Exported files: what stands in them, that they are whole or not there, and that a reveal is recorded."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from world import CODE, NEW_CODE, SERVER_ID

from tslic_admin.db.lists.pages import every_row
from tslic_admin.db.schema.tables import (
    EntryRow,
    EventLineRow,
)
from tslic_admin.db.store import Store
from tslic_admin.db.trouble import StoreTrouble
from tslic_admin.domain.catalogue.history import HISTORY
from tslic_admin.domain.catalogue.licenses import LICENSES, TEMPORARY
from tslic_admin.domain.catalogue.overviews import FOUND
from tslic_admin.domain.catalogue.spec import ListSpec
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.formats.recognise import read
from tslic_admin.services.exporting import export_request, rows, writers
from tslic_admin.services.exporting.export_request import ExportRequest, read_export_request
from tslic_admin.services.exporting.reveals import export_revealed
from tslic_admin.services.exporting.writers import export
from tslic_admin.services.output_file import new_file
from tslic_admin.services.records import servers


def export_bytes(store: Store, clock, request: ExportRequest) -> tuple[writers.ExportResult, bytes]:
    stream = io.BytesIO()
    result = export(store.path, clock, request, stream)
    return result, stream.getvalue()


def table(data: bytes) -> list[dict[str, Any]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


WHATS = [*export_request.EXPORTED_LISTS]


@pytest.mark.parametrize("what", WHATS)
@pytest.mark.parametrize("readable", [False, True])
def test_csv_and_json_hold_the_same_rows_under_the_same_names(world, clock, what, readable):
    _, as_csv = export_bytes(
        world.store, clock, read_export_request(what, file_name="x.csv", readable=readable)
    )
    result, as_json = export_bytes(
        world.store, clock, read_export_request(what, file_name="x.JSON", readable=readable)
    )
    items = json.loads(as_json)
    assert result.rows == len(items) > 0
    assert len(table(as_csv)) >= len(items)
    if readable or what in ("servers", "key-packs", "transfers"):
        texts = [
            {name: "" if value is None else str(value) for name, value in item.items()} for item in items
        ]
        rows = table(as_csv)
        assert [list(row) for row in rows] == [list(text) for text in texts]
        assert [{name: cell.removeprefix("'") for name, cell in row.items()} for row in rows] == [
            {name: text.removeprefix("'") for name, text in row.items()} for row in texts
        ]


@pytest.mark.parametrize("what", WHATS)
def test_the_digest_is_of_the_file_and_the_head_of_the_history(world, clock, what):
    result, data = export_bytes(world.store, clock, read_export_request(what, file_name="-"))
    assert result.sha256 == hashlib.sha256(data).hexdigest()
    with world.store.reading() as session:
        head = session.scalars(select(EntryRow).order_by(EntryRow.number.desc())).first()
    assert result.head == (head.number, head.digest)


def test_an_empty_store_has_no_history_to_speak_of(store, clock):
    result, data = export_bytes(store, clock, read_export_request("licenses", file_name="x.json"))
    assert (result.rows, result.head, data) == (0, None, b"[]\n")


@pytest.mark.parametrize("ending", ["csv", "json"])
@pytest.mark.parametrize("what", ["servers", "key-packs", "licenses"])
def test_machine_form_is_read_back_as_the_same_rows(world, clock, what, ending):
    _, data = export_bytes(world.store, clock, read_export_request(what, file_name="x." + ending))
    content = read(data, format="auto", date_order="auto", time_zone=None)
    records = list(content)
    kind = export_request.EXPORTED_LISTS[what].kind
    fields = {"role": "role", "server": "name"} if kind.name == "servers" else {}
    rows = list(every_row(world.store.path, clock, export_request.EXPORTED_LISTS[what]))
    for record, row in zip(records, rows, strict=True):
        for field in record.__dataclass_fields__:
            if field == "line":
                continue
            value = getattr(record, field)
            if hasattr(value, "isoformat"):
                value = value.isoformat().replace("+00:00", "Z")
            assert value == getattr(row, fields.get(field, field)), field


def test_history_has_a_row_for_each_line_and_its_digests_chain(world, clock):
    _, data = export_bytes(world.store, clock, read_export_request("history", file_name="x.csv"))
    rows = table(data)
    digests = {row["entry"]: (row["previous"], row["digest"]) for row in rows}
    assert digests["2"][0] == digests["1"][1]
    lines = [int(row["line"]) for row in rows if row["entry"] == "3"]
    assert lines == [*range(1, len(lines) + 1)]
    assert len(lines) > len(world.licenses)
    assert rows[0]["subject"] == "server 1 DC01.example.com"


def test_the_readable_history_says_its_lines_in_words(world, clock):
    _, data = export_bytes(
        world.store, clock, read_export_request("history", file_name="x.csv", readable=True)
    )
    assert data.startswith("\ufeffEntry,".encode())
    rows = table(data)
    assert rows[0]["Subject"] == "Server DC01.example.com"
    assert any(row["What Was Done"] == "One-time transfer marked" for row in rows)


def test_the_window_exports_exactly_what_its_list_shows(world, clock):
    spec = ListSpec(LICENSES, pack_id=2, search="pc-", sort="computer", descending=True)
    request = ExportRequest(spec, "csv", readable=True, columns=("computer", "status", "expires_at"))
    _, data = export_bytes(world.store, clock, request)
    assert data.decode("utf-8-sig").splitlines() == [
        "Issued To Computer,License Status,Expires On",
        *(f"PC-000{number},Active,2026-03-{19 + number}" for number in (4, 3, 2, 1)),
    ]


def test_what_a_search_found_goes_out_in_the_screen_s_words(world, clock):
    request = ExportRequest(
        ListSpec(FOUND, search="pc1"), "csv", readable=True, columns=("name", "what", "place")
    )
    _, data = export_bytes(world.store, clock, request)
    rows = table(data)
    assert {row["What"] for row in rows} <= {"Issued license", "Transfer"}
    assert {"Found": "PC1", "What": "Issued license", "Place": "LIC02/3/1"} in rows


def test_the_window_exports_its_history_list_without_the_lines(world, clock):
    request = ExportRequest(ListSpec(HISTORY), "csv", readable=True, columns=("number", "kind"))
    _, data = export_bytes(world.store, clock, request)
    assert len(table(data)) == world.entries


def test_the_list_of_temporary_licenses_goes_out_as_licenses_do(world, clock):
    request = ExportRequest(ListSpec(TEMPORARY), "csv")
    _, data = export_bytes(world.store, clock, request)
    rows = table(data)
    assert len(rows) == len(world.temporary)
    assert {(row["LicenseStatus"], row["Record"]) for row in rows} == {("1", "")}


def test_formulas_are_disarmed_only_for_people(world, clock):
    _, machine = export_bytes(world.store, clock, read_export_request("servers", file_name="x.csv"))
    _, readable = export_bytes(
        world.store, clock, read_export_request("servers", file_name="x.csv", readable=True)
    )
    assert table(machine)[0]["Phone"] == "+49 89 1"
    assert table(readable)[0]["Telephone"] == "'+49 89 1"


# what is asked for


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"what": "dues"}, "export-unknown"),
        ({"file_name": "x.pdf"}, "export-format-unknown"),
        ({"file_name": "x"}, "export-format-unknown"),
        ({"file_format": "pdf"}, "export-format-unknown"),
        ({"since": "yesterday"}, "day-malformed"),
        ({"until": "2026-02-30"}, "day-malformed"),
        ({"by": "moon"}, "export-by-unknown"),
        ({"since": "2026-03-02", "until": "2026-03-01"}, "export-period-backwards"),
        ({"what": "licenses", "since": "2026-03-02"}, "export-without-period"),
        ({"what": "servers", "by": "recorded"}, "export-without-period"),
    ],
)
def test_what_cannot_be_exported_is_refused(asked, code):
    with pytest.raises(RuleViolation) as refused:
        read_export_request(**({"what": "history", "file_name": "x.csv"} | asked))
    assert refused.value.code == code


def test_the_format_that_is_named_comes_before_the_ending():
    assert read_export_request("servers", file_name="x.txt", file_format="JSON").file_format == "json"
    assert read_export_request("servers", file_name="-").file_format == "csv"


@pytest.mark.parametrize(
    ("by", "since", "until", "entries"),
    [
        ("recorded", None, "2026-02-28", "none"),
        ("recorded", "2026-03-02", None, "all"),
        ("effective", None, "2026-02-28", "earlier"),
        (None, "2026-03-02", "2026-03-02", "all"),
    ],
)
def test_a_period_is_of_one_of_the_two_days(world, clock, by, since, until, entries):
    request = read_export_request("history", file_name="x.json", since=since, until=until, by=by)
    _, data = export_bytes(world.store, clock, request)
    every = json.loads(
        export_bytes(world.store, clock, read_export_request("history", file_name="x.json"))[1]
    )
    earlier = [entry for entry in every if entry["effective_on"] < "2026-03"]
    assert len(every) == world.entries > len(earlier) > 0
    assert json.loads(data) == {"none": [], "all": every, "earlier": earlier}[entries]


@pytest.mark.parametrize("what", ["transfers", "reissues"])
@pytest.mark.parametrize(
    ("by", "until", "all_of_them"), [("recorded", "2026-03-01", False), ("recorded", "2026-03-02", True)]
)
def test_records_have_a_period_too(world, clock, what, by, until, all_of_them):
    request = read_export_request(what, file_name="x.json", until=until, by=by)
    total = len(
        world.transfers + world.voided_transfers
        if what == "transfers"
        else world.requests + world.ended_requests
    )
    assert export_bytes(world.store, clock, request)[0].rows == (total if all_of_them else 0)


def test_a_transfer_takes_effect_on_its_day(world, clock):
    request = read_export_request("transfers", file_name="x.json", until="2026-02-01", by="effective")
    assert export_bytes(world.store, clock, request)[0].rows == 1


@pytest.mark.parametrize("what", WHATS)
def test_one_server_s_part_leaves_the_others_out(world, clock, what):
    with world.store.writing() as session:
        other = servers.add(session, "NEWEST").record
    assert (
        export_bytes(world.store, clock, read_export_request(what, file_name="x.json", server_id=1))[0].rows
        > 0
    )
    result, data = export_bytes(
        world.store, clock, read_export_request(what, file_name="x.json", server_id=other)
    )
    assert result.rows == len(json.loads(data)) == (1 if what in ("servers", "history") else 0)


# files


def test_a_file_is_replaced_whole(world, clock, tmp_path):
    target = tmp_path / "out.csv"
    target.write_text("old")
    result = export(world.store.path, clock, read_export_request("licenses", file_name="x.csv"), target)
    assert hashlib.sha256(target.read_bytes()).hexdigest() == result.sha256
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_link_keeps_pointing_at_the_file_that_is_replaced(world, clock, tmp_path):
    target, link = tmp_path / "real.csv", tmp_path / "link.csv"
    target.write_text("old")
    link.symlink_to(target)
    export(world.store.path, clock, read_export_request("licenses", file_name="x.csv"), link)
    assert link.is_symlink()
    assert target.read_text().startswith("LicenseId")


def test_who_cancels_leaves_the_target_as_it_was(world, clock, tmp_path, monkeypatch):
    class Cancelled(Exception):
        pass

    def cancel(rows, _):
        assert rows == 1
        raise Cancelled

    monkeypatch.setattr(rows, "PROGRESS_STEP", 1)
    for name in ("out.csv", "out.json"):
        target = tmp_path / name
        target.write_text("old")
        with pytest.raises(Cancelled):
            export(world.store.path, clock, read_export_request("licenses", file_name=name), target, cancel)
        assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("place", ["missing/out.csv", "."])
def test_a_place_that_takes_no_file_is_trouble(world, clock, tmp_path, place):
    with pytest.raises(StoreTrouble) as trouble:
        export(world.store.path, clock, read_export_request("licenses", file_name="x.csv"), tmp_path / place)
    assert trouble.value.code == "file-not-written"
    assert trouble.value.facts["why"]


@pytest.mark.parametrize("name", ["tslic.sqlite", "tslic.sqlite-wal"])
def test_the_store_s_own_files_are_never_a_target(world, clock, name):
    with pytest.raises(RuleViolation) as refused:
        export(
            world.store.path,
            clock,
            read_export_request("licenses", file_name="x.csv"),
            world.store.path.with_name(name),
        )
    assert refused.value.code == "target-is-store"


@pytest.mark.skipif(
    os.name == "nt",
    reason="writes to /dev/null; the null device of Windows is a reserved name and not a file",
)
def test_a_device_is_written_to_and_not_replaced(world, clock):
    export(world.store.path, clock, read_export_request("licenses", file_name="x.csv"), Path(os.devnull))
    assert not Path(os.devnull).is_file()


def test_a_reader_who_leaves_is_not_the_file_s_trouble(world, clock):
    class Gone(io.RawIOBase):
        def writable(self):
            return True

        def write(self, _):
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        export(world.store.path, clock, read_export_request("licenses", file_name="-"), Gone())


def test_a_large_file_is_passed_on_in_pieces(world, clock, monkeypatch, tmp_path):
    monkeypatch.setattr("tslic_admin.services.output_file.TEXT_CHUNK", 10)
    target = tmp_path / "out.json"
    result = export(world.store.path, clock, read_export_request("history", file_name="x.json"), target)
    assert hashlib.sha256(target.read_bytes()).hexdigest() == result.sha256
    assert len(json.loads(target.read_bytes())) == world.entries


# secrets


@pytest.mark.parametrize("what", WHATS)
@pytest.mark.parametrize("ending", ["csv", "json"])
@pytest.mark.parametrize("readable", [True, False])
def test_no_secret_leaves_unless_it_is_revealed(world, clock, what, ending, readable):
    _, data = export_bytes(
        world.store, clock, read_export_request(what, file_name="x." + ending, readable=readable)
    )
    assert CODE.encode() not in data
    assert SERVER_ID.encode() not in data


def test_a_reveal_shows_codes_whole_and_is_in_the_history(world, tmp_path):
    target = tmp_path / "out.csv"
    request = read_export_request("key-packs", file_name="out.csv", reveal=True)
    assert export_request.reveals_secrets(request)
    result = export_revealed(world.store, request, target, "out.csv")
    assert {CODE, NEW_CODE} <= {row["LicenseKeyPackId"] for row in table(target.read_bytes())}
    assert result.entry == world.entries + 1
    with world.store.reading() as session:
        line = session.get_one(EventLineRow, (result.entry, 1))
        assert (line.kind, line.record, line.reference) == ("export", 0, "key-packs")
        assert (line.field, line.after) == ("Revealed", "out.csv")


def test_the_head_after_a_reveal_is_the_reveal(world, clock):
    stream = io.BytesIO()
    result = export_revealed(
        world.store, read_export_request("servers", file_name="-", reveal=True), stream, "-"
    )
    assert (
        result.head
        == export_bytes(world.store, clock, read_export_request("licenses", file_name="-"))[0].head
    )
    assert SERVER_ID.encode() in stream.getvalue()
    assert hashlib.sha256(stream.getvalue()).hexdigest() == result.sha256


def test_a_reissued_pack_s_code_is_revealed_with_its_request(world, clock):
    request = read_export_request("reissues", file_name="-", reveal=True)
    _, masked = export_bytes(world.store, clock, replace(request, spec=replace(request.spec, reveal=False)))
    assert NEW_CODE.encode() not in masked
    stream = io.BytesIO()
    export_revealed(world.store, request, stream, "-")
    assert NEW_CODE.encode() in stream.getvalue()


def test_where_there_are_no_secrets_nothing_is_revealed():
    assert not export_request.reveals_secrets(read_export_request("licenses", file_name="-", reveal=True))
    assert not export_request.reveals_secrets(read_export_request("servers", file_name="-"))


def test_a_reveal_that_cannot_be_written_is_not_in_the_history(world, clock, tmp_path):
    request = read_export_request("key-packs", file_name="x.csv", reveal=True)
    with pytest.raises(StoreTrouble):
        export_revealed(world.store, request, tmp_path / "missing" / "x.csv", "x.csv")
    result, _ = export_bytes(world.store, clock, read_export_request("licenses", file_name="-"))
    assert result.head is not None
    assert result.head[0] == world.entries


def test_a_pipe_whose_reader_left_is_no_trouble_with_a_file(world, tmp_path):
    with (
        pytest.raises(BrokenPipeError),
        new_file(tmp_path / "out.csv", besides=world.store.path),
    ):
        raise BrokenPipeError
