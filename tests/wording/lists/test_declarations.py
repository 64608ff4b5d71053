"""Every list is declared completely: query, words and rows belong together."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

import pytest

from tslic_admin.db.lists.pages import LIST_QUERIES
from tslic_admin.domain import catalogue
from tslic_admin.domain.catalogue.history import HISTORY
from tslic_admin.domain.catalogue.kinds import ListKind
from tslic_admin.domain.catalogue.licenses import TEMPORARY
from tslic_admin.domain.catalogue.reissues import COLLECTED
from tslic_admin.ui.window.actions import ACTIONS
from tslic_admin.wording.lists.all_lists import LIST_WORDS
from tslic_admin.wording.lists.licenses import LICENSE_WORDS, TEMPORARY_WORDS
from tslic_admin.wording.lists.words import ListWords

MODULES = [
    importlib.import_module(f"{catalogue.__name__}.{module.name}")
    for module in pkgutil.iter_modules(catalogue.__path__)
]
KINDS = {value for module in MODULES for value in vars(module).values() if isinstance(value, ListKind)}
EVERY = pytest.mark.parametrize("words", LIST_WORDS.values(), ids=lambda words: words.kind.name)


def test_every_list_has_a_query_and_every_list_for_users_has_words() -> None:
    assert {query.kind for query in LIST_QUERIES.values()} == KINDS
    assert {words.kind for words in LIST_WORDS.values()} == KINDS - {COLLECTED}  # shown in a worksheet only
    assert len({kind.name for kind in KINDS}) == len(KINDS)


def test_one_list_is_the_main_one_of_each_kind_of_record() -> None:
    mains = [kind.record_kind for kind in KINDS if kind.main]
    assert sorted(mains) == sorted({kind.record_kind for kind in KINDS})


@EVERY
def test_the_keys_that_a_declaration_names_are_columns(words: ListWords[Any]) -> None:
    keys = [column.key for column in words.columns]
    assert len(keys) == len(set(keys))
    assert {*words.first_in_files, words.sort[0], *(words.console.columns if words.console else ())} <= {
        *keys
    }
    assert len(words.file_columns()) == len(keys)
    assert not words.columns[0].hidden


@EVERY
def test_every_column_can_be_sorted_by(words: ListWords[Any]) -> None:
    query = LIST_QUERIES[words.kind.name]
    assert {column.key for column in words.columns} <= {*query.columns, *query.sorts, "number"}


@EVERY
def test_the_steps_of_an_empty_list_are_actions(words: ListWords[Any]) -> None:
    assert {*words.steps} <= {action.name for action in ACTIONS}


@EVERY
def test_only_a_list_with_a_machine_form_is_exported_by_name_or_listed_on_the_console(
    words: ListWords[Any],
) -> None:
    if words.whole is not None or words.console is not None:
        assert words.machine is not None


@EVERY
def test_a_list_with_a_place_of_its_own_is_counted_there_and_exported_whole(words: ListWords[Any]) -> None:
    """The tree shows a number beside each of its lists but the history; temporary licenses are no list of their own."""
    query = LIST_QUERIES[words.kind.name]
    assert bool(query.counted) is (words.tree is not None and words.kind is not HISTORY)
    if words.tree is not None:
        assert (words.whole is not None) is (words.kind is not TEMPORARY)


@EVERY
def test_a_list_that_is_exported_whole_can_be_narrowed_to_a_server(words: ListWords[Any]) -> None:
    if words.whole is not None:
        assert "server_id" in LIST_QUERIES[words.kind.name].scope


@EVERY
def test_a_list_that_offers_no_ended_rows_has_none(words: ListWords[Any]) -> None:
    """*Ended* may be on from another list."""
    query = LIST_QUERIES[words.kind.name]
    if not words.has_ended:
        assert query.with_ended == query.live
        assert query.with_voided in ("", query.live)


@EVERY
def test_a_list_of_records_shows_an_icon(words: ListWords[Any]) -> None:
    if words.tree is not None:
        assert any(column.icon for column in words.columns)


def test_temporary_licenses_are_ordered_by_their_end_and_name_their_key_pack() -> None:
    assert TEMPORARY_WORDS.sort == ("expires_at", False)
    assert LICENSE_WORDS.column("place").hidden
    assert not TEMPORARY_WORDS.column("place").hidden
