"""Stock for tests of the services, put there as an import would, and eyes for what an act did to the store."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest
from sqlalchemy.orm import Session

from tslic_admin.db.history.recording import seal
from tslic_admin.db.schema.tables import IssuanceRow, KeyPackRow, RequestRow, ServerRow
from tslic_admin.db.store import Store
from tslic_admin.domain.names import domain_of, label_of
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.services.changes import ActResult
from tslic_admin.services.reissue import requests

CODE = "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE-FFFFF-GGGGG"
OTHER_CODE = "99999-BBBBB-CCCCC-DDDDD-EEEEE-FFFFF-HHHHH"
SEEN = "2026-01-01T00:00:00Z"
T = TypeVar("T")


def put(store: Store, row: Any) -> int:
    """Add one row, sealed by an entry of kind *import*; its number."""
    with store.writing() as session:
        session.add(row)
        session.flush()
        seal(session, "import")
        return int(row.id)


def put_server(store: Store, name: str = "DC01", **fields: Any) -> int:
    return put(store, ServerRow(name=name, label=label_of(name), domain=domain_of(name), **fields))


def put_pack(store: Store, server: int, keypack_id: int | None = 3, **fields: Any) -> int:
    """Ten device CALs of Server 2019 that the server lists."""
    values: dict[str, Any] = {
        "description": "A02-10.01-S",
        "key_pack_type": 2,
        "product_type": 0,
        "product_version": "Windows Server 2019",
        "product_version_id": 6,
        "total": 10,
        "origin": "original",
        "transfer_policy": "one-time",
        "first_seen_at": SEEN,
    }
    return put(store, KeyPackRow(server_id=server, keypack_id=keypack_id, **(values | fields)))


def put_license(
    store: Store, pack: int, license_id: int = 17, computer: str | None = "PC1", **fields: Any
) -> int:
    """An active license of 2026-01-05, running for another two weeks."""
    values: dict[str, Any] = {
        "status": 2,
        "issued_at": "2026-01-05T10:00:00Z",
        "first_issued_at": "2026-01-05T10:00:00Z",
        "expires_at": "2026-03-20T10:00:00Z",
        "computer_label": label_of(computer) if computer else None,
    }
    row = IssuanceRow(key_pack_id=pack, license_id=license_id, computer=computer, **(values | fields))
    return put(store, row)


@dataclass
class Stock:
    """DC01 with key pack 3 and its licenses 1 to 3, of PC1 to PC3."""

    store: Store
    server: int = 0
    pack: int = 0
    licenses: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.server = put_server(self.store)
        self.pack = put_pack(self.store, self.server)
        self.licenses = [put_license(self.store, self.pack, n, f"PC{n}") for n in (1, 2, 3)]

    def do(self, act: Callable[[Session], T]) -> T:
        """One act, committed."""
        with self.store.writing() as session:
            return act(session)

    def refuse(self, act: Callable[[Session], Any], code: str) -> RuleViolation:
        """An act that a rule refuses: the store is as it was, to the last byte of every table."""
        before = dump(self.store)
        with pytest.raises(RuleViolation) as refusal:
            self.do(act)
        assert refusal.value.code == code, refusal.value
        assert dump(self.store) == before
        return refusal.value

    def row(self, table: str, number: int) -> sqlite3.Row:
        return one(self.store, f"SELECT * FROM {table} WHERE id = ?", number)

    def open_request(self, *licenses: int, server: int | None = None) -> int:
        """A request that holds these licenses."""
        at = server or self.server
        opened = self.do(lambda s: requests.open_request(s, s.get_one(ServerRow, at)))
        assert opened.record is not None
        if licenses:
            self.do(collecting(opened.record, *((number, None) for number in licenses)))
        return opened.record


def collecting(
    request: int, *licenses: tuple[int, str | None], reason: str | None = None, anyway: bool = False
) -> Callable[[Session], ActResult]:
    """The act of collecting licenses by their numbers, each with the computer that waits."""
    return lambda session: requests.collect(
        session,
        session.get_one(RequestRow, request),
        [(session.get_one(IssuanceRow, number), computer) for number, computer in licenses],
        reason=reason,
        anyway=anyway,
    )


def dump(store: Store) -> list[str]:
    """Everything that the store holds."""
    with closing(sqlite3.connect(store.path)) as connection:
        return list(connection.iterdump())


def every(store: Store, sql: str, *parameters: Any) -> list[sqlite3.Row]:
    with closing(sqlite3.connect(store.path)) as connection:
        connection.row_factory = sqlite3.Row
        return connection.execute(sql, parameters).fetchall()


def one(store: Store, sql: str, *parameters: Any) -> sqlite3.Row:
    (row,) = every(store, sql, *parameters)
    return row


@dataclass(frozen=True)
class Entry:
    """A history entry; `made`: kind -> what the new thing holds; `changed`: what changed on things there were."""

    number: int
    kind: str
    reason: str | None
    recorded_at: str
    effective_on: str
    actor: str
    made: dict[str, dict[str, Any]]
    changed: list[tuple[str, str, str, str | None, str | None]]


def last_entry(store: Store) -> Entry:
    head = one(store, "SELECT * FROM entry ORDER BY number DESC LIMIT 1")
    lines = every(store, "SELECT * FROM event_line WHERE entry = ? ORDER BY line", head["number"])
    return Entry(
        number=head["number"],
        kind=head["kind"],
        reason=head["reason"],
        recorded_at=head["recorded_at"],
        effective_on=head["effective_on"],
        actor=head["actor"],
        made={line["kind"]: json.loads(line["after"]) for line in lines if line["field"] is None},
        changed=[
            (line["kind"], line["reference"], line["field"], line["before"], line["after"])
            for line in lines
            if line["field"] is not None
        ],
    )


def count_entries(store: Store) -> int:
    return int(one(store, "SELECT count(*) AS n FROM entry")["n"])
