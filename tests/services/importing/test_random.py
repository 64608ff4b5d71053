"""Snapshots of two servers at random, and what the user records between them: nothing recorded is lost or moved."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from conftest import Clock
from hypothesis import given, settings
from hypothesis import strategies as st
from services.importer import HARDWARE, LICENSE, OTHER_HARDWARE, PACK, Importer, table
from services.importing.random_steps import ACT, LISTED_LICENSE, LISTED_PACK, act
from services.stock import dump, every

from tslic_admin.db.store import Store
from tslic_admin.services.importing.files import ImportOptions

SNAPSHOT = st.tuples(
    st.sampled_from(["A", "B"]),
    st.lists(LISTED_PACK, max_size=3, unique_by=lambda row: row["KeyPackId"]),
    st.lists(LISTED_LICENSE, max_size=6),
    st.integers(-1, 3),  # days later
)

# what only a user says; `first_seen_at`, counts and the like are the server's
RECORDED = (
    "SELECT id, issuance_id, from_computer, to_computer, on_day, policy, removal FROM transfer ORDER BY id",
    "SELECT id, request_id, issuance_id, to_computer, state, removal FROM collected ORDER BY id",
    "SELECT id, server_id, quantity, recorded_on, agent FROM reissue_request ORDER BY id",
    "SELECT id, server_id, keypack_id, origin, request_id, transfer_policy, license_key_pack_id, notes FROM key_pack",
    "SELECT id, key_pack_id, license_id, first_issued_at FROM issuance ORDER BY id",
    "SELECT id, name, notes FROM server ORDER BY id",
)


def recorded(store: Store) -> list[list[tuple[Any, ...]]]:
    return [[tuple(row) for row in every(store, sql)] for sql in RECORDED]


@given(st.lists(SNAPSHOT | ACT, min_size=1, max_size=10))
@settings(max_examples=40)
def test_whatever_servers_list_nothing_that_was_recorded_is_lost_or_moved(
    template_database, tmp_path_factory, steps
):
    path = tmp_path_factory.mktemp("random") / "t.sqlite"
    path.write_bytes(template_database.read_bytes())
    clock = Clock()
    store = Store(path, actor="tester@box", now=clock)
    importer = Importer(store, clock, ImportOptions())
    try:
        for step in steps:
            if len(step) == 3:
                act(store, *step)
                continue
            server, listed_packs, listed, later = step
            clock.now += timedelta(days=max(later, 0))
            taken = clock.now - timedelta(days=3) if later < 0 else None
            before = recorded(store)
            earlier = {row["id"]: dict(row) for row in every(store, "SELECT * FROM issuance")}
            # repeated keys of licenses are left in: they are refused
            files = [
                table(name, *(whole | row | {"Server": server} for row in rows))
                for name, whole, rows in (("l.csv", LICENSE, listed), ("p.csv", PACK, listed_packs))
                if rows
            ]
            importer.take(*files, skip_refused=True, taken_at=taken)  # preview as apply, the history holds
            check_kept(before, recorded(store))
            check_computers(earlier, store)
            content = dump(store)
            assert importer.take(*files, skip_refused=True, taken_at=taken).act.entry is None
            assert dump(store) == content
    finally:
        store.close()


def check_kept(before: list[list[tuple[Any, ...]]], after: list[list[tuple[Any, ...]]]) -> None:
    """Each recorded row is there as it was; an issuance's first issue date may only have become earlier."""
    *records, licenses, servers = before
    *records_now, licenses_now, servers_now = after
    for had, has in zip((*records, servers), (*records_now, servers_now), strict=True):
        assert has[: len(had)] == had
    for was, now in zip(licenses, licenses_now, strict=False):
        assert now[:3] == was[:3]
        assert was[3] is None or now[3] <= was[3]


def check_computers(earlier: dict[int, dict[str, Any]], store: Store) -> None:
    """No license changes its hardware ID, nor its computer without one; what ended stays, or comes back whole."""
    now = {row["id"]: dict(row) for row in every(store, "SELECT * FROM issuance")}
    live = {(row["key_pack_id"], row["license_id"]): row for row in now.values() if not row["ended_on"]}
    for number, was in earlier.items():
        row = now[number]
        if was["ended_on"] and row["ended_on"]:
            if row["ended_why"] != was["ended_why"]:
                assert (was["ended_why"] in ("vanished", "replaced"), row["ended_why"]) == (True, "upgraded")
            whole = dict.fromkeys(("ended_why", "succeeded_by_id"))
            assert row | whole == was | whole
        elif was["ended_on"]:
            assert was["ended_why"] in ("vanished", "upgraded")
            assert row["succeeded_by_id"] is None
        if was["hardware_id"] in (HARDWARE, OTHER_HARDWARE):
            assert row["hardware_id"] == was["hardware_id"]
        if was["computer"] and row["computer_label"] != was["computer_label"]:
            assert row["hardware_id"] == was["hardware_id"] in (HARDWARE, OTHER_HARDWARE)
        if row["ended_on"] and not was["ended_on"]:
            after = live.get((row["key_pack_id"], row["license_id"]))
            if row["ended_why"] == "replaced":
                assert after is not None
                assert earlier.get(after["id"], {"ended_on": "new"})["ended_on"] is not None
            if row["ended_why"] == "vanished":
                assert after is None
    for row in now.values():
        assert (row["ended_why"] == "upgraded") == (row["succeeded_by_id"] is not None)
        if row["succeeded_by_id"] is not None:
            assert row["status"] == 1
            came = now[row["succeeded_by_id"]]  # for the same device, or the same computer
            same_device = came["hardware_id"] == row["hardware_id"] in (HARDWARE, OTHER_HARDWARE)
            assert same_device or came["computer"] is not None
