"""The world that the tests share holds what it says, and enough for each list."""

from __future__ import annotations

import pytest
from world import World

from tslic_admin.db.lists.pages import LIST_QUERIES, every_row
from tslic_admin.domain.catalogue.spec import ListSpec
from tslic_admin.services.history.verification import VerificationState, verify


@pytest.mark.parametrize("kind", LIST_QUERIES)
def test_every_list_has_a_row_and_shows_more_where_it_hides_what_ended(
    world: World, clock, kind: str
) -> None:
    def size(**spec: bool) -> int:
        return len(list(every_row(world.store.path, clock, ListSpec(LIST_QUERIES[kind].kind, **spec))))

    listed = LIST_QUERIES[kind]
    assert size() > 0
    assert (size(ended=True) > size()) is (listed.with_ended != listed.live)
    voided = listed.with_voided or listed.with_ended
    assert (size(ended=True, voided=True) > size(ended=True)) is (voided != listed.with_ended)


def test_what_the_world_says_it_holds_is_what_the_lists_have(world: World, clock) -> None:
    def size(kind: str, **spec: bool) -> int:
        return len(list(every_row(world.store.path, clock, ListSpec(LIST_QUERIES[kind].kind, **spec))))

    assert size("servers") == len(world.servers)
    assert size("key-packs") == len(world.packs)
    assert size("licenses") == len(world.licenses)
    assert size("temporary") == len(world.temporary)
    assert size("reissues") == len(world.requests)
    assert size("collected") == len(world.collected) + len(world.retired)
    assert size("transfers") == len(world.transfers)
    assert size("history") == world.entries
    assert verify(world.store.path, clock).state is VerificationState.INTACT
