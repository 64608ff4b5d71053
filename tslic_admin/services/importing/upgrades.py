"""Finds the active license that replaced a temporary one (rule 4.5)."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy.orm import Session

from tslic_admin.db.license_queries import TemporaryLicense, active_licenses, temporary_licenses
from tslic_admin.domain.licenses.issuances import IssuedLicense, LicenseStatus, real_hardware_id
from tslic_admin.domain.names import label_of, same_name


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
        # those that ended before this import; which active license replaced them is not known yet
        self.ended: list[TemporaryLicense] = []
        for temporary in temporary_licenses(session, server):
            if (hardware := real_hardware_id(temporary.hardware_id)) is not None:
                self._hardware[hardware] = None
            if temporary.computer:
                self._labels[label_of(temporary.computer)] = {}
            if temporary.ended_why is not None:
                self.ended.append(temporary)

    def __bool__(self) -> bool:
        return bool(self._hardware or self._labels)

    def note(self, number: int, license_: IssuedLicense) -> None:
        """A license that stands after the import."""
        if license_.status == LicenseStatus.ACTIVE:
            self._note_active(number, license_.computer, license_.hardware_id, license_.issued_at)

    def _note_active(
        self, number: int, computer: str | None, hardware_id: str | None, issued_at: str | None
    ) -> None:
        hardware = real_hardware_id(hardware_id)
        active = _Active(issued_at or "", number, computer, hardware)
        if hardware in self._hardware:
            before = self._hardware[hardware]
            self._hardware[hardware] = active if before is None else max(before, active)
        if computer and (here := self._labels.get(label_of(computer))) is not None:
            here[number] = active

    def note_pack(self, pack: int) -> None:
        """All licenses of a pack that no list of the import names: they stand as they did."""
        for one in active_licenses(self._session, pack):
            self._note_active(*one)

    def upgrade_of(self, computer: str | None, hardware_id: str | None) -> int | None:
        """The active license that a temporary one was upgraded to.

        One of the same real hardware ID, of several the one issued last; where either side has none, one of
        the same computer, which must be the only one.
        """
        hardware = real_hardware_id(hardware_id)
        if hardware is not None and (active_ := self._hardware.get(hardware)) is not None:
            return active_.number
        if not computer:
            return None
        same = [
            active.number
            for active in self._labels.get(label_of(computer), {}).values()
            if same_name(active.computer, computer) and not (hardware and active.hardware)
        ]
        return same[0] if len(same) == 1 else None
