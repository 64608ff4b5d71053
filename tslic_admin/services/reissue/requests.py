"""Reissue requests until the call: open, collect CALs, withdraw, keep a draft (KB 315262; rule 4.7)."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete
from sqlalchemy.orm import Session

from tslic_admin.db.schema.tables import CollectedRow, DraftRow, IssuanceRow, RequestRow, ServerRow
from tslic_admin.domain.names import read_name
from tslic_admin.domain.outcomes import Notice, RuleViolation
from tslic_admin.domain.records.reissues import CollectedState, RequestState, decide_collect, require_open
from tslic_admin.services.changes import ActResult, Changes
from tslic_admin.services.lookup import name_of_license
from tslic_admin.services.records.facts import collected_rows, license_facts, request_facts
from tslic_admin.services.reissue.worksheets import Draft
from tslic_admin.services.sealing import optional_text, require_reason, seal_act, today

REISSUE_CHANGES = Changes.REISSUES | Changes.LICENSES


def open_request(
    session: Session, server: ServerRow, *, same_call_as: RequestRow | None = None, reason: str | None = None
) -> ActResult:
    """Open a request for one server; CALs are collected into it until the call is made.

    Raises RuleViolation `same-call-withdrawn`.
    """
    _refuse_withdrawn(same_call_as)
    row = RequestRow(
        server_id=server.id,
        state=RequestState.OPEN,
        same_call_as_id=same_call_as.id if same_call_as else None,
        reason=optional_text(reason, field="reason"),
        opened_on=today(session).isoformat(),
    )
    session.add(row)
    session.flush()
    act = seal_act(session, "reissue.open", Changes.REISSUES, reason=row.reason)
    return ActResult(act.entry, act.changes, record=row.id)


def collect(
    session: Session,
    request: RequestRow,
    licenses: Iterable[tuple[IssuanceRow, str | None]],
    *,
    reason: str | None = None,
    anyway: bool = False,
) -> ActResult:
    """Collect CALs, each with the computer that needs its successor (None: not known). All or none.

    For a CAL that is already collected, only that computer changes. Raises RuleViolation or NeedsReason.
    """
    notices: list[Notice] = []
    reason = optional_text(reason, field="reason")
    collected = {row.issuance_id: row for row in collected_rows(session, request)}
    for issuance, computer in licenses:
        to = read_name(computer, field="to") if computer and computer.strip() else None
        if issuance.id in collected and to is not None and to != collected[issuance.id].to_computer:
            require_open(request_facts(request))
            collected[issuance.id].to_computer = to
            continue
        facts = license_facts(session, issuance)
        notices += decide_collect(request_facts(request), facts, today(session), reason, anyway=anyway)
        row = CollectedRow(
            request_id=request.id, issuance_id=issuance.id, to_computer=to, state=CollectedState.COLLECTED
        )
        session.add(row)
        collected[issuance.id] = row
        if request.product_type is None:
            request.product_type = facts.product_type
        if request.product_version_id is None:
            request.product_version_id = facts.product_version
        session.flush()
    act = seal_act(session, "reissue.add", REISSUE_CHANGES, reason=reason)
    return ActResult(act.entry, act.changes, record=request.id, notices=tuple(notices))


def set_needed_by(session: Session, request: RequestRow, issuance: IssuanceRow, computer: str) -> ActResult:
    """Set the computer that needs the successor of a collected CAL; empty: not known.

    Raises RuleViolation `not-collected` or `request-not-open`, or what is wrong with the name.
    """
    require_open(request_facts(request))
    row = next((one for one in collected_rows(session, request) if one.issuance_id == issuance.id), None)
    if row is None:
        raise RuleViolation("not-collected", license=name_of_license(session, issuance), request=request.id)
    row.to_computer = read_name(computer, field="to") if computer.strip() else None
    act = seal_act(session, "reissue.needed-by", REISSUE_CHANGES)
    return ActResult(act.entry, act.changes, record=request.id)


def drop(session: Session, request: RequestRow, issuances: Iterable[IssuanceRow]) -> ActResult:
    """Take CALs out of an open request. Raises RuleViolation `not-collected` or `request-not-open`."""
    require_open(request_facts(request))
    collected = {row.issuance_id: row for row in collected_rows(session, request)}
    for issuance in issuances:
        row = collected.pop(issuance.id, None)
        if row is None:
            raise RuleViolation(
                "not-collected", license=name_of_license(session, issuance), request=request.id
            )
        row.state = CollectedState.DROPPED
    if not collected:
        request.product_type = request.product_version_id = None
    act = seal_act(session, "reissue.drop", REISSUE_CHANGES)
    return ActResult(act.entry, act.changes, record=request.id)


def withdraw(session: Session, request: RequestRow, *, reason: str | None) -> ActResult:
    """Withdraw an open request; its CALs leave it. Raises RuleViolation."""
    reason = require_reason(reason)
    require_open(request_facts(request))
    for row in collected_rows(session, request):
        row.state = CollectedState.DROPPED
    request.state = RequestState.WITHDRAWN
    session.execute(delete(DraftRow).where(DraftRow.request_id == request.id))
    act = seal_act(session, "reissue.withdraw", REISSUE_CHANGES, reason=reason)
    return ActResult(act.entry, act.changes, record=request.id)


def set_same_call(session: Session, request: RequestRow, other: RequestRow | None) -> ActResult:
    """Set whether this request is settled by the same call as another one; None: by a call of its own.

    Raises RuleViolation `request-not-open`, `same-call-itself` or `same-call-withdrawn`.
    """
    require_open(request_facts(request))
    if other is not None and request.id in (other.id, other.same_call_as_id):
        raise RuleViolation("same-call-itself", field="same_call_as", request=request.id)
    _refuse_withdrawn(other)
    request.same_call_as_id = other.id if other else None
    act = seal_act(session, "reissue.same-call", Changes.REISSUES)
    return ActResult(act.entry, act.changes, record=request.id)


def _refuse_withdrawn(other: RequestRow | None) -> None:
    """No call settles a withdrawn request, so no other request can share its call."""
    if other is not None and other.state == RequestState.WITHDRAWN:
        raise RuleViolation("same-call-withdrawn", field="same_call_as", request=other.id)


def save_draft(session: Session, request: RequestRow, draft: Draft) -> None:
    """Save what was typed into the worksheet, so that it outlives the program's run. Writes no history entry.

    Raises RuleViolation `request-not-open` once the call was recorded.
    """
    require_open(request_facts(request))
    row = session.get(DraftRow, request.id)
    if row is None:
        session.add(DraftRow(request_id=request.id, content=draft.to_json()))
    else:
        row.content = draft.to_json()
