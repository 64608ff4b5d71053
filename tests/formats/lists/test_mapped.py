"""A table that nobody knows is read as somebody said, and known again by its headings."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.formats.lists.mapped import (
    MAPPABLE_TABLES,
    ColumnMapping,
    TableLayout,
    check_mapping,
    layout_of,
    properties_by_field,
    suggest_mapping,
)
from tslic_admin.formats.recognise import read
from tslic_admin.formats.tables.files import FileBytes, open_text
from tslic_admin.formats.tables.records import IssuedRecord, KeyPackRecord, RefusedRow, ServerRecord

TABLE = "Lfd;Paket;Lizenz;Rechner;Zustand;Seit\n1;3;7;PC01;Active;13/03/2024\n2;3;8;PC02;Aktiv;\n3;3\n"
MAPPING = ColumnMapping("licenses", (None, "keypack_id", "license_id", "computer", "status", "issued_at"))


def layout(text: str) -> TableLayout | None:
    file = open_text(FileBytes(text.encode()))
    return layout_of(file) if file is not None else None


def records(text: str, mapping: ColumnMapping, **how):
    found = layout(text)
    assert found is not None
    content = read(text.encode(), mappings={found.digest: mapping}, time_zone=UTC, **how)
    assert content.format == "mapped"
    return list(content)


def refusal(mapping: ColumnMapping) -> tuple[str, dict[str, object]]:
    with pytest.raises(RuleViolation) as caught:
        check_mapping(mapping)
    return caught.value.code, caught.value.facts


def test_what_nobody_knows_is_refused_with_its_columns_until_somebody_says_them():
    text = TABLE.removesuffix("3;3\n")
    with pytest.raises(RuleViolation) as caught:
        read(text.encode())
    assert caught.value.code == "columns-unknown"
    assert caught.value.facts == {"columns": "Lfd, Paket, Lizenz, Rechner, Zustand, Seit"}
    first, second = records(text, MAPPING)
    assert first == IssuedRecord(
        2, None, 7, 3, computer="PC01", status=2, issued_at=datetime(2024, 3, 13, tzinfo=UTC)
    )
    assert second == RefusedRow(3, "Aktiv", "word-unknown")


def test_what_was_said_goes_before_what_the_headings_say():
    text = "LicenseId,KeyPackId,sIssuedToComputer,sIssuedToUser\n7,3,ann,PC01\n"
    mapping = ColumnMapping("licenses", ("license_id", "keypack_id", "user", "computer"))
    (record,) = records(text, mapping)
    assert (record.user, record.computer) == ("ann", "PC01")
    (record,) = records(text, mapping, format="csv")
    assert record.user == "ann"
    (record,) = read(text.encode(), mappings={"0" * 64: mapping})
    assert record.user == "PC01"


def test_every_list_can_be_said():
    (pack,) = records(
        "a\tb\tc\n3\tWindows Server 2019 - RDS Per User CAL\t25\n",
        ColumnMapping("key-packs", ("keypack_id", "type_and_model", "total")),
    )
    assert pack == KeyPackRecord(
        2,
        None,
        3,
        product_type=1,
        product_version="Windows Server 2019",
        product_version_id=6,
        total=25,
        type_and_model="RDS Per User CAL",
    )
    (server,) = records("a,b\nDC01,Example\n", ColumnMapping("servers", ("server", "company")))
    assert server == ServerRecord(2, "DC01", company="Example")


@pytest.mark.parametrize(
    ("mapping", "code", "facts"),
    [
        (ColumnMapping("people", ()), "mapping-subject-unknown", {"value": "people"}),
        (ColumnMapping("servers", ("holder",)), "mapping-property-unknown", {"value": "holder"}),
        (ColumnMapping("servers", ("company", "company")), "mapping-twice", {"property": "Company"}),
        (ColumnMapping("licenses", ("license_id", "user")), "mapping-missing", {"properties": ["KeyPackId"]}),
        (
            ColumnMapping("licenses", (None, None)),
            "mapping-missing",
            {"properties": ["LicenseId", "KeyPackId"]},
        ),
        (ColumnMapping("key-packs", ("keypack_id", "server")), "mapping-nothing", {}),
        (ColumnMapping("servers", ("server", None)), "mapping-nothing", {}),
    ],
)
def test_what_was_said_must_be_enough_to_read_rows_by(mapping, code, facts):
    assert refusal(mapping) == (code, facts)
    check_mapping(MAPPING)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "one\ntwo\n",
        "a,b\n",
        "a,b\n1\n",
        "a,b,c\n1,2,3\n1,2\n",
        ",\n1,2\n",
        'a,"b\n1,2\n',
        "a,b\n" + "1," + "x" * 20_000 + "\n",
        ",".join("abc" for _ in range(501)) + "\n" + "," * 500 + "\n",
        "\n" * 100 + "a,b\n1,2\n",
    ],
)
def test_not_every_text_is_a_table(text):
    assert layout(text) is None


def test_the_sign_that_parts_most_cells_is_the_one():
    found = layout("#TYPE x\n\na;b;c\n1,5;2;3\n")
    assert found == TableLayout(("a", "b", "c"), 3, ";")


def test_a_row_of_several_lines_at_the_end_of_what_is_looked_at_is_no_other_table():
    assert layout("a,b\n" + "1,2\n" * 8 + '1,"x\ny\nz"\n' + "1,2\n") == TableLayout(("a", "b"), 1, ",")


def test_headings_are_known_again_whatever_their_case_and_spacing():
    digest = TableLayout(("Key Pack", "License"), 1, ",").digest
    assert TableLayout((" key  PACK ", "\ufefflicense"), 7, "\t").digest == digest
    assert TableLayout(("License", "Key Pack"), 1, ",").digest != digest
    assert len(digest) == 64


def test_words_let_one_think_of_properties():
    found = suggest_mapping(TableLayout(("Client", "License ID", "Keypack ID", "Foo", "End Date"), 1, ","))
    assert found == ColumnMapping("licenses", ("computer", "license_id", "keypack_id", None, "expires_at"))
    assert suggest_mapping(TableLayout(("Foo", "Company"), 1, ","), "servers").fields == (None, "company")
    assert suggest_mapping(TableLayout(("Foo", "Total", "Keypack ID"), 1, ",")).subject == "key-packs"


WORDS = st.text("abc;,\t \"'=0019ÄÖ\n", max_size=8)
TABLES = st.lists(st.lists(WORDS, min_size=3, max_size=3), min_size=2, max_size=4)


@given(TABLES, st.sampled_from(sorted(MAPPABLE_TABLES)), st.data())
@settings(max_examples=80)
def test_whatever_is_said_of_whatever_table_ends_in_records_or_a_refusal(rows, subject, data):
    sign = data.draw(st.sampled_from(",;\t"))
    text = "\n".join(sign.join(row) for row in rows)
    found = layout(text)
    if found is None:
        return
    fields = data.draw(st.permutations([*properties_by_field(subject), *[None] * len(found.headings)]))
    mapping = ColumnMapping(subject, tuple(fields[: len(found.headings)]))
    try:
        check_mapping(mapping)
        content = read(text.encode(), mappings={found.digest: mapping}, date_order="dmy")
    except RuleViolation:
        return
    for one in content:
        assert isinstance(one, MAPPABLE_TABLES[subject].record | RefusedRow)
