"""Every place of the window's tree, on an empty store and on a full one, with *Ended* and with a search."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from ui.window.tree_places import places_of
from world import World

from tslic_admin.services.lists import every_row
from tslic_admin.ui.window.main_window import MainWindow
from tslic_admin.ui.window.tree import ALL_SERVERS, Place
from tslic_admin.wording.lists.all_lists import LIST_WORDS, words_of

Settle = Callable[[], None]
OWN_PLACES = [Place(name) for name, words in LIST_WORDS.items() if words.tree is not None]
ROLES = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.DecorationRole, Qt.ItemDataRole.ToolTipRole)


def show(window: MainWindow, settle: Settle, place: Place, *, ended: bool = False, search: str = "") -> int:
    """The number of rows of the place, all of which the window shows."""
    window.panel.ended.setChecked(ended)
    window.panel.filter.setText(search)
    window.go_to_place(place)
    window.panel.filter.setText(search)
    window.panel.filter.returnPressed.emit()
    settle()
    records = window.panel.view.records
    spec = place.spec(ended=ended, search=search)
    numbers = [row.number for row in every_row(window.gateway.path, window.gateway.now, spec)]
    assert (records.spec.kind, records.size) == (spec.kind, len(numbers)), place
    assert window.panel.stack.currentIndex() == (0 if numbers else 1), place
    for column in range(records.columnCount()):
        assert records.headerData(column, Qt.Orientation.Horizontal)
        for row in range(records.size):
            for role in ROLES:
                records.index(row, column).data(role)
    texts = [records.index(row, 0).data() for row in range(records.size)]
    assert all(texts), place
    return len(numbers)


def test_an_empty_store_has_a_sentence_and_the_next_steps_at_every_place(
    window: MainWindow, settle: Settle
) -> None:
    places = places_of(window)
    assert places == [ALL_SERVERS, *OWN_PLACES]
    for place in places:
        words = words_of(place.spec().kind)
        for ended in (False, True):
            assert show(window, settle, place, ended=ended) == 0
            assert window.panel.empty_text.text() == words.empty
            window.panel.empty_steps.update()
            steps = {button.objectName() for button in window.panel.findChildren(QPushButton)}
            assert {f"step-{step}" for step in words.steps} <= steps
        show(window, settle, place, search="xyz")
        assert window.panel.empty_text.text() == "Nothing matches “xyz”."


def test_every_place_of_a_full_store_shows_its_rows_and_what_each_one_is(
    world: World, window: MainWindow, settle: Settle
) -> None:
    places = places_of(window)
    assert len(places) == 1 + len(world.servers) + len(world.packs) + len(OWN_PLACES)
    assert {place for place in places if place.number == 0} == {ALL_SERVERS, *OWN_PLACES}
    shown = {}
    for place in places:
        shown[place] = show(window, settle, place)
        assert window.panel.title.text(), place
        for row in range(shown[place]):
            window.panel.view.selectRow(row)
            settle()
            assert window.details.fields.toPlainText(), (place, window.selected())
    assert {place for place in places if not shown[place]} <= {
        place for place in places if place.kind in ("server", "pack")
    }
    assert shown[ALL_SERVERS] == len(world.servers)
    assert sum(count for place, count in shown.items() if place.kind == "server") == len(world.packs)
    assert sum(count for place, count in shown.items() if place.kind == "pack") == len(world.licenses)


def test_ended_adds_rows_wherever_it_is_offered(world: World, window: MainWindow, settle: Settle) -> None:
    added = {}
    for place in places_of(window):
        current = show(window, settle, place)
        added[place] = show(window, settle, place, ended=True) - current
        offered = words_of(place.spec().kind).has_ended
        assert window.panel.ended.isVisible() is offered
        assert added[place] >= 0
        assert offered or added[place] == 0, place
    history = Place("history")  # it offers *Ended*, though no entry ever ends
    assert {place for place in OWN_PLACES if added[place]} == {
        place for place in OWN_PLACES if words_of(place.spec().kind).has_ended and place != history
    }
    packs = sum(count for place, count in added.items() if place.kind == "server")
    assert packs == len(world.ended_packs) + len(world.voided_packs)


def test_a_search_finds_less_at_every_place_and_something_of_what_is_there(
    world: World, window: MainWindow, settle: Settle
) -> None:
    for place in places_of(window):
        for ended in (False, True):
            rows = show(window, settle, place, ended=ended)
            assert show(window, settle, place, ended=ended, search="no such thing") == 0
            found = [
                show(window, settle, place, ended=ended, search=part) for part in ("dc01", "pc", "lic", "e")
            ]
            assert all(count <= rows for count in found)
            assert bool(sum(found)) is bool(rows), place
