"""The issued licenses that evidence may be about, found by computer, hardware ID or user."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.orm import Session

from tslic_admin.db.references import license_reference, pack_reference
from tslic_admin.domain.clocks import day_of
from tslic_admin.domain.evidence import Claim, Licensed, hardware_digits
from tslic_admin.domain.names import account_name, label_of

_LICENSES = """
SELECT i.id, p.server_id, s.name, p.keypack_id, p.id, i.license_id, i.computer, i.user, i.hardware_id, i.status,
  i.issued_at, i.first_issued_at, i.expires_at, i.ended_on, p.product_version, p.product_version_id, p.product_type,
  p.key_pack_type
FROM issuance i JOIN key_pack p ON p.id = i.key_pack_id JOIN server s ON s.id = p.server_id
WHERE i.voided_by IS NULL AND """
_DIGITS = "lower(i.hardware_id)"
for _sign in ("0x", "-", " ", ",", "{", "}"):
    _DIGITS = f"replace({_DIGITS}, '{_sign}', '')"
_BY_COMPUTER = (
    f"{_LICENSES}(i.computer_label IN (SELECT value FROM json_each(?))"
    f" OR {_DIGITS} IN (SELECT value FROM json_each(?)))"
)
# a device's license names who was logged on; whose license it is that does not say
_BY_USER = f"{_LICENSES}i.user IS NOT NULL AND (p.product_type IS NULL OR p.product_type NOT IN (0, 3))"


@dataclass
class Wanted:
    """Whose licenses are looked for: labels of computers, digits of hardware IDs, names of users."""

    labels: set[str] = field(default_factory=set)
    hardware: set[str] = field(default_factory=set)
    users: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.labels or self.hardware or self.users)

    def add(self, computer: str | None, hardware_id: str | None, user: str | None) -> None:
        """What evidence names; a user only where it names no computer."""
        for kind, name in _names(computer, hardware_id, user):
            self._sets[kind].add(name)

    @property
    def _sets(self) -> dict[str, set[str]]:
        return {"label": self.labels, "hardware": self.hardware, "user": self.users}


def _names(computer: str | None, hardware_id: str | None, user: str | None) -> list[tuple[str, str]]:
    found = []
    if computer:
        found.append(("label", label_of(computer)))
    if digits := hardware_digits(hardware_id):
        found.append(("hardware", digits))
    if user and not found:
        found.append(("user", account_name(user)))
    return found


class Candidates:
    """Licenses by the names that evidence may know them by."""

    def __init__(self) -> None:
        self._licenses: dict[int, Licensed] = {}
        self._named: dict[tuple[str, str], dict[int, None]] = {}
        self._under: dict[tuple[int, int | None], int] = {}

    def put(self, one: Licensed, key: tuple[int, int | None], *, on: str | None = None) -> None:
        """A license under its pack and License ID, in place of what was known of it.

        `on`: the day on which it was seen there; another that was there before is gone then.
        """
        before = self._under.get(key)
        if on is not None and before is not None and before != one.number:
            self._licenses[before] = replace(self._licenses[before], ended_on=on)
        if one.ended_on is None and key[1] is not None:
            self._under[key] = one.number
        self._licenses[one.number] = one
        for name in (
            *_names(one.computer, one.hardware_id, None),
            *_names(None, None, one.user),
        ):
            self._named.setdefault(name, {})[one.number] = None

    def get(self, number: int) -> Licensed | None:
        return self._licenses.get(number)

    def of(self, claim: Claim) -> list[Licensed]:
        """Those that one of the claim's names fits, in the order of their numbers."""
        numbers: set[int] = set()
        for name in _names(claim.computer, claim.hardware_id, claim.user):
            numbers.update(self._named.get(name, ()))
        return [self._licenses[number] for number in sorted(numbers)]


def candidates(session: Session, wanted: Wanted) -> Candidates:
    """All licenses, ended ones too, that go by one of these names; one pass, however many names."""
    run = session.connection().exec_driver_sql
    found = Candidates()
    if wanted.labels or wanted.hardware:
        names = (json.dumps(sorted(wanted.labels)), json.dumps(sorted(wanted.hardware)))
        for row in run(_BY_COMPUTER, names):
            found.put(*_licensed(row))
    if wanted.users:
        for row in run(_BY_USER):
            if account_name(row[7]) in wanted.users:
                found.put(*_licensed(row))
    return found


def licensed(session: Session, number: int) -> Licensed:
    """One license as evidence is held against it."""
    row = session.connection().exec_driver_sql(f"{_LICENSES}i.id = ?", (number,)).one()
    return _licensed(row)[0]


def _licensed(row: Any) -> tuple[Licensed, tuple[int, int | None]]:
    number, server, name, keypack_id, pack, license_id, *rest = row
    computer, user, hardware_id, status, issued_at, first, expires_at, ended_on, *of_pack = rest
    called = license_reference(pack_reference(name, keypack_id, pack), license_id, number)
    if ended_on:
        called += f"@{day_of(issued_at) or ''}"
    one = Licensed(
        number,
        server,
        called,
        computer,
        user,
        hardware_id,
        status,
        issued_at,
        first,
        expires_at,
        ended_on,
        *of_pack,
    )
    return one, (pack, license_id)
