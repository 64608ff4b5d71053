"""Writes a removal kit for an old client, scripts and a checklist, into a folder of its own (rule 4.9)."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tslic_admin.db.lists.pages import read_view
from tslic_admin.db.trouble import StoreTrouble
from tslic_admin.domain.catalogue.licenses import LICENSES
from tslic_admin.domain.catalogue.reissues import COLLECTED, CollectedLine
from tslic_admin.domain.catalogue.transfers import TRANSFERS, TransferLine
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.domain.records.removals import RemovalKit, read_store_entry
from tslic_admin.formats.writing.removal_kit import removal_checklist, removal_scripts, shell_safe
from tslic_admin.wording.lists.machine import row_license_reference
from tslic_admin.wording.records.removals import REMOVAL_STEPS, removal_effects

CHECKLIST = "checklist.html"


@dataclass(frozen=True, slots=True)
class GivenUpLicense:
    """A license that was given up by a transfer or a reissue request. `state`: the state of its removal."""

    kind: str  # transfer or collected
    number: int
    computer: str
    license: str
    because: str
    state: str


def read_given_up(path: Path, now: Callable[[], datetime], kind: str, number: int) -> GivenUpLicense | None:
    """The license that a transfer or a row of a request (`collected`) gave up. Raises StoreTrouble."""
    with read_view(path, now) as state:
        row: TransferLine | CollectedLine | None
        if kind == "transfer":
            row = next(state.rows(TRANSFERS, record_id=number, ended=True), None)
        else:
            row = next(state.rows(COLLECTED, record_id=number, ended=True), None)
    if row is None or row.removal is None:
        return None
    if isinstance(row, TransferLine):
        old_computer = row.from_computer
        because = f"Transfer {number} of {row.on_day}, to {row.to_computer}"
    else:
        old_computer = row.lost_by
        because = f"Reissue request {row.request_id}"
    return GivenUpLicense(
        kind, number, old_computer or "not known", row_license_reference(row), because, row.removal
    )


def find_given_up(path: Path, now: Callable[[], datetime], issuance: int) -> tuple[str, int] | None:
    """By what a license was given up: the kind and number for `read_given_up`. Raises StoreTrouble."""
    with read_view(path, now) as state:
        row = next(state.rows(LICENSES, record_id=issuance, ended=True), None)
        if row is None or row.removal is None or row.record_number is None:
            return None
        if row.record == "retired":
            collected = state.rows(COLLECTED, request_id=row.record_number)
            return "collected", next(one.number for one in collected if one.issuance_id == issuance)
        return "transfer", row.record_number


def kit_of(given_up: GivenUpLicense, *, views: tuple[str, ...], entry: str | None) -> RemovalKit:
    """The content of a kit. `entry`: of the client's store, as typed; empty: the whole key. Raises RuleViolation."""
    store_entry = read_store_entry(entry) if entry and entry.strip() else None
    return RemovalKit(given_up.computer, given_up.license, given_up.because, views, store_entry)


def files(kit: RemovalKit, made_on: str) -> dict[str, bytes]:
    """Every file of a kit by its name."""
    return removal_scripts(kit) | {
        CHECKLIST: removal_checklist(kit, made_on=made_on, effects=removal_effects(kit), steps=REMOVAL_STEPS)
    }


def folder_of(kit: RemovalKit) -> str:
    """The name of a kit's own folder."""
    name = shell_safe(f"removal {kit.computer} {kit.license}").replace("/", "-").replace(" ", "-").strip(".-")
    return name[:100].replace(":", "_").rstrip(".")


def write(kit: RemovalKit, into: Path, made_on: str) -> Path:
    """Write a kit into a new folder below `into`, whole or not at all; returns that folder.

    Raises RuleViolation `kit-exists`, StoreTrouble `file-not-written`.
    """
    target = into / folder_of(kit)
    if target.exists():
        raise RuleViolation("kit-exists", field="folder", folder=target.name)
    try:
        beside = Path(tempfile.mkdtemp(prefix=".removal-", dir=into))
        try:
            for name, content in files(kit, made_on).items():
                (beside / name).write_bytes(content)
            beside.chmod(0o755)
            beside.rename(target)
        except OSError:
            shutil.rmtree(beside, ignore_errors=True)
            raise
    except OSError as error:
        raise StoreTrouble("file-not-written", path=into, why=error.strerror or str(error)) from error
    return target
