"""Rows in all the states and combinations that a list can meet, put there directly: acts would need years for them."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from tslic_admin.db.history.recording import seal
from tslic_admin.db.schema.tables import (
    CollectedRow,
    IssuanceRow,
    KeyPackRow,
    RequestRow,
    ServerRow,
    SnapshotRow,
    TransferRow,
)
from tslic_admin.db.store import Store
from tslic_admin.domain.names import domain_of, label_of

# names that a search or a sort might stumble over; None: none was issued to a computer
COMPUTERS = [
    *(
        "PC-1",
        "pc-2",
        "Pc-10",
        None,
        "Müller-PC",
        "MÜLLER-LAPTOP",
        "ärzte",
        "100%",
        "under_score",
        "underXscore",
    ),
    *(
        'quo"te',
        "apo'strophe",
        "back\\slash",
        "a*b",
        "NEAR",
        "AND",
        "x",
        "日本語",
        "Ünïcöde",
        " ",
        "-dash",
        "(par)",
    ),
    "long-" + "x" * 300,
]


def put_rows_in_every_state(store: Store) -> None:
    """Three servers; packs open, closed, voided, merged, unnumbered; licenses in all their states."""
    with store.writing() as session:
        _servers(session)
        _taken(
            session, (1, "servers", "2026-01-10"), (2, "servers", "2026-01-11"), (3, "servers", "2026-01-12")
        )
        seal(session, "import", reason="first")
    with store.writing() as session:
        _packs(session)
        seal(session, "pack.add")
    with store.writing() as session:
        _licenses(session)
        _taken(
            session,
            (1, "licenses", "2026-02-01"),
            (1, "key-packs", "2026-01-31"),
            (2, "licenses", "2026-02-03"),
        )
        seal(session, "import")
    with store.writing() as session:
        _records(session)
        seal(session, "transfer.mark", reason="Übergabe 100%")
    with store.writing() as session:
        server = session.get_one(ServerRow, 1)
        server.phone, server.city = "+49 89 1", "Ulm"
        seal(session, "void", reason="phone", voids=1)
    with store.writing() as session:
        _later(session)
        _taken(session, (1, "licenses", "2026-02-20"))
        seal(session, "import")


def _add(session: Session, *rows: Any) -> None:
    for row in rows:
        session.add(row)
        session.flush()


def _taken(session: Session, *lists: tuple[int, str, str]) -> None:
    for server, subject, day in lists:
        file = {"file_name": f"{subject}.csv", "file_size": 1, "file_sha256": "0" * 64, "format": "csv"}
        taken = {"taken_at": f"{day}T10:00:00Z", "complete": 1}
        _add(session, SnapshotRow(server_id=server, subject=subject, **taken, **file))


def _later(session: Session) -> None:
    """What one import of one server finds: each change that it has a name for."""
    found = [session.get_one(IssuanceRow, number) for number in (41, 46, 51, 56)]
    found[0].computer, found[0].computer_label = "RENAMED", "renamed"
    found[0].first_issued_at = "2025-12-01T10:00:00Z"
    found[1].expires_at = "2026-08-01T10:00:00Z"
    found[2].ended_on, found[2].ended_why = "2026-02-20", "vanished"
    found[3].ended_on, found[3].ended_why, found[3].voided_by = "2026-02-20", "voided", 3
    pack = session.get_one(KeyPackRow, 1)
    pack.notes = "said by nobody's server"
    pack.total, pack.first_seen_at = 20, "2026-02-20T10:00:00Z"
    session.get_one(ServerRow, 1).company = "Ärzte AG"


def _servers(session: Session) -> None:
    summaries = {
        "company": "Ärzte & Söhne",
        "contact": "Ann_1",
        "notes": 'a "note" of 50%',
        "license_server_id": "S" * 35,
    }
    for name, fields in (("DC01", summaries), ("lic.corp.example", {"product_id": "00252-X"}), ("Alpha", {})):
        _add(session, ServerRow(name=name, label=label_of(name), domain=domain_of(name), **fields))


def _packs(session: Session) -> None:
    _add(
        session,
        *(RequestRow(server_id=1, state="open", opened_on="2026-02-01", reason="Sturm", product_type=0),),
        RequestRow(
            server_id=1, state="recorded", opened_on="2026-01-01", quantity=2, recorded_on="2026-02-02",
            case_number="C_1", agent="Zoë",
        ),
        RequestRow(
            server_id=2, state="installed", opened_on="2026-01-02", quantity=1, recorded_on="2026-02-03",
            installed_on="2026-02-04", same_call_as_id=2,
        ),
        RequestRow(server_id=2, state="withdrawn", opened_on="2026-01-03"),
        RequestRow(server_id=3, state="open", opened_on="2026-02-05"),
    )  # fmt: skip
    packs: list[dict[str, Any]] = [
        {
            "server_id": 1,
            "keypack_id": 3,
            "total": 10,
            "issued": 12,
            "available": 0,
            "reseller": "Söhne",
            "expires_at": "2026-03-10T10:00:00Z",
        },
        {
            "server_id": 1,
            "keypack_id": 4,
            "total": 4294967295,
            "issued": 5,
            "key_pack_type": 4,
            "expires_at": "2038-01-19T03:14:07Z",
        },
        {
            "server_id": 1,
            "keypack_id": None,
            "total": 5,
            "notes": "100% by hand",
            "license_key_pack_id": "A" * 35,
        },
        {
            "server_id": 2,
            "keypack_id": 3,
            "total": None,
            "issued": 4,
            "product_type": 1,
            "number": "12345678",
        },
        {
            "server_id": 2,
            "keypack_id": 7,
            "closed_on": "2025-12-01",
            "closed_why": "rebuilt",
            "total": 9,
            "issued": 1,
            "expires_at": "2026-03-10T10:00:00Z",
        },
        {"server_id": 2, "keypack_id": 8, "voided_by": 1, "total": 9, "issued": 100},
        {"server_id": 1, "keypack_id": 9, "merged_into_id": 1, "total": 9, "issued": 100},
        {
            "server_id": 1,
            "keypack_id": 8,
            "origin": "reissue",
            "request_id": 2,
            "total": 2,
            "issued": 4294967295,
        },
        {"server_id": 2, "keypack_id": 2, "origin": "reissue", "request_id": 3, "total": 1},
        {
            "server_id": 2,
            "keypack_id": 1,
            "expires_at": "2026-02-10T10:00:00Z",
            "origin": "migration",
            "purchase_ref": "PO_7",
            "authorization_number": "B" * 15,
        },
    ]
    common = {"origin": "original", "transfer_policy": "one-time", "product_version_id": 6, "product_type": 0}
    for values in packs:
        _add(
            session,
            KeyPackRow(**(common | {"product_version": "Windows Server 2019", "key_pack_type": 2} | values)),
        )


def _licenses(session: Session) -> None:
    for number in range(60):
        computer = COMPUTERS[number % len(COMPUTERS)]
        ended = number % 7 == 3
        session.add(
            IssuanceRow(
                key_pack_id=1 + number % 5,
                license_id=number if number % 11 else None,
                computer=computer,
                computer_label=label_of(computer) if computer else None,
                user=f"CORP\\user{number % 4}" if number % 3 else None,
                status=(2, 1, 3, 0, None, 17)[number % 6],
                issued_at=f"2026-01-{1 + number % 9:02d}T10:00:00Z" if number % 5 else None,
                first_issued_at="2026-01-01T10:00:00Z",
                expires_at=f"2026-03-{1 + number % 28:02d}T10:00:00Z" if number % 8 else None,
                hardware_id=f"0xAB{number:034d}" if number % 2 else None,
                by_hand=int(number % 11 == 0),
                ended_on="2026-02-01" if ended else None,
                ended_why="vanished" if ended else None,
                voided_by=1 if ended and number % 2 else None,
            )
        )
    for number, computer in enumerate(("NEW1", "new1.corp.example", "NEW2", "NEW3", "NEW4"), start=100):
        day = {"NEW3": 1, "NEW4": 2}.get(computer, 10 + number % 100)
        session.add(
            IssuanceRow(
                key_pack_id=2, license_id=number, computer=computer, computer_label=label_of(computer), status=1,
                expires_at=f"2026-03-{day:02d}T10:00:00Z",
            )
        )  # fmt: skip
    session.flush()


def _records(session: Session) -> None:
    def transfer(issuance: int, to: str, **fields: Any) -> TransferRow:
        values = {
            "from_computer": f"F{issuance}",
            "on_day": "2026-02-10",
            "policy": "after-90-days",
            "need": "not-checked",
            "removal": "awaiting",
        }
        return TransferRow(issuance_id=issuance, to_computer=to, **(values | fields))

    def collected(request: int, issuance: int, state: str, **fields: Any) -> CollectedRow:
        return CollectedRow(request_id=request, issuance_id=issuance, state=state, **fields)

    _add(
        session,
        transfer(1, "Müller-NEU", reason="100% broken"),
        transfer(2, "VOID", voided_by=1),
        transfer(2, "T2", removal="removed", removal_on="2026-02-12", removal_by="Ann"),
        transfer(2, "T2b", previous_id=3, on_day="2026-02-20"),
        transfer(6, "T6", linked_issuance_id=7, policy="one-time", from_computer=None),
        transfer(
            7,
            "T7",
            previous_id=5,
            removal="not-intended",
            removal_reason="scrapped",
            host_version=6,
            client_system="other",
        ),
        transfer(8, "T8", linked_issuance_id=9),
        collected(1, 10, "collected", to_computer="NEW1"),
        collected(1, 11, "collected", to_computer="NEW2.corp.example"),
        collected(1, 12, "collected", to_computer="NEW3"),
        collected(1, 13, "collected"),
        collected(1, 14, "dropped"),
        collected(2, 14, "retired", removal="awaiting", to_computer="NEW2"),
        collected(2, 1, "retired", removal="removed", removal_on="2026-02-13"),
        collected(3, 15, "retired", removal="not-intended", removal_reason="scrapped"),
        collected(4, 16, "dropped", to_computer="NEW1"),
        collected(5, 20, "collected", to_computer="NEW4"),
    )
