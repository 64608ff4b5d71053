"""What recorded things are called."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tslic_admin.db.history.recording import REFERENCE_SQL, pack_reference, reference, seal
from tslic_admin.db.schema.tables import (
    CollectedRow,
    ColumnMappingRow,
    DraftRow,
    EvidenceRow,
    IssuanceRow,
    KeyPackRow,
    RequestRow,
    ServerRow,
    SnapshotRow,
    TransferRow,
)


def test_a_pack_goes_by_its_keypack_id_and_by_its_number_until_it_has_one():
    assert pack_reference("DC01", 3, 7) == "DC01/3"
    assert pack_reference("DC01", 0, 7) == "DC01/0"
    assert pack_reference("DC01", None, 7) == "DC01/#7"


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (ServerRow, "DC01.example.com"),
        (KeyPackRow, "DC01.example.com/#1"),
        (IssuanceRow, "DC01.example.com/3/1"),
        (TransferRow, "DC01.example.com/3/1"),
        (CollectedRow, "DC01.example.com/3/2"),
        (RequestRow, "DC01.example.com"),
        (SnapshotRow, "server.csv"),
        (EvidenceRow, "DC01.example.com/3/1"),
        (ColumnMappingRow, "#cccccccccccc"),
    ],
)
def test_each_recorded_thing_has_its_reference(world, table, expected):
    with world.store.reading() as session:
        assert reference(session, session.scalars(select(table).order_by(table.id)).first()) == expected


def test_sql_calls_every_row_the_same(world):
    with world.store.writing() as session:
        packs = session.scalars(select(KeyPackRow)).all()
        session.add(IssuanceRow(key_pack_id=packs[0].id, license_id=None, computer="BYHAND", by_hand=1))
        session.flush()
        for table, (joins, name) in REFERENCE_SQL.items():
            sql = f"SELECT t.id, {name} FROM {table.__tablename__} t {joins}"
            rows = session.connection().exec_driver_sql(sql).all()
            assert dict(map(tuple, rows)) == {
                row.id: reference(session, row) for row in session.scalars(select(table))
            }
            assert rows
        seal(session, "license.add")


def test_what_is_not_recorded_has_none(store):
    with store.reading() as session, pytest.raises(TypeError, match="DraftRow"):
        reference(session, DraftRow(request_id=1, content=""))
