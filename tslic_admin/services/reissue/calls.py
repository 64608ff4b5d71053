"""The call of a reissue request: show the secrets to read out, record the call, link or correct its key pack (rule 4.7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tslic_admin.db.history.recording import seal
from tslic_admin.db.schema.tables import DraftRow, IssuanceRow, KeyPackRow, RequestRow, ServerRow
from tslic_admin.domain.clocks import iso, read_day, read_moment, refuse_future
from tslic_admin.domain.codes import LICENSE_KEY_PACK_ID, read_code
from tslic_admin.domain.licenses.issuances import RemovalState
from tslic_admin.domain.licenses.packs import Origin, read_count, read_keypack_id
from tslic_admin.domain.outcomes import Notice, RuleViolation
from tslic_admin.domain.records.reissues import (
    CallResult,
    CollectedState,
    RequestState,
    check_adoptable,
    decide_record,
    require_open,
)
from tslic_admin.domain.records.transfers import TransferPolicy
from tslic_admin.services.changes import ActResult, Changes
from tslic_admin.services.lookup import live_packs, name_of_license, name_of_pack
from tslic_admin.services.records.facts import collected_rows, pack_facts, request_facts
from tslic_admin.services.records.pack_links import (
    check_not_listed,
    find_source_packs,
    has_other_code,
    is_linked,
    link,
    mark_not_installed,
    offered_packs,
    open_pack,
    refuse_known_code,
    unlink,
)
from tslic_admin.services.reissue.requests import REISSUE_CHANGES
from tslic_admin.services.sealing import optional_text, require_reason, seal_act, today

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RevealedSecrets:
    """Secrets that were revealed, and what the entry about it changed.

    `numbers`: the purchase numbers of each pack, by the pack's number.
    """

    changes: Changes
    license_server_id: str | None = None
    numbers: dict[int, tuple[str, ...]] = field(default_factory=dict)
    code: str | None = None


def reveal_for_call(session: Session, request: RequestRow) -> RevealedSecrets:
    """The unmasked license server ID and purchase numbers, to be read out in the call; records an entry *reveal*."""
    server = session.get_one(ServerRow, request.server_id)
    pack_ids = (
        session.get_one(IssuanceRow, one.issuance_id).key_pack_id for one in collected_rows(session, request)
    )
    packs = [session.get_one(KeyPackRow, number) for number in dict.fromkeys(pack_ids)]
    numbers = {pack.id: tuple(n for n in (pack.number, pack.authorization_number) if n) for pack in packs}
    revealed = ["license server ID"] if server.license_server_id else []
    revealed += [f"numbers of key pack {name_of_pack(session, pack)}" for pack in packs if numbers[pack.id]]
    line = ("reveal", request.id, server.name, "Revealed", None, ", ".join(revealed))
    seal(session, "reveal", bulk_lines=[line])
    return RevealedSecrets(Changes.HISTORY, license_server_id=server.license_server_id, numbers=numbers)


def reveal_code(session: Session, request: RequestRow) -> RevealedSecrets:
    """The unmasked license key pack ID, to be entered on the server; records an entry *reveal*."""
    pack = pack_of_request(session, request)
    line = ("reveal", request.id, name_of_pack(session, pack), "Revealed", None, "license key pack ID")
    seal(session, "reveal", bulk_lines=[line])
    return RevealedSecrets(Changes.HISTORY, code=pack.license_key_pack_id)


@dataclass(frozen=True, slots=True)
class ReissueCall:
    """The texts that a user typed for a call. `code`: the confirmation code, which is the license key pack ID."""

    code: str
    quantity: str
    on: str
    keypack_id: str | None = None
    case: str | None = None
    agent: str | None = None
    phone: str | None = None
    call_started_at: str | None = None
    call_ended_at: str | None = None


def record(
    session: Session, request: RequestRow, typed: ReissueCall, licenses: Sequence[IssuanceRow] | None = None
) -> ActResult:
    """Record the call: one key pack of origin *reissue*, the named CALs retired (default: all collected).

    If the server already lists a pack with the typed Keypack ID, the request adopts it. Collected CALs that are not
    named leave the request. Raises RuleViolation.
    """
    require_open(request_facts(request))
    code = read_code(typed.code, LICENSE_KEY_PACK_ID, field="code")
    call = CallResult(read_count(typed.quantity, field="quantity"), read_day(typed.on, field="on"))
    started, ended = (
        iso(read_moment(text, field=field)) if text and text.strip() else None
        for field, text in (
            ("call_started_at", typed.call_started_at),
            ("call_ended_at", typed.call_ended_at),
        )
    )
    if started and ended and ended < started:
        raise RuleViolation("call-ends-before-start", field="call_ended_at")
    collected = {row.issuance_id: row for row in collected_rows(session, request)}
    to_retire = collected if licenses is None else {}
    for issuance in licenses or ():
        if issuance.id not in collected:
            raise RuleViolation(
                "not-collected", license=name_of_license(session, issuance), request=request.id
            )
        to_retire[issuance.id] = collected[issuance.id]
    number = read_keypack_id(typed.keypack_id) if typed.keypack_id and typed.keypack_id.strip() else None
    listed = open_pack(session, request.server_id, number) if number is not None else None
    source_packs = {session.get_one(IssuanceRow, issuance_id).key_pack_id for issuance_id in to_retire}
    notices = decide_record(
        request_facts(request),
        call,
        collected=len(collected),
        retired=len(to_retire),
        adopt=pack_facts(session, listed, source_packs, other_code=has_other_code(listed, code))
        if listed
        else None,
        today=today(session),
    )
    refuse_known_code(session, code, besides=listed.id if listed else None, field="code")
    for issuance_id, row in collected.items():
        is_retired = issuance_id in to_retire
        row.state = CollectedState.RETIRED if is_retired else CollectedState.DROPPED
        row.removal = RemovalState.AWAITING if is_retired else None
    pack = _new_pack(session, request, source_packs, number)
    pack.license_key_pack_id, pack.total = code, call.quantity
    request.state = RequestState.RECORDED
    request.quantity = call.quantity
    request.recorded_on = call.on.isoformat()
    request.case_number = optional_text(typed.case, field="case_number")
    request.agent = optional_text(typed.agent, field="agent")
    request.phone = optional_text(typed.phone, field="phone")
    request.call_started_at, request.call_ended_at = started, ended
    if number is None:
        offered = offered_packs(session, request, call.quantity, source_packs)
        names = ", ".join(name_of_pack(session, one) for one in offered)
        notices += (Notice("packs-offered", {"packs": names}),) if offered else ()
    session.add(pack)
    if listed is not None:
        pack.keypack_id = None  # the listed pack has it; the recorded pack keeps its other fields
        link(session, pack, listed)
    session.execute(delete(DraftRow).where(DraftRow.request_id == request.id))
    session.flush()
    act = seal_act(session, "reissue.record", REISSUE_CHANGES | Changes.PACKS | Changes.SERVERS, on=call.on)
    return ActResult(
        act.entry,
        act.changes,
        record=request.id,
        second_record=pack.merged_into_id or pack.id,
        notices=notices,
    )


def _new_pack(
    session: Session, request: RequestRow, source_packs: set[int], keypack_id: int | None
) -> KeyPackRow:
    """The reissued pack, which differs from an original one only in its origin (KB 315262).

    Fields with the same value in all packs of the retired CALs are copied to it.
    """
    packs = [session.get_one(KeyPackRow, number) for number in source_packs]

    def common_value(values: Iterable[T]) -> T | None:
        distinct = set(values)
        return distinct.pop() if len(distinct) == 1 else None

    return KeyPackRow(
        server_id=request.server_id,
        keypack_id=keypack_id,
        description=common_value(pack.description for pack in packs),
        key_pack_type=common_value(pack.key_pack_type for pack in packs),
        product_type=request.product_type,
        product_version=common_value(pack.product_version for pack in packs),
        product_version_id=request.product_version_id,
        program=common_value(pack.program for pack in packs),
        transfer_policy=TransferPolicy.ONE_TIME,
        origin=Origin.REISSUE,
        request_id=request.id,
    )


def set_installed(session: Session, request: RequestRow, *, on: str) -> ActResult:
    """Say that the reissued pack was installed on the server. Raises RuleViolation."""
    day = read_day(on, field="on")
    pack = pack_of_request(session, request)
    refuse_future(day, today(session))
    if request.recorded_on and day < date.fromisoformat(request.recorded_on):
        raise RuleViolation("installed-before-call", field="on", on=day, call=request.recorded_on)
    request.state = RequestState.INSTALLED
    request.installed_on = day.isoformat()
    pack.installed_on = day.isoformat()
    act = seal_act(session, "reissue.installed", Changes.REISSUES | Changes.PACKS, on=day)
    return ActResult(act.entry, act.changes, record=request.id)


NO_PACK = "none"


def pack_of_request(session: Session, request: RequestRow) -> KeyPackRow:
    """The key pack that a recorded request became. Raises RuleViolation `request-not-recorded`."""
    if request.state not in (RequestState.RECORDED, RequestState.INSTALLED):
        raise RuleViolation("request-not-recorded", request=request.id, state=request.state)
    return session.scalars(select(KeyPackRow).where(KeyPackRow.request_id == request.id, *live_packs())).one()


def set_link(session: Session, request: RequestRow, keypack_id: str, *, reason: str | None) -> ActResult:
    """Link the reissued pack to the listed one with this Keypack ID; `none`: the server does not list it yet.

    An existing link is undone first. Raises RuleViolation.
    """
    reason = require_reason(reason)
    pack = pack_of_request(session, request)
    target = None
    if keypack_id.strip().casefold() != NO_PACK:
        number = read_keypack_id(keypack_id, field="keypack_id")
        target = open_pack(session, request.server_id, number)
        if target is None:
            raise RuleViolation("link-unseen", field="keypack_id", value=number)
    linked = is_linked(session, pack)
    if not linked and target is None:
        raise RuleViolation("not-linked", request=request.id)
    code = pack.license_key_pack_id
    if linked and pack is not target:
        pack, entry = unlink(session, pack)
        mark_not_installed(session, request, entry)
    if target is not None and pack is not target:
        source_packs = find_source_packs(session, request.id)
        facts = pack_facts(session, target, source_packs, other_code=has_other_code(target, code))
        check_adoptable(request_facts(request), facts, request.quantity or 0)
        check_not_listed(session, pack)
        link(session, pack, target)
    act = seal_act(session, "reissue.link", REISSUE_CHANGES | Changes.PACKS | Changes.SERVERS, reason=reason)
    return ActResult(
        act.entry, act.changes, record=request.id, second_record=pack_of_request(session, request).id
    )


def correct(session: Session, request: RequestRow, *, code: str, reason: str | None) -> ActResult:
    """Correct a mistyped code. Raises RuleViolation, also `correct-linked` once the pack is linked."""
    reason = require_reason(reason)
    pack = pack_of_request(session, request)
    if is_linked(session, pack):
        raise RuleViolation("correct-linked", request=request.id, pack=name_of_pack(session, pack))
    new_code = read_code(code, LICENSE_KEY_PACK_ID, field="code")
    refuse_known_code(session, new_code, besides=pack.id, field="code")
    pack.license_key_pack_id = new_code
    act = seal_act(session, "reissue.correct", Changes.REISSUES | Changes.PACKS, reason=reason)
    return ActResult(act.entry, act.changes, record=request.id, second_record=pack.id)
