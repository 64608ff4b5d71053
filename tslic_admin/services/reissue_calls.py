"""Recording the call: the code that was read out, the new key pack, the day it was installed (rule 4.7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tslic_admin.db.tables import DraftRow, IssuanceRow, KeyPackRow, RequestRow
from tslic_admin.domain.clocks import iso, read_day, read_moment, refuse_future
from tslic_admin.domain.codes import LICENSE_KEY_PACK_ID, read_code
from tslic_admin.domain.errors import RuleViolation
from tslic_admin.domain.licenses import Removal
from tslic_admin.domain.notices import Notice
from tslic_admin.domain.packs import Origin, read_count, read_keypack_id
from tslic_admin.domain.reissues import (
    CollectedState,
    Recording,
    RequestState,
    decide_record,
    require_open,
)
from tslic_admin.domain.transfers import TransferPolicy
from tslic_admin.services.acts import done, live_packs, name_of_license, name_of_pack, today
from tslic_admin.services.changes import Changes, Done
from tslic_admin.services.pack_links import facts_of_pack, link, mark_installed, offered, open_pack
from tslic_admin.services.packs import refuse_known_code
from tslic_admin.services.reissues import TOUCHED, collected_rows, facts_of
from tslic_admin.services.typed import typed_text


def record(
    session: Session,
    request: RequestRow,
    *,
    code: str,
    quantity: str,
    on: str,
    licenses: Sequence[IssuanceRow] | None = None,
    keypack_id: str | None = None,
    case: str | None = None,
    agent: str | None = None,
    phone: str | None = None,
    call_started_at: str | None = None,
    call_ended_at: str | None = None,
) -> Done:
    """Record the call: one key pack of origin *reissue*, the named CALs retired (default: all collected).

    Texts as they were typed. `keypack_id` of a pack that the server already lists adopts it. The CALs
    that were collected and not named go back to where they were. Raises RuleViolation.
    """
    require_open(facts_of(request))
    recording = Recording(
        code=read_code(code, LICENSE_KEY_PACK_ID, field="code"),
        quantity=read_count(quantity, field="quantity"),
        on=read_day(on, field="on"),
    )
    started, ended = (
        iso(read_moment(text, field=field)) if text and text.strip() else None
        for field, text in (("call_started_at", call_started_at), ("call_ended_at", call_ended_at))
    )
    if started and ended and ended < started:
        raise RuleViolation("call-ends-before-start", field="call_ended_at")
    here = {row.issuance_id: row for row in collected_rows(session, request)}
    named = here if licenses is None else {}
    for issuance in licenses or ():
        if issuance.id not in here:
            raise RuleViolation(
                "not-collected", license=name_of_license(session, issuance), request=request.id
            )
        named[issuance.id] = here[issuance.id]
    number = read_keypack_id(keypack_id) if keypack_id and keypack_id.strip() else None
    listed = open_pack(session, request.server_id, number) if number is not None else None
    retired_from = {session.get_one(IssuanceRow, issuance_id).key_pack_id for issuance_id in named}
    notices = decide_record(
        facts_of(request),
        recording,
        collected=len(here),
        retired=len(named),
        adopt=facts_of_pack(session, listed, recording.code, retired_from) if listed else None,
        today=today(session),
    )
    refuse_known_code(session, recording.code, besides=listed.id if listed else None, field="code")
    for issuance_id, row in here.items():
        retired = issuance_id in named
        row.state = CollectedState.RETIRED if retired else CollectedState.DROPPED
        row.removal = Removal.AWAITING if retired else None
    pack = _new_pack(session, request, retired_from, recording, number)
    request.state = RequestState.RECORDED
    request.quantity = recording.quantity
    request.recorded_on = recording.on.isoformat()
    texts = {"case_number": case, "agent": agent, "phone": phone}
    for field, text in texts.items():
        setattr(request, field, typed_text(text, field=field) or None if text else None)
    request.call_started_at, request.call_ended_at = started, ended
    if number is None:
        others = offered(session, request, recording.quantity, retired_from)
        names = ", ".join(name_of_pack(session, one) for one in others)
        notices += (Notice("packs-offered", {"packs": names}),) if others else ()
    session.add(pack)
    if listed is not None:
        pack.keypack_id = None  # the other has it, and ours stays as it was recorded
        link(session, pack, listed)
        mark_installed(request, listed)
    session.execute(delete(DraftRow).where(DraftRow.request_id == request.id))
    session.flush()
    act = done(session, "reissue.record", TOUCHED | Changes.PACKS | Changes.SERVERS, on=recording.on)
    return Done(
        act.entry, act.changes, record=request.id, made=pack.merged_into_id or pack.id, notices=notices
    )


def _new_pack(
    session: Session,
    request: RequestRow,
    retired_from: set[int],
    recording: Recording,
    keypack_id: int | None,
) -> KeyPackRow:
    """The reissued set, not distinguishable from an original but for its origin (KB 315262).

    What the packs of the retired CALs agree on holds for it too.
    """
    packs = [session.get_one(KeyPackRow, number) for number in retired_from]

    def agreed(field: str) -> Any:
        values = {getattr(pack, field) for pack in packs}
        return values.pop() if len(values) == 1 else None

    return KeyPackRow(
        server_id=request.server_id,
        keypack_id=keypack_id,
        description=agreed("description"),
        key_pack_type=agreed("key_pack_type"),
        product_type=request.product_type,
        product_version=agreed("product_version"),
        product_version_id=request.product_version_id,
        total=recording.quantity,
        program=agreed("program"),
        transfer_policy=TransferPolicy.ONE_TIME,
        origin=Origin.REISSUE,
        request_id=request.id,
        license_key_pack_id=recording.code,
    )


def set_installed(session: Session, request: RequestRow, *, on: str) -> Done:
    """Say that the reissued pack was installed on the server. Raises RuleViolation."""
    day = read_day(on, field="on")
    if request.state not in (RequestState.RECORDED, RequestState.INSTALLED):
        raise RuleViolation("request-not-recorded", request=request.id, state=request.state)
    refuse_future(day, today(session))
    if request.recorded_on and day < date.fromisoformat(request.recorded_on):
        raise RuleViolation("installed-before-call", field="on", on=day, call=request.recorded_on)
    request.state = RequestState.INSTALLED
    request.installed_on = day.isoformat()
    pack = session.scalars(select(KeyPackRow).where(KeyPackRow.request_id == request.id, *live_packs())).one()
    pack.installed_on = day.isoformat()
    act = done(session, "reissue.installed", Changes.REISSUES | Changes.PACKS, on=day)
    return Done(act.entry, act.changes, record=request.id)
