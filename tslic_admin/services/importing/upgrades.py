"""Finds the active license that replaced a temporary one (rule 4.5)."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy.orm import Session

from tslic_admin.domain.licenses.issuances import LicenseStatus, real_hardware_id
from tslic_admin.domain.names import label_of, same_name

_TEMPORARY_LICENSES = """
SELECT i.id, i.license_id, p.keypack_id, i.computer, i.hardware_id, i.ended_why
FROM issuance i JOIN key_pack p ON p.id = i.key_pack_id
WHERE i.status = 1 AND i.by_hand = 0 AND p.server_id = ? AND i.succeeded_by_id IS NULL
  AND (i.ended_on IS NULL OR i.ended_why IN ('vanished', 'replaced')) AND i.voided_by IS NULL"""
_ACTIVE_LICENSES = """
SELECT i.id, i.computer, i.hardware_id, i.issued_at FROM issuance i
WHERE i.key_pack_id = ? AND i.ended_on IS NULL AND i.status = 2"""


class EndedTemporary(NamedTuple):
    """A temporary license that ended before this import, with nobody knowing what came for it."""

    number: int
    license_id: int
    keypack_id: int | None
    computer: str | None
    hardware_id: str | None
    ended_why: str


class _Active(NamedTuple):
    issued_at: str
    number: int
    computer: str | None
    hardware: str | None


class Upgrades:
    """Of one server. The active licenses of computers that have or had a temporary one are noted as they come.

    What is kept grows with the temporary licenses, not with all.
    """

    def __init__(self, session: Session, server: int) -> None:
        self._session = session
        self._hardware: dict[str, _Active | None] = {}
        self._labels: dict[str, dict[int, _Active]] = {}
        self.ended: list[EndedTemporary] = []
        for (
            number,
            license_id,
            keypack_id,
            computer,
            hardware_id,
            why,
        ) in session.connection().exec_driver_sql(_TEMPORARY_LICENSES, (server,)):
            if (hardware := real_hardware_id(hardware_id)) is not None:
                self._hardware[hardware] = None
            if computer:
                self._labels[label_of(computer)] = {}
            if why is not None:
                self.ended.append(EndedTemporary(number, license_id, keypack_id, computer, hardware_id, why))

    def __bool__(self) -> bool:
        return bool(self._hardware or self._labels)

    def note(
        self,
        number: int,
        computer: str | None,
        status: int | None,
        hardware_id: str | None,
        issued_at: str | None,
    ) -> None:
        """A license that stands after the import."""
        if status != LicenseStatus.ACTIVE:
            return
        hardware = real_hardware_id(hardware_id)
        active = _Active(issued_at or "", number, computer, hardware)
        if hardware in self._hardware:
            before = self._hardware[hardware]
            self._hardware[hardware] = active if before is None else max(before, active)
        if computer and (here := self._labels.get(label_of(computer))) is not None:
            here[number] = active

    def note_pack(self, pack: int) -> None:
        """All licenses of a pack that no list of the import names: they stand as they did."""
        for number, computer, hardware_id, issued_at in self._session.connection().exec_driver_sql(
            _ACTIVE_LICENSES, (pack,)
        ):
            self.note(number, computer, LicenseStatus.ACTIVE, hardware_id, issued_at)

    def upgrade_of(self, computer: str | None, hardware_id: str | None) -> int | None:
        """The active license that a temporary one was upgraded to.

        One of the same real hardware ID, of several the one issued last; where either side has none, one of
        the same computer, which must be the only one.
        """
        hardware = real_hardware_id(hardware_id)
        if hardware is not None and (found := self._hardware.get(hardware)) is not None:
            return found.number
        if not computer:
            return None
        same = [
            active.number
            for active in self._labels.get(label_of(computer), {}).values()
            if same_name(active.computer, computer) and not (hardware and active.hardware)
        ]
        return same[0] if len(same) == 1 else None
