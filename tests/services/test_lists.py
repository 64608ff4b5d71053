"""The tree, and everything about one thing."""

from __future__ import annotations

import pytest
from world import World

from tslic_admin.db.trouble import StoreTrouble
from tslic_admin.services.lists import read_details, read_tree

RECORD_KINDS = ("server", "pack", "license", "request", "transfer", "entry")


@pytest.mark.parametrize("kind", RECORD_KINDS)
def test_a_thing_is_its_row_its_connections_and_its_history(world: World, clock, kind):
    found = read_details(world.store.path, clock, kind, 1)
    assert (found.kind, found.number) == (kind, 1)
    assert found.row.number == 1
    assert found.events
    assert bool(found.related) is (kind not in ("server", "entry"))


@pytest.mark.parametrize("kind", RECORD_KINDS)
def test_what_is_not_there_has_no_row_and_no_history(world: World, clock, kind):
    found = read_details(world.store.path, clock, kind, 999)
    assert (found.row, found.related, found.events) == (None, (), ())


def test_the_row_is_that_of_the_list(world: World, clock):
    assert read_details(world.store.path, clock, "server", 1).row.name == "DC01.example.com"
    assert read_details(world.store.path, clock, "license", 1).row.license_id == 1
    assert read_details(world.store.path, clock, "transfer", 1).row.to_computer == "PC7"


def test_what_ended_is_still_known(world: World, clock):
    from tslic_admin.db.history.recording import seal
    from tslic_admin.db.schema.tables import IssuanceRow

    with world.store.writing() as session:
        row = session.get_one(IssuanceRow, 4)
        row.ended_on, row.ended_why = "2026-03-02", "vanished"
        seal(session, "import")
    found = read_details(world.store.path, clock, "license", 4)
    assert found.row.ended_on == "2026-03-02"
    assert {one.line.field for one in found.events[:2]} == {"Ended", "EndedWhy"}


def test_codes_are_masked_in_details(world: World, clock):
    found = read_details(world.store.path, clock, "pack", 1)
    assert "AAAAA" not in str(found)
    assert "GGGGG" in str(found.events)


def test_a_store_that_is_gone_is_trouble(tmp_path, clock):
    with pytest.raises(StoreTrouble):
        read_details(tmp_path / "none" / "x.sqlite", clock, "server", 1)


def test_the_tree_has_the_servers_with_their_open_packs_and_counts_what_is_open(world: World, clock):
    tree = read_tree(world.store.path, clock)
    assert [server.name for server in tree.servers] == sorted(world.servers)
    assert [pack.server for pack in tree.packs] == sorted(name.partition("/")[0] for name in world.packs)
    assert [pack.number for pack in tree.packs if pack.server == "DC01.example.com"] == [2, 1, 3]
    assert {name: tree.counts[name] for name in ("reissues", "transfers", "temporary")} == {
        "reissues": len(world.open_requests),
        "transfers": len(world.transfers),
        "temporary": len(world.temporary),
    }
    assert tree.counts["due"] >= tree.overdue
