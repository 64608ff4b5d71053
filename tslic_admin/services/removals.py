"""Recording that a license was removed from its old client, or that this is not intended (rule 4.9).

A later record of the same license replaces an earlier one: the history keeps both.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from tslic_admin.db.tables import CollectedRow, IssuanceRow, RequestRow, TransferRow
from tslic_admin.domain.clocks import read_day
from tslic_admin.domain.errors import RuleViolation
from tslic_admin.domain.licenses import Removal
from tslic_admin.domain.notices import Notice
from tslic_admin.domain.reissues import CollectedState
from tslic_admin.domain.removals import decide_removed
from tslic_admin.services.acts import done, name_of_license, require_reason, today
from tslic_admin.services.changes import Changes, Done
from tslic_admin.services.client_files import ReadFile, read_file
from tslic_admin.services.reissues import collected_rows
from tslic_admin.services.typed import typed_text

GivenUp = TransferRow | CollectedRow
TRANSFER = Changes.TRANSFERS | Changes.LICENSES
REISSUE = Changes.REISSUES | Changes.LICENSES


def read_backup(path: Path) -> ReadFile:
    """Read the file that is kept as evidence. Raises RuleViolation `backup-empty`, StoreTrouble as `read_file`."""
    backup = read_file(path)
    if not backup.begin:
        raise RuleViolation("backup-empty", field="backup", file=path.name)
    return backup


def says_of(session: Session, thing: GivenUp, backup: ReadFile) -> tuple[Notice, ...]:
    """Whether the file holds the license that was given up, in a sentence; nothing is refused because of it."""
    from tslic_admin.services.removal_evidence import (
        compared,
    )  # reads licenses, for which it imports a library

    return compared(session, thing.issuance_id, _lost_by(session, thing), backup)


def _lost_by(session: Session, thing: GivenUp) -> str | None:
    """The computer that held the license last; None: the one that the server names."""
    if isinstance(thing, TransferRow):
        return thing.from_computer
    return session.scalar(
        select(TransferRow.to_computer)
        .where(TransferRow.issuance_id == thing.issuance_id, TransferRow.voided_by.is_(None))
        .order_by(TransferRow.id.desc())
        .limit(1)
    )


def given_up_thing(session: Session, kind: str, number: int) -> GivenUp:
    """What a row of a list stands for: a transfer, or a license of a request (`collected`)."""
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


def removed(
    session: Session, thing: GivenUp, *, on: str, by: str | None, backup: ReadFile | None = None
) -> Done:
    """Record that the license is gone from the old client: the day, by whom, and the evidence where there is one.

    Raises RuleViolation.
    """
    since = _given_up_on(session, thing)
    day = read_day(on, field="on")
    if by is None or not by.strip():
        raise RuleViolation("field-missing", field="by")
    name = typed_text(by, field="by")
    decide_removed(day, since=since, today=today(session))
    thing.removal = Removal.REMOVED
    thing.removal_on = day.isoformat()
    thing.removal_by = name
    thing.removal_sha256 = backup.sha256 if backup is not None else None
    thing.removal_reason = None
    notices = says_of(session, thing, backup) if backup is not None else ()
    if isinstance(thing, TransferRow):
        act = done(session, "transfer.removed", TRANSFER, on=day)
    else:
        act = done(session, "reissue.removed", REISSUE, on=day)
    return Done(act.entry, act.changes, record=_number(thing), notices=notices)


def not_intended(session: Session, thing: GivenUp, *, reason: str | None) -> Done:
    """Record that the license stays on the old client, and why. Raises RuleViolation."""
    _given_up_on(session, thing)
    reason = require_reason(reason)
    thing.removal = Removal.NOT_INTENDED
    thing.removal_on = thing.removal_by = thing.removal_sha256 = None
    thing.removal_reason = reason
    if isinstance(thing, TransferRow):
        act = done(session, "transfer.kept", TRANSFER, reason=reason)
    else:
        act = done(session, "reissue.kept", REISSUE, reason=reason)
    return Done(act.entry, act.changes, record=_number(thing))


def _given_up_on(session: Session, thing: GivenUp) -> date:
    """The day of the transfer or of the call. Raises RuleViolation where there was none after all."""
    if isinstance(thing, TransferRow):
        if thing.voided_by is not None:
            raise RuleViolation("transfer-voided", transfer=thing.id)
        return date.fromisoformat(thing.on_day)
    request = session.get_one(RequestRow, thing.request_id)
    if thing.state != CollectedState.RETIRED or request.recorded_on is None:
        name = name_of_license(session, session.get_one(IssuanceRow, thing.issuance_id))
        raise RuleViolation("removal-not-retired", field="license", license=name, request=request.id)
    return date.fromisoformat(request.recorded_on)


def _number(thing: GivenUp) -> int:
    """The transfer's, or the request's."""
    return thing.id if isinstance(thing, TransferRow) else thing.request_id
