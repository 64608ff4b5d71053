"""A list page by page: the first at once, any other by its place once the order is laid down."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest
from db.lists.model import Model
from services.stock import put

from tslic_admin.db.driver import connect_reader
from tslic_admin.db.lists import pages
from tslic_admin.db.lists.pages import (
    LIST_QUERIES,
    Interrupted,
    Pages,
    compose,
    every_row,
    read_view,
    rows_of,
)
from tslic_admin.db.schema.tables import ColumnMappingRow
from tslic_admin.db.trouble import StoreTrouble
from tslic_admin.domain.catalogue.key_packs import PACKS
from tslic_admin.domain.catalogue.licenses import LICENSES, TEMPORARY
from tslic_admin.domain.catalogue.overviews import DUE
from tslic_admin.domain.catalogue.reissues import REISSUES
from tslic_admin.domain.catalogue.servers import SERVERS
from tslic_admin.domain.catalogue.spec import ListSpec
from tslic_admin.domain.catalogue.transfers import TRANSFERS


@pytest.fixture
def opened(rich, now) -> Iterator[Pages]:
    one = Pages(rich, now)
    yield one
    one.close()


def all_pages(opened: Pages, size: int) -> list[dict]:
    count = -(-size // pages.PAGE)
    assert opened.page(count) == []
    return [row._asdict() for number in range(count) for row in opened.page(number)]


@pytest.mark.parametrize("page", [1, 2, 7, 511])
@pytest.mark.parametrize("kind", LIST_QUERIES)
def test_pages_put_together_are_the_list_before_and_after_its_order_is_laid_down(
    opened: Pages, model: Model, monkeypatch, page: int, kind: str
) -> None:
    monkeypatch.setattr(pages, "PAGE", page)
    expected = model.rows(kind, ended=True)
    size, first = opened.open(ListSpec(LIST_QUERIES[kind].kind, ended=True))
    assert size == len(expected)
    assert [row._asdict() for row in first] == expected[:page]
    assert all_pages(opened, size) == expected
    opened.write_order()
    assert all_pages(opened, size) == expected


@pytest.mark.parametrize("off", [-1, 0, 1])
def test_a_list_that_just_fills_its_pages(opened: Pages, model: Model, monkeypatch, off: int) -> None:
    expected = model.rows(LICENSES)
    monkeypatch.setattr(pages, "PAGE", len(expected) + off)
    size, first = opened.open(ListSpec(LICENSES))
    assert (size, len(first)) == (len(expected), min(len(expected), len(expected) + off))
    assert [len(opened.page(1)), len(opened.page(2))] == [max(0, -off), 0]


@pytest.mark.parametrize("kind", [kind for kind in LIST_QUERIES if kind != "events"])
@pytest.mark.parametrize("sort", ["", "server", "number"])
def test_every_row_is_found_where_it_stands(opened: Pages, model: Model, kind: str, sort: str) -> None:
    sort = sort if sort in LIST_QUERIES[kind].columns else ""
    expected = [row["number"] for row in model.rows(kind, sort=sort, descending=True)]
    opened.open(ListSpec(LIST_QUERIES[kind].kind, sort=sort, descending=True))
    assert opened.find([*expected, 10**9]) == {number: place for place, number in enumerate(expected)}
    assert opened.find([]) == {}


def test_a_row_that_another_filter_hides_is_not_found(opened: Pages, model: Model) -> None:
    gone = [row["number"] for row in model.rows(LICENSES, ended=True) if row["ended_on"]]
    opened.open(ListSpec(LICENSES))
    assert opened.find(gone) == {}


def test_before_a_list_is_opened_there_is_nothing(opened: Pages) -> None:
    opened.write_order()
    assert (opened.page(0), opened.find([1])) == ([], {})


def test_another_list_is_opened_afresh(opened: Pages, model: Model) -> None:
    opened.open(ListSpec(LICENSES))
    opened.write_order()
    opened.write_order()  # which is nothing to do
    size, first = opened.open(ListSpec(LICENSES, search="pc", sort="license_id"))
    expected = model.rows(LICENSES, search="pc", sort="license_id")
    assert (size, [row._asdict() for row in first]) == (len(expected), expected)
    assert opened.find([expected[0]["number"]]) == {expected[0]["number"]: 0}


@pytest.mark.parametrize("kind", LIST_QUERIES)
@pytest.mark.parametrize(("limit", "offset"), [(0, 0), (3, 0), (3, 2), (-1, 5), (3, 10**6)])
def test_every_row_comes_from_an_offset_up_to_a_limit(
    rich, now, model: Model, kind: str, limit, offset
) -> None:
    expected = model.rows(kind)[offset:]
    got = [
        row._asdict()
        for row in every_row(rich, now, ListSpec(LIST_QUERIES[kind].kind), limit=limit, offset=offset)
    ]
    assert got == (expected if limit < 0 else expected[:limit])


def test_rows_come_within_a_transaction_of_the_callers(rich, now, model: Model) -> None:
    with closing(connect_reader(rich, now)) as connection:
        connection.execute("BEGIN")
        for kind in ("licenses", "key-packs", "licenses"):
            assert len(list(rows_of(connection, ListSpec(LIST_QUERIES[kind].kind)))) == len(model.rows(kind))
        assert connection.in_transaction


def interrupting(opened: Pages, name: str, answer: str) -> None:
    """From now on a query that asks for it is interrupted in its midst, as if from another thread."""

    def function(*_: object) -> str:
        opened.interrupt()
        return answer

    opened._connection.create_function(name, 1, function)


def test_a_running_query_is_ended_and_the_list_can_be_read_again(opened: Pages, model: Model) -> None:
    opened.open(ListSpec(LICENSES, search="ü"))
    interrupting(opened, "folded", "x")
    with pytest.raises(Interrupted):
        opened.write_order()
    with pytest.raises(Interrupted):
        opened.page(0)
    with pytest.raises(Interrupted):
        opened.open(ListSpec(PACKS, search="ü"))
    opened._connection.create_function("folded", 1, lambda text: text.casefold() if text else None)
    size, _ = opened.open(ListSpec(LICENSES, search="ü"))
    opened.write_order()
    assert all_pages(opened, size) == model.rows(LICENSES, search="ü")


def test_an_interrupted_order_leaves_the_connection_a_reading_one(opened: Pages) -> None:
    opened.open(ListSpec(LICENSES, search="ü"))
    interrupting(opened, "folded", "x")
    with pytest.raises(Interrupted):
        opened.find([1])
    assert opened._connection.execute("PRAGMA query_only").fetchone() == (1,)


def test_an_interruption_of_nothing_is_nothing(opened: Pages) -> None:
    opened.interrupt()
    assert opened.open(ListSpec(SERVERS))[0] == 3


def test_what_is_neither_trouble_nor_an_interruption_passes_as_it_is(opened: Pages) -> None:
    opened.open(ListSpec(SERVERS))
    assert opened._query is not None
    opened._query = replace(opened._query, source="nowhere s")
    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        opened.page(0)


def test_trouble_with_the_file_is_said_as_such(rich, now, tmp_path) -> None:
    damaged = tmp_path / "damaged.sqlite"
    content = bytearray(rich.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    damaged.write_bytes(content)
    with pytest.raises(StoreTrouble, match="store-damaged"):
        list(every_row(damaged, now, ListSpec(LICENSES)))


def test_what_others_write_meanwhile_does_not_move_an_order_that_was_laid_down(rich, now, tmp_path) -> None:
    path = tmp_path / "copy.sqlite"
    path.write_bytes(rich.read_bytes())
    one = Pages(path, now)
    size, before = one.open(ListSpec(LICENSES))
    one.write_order()
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("UPDATE issuance SET computer = 'ZZZ' WHERE id = ?", (before[0].number,))
    after = one.page(0)
    assert [row.number for row in after] == [row.number for row in before]
    assert after[0].computer == "ZZZ"
    assert one.open(ListSpec(LICENSES))[0] == size
    one.close()


def test_an_order_splits_only_at_the_commas_between_its_expressions() -> None:
    order = compose(ListSpec(LICENSES, sort="record", descending=True)).order
    assert order.count(" DESC") == 3
    assert order.endswith("coalesce(c.request_id, t.id, r.id) DESC, i.id DESC")


@pytest.mark.parametrize("kind", LIST_QUERIES)
def test_a_view_reads_the_first_row_of_a_list_or_none(rich, now, model: Model, kind: str) -> None:
    first = next(iter(model.rows(kind, ended=True)), None)
    with read_view(rich, now) as state:
        row = state.row(ListSpec(LIST_QUERIES[kind].kind, ended=True))
        assert (None if row is None else row._asdict()) == first
        assert state.row(ListSpec(LIST_QUERIES[kind].kind, search="no such text")) is None


def test_a_view_counts_what_the_tree_shows(rich, now, model: Model) -> None:
    with read_view(rich, now) as state:
        counts = state.tree_counts()
    assert counts == {
        "reissues": sum(row["state"] == "open" for row in model.rows(REISSUES)),
        "transfers": sum(row["removal"] == "awaiting" for row in model.rows(TRANSFERS)),
        "temporary": len(model.rows(TEMPORARY)),
        "due": sum(row["day"] <= "2026-03-16" for row in model.rows(DUE)),
    }
    assert all(counts.values())


def test_a_view_reads_the_column_mappings(store, clock) -> None:
    digest = "c" * 64
    put(store, ColumnMappingRow(digest=digest, headings='["A"]', subject="licenses", fields='["user"]'))
    with read_view(store.path, clock) as state:
        assert state.column_mappings() == ((digest, "licenses", '["user"]'),)
