"""What the tests of voiding share: acts by their shortest names, and what the standing entries add up to."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from services.stock import CODE, every
from sqlalchemy.orm import Session

from tslic_admin.db.schema.tables import RECORDED_TABLES, IssuanceRow, RequestRow
from tslic_admin.db.store import Store
from tslic_admin.domain.history.entries import event_value
from tslic_admin.services.changes import ActResult
from tslic_admin.services.history import voiding
from tslic_admin.services.records import transfers
from tslic_admin.services.reissue import calls, requests


def mark(
    license_: int, to: str = "PC9", on: str = "2026-03-01", **typed: Any
) -> Callable[[Session], ActResult]:
    return lambda s: transfers.mark(
        s, s.get_one(IssuanceRow, license_), transfers.TransferFields(to=to, on=on, **typed)
    )


def drop(request: int, license_: int) -> Callable[[Session], ActResult]:
    return lambda s: requests.drop(s, s.get_one(RequestRow, request), [s.get_one(IssuanceRow, license_)])


def record(
    request: int, *, code: str = CODE, quantity: str = "10", licenses: list[int] | None = None, **typed: Any
) -> Callable[[Session], ActResult]:
    return lambda s: calls.record(
        s,
        s.get_one(RequestRow, request),
        calls.ReissueCall(code=code, quantity=quantity, on="2026-03-01", **typed),
        licenses=None if licenses is None else [s.get_one(IssuanceRow, one) for one in licenses],
    )


def installed(request: int, on: str = "2026-03-02") -> Callable[[Session], ActResult]:
    return lambda s: calls.set_installed(s, s.get_one(RequestRow, request), on=on)


def void(entry: int | None, reason: str | None = "a mistake") -> Callable[[Session], ActResult]:
    return lambda s: voiding.void(s, entry or 0, reason=reason)


TABLES = [table.__tablename__ for table in RECORDED_TABLES]


def tables(store: Store) -> dict[str, dict[int, dict[str, Any]]]:
    """All rows that are not voided, by their tables and numbers."""
    by_table = {}
    for table in TABLES:
        rows = map(dict, every(store, f"SELECT * FROM {table}"))
        by_table[table] = {row["id"]: row for row in rows if row.get("voided_by") is None}
    return by_table


def standing(store: Store) -> tuple[dict[tuple[str, int], dict[str, str | None]], set[tuple[str, int]]]:
    """What the lines of the entries add up to that neither were voided nor are voids; and what those created."""
    dead = {row["voids"] for row in every(store, "SELECT voids FROM entry WHERE voids IS NOT NULL")}
    dead |= {row["number"] for row in every(store, "SELECT number FROM entry WHERE kind = 'void'")}
    values: dict[tuple[str, int], dict[str, str | None]] = {}
    created = set()
    for line in every(store, "SELECT * FROM event_line ORDER BY entry, line"):
        if line["entry"] in dead:
            continue
        thing = (line["kind"], line["record"])
        if line["field"] is None:
            created.add(thing)
            values[thing] = {name: event_value(value) for name, value in json.loads(line["after"]).items()}
        else:
            values.setdefault(thing, {})[line["field"]] = line["after"]
    return values, created


def check_standing(store: Store) -> None:
    """The tables are what the standing entries say; what none of them created is voided, a server but a name."""
    values, created = standing(store)
    for table in RECORDED_TABLES:
        for row in map(dict, every(store, f"SELECT * FROM {table.__tablename__}")):
            thing = (table.KIND, row["id"])
            if thing not in created and table.KIND != "server":
                assert row["voided_by"] is not None, thing
                continue
            stored = {
                name: event_value(row[attribute])
                for attribute, name in table.RECORDED.items()
                if row[attribute] is not None and attribute not in table.SECRET
            }
            if thing not in created:
                stored.pop("Name")
            secrets = {table.RECORDED[one] for one in table.SECRET}
            expected = {
                name: value
                for name, value in values.get(thing, {}).items()
                if value is not None and name not in secrets
            }
            assert stored == expected, thing
