"""Records that a license was removed from its old client, or that it stays there (rule 4.9)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from tslic_admin.db.schema.tables import CollectedRow, IssuanceRow, RequestRow, TransferRow
from tslic_admin.domain.clocks import read_day
from tslic_admin.domain.licenses.issuances import RemovalState
from tslic_admin.domain.outcomes import Notice, RuleViolation
from tslic_admin.domain.records.reissues import CollectedState
from tslic_admin.domain.records.removals import check_removal_day
from tslic_admin.services.changes import ActResult, Changes
from tslic_admin.services.evidence.client_licenses import ClientFileContent, compare_with_license, read_file
from tslic_admin.services.lookup import name_of_license
from tslic_admin.services.records.facts import collected_rows
from tslic_admin.services.sealing import require_reason, seal_act, today, typed_text

GivenUpRow = TransferRow | CollectedRow
TRANSFER_REMOVAL_CHANGES = Changes.TRANSFERS | Changes.LICENSES
REISSUE_REMOVAL_CHANGES = Changes.REISSUES | Changes.LICENSES


def read_backup(path: Path) -> ClientFileContent:
    """Read the file that is kept as evidence. Raises RuleViolation `backup-empty`, StoreTrouble as `read_file`."""
    backup = read_file(path)
    if not backup.first_bytes:
        raise RuleViolation("backup-empty", field="backup", file=path.name)
    return backup


def compare_backup(session: Session, given_up: GivenUpRow, backup: ClientFileContent) -> tuple[Notice, ...]:
    """A notice whether the file contains the license that was given up. The comparison refuses nothing."""
    return compare_with_license(session, given_up.issuance_id, _lost_by(session, given_up), backup)


def _lost_by(session: Session, given_up: GivenUpRow) -> str | None:
    """The computer that lost the license; None: the one that the server names."""
    if isinstance(given_up, TransferRow):
        return given_up.from_computer
    return session.scalar(
        select(TransferRow.to_computer)
        .where(TransferRow.issuance_id == given_up.issuance_id, TransferRow.voided_by.is_(None))
        .order_by(TransferRow.id.desc())
        .limit(1)
    )


def get_given_up(session: Session, kind: str, number: int) -> GivenUpRow:
    """The row that gave a license up: a transfer, or a license of a request (`collected`)."""
    if kind == "transfer":
        return session.get_one(TransferRow, number)
    return session.get_one(CollectedRow, number)


def retired_license(session: Session, request: RequestRow, issuance: IssuanceRow) -> CollectedRow:
    """A CAL that a recorded request retired. Raises RuleViolation `removal-not-retired`."""
    for row in collected_rows(session, request):
        if row.issuance_id == issuance.id and row.state == CollectedState.RETIRED:
            return row
    raise RuleViolation(
        "removal-not-retired", field="license", license=name_of_license(session, issuance), request=request.id
    )


def record_removed(
    session: Session,
    given_up: GivenUpRow,
    *,
    on: str,
    by: str | None,
    backup: ClientFileContent | None = None,
) -> ActResult:
    """Record that the license was removed from the old client: the day, by whom, and any evidence.

    Raises RuleViolation.
    """
    since = _given_up_on(session, given_up)
    day = read_day(on, field="on")
    if by is None or not by.strip():
        raise RuleViolation("field-missing", field="by")
    name = typed_text(by, field="by")
    check_removal_day(day, since=since, today=today(session))
    given_up.removal = RemovalState.REMOVED
    given_up.removal_on = day.isoformat()
    given_up.removal_by = name
    given_up.removal_sha256 = backup.sha256 if backup is not None else None
    given_up.removal_reason = None
    notices = compare_backup(session, given_up, backup) if backup is not None else ()
    if isinstance(given_up, TransferRow):
        act = seal_act(session, "transfer.removed", TRANSFER_REMOVAL_CHANGES, on=day)
    else:
        act = seal_act(session, "reissue.removed", REISSUE_REMOVAL_CHANGES, on=day)
    return ActResult(act.entry, act.changes, record=_number(given_up), notices=notices)


def record_not_intended(session: Session, given_up: GivenUpRow, *, reason: str | None) -> ActResult:
    """Record that the license stays on the old client, and why. Raises RuleViolation."""
    _given_up_on(session, given_up)
    reason = require_reason(reason)
    given_up.removal = RemovalState.NOT_INTENDED
    given_up.removal_on = given_up.removal_by = given_up.removal_sha256 = None
    given_up.removal_reason = reason
    if isinstance(given_up, TransferRow):
        act = seal_act(session, "transfer.kept", TRANSFER_REMOVAL_CHANGES, reason=reason)
    else:
        act = seal_act(session, "reissue.kept", REISSUE_REMOVAL_CHANGES, reason=reason)
    return ActResult(act.entry, act.changes, record=_number(given_up))


def _given_up_on(session: Session, given_up: GivenUpRow) -> date:
    """The day of the transfer or of the call. Raises RuleViolation if the transfer is voided or the CAL not retired."""
    if isinstance(given_up, TransferRow):
        if given_up.voided_by is not None:
            raise RuleViolation("transfer-voided", transfer=given_up.id)
        return date.fromisoformat(given_up.on_day)
    request = session.get_one(RequestRow, given_up.request_id)
    if given_up.state != CollectedState.RETIRED or request.recorded_on is None:
        name = name_of_license(session, session.get_one(IssuanceRow, given_up.issuance_id))
        raise RuleViolation("removal-not-retired", field="license", license=name, request=request.id)
    return date.fromisoformat(request.recorded_on)


def _number(given_up: GivenUpRow) -> int:
    """The transfer's, or the request's."""
    return given_up.id if isinstance(given_up, TransferRow) else given_up.request_id
