"""A list of any length: its size at once, its pages when they are looked at, its selection kept."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, Qt

from tslic_admin.db.history.recording import seal
from tslic_admin.db.schema.tables import IssuanceRow, KeyPackRow, ServerRow
from tslic_admin.db.store import Store
from tslic_admin.domain.catalogue.key_packs import PACKS
from tslic_admin.domain.catalogue.licenses import LICENSES
from tslic_admin.services.lists import PAGE, ListSpec
from tslic_admin.ui.window.record_model import LOADING, RecordModel

COUNT = 3 * PAGE + 40


@pytest.fixture
def long_list(store: Store) -> int:
    """A key pack with more issued licenses than three pages hold; returns its number."""
    with store.writing() as session:
        session.add(ServerRow(id=1, name="DC01", label="dc01", domain=""))
        session.flush()
        session.add(
            KeyPackRow(
                id=1, server_id=1, keypack_id=3, origin="original", transfer_policy="one-time", total=COUNT
            )
        )
        session.flush()
        session.add_all(
            IssuanceRow(
                key_pack_id=1, license_id=n, computer=f"PC-{n:05}", computer_label=f"pc-{n:05}", status=2
            )
            for n in range(1, COUNT + 1)
        )
        seal(session, "import")
    return 1


@pytest.fixture
def model(gateway) -> RecordModel:
    return RecordModel(gateway)


def test_a_list_keeps_qts_contract(long_list, model, settle, qtmodeltester):
    model.show(ListSpec(LICENSES, pack_id=long_list))
    settle()
    qtmodeltester.check(model)


def test_the_size_and_the_first_page_come_at_once(long_list, model, settle):
    model.show(ListSpec(LICENSES, pack_id=long_list))
    settle()
    assert model.rowCount() == COUNT
    assert model.index(0, 0).data() == "PC-00001"
    assert model.headerData(0, Qt.Orientation.Horizontal) == "Issued To Computer"


def test_a_row_that_is_not_here_yet_shows_as_loading_and_then_comes(long_list, model, settle, qtbot):
    model.show(ListSpec(LICENSES, pack_id=long_list))
    settle()
    last = model.index(COUNT - 1, 0)
    assert last.data() == LOADING
    with qtbot.waitSignal(model.dataChanged) as changed:
        settle()
    assert last.data() == f"PC-{COUNT:05}"
    assert changed.args[0].row() == 3 * PAGE
    assert changed.args[1].row() == COUNT - 1


def test_an_order_the_other_way_round_ends_with_what_came_first(long_list, model, settle):
    model.show(ListSpec(LICENSES, pack_id=long_list, sort="computer", descending=True))
    settle()
    model.index(COUNT - 1, 0).data()
    settle()
    assert model.index(0, 0).data() == f"PC-{COUNT:05}"
    assert model.index(COUNT - 1, 0).data() == "PC-00001"


def test_things_are_found_far_down_the_list(long_list, model, settle, qtbot):
    model.show(ListSpec(LICENSES, pack_id=long_list))
    settle()
    with qtbot.waitSignal(model.rows_located) as located:
        model.locate([5, COUNT, 10**9])
    assert located.args[0] == {5: 4, COUNT: COUNT - 1}


def test_only_the_last_list_asked_for_is_shown(long_list, model, settle):
    model.show(ListSpec(LICENSES, pack_id=long_list))
    model.show(ListSpec(PACKS))
    settle()
    assert model.spec.kind == PACKS
    assert model.rowCount() == 1


def test_pages_that_were_looked_at_long_ago_are_let_go(long_list, model, settle, monkeypatch):
    monkeypatch.setattr("tslic_admin.ui.window.record_model.MAX_CACHED_PAGES", 2)
    model.show(ListSpec(LICENSES, pack_id=long_list))
    settle()
    for page in range(4):
        model.index(page * PAGE, 0).data()
        settle()
    assert model.row(0) is None
    assert model.row(3 * PAGE) is not None


def test_a_list_has_no_children_and_no_cells_outside(long_list, model, settle):
    model.show(ListSpec(LICENSES, pack_id=long_list))
    settle()
    first = model.index(0, 0)
    assert model.rowCount(first) == model.columnCount(first) == 0
    assert model.data(QModelIndex()) is None
    assert model.headerData(99, Qt.Orientation.Horizontal) is None
