"""The mapped tables and the rows of lists, written by hand, against the catalogue of fields."""

from __future__ import annotations

from typing import Any, get_type_hints

import pytest

from tslic_admin.db.schema.tables import RECORDED_TABLES, IssuanceRow, KeyPackRow, RequestRow, ServerRow
from tslic_admin.domain.catalogue.fields import ValueKind
from tslic_admin.domain.catalogue.key_packs import PACKS
from tslic_admin.domain.catalogue.licenses import LICENSES
from tslic_admin.domain.catalogue.reissues import COLLECTED, REISSUES
from tslic_admin.domain.catalogue.servers import SERVERS
from tslic_admin.domain.catalogue.transfers import TRANSFERS

# derived from another column, for looking up
LOOKUP_COLUMNS = {"label", "domain", "computer_label"}
TEXTS = {ValueKind.TEXT, ValueKind.DAY, ValueKind.MOMENT}
INTEGERS = {ValueKind.NUMBER, ValueKind.COUNT, ValueKind.FLAG, ValueKind.RECORD}
TABLE_OF_LIST = {SERVERS: ServerRow, PACKS: KeyPackRow, LICENSES: IssuanceRow, REISSUES: RequestRow}


@pytest.mark.parametrize("table", RECORDED_TABLES, ids=lambda table: table.KIND)
def test_every_column_is_a_field_of_the_catalogue(table: Any) -> None:
    columns = set(table.__table__.columns.keys()) - {"id"} - LOOKUP_COLUMNS
    assert columns == {field.name for field in table.THING.fields}


@pytest.mark.parametrize("table", RECORDED_TABLES, ids=lambda table: table.KIND)
def test_columns_have_the_type_of_their_field(table: Any) -> None:
    for field in table.THING.fields:
        python_type = table.__table__.columns[field.name].type.python_type
        if field.kind in TEXTS:
            assert python_type is str, field.name
        if field.kind in INTEGERS:
            assert python_type is int, field.name


@pytest.mark.parametrize("table", RECORDED_TABLES, ids=lambda table: table.KIND)
def test_names_are_unique_within_a_thing(table: Any) -> None:
    for names in (
        [field.name for field in table.THING.fields],
        [field.public_name for field in table.THING.fields],
        [field.attribute for field in table.THING.fields],
    ):
        assert len(names) == len(set(names))


@pytest.mark.parametrize("kind", TABLE_OF_LIST, ids=str)
def test_rows_of_lists_have_the_types_of_the_columns(kind: Any) -> None:
    table = TABLE_OF_LIST[kind]
    hints = get_type_hints(kind.row)
    for field in table.THING.fields:
        if field.attribute in hints:
            column = table.__table__.columns[field.name]
            expected = column.type.python_type | None if column.nullable else column.type.python_type
            assert hints[field.attribute] == expected, field.name


@pytest.mark.parametrize("kind", [SERVERS, PACKS, LICENSES, REISSUES, COLLECTED, TRANSFERS], ids=str)
def test_rows_of_lists_begin_with_their_number(kind: Any) -> None:
    assert kind.row._fields[0] == "number"
