"""Rows written past the session's objects leave the same event lines as rows written by it."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from tslic_admin.db.history import bulk
from tslic_admin.db.history.bulk import ChangedRow, NewRow, lines_of, write_rows
from tslic_admin.db.history.recording import seal
from tslic_admin.db.schema.tables import EventLineRow, IssuanceRow, KeyPackRow, ServerRow

SERVER = {"id": 1, "name": "DC01", "label": "dc01", "domain": "", "phone": "1"}
CODE = "AAAAABBBBBCCCCCDDDDDEEEEEFFFFFGGGGG"
PACK = {
    "id": 1,
    "server_id": 1,
    "origin": "original",
    "transfer_policy": "one-time",
    "license_key_pack_id": CODE,
    "notes": None,
}


def lines(session) -> list[tuple]:
    rows = session.scalars(select(EventLineRow).order_by(EventLineRow.entry, EventLineRow.line))
    return [(row.kind, row.record, row.reference, row.field, row.before, row.after) for row in rows]


def run(session, *differences) -> int | None:
    return seal(session, "import", bulk_lines=write_rows(session.connection(), differences))


def test_a_new_row_leaves_the_line_that_the_session_would_have_left(
    store, template_database, tmp_path, clock
):
    from tslic_admin.db.store import Store

    path = tmp_path / "other.sqlite"
    path.write_bytes(template_database.read_bytes())
    other = Store(path, actor="tester@box", now=clock)
    with store.writing() as session:
        run(session, NewRow(ServerRow, SERVER, "DC01"), NewRow(KeyPackRow, PACK, "DC01/#1"))
        by_bulk = lines(session)
    with other.writing() as session:
        session.add(ServerRow(**SERVER))
        session.flush()
        session.add(KeyPackRow(**PACK))
        seal(session, "import")
        assert lines(session) == by_bulk
    other.close()
    assert CODE not in str(by_bulk)


def test_a_change_leaves_a_line_for_each_field_that_the_history_knows(store):
    with store.writing() as session:
        run(session, NewRow(ServerRow, SERVER, "DC01"))
        fields = {"phone": ("1", "2"), "label": ("dc01", "dc02"), "license_server_id": (None, CODE)}
        run(session, ChangedRow(ServerRow, 1, fields, "DC01"))
        assert lines(session)[1:] == [
            ("server", 1, "DC01", "Phone", "1", "2"),
            ("server", 1, "DC01", "LicenseServerId", None, "…GGGGG"),
        ]
        row = session.get_one(ServerRow, 1)
        assert (row.phone, row.label, row.license_server_id) == ("2", "dc02", CODE)


def test_numbers_are_told_as_text():
    (line,) = lines_of(ChangedRow(IssuanceRow, 7, {"status": (1, 2)}, "DC01/3/7"))
    assert line == ("license", 7, "DC01/3/7", "LicenseStatus", "1", "2")


def test_a_license_leaves_its_key_before_another_takes_it_in_one_batch(store):
    def issued(number: int) -> NewRow:
        values = {"id": number, "key_pack_id": 1, "license_id": 17, "by_hand": 0}
        return NewRow(IssuanceRow, values, "DC01/3/17")

    ended = {"ended_on": (None, "2026-03-02"), "ended_why": (None, "replaced")}
    with store.writing() as session:
        run(session, NewRow(ServerRow, SERVER, "DC01"), NewRow(KeyPackRow, PACK, "DC01/#1"), issued(1))
        run(session, ChangedRow(IssuanceRow, 1, ended, "DC01/3/17"), issued(2))
        assert session.execute(text("SELECT id, ended_why FROM issuance ORDER BY id")).all() == [
            (1, "replaced"),
            (2, None),
        ]


def test_a_new_row_that_is_changed_at_once_is_written_before_it_is_changed(store):
    with store.writing() as session:
        run(
            session,
            NewRow(ServerRow, SERVER, "DC01"),
            ChangedRow(ServerRow, 1, {"phone": ("1", "2")}, "DC01"),
            ChangedRow(ServerRow, 1, {"country": (None, "DE")}, "DC01"),
        )
        row = session.get_one(ServerRow, 1)
        assert (row.phone, row.country) == ("2", "DE")
        assert [line[3] for line in lines(session)] == [None, "Phone", "Country"]


@pytest.mark.parametrize("batch", [1, 2, 3])
def test_rows_come_out_the_same_whatever_the_size_of_a_batch(store, monkeypatch, batch):
    monkeypatch.setattr(bulk, "BATCH", batch)
    flushes = []
    real = bulk._flush

    def counted(driver, rows):
        flushes.append(len(rows))
        real(driver, rows)

    monkeypatch.setattr(bulk, "_flush", counted)
    with store.writing() as session:
        run(
            session,
            *(
                NewRow(ServerRow, SERVER | {"id": n, "name": f"S{n}", "label": f"s{n}"}, f"S{n}")
                for n in range(1, 6)
            ),
            ChangedRow(ServerRow, 1, {"phone": ("1", "2")}, "S1"),
            ChangedRow(ServerRow, 5, {"phone": ("1", "3")}, "S5"),
        )
        assert session.execute(text("SELECT id, phone FROM server ORDER BY id")).all() == [
            (1, "2"),
            (2, "1"),
            (3, "1"),
            (4, "1"),
            (5, "3"),
        ]
        assert len(lines(session)) == 7
    assert max(flushes) <= batch


def test_nothing_to_write_is_no_entry(store):
    with store.writing() as session:
        assert run(session) is None
        assert lines(session) == []
