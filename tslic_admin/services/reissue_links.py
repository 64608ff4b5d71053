"""What comes after the call was recorded: linking the server's pack, correcting a mistyped code (rule 4.7)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from tslic_admin.db.tables import KeyPackRow, RequestRow
from tslic_admin.domain.codes import LICENSE_KEY_PACK_ID, read_code
from tslic_admin.domain.errors import RuleViolation
from tslic_admin.domain.packs import read_keypack_id
from tslic_admin.domain.reissues import RequestState, check_adoptable
from tslic_admin.services.acts import done, live_packs, name_of_pack, require_reason
from tslic_admin.services.changes import Changes, Done
from tslic_admin.services.pack_links import (
    check_not_listed,
    facts_of_pack,
    is_linked,
    link,
    mark_installed,
    mark_not_seen,
    open_pack,
    retired_from,
    unlink,
)
from tslic_admin.services.packs import refuse_known_code
from tslic_admin.services.reissues import TOUCHED, facts_of

NONE = "none"


def pack_of_request(session: Session, request: RequestRow) -> KeyPackRow:
    """The key pack that a recorded request became. Raises RuleViolation `request-not-recorded`."""
    if request.state not in (RequestState.RECORDED, RequestState.INSTALLED):
        raise RuleViolation("request-not-recorded", request=request.id, state=request.state)
    return session.scalars(select(KeyPackRow).where(KeyPackRow.request_id == request.id, *live_packs())).one()


def set_link(session: Session, request: RequestRow, keypack_id: str, *, reason: str | None) -> Done:
    """Say which of the server's packs the reissued one is, or `none`: the server lists it not yet.

    A link that stands is taken back first. Raises RuleViolation.
    """
    reason = require_reason(reason)
    pack = pack_of_request(session, request)
    wanted = None
    if keypack_id.strip().casefold() != NONE:
        number = read_keypack_id(keypack_id, field="keypack_id")
        wanted = open_pack(session, request.server_id, number)
        if wanted is None:
            raise RuleViolation("link-unseen", field="keypack_id", value=number)
    linked = is_linked(session, pack)
    if not linked and wanted is None:
        raise RuleViolation("not-linked", request=request.id)
    code = pack.license_key_pack_id
    if linked and pack is not wanted:
        pack, entry = unlink(session, pack)
        mark_not_seen(session, request, entry)
    if wanted is not None and pack is not wanted:
        facts = facts_of_pack(session, wanted, code, retired_from(session, request.id))
        check_adoptable(facts_of(request), facts, request.quantity or 0)
        check_not_listed(session, pack)
        link(session, pack, wanted)
        mark_installed(request, wanted)
    act = done(session, "reissue.link", TOUCHED | Changes.PACKS | Changes.SERVERS, reason=reason)
    return Done(act.entry, act.changes, record=request.id, made=pack_of_request(session, request).id)


def correct(session: Session, request: RequestRow, *, code: str, reason: str | None) -> Done:
    """Correct a mistyped code, until the pack is linked: from then on the server knows it better.

    Raises RuleViolation.
    """
    reason = require_reason(reason)
    pack = pack_of_request(session, request)
    if is_linked(session, pack):
        raise RuleViolation("correct-linked", request=request.id, pack=name_of_pack(session, pack))
    read = read_code(code, LICENSE_KEY_PACK_ID, field="code")
    refuse_known_code(session, read, besides=pack.id, field="code")
    pack.license_key_pack_id = read
    act = done(session, "reissue.correct", Changes.REISSUES | Changes.PACKS, reason=reason)
    return Done(act.entry, act.changes, record=request.id, made=pack.id)
