"""Snapshots of two servers at random, and what the user records between them: nothing recorded is lost or moved."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from conftest import Clock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from services.importer import HARDWARE, LICENSE, OTHER_HARDWARE, PACK, ZEROS, Importer, table
from services.stock import dump, every

from tslic_admin.db.schema.tables import IssuanceRow, KeyPackRow, RequestRow, ServerRow
from tslic_admin.db.store import Store
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.services.importing.files import ImportOptions
from tslic_admin.services.records import packs, transfers
from tslic_admin.services.reissue import calls, requests

COMPUTERS = ["PC1", "pc1", "PC1.corp.example", "PC2", "", " "]
DAYS = ["20260105100000.000000-000", "20260106100000.000000-000", ""]
LISTED_PACK = st.fixed_dictionaries(
    {
        "KeyPackId": st.integers(2, 4),
        "TotalLicenses": st.sampled_from([25, 25, 25, 3, ""]),
        "IssuedLicenses": st.integers(0, 3),
        "ProductType": st.sampled_from([0] * 9 + [1]),
    }
)
LISTED_LICENSE = st.fixed_dictionaries(
    {
        "KeyPackId": st.integers(2, 4),
        "LicenseId": st.integers(1, 3),
        "sIssuedToComputer": st.sampled_from(COMPUTERS),
        "sHardwareId": st.sampled_from([HARDWARE, OTHER_HARDWARE, ZEROS, ""]),
        "IssueDate": st.sampled_from(DAYS),
        "LicenseStatus": st.sampled_from([1, 2, 2, 2, ""]),
        "ExpirationDate": st.sampled_from(["20260520100000.000000-000", "20260620100000.000000-000"]),
    }
)
SNAPSHOT = st.tuples(
    st.sampled_from(["A", "B"]),
    st.lists(LISTED_PACK, max_size=3, unique_by=lambda row: row["KeyPackId"]),
    st.lists(LISTED_LICENSE, max_size=6),
    st.integers(-1, 3),  # days later
)
ACT = st.tuples(
    st.sampled_from(["transfer", "collect", "record", "policy", "by-hand"]), st.integers(0, 50), st.booleans()
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


def act(store: Store, what: str, number: int, adopt: bool) -> None:
    """Record something; where a rule refuses it, nothing is."""

    def pick(table: type[Any]) -> Any:
        rows = session.query(table).order_by(table.id).all()
        return rows[number % len(rows)] if rows else None

    try:
        with store.writing() as session:
            license_, pack, server, request = map(pick, (IssuanceRow, KeyPackRow, ServerRow, RequestRow))
            match what:
                case "transfer" if license_:
                    transfers.mark(
                        session, license_, to=f"NEW{number}", on="2026-03-02", reason="x", anyway=True
                    )
                case "collect" if license_:
                    of = session.get_one(KeyPackRow, license_.key_pack_id)
                    if request is None or request.state != "open":
                        requests.open_request(session, session.get_one(ServerRow, of.server_id))
                    else:
                        requests.collect(session, request, [(license_, "WAITING")], reason="x", anyway=True)
                case "record" if request:
                    code = f"{number:05d}" * 7
                    calls.record(
                        session, request, code=code, quantity="25", on="2026-03-02",
                        keypack_id=str(2 + number % 4) if adopt else None,
                    )  # fmt: skip
                case "policy" if pack:
                    packs.change(
                        session, pack, reason="x", transfer_policy="after-90-days", notes=f"note {number}"
                    )
                case "by-hand" if server:
                    packs.add(
                        session, server, product_version_id="2019", product_type="device", total="25",
                        keypack_id=str(2 + number % 4),
                    )  # fmt: skip
    except RuleViolation:
        pass


@given(st.lists(SNAPSHOT | ACT, min_size=1, max_size=10))
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
