"""What recorded things are called."""

from __future__ import annotations

from contextlib import closing

import pytest
from sqlalchemy import select

from tslic_admin.db.driver import connect_reader
from tslic_admin.db.history.recording import seal
from tslic_admin.db.history.references import REFERENCE_SQL, reference
from tslic_admin.db.lists.references import dated_license_sql
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
from tslic_admin.services.lookup import name_of_license


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


def test_sql_adds_the_day_of_an_ended_license_as_the_lookup_does(world, clock):
    store = world.store
    with store.writing() as session:
        ended = session.scalars(select(IssuanceRow)).first()
        ended.ended_on, ended.ended_why = "2026-03-02", "vanished"
        seal(session, "license.end")
    joins, _ = REFERENCE_SQL[IssuanceRow]
    with closing(connect_reader(store.path, clock)) as connection, store.reading() as session:
        named = dict(
            connection.execute(f"SELECT t.id, {dated_license_sql(license_='t')} FROM issuance t {joins}")
        )
        licenses = session.scalars(select(IssuanceRow)).all()
        assert named == {row.id: name_of_license(session, row) for row in licenses}
        assert {"@" in name for name in named.values()} == {True, False}


def test_what_is_not_recorded_has_none(store):
    with store.reading() as session, pytest.raises(TypeError, match="DraftRow"):
        reference(session, DraftRow(request_id=1, content=""))
