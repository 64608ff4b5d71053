"""Rows of licenses and evidence that imports and acts compare with, over the connection of a writing session."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from tslic_admin.domain.licenses.issuances import IssuedLicense


class RecordedLicense(NamedTuple):
    """An issued license as imports compare it: its numbers, what only the records know, and what a list says of it."""

    id: int
    license_id: int | None
    first_issued_at: str | None
    by_hand: int
    listed: IssuedLicense


class EndedLicense(NamedTuple):
    """An issued license that ended, and how."""

    license: RecordedLicense
    ended_on: str
    ended_why: str
    succeeded_by_id: int | None


_COLUMNS = ", ".join(f'"{name}"' for name in (*RecordedLicense._fields[:-1], *IssuedLicense._fields))
_END_COLUMNS = ", ".join(EndedLicense._fields[1:])
# licenses entered by hand that no list has shown yet have no License ID
_LIVE_LICENSES = f"""SELECT {_COLUMNS} FROM issuance
WHERE key_pack_id = ? AND ended_on IS NULL AND license_id IS NOT NULL ORDER BY license_id"""
# what may come back under its License ID, the latest last
_ENDED_LICENSES = f"""SELECT {_END_COLUMNS}, {_COLUMNS} FROM issuance
WHERE key_pack_id = ? AND ended_why IN ('vanished', 'upgraded') AND voided_by IS NULL ORDER BY license_id, id"""


def live_licenses(session: Session, pack: int) -> Iterator[RecordedLicense]:
    """The licenses of a key pack that have a License ID and have not ended, one by one in the order of the License IDs."""
    return _recorded(session.connection().exec_driver_sql(_LIVE_LICENSES, (pack,)))


def _recorded(rows: Iterable[Sequence[Any]]) -> Iterator[RecordedLicense]:
    for number, license_id, first_issued_at, by_hand, *listed in rows:
        yield RecordedLicense(number, license_id, first_issued_at, by_hand, IssuedLicense(*listed))


def ended_licenses(session: Session, pack: int) -> Iterator[EndedLicense]:
    """The licenses of a key pack that vanished or were upgraded, one by one in the order of the License IDs."""
    rows = session.connection().exec_driver_sql(_ENDED_LICENSES, (pack,))
    for ended_on, ended_why, succeeded_by_id, *row in rows:
        (license_,) = _recorded([row])
        yield EndedLicense(license_, ended_on, ended_why, succeeded_by_id)


def hand_made_licenses(session: Session, packs: Sequence[int]) -> list[RecordedLicense]:
    """The licenses of these key packs that were entered by hand, have no License ID yet and have not ended."""
    return list(_of_packs(session, packs, "license_id IS NULL ORDER BY id", ()))


def similar_licenses(
    session: Session, packs: Sequence[int], label: str | None, hardware_id: str | None
) -> Iterator[RecordedLicense]:
    """The licenses of these key packs with a License ID that have not ended and share a label or hardware ID."""
    condition = "license_id IS NOT NULL AND (computer_label = ? OR hardware_id = ?)"
    return _of_packs(session, packs, condition, (label, hardware_id))


def _of_packs(
    session: Session, packs: Sequence[int], condition: str, parameters: tuple[str | None, ...]
) -> Iterator[RecordedLicense]:
    marks = ", ".join("?" * len(packs))
    sql = (
        f"SELECT {_COLUMNS} FROM issuance WHERE key_pack_id IN ({marks}) AND ended_on IS NULL AND {condition}"
    )
    return _recorded(session.connection().exec_driver_sql(sql, (*packs, *parameters)))


class TemporaryLicense(NamedTuple):
    """A temporary license that no list showed to be replaced by an active one; `ended_why` is None while it lasts."""

    number: int
    license_id: int
    keypack_id: int | None
    computer: str | None
    hardware_id: str | None
    ended_why: str | None


_TEMPORARY_LICENSES = """
SELECT i.id, i.license_id, p.keypack_id, i.computer, i.hardware_id, i.ended_why
FROM issuance i JOIN key_pack p ON p.id = i.key_pack_id
WHERE i.status = 1 AND i.by_hand = 0 AND p.server_id = ? AND i.succeeded_by_id IS NULL
  AND (i.ended_on IS NULL OR i.ended_why IN ('vanished', 'replaced')) AND i.voided_by IS NULL"""


def temporary_licenses(session: Session, server: int) -> Iterator[TemporaryLicense]:
    """The temporary licenses of a server that may have been upgraded to an active one."""
    return map(TemporaryLicense._make, session.connection().exec_driver_sql(_TEMPORARY_LICENSES, (server,)))


class ActiveLicense(NamedTuple):
    """An active license that has not ended."""

    number: int
    computer: str | None
    hardware_id: str | None
    issued_at: str | None


_ACTIVE_LICENSES = """
SELECT i.id, i.computer, i.hardware_id, i.issued_at FROM issuance i
WHERE i.key_pack_id = ? AND i.ended_on IS NULL AND i.status = 2"""


def active_licenses(session: Session, pack: int) -> Iterator[ActiveLicense]:
    """The active licenses of a key pack that have not ended, one by one."""
    return map(ActiveLicense._make, session.connection().exec_driver_sql(_ACTIVE_LICENSES, (pack,)))


_OPEN_LICENSES = "SELECT id, license_id FROM issuance WHERE key_pack_id = ? AND ended_on IS NULL ORDER BY id"


def open_licenses(session: Session, pack: int) -> Iterator[tuple[int, int | None]]:
    """Number and License ID of every license of a key pack that has not ended, one by one."""
    yield from map(tuple, session.connection().exec_driver_sql(_OPEN_LICENSES, (pack,)))


class LicenseForEvidence(NamedTuple):
    """An issued license, ended or not, with its key pack and server, as evidence is compared with it."""

    number: int
    server_id: int
    server: str
    keypack_id: int | None
    pack_id: int
    license_id: int | None
    computer: str | None
    user: str | None
    hardware_id: str | None
    status: int | None
    issued_at: str | None
    first_issued_at: str | None
    expires_at: str | None
    ended_on: str | None
    product_version: str | None
    product_version_id: int | None
    product_type: int | None
    key_pack_type: int | None


_LICENSES = """
SELECT i.id, p.server_id, s.name, p.keypack_id, p.id, i.license_id, i.computer, i.user, i.hardware_id, i.status,
  i.issued_at, i.first_issued_at, i.expires_at, i.ended_on, p.product_version, p.product_version_id, p.product_type,
  p.key_pack_type
FROM issuance i JOIN key_pack p ON p.id = i.key_pack_id JOIN server s ON s.id = p.server_id
WHERE i.voided_by IS NULL AND """
# the same as domain/records/evidence.hardware_digits
_DIGITS = "lower(i.hardware_id)"
for _sign in ("0x", "-", " ", ",", "{", "}"):
    _DIGITS = f"replace({_DIGITS}, '{_sign}', '')"
_BY_COMPUTER = (
    f"{_LICENSES}(i.computer_label IN (SELECT value FROM json_each(?))"
    f" OR {_DIGITS} IN (SELECT value FROM json_each(?)))"
)
# a device's license names who was logged on; whose license it is that does not say
_BY_USER = f"{_LICENSES}i.user IS NOT NULL AND (p.product_type IS NULL OR p.product_type NOT IN (0, 3))"


def licenses_of_computers(
    session: Session, labels: Collection[str], digits: Collection[str]
) -> Iterator[LicenseForEvidence]:
    """The licenses of computers with one of these labels, or with the digits of one of these hardware IDs."""
    names = (json.dumps(sorted(labels)), json.dumps(sorted(digits)))
    return map(LicenseForEvidence._make, session.connection().exec_driver_sql(_BY_COMPUTER, names))


def licenses_with_user(session: Session) -> Iterator[LicenseForEvidence]:
    """The licenses that name a user and may be that user's own: those of key packs neither for devices nor built in."""
    return map(LicenseForEvidence._make, session.connection().exec_driver_sql(_BY_USER))


def license_for_evidence(session: Session, number: int) -> LicenseForEvidence:
    """One license by its number; one that was voided is not found."""
    row = session.connection().exec_driver_sql(f"{_LICENSES}i.id = ?", (number,)).one()
    return LicenseForEvidence._make(row)


class RecordedEvidence(NamedTuple):
    """A piece of evidence by its number, and the license that it is attached to."""

    id: int
    issuance_id: int | None


def recorded_evidence(session: Session, identity: str) -> RecordedEvidence | None:
    """The evidence of this identity that was not voided."""
    sql = "SELECT id, issuance_id FROM evidence WHERE identity = ? AND voided_by IS NULL"
    row = session.connection().exec_driver_sql(sql, (identity,)).first()
    return None if row is None else RecordedEvidence._make(row)
