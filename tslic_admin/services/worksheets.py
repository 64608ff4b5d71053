"""A reissue request as the worksheet for the call: what is collected, what to have at hand, what was typed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tslic_admin.db.frozen import Frozen, frozen
from tslic_admin.domain.advice import (
    Pool,
    Return,
    Revocation,
    bought_for_devices,
    returns,
    revocation,
    short_of,
)
from tslic_admin.domain.clocks import day_of
from tslic_admin.domain.packs import family, is_bought
from tslic_admin.domain.reissues import is_of_type, is_of_version
from tslic_admin.services.changes import Changes

if TYPE_CHECKING:  # the worksheet is read before SQLAlchemy is needed
    from sqlalchemy.orm import Session

SETTLED_OFFERED = 20  # requests that were settled last, as the same call: the list stays short over the years


@dataclass(frozen=True, slots=True)
class Worksheet:
    """Rows as their lists have them. `packs`: those that collected licenses are of; `pack`: what it became.

    `lost_by`: who lost a collected license, by its number: whom it was transferred to, else the computer or
    user the server names. `others`: requests that may be settled by the same call, or are said to be.
    `draft`: what was typed, by field. `offered`: key packs of the server that may be what it became. `returns`: when a collected license returns to the pool, by its number;
    `revocation`, `short`: how many of the version may be revoked instead, and how many are issued too many.
    """

    request: Any
    server: Any
    collected: tuple[Any, ...]
    lost_by: dict[int, str | None]
    packs: tuple[Any, ...]
    pack: Any | None
    others: tuple[Any, ...]
    draft: dict[str, Any]
    returns: dict[int, Return]
    revocation: Revocation | None
    short: int
    offered: tuple[Any, ...]

    @property
    def is_linked(self) -> bool:
        """Whether its pack is one that the server lists, or that was recorded as being there."""
        pack = self.pack
        return pack is not None and (pack.first_seen_at is not None or pack.recorded_as is not None)


@dataclass(frozen=True, slots=True)
class Revealed:
    """Secrets shown on purpose, and what the act that recorded it touched.

    `numbers`: the numbers that a pack was bought under, by the pack's number.
    """

    changes: Changes
    license_server_id: str | None = None
    numbers: dict[int, tuple[str, ...]] = field(default_factory=dict)
    code: str | None = None


def read_worksheet(path: Path, now: Callable[[], datetime], number: int) -> Worksheet | None:
    """The worksheet of a request, or None where there is no such request. Raises StoreTrouble."""
    with frozen(path, now) as state:
        request = next(state.rows("requests", record_id=number, ended=True), None)
        if request is None:
            return None
        collected = tuple(state.rows("collected", request_id=number))
        packs = tuple(
            row
            for one in dict.fromkeys(row.pack_id for row in collected)
            for row in state.rows("packs", record_id=one, ended=True)
        )
        pack = None
        if request.pack_id is not None:
            pack = next(state.rows("packs", record_id=request.pack_id, ended=True), None)
        content = state.draft(number)
        pools, revoked = _pools(state, request)
        server = next(state.rows("servers", record_id=request.server_id))
        today = now().astimezone().date()
        return Worksheet(
            request=request,
            server=server,
            collected=collected,
            lost_by={one.issuance_id: one.lost_by for one in collected},
            packs=packs,
            pack=pack,
            others=_others(state, request),
            draft=json.loads(content) if content else {},
            returns={one.issuance_id: _return(one, today) for one in collected},
            revocation=revocation(pools, revoked=revoked, server_version=server.windows_version),
            short=short_of(pools),
            offered=_offered(state, request, packs),
        )


def _offered(state: Frozen, request: Any, packs: tuple[Any, ...]) -> tuple[Any, ...]:
    """Packs first seen since the request was opened and claimed by nobody: one of them may be the reissued one."""
    lost_from = {pack.number for pack in packs}
    return tuple(
        pack
        for pack in state.rows("packs", server_id=request.server_id)
        if pack.first_seen_at is not None
        and str(day_of(pack.first_seen_at)) >= request.opened_on
        and pack.request_id is None
        and pack.code is None
        and pack.number not in lost_from
        and is_of_version(pack.product_version_id, request.product_version_id)
        and is_of_type(pack.product_type, request.product_type)
        and is_bought(pack.product_type, pack.key_pack_type)
    )


def _return(one: Any, today: date) -> Return:
    ended = date.fromisoformat(one.ended_on) if one.ended_on else None
    return returns(expires_on=day_of(one.expires_at), ended_on=ended, today=today)


def _pools(state: Frozen, request: Any) -> tuple[list[Pool], int]:
    """The open key packs of the request's version and type on its server, and what of them is revoked now."""
    if request.product_type is None:  # nothing was collected yet
        return [], 0
    version = family(request.product_version_id)
    rows = [
        row
        for row in state.rows("packs", server_id=request.server_id)
        if family(row.product_version_id) == version and row.product_type == request.product_type
    ]
    pools = [Pool(row.product_type, row.key_pack_type, row.total, row.issued) for row in rows]
    bought = [row.number for row, pool in zip(rows, pools, strict=True) if bought_for_devices(pool)]
    return pools, state.revoked(bought)


def _others(state: Frozen, request: Any) -> tuple[Any, ...]:
    """Those that are open and the last that were settled; a linked one always."""
    rows = [row for row in state.rows("requests", ended=True) if row.number != request.number]
    settled = [row.number for row in rows if row.state in ("recorded", "installed")][-SETTLED_OFFERED:]
    linked = (request.same_call_as_id, *(r.number for r in rows if r.same_call_as_id == request.number))
    return tuple(r for r in rows if r.state == "open" or r.number in settled or r.number in linked)


def reveal_at_hand(session: Session, request: int) -> Revealed:
    """What is read out in the call, whole: license server ID and purchase numbers. That it was shown is an entry."""
    from tslic_admin.db.recording import seal
    from tslic_admin.db.tables import IssuanceRow, KeyPackRow, RequestRow, ServerRow
    from tslic_admin.services.acts import name_of_pack
    from tslic_admin.services.reissues import collected_rows

    row = session.get_one(RequestRow, request)
    server = session.get_one(ServerRow, row.server_id)
    held = (session.get_one(IssuanceRow, one.issuance_id).key_pack_id for one in collected_rows(session, row))
    packs = [session.get_one(KeyPackRow, number) for number in dict.fromkeys(held)]
    numbers = {pack.id: tuple(n for n in (pack.number, pack.authorization_number) if n) for pack in packs}
    shown = ["license server ID"] if server.license_server_id else []
    shown += [f"numbers of key pack {name_of_pack(session, pack)}" for pack in packs if numbers[pack.id]]
    line = ("reveal", request, server.name, "Revealed", None, ", ".join(shown))
    seal(session, "reveal", more=[line])
    return Revealed(Changes.HISTORY, license_server_id=server.license_server_id, numbers=numbers)


def reveal_code(session: Session, request: int) -> Revealed:
    """The recorded license key pack ID, whole, to be entered on the server. That it was shown is an entry."""
    from sqlalchemy import select

    from tslic_admin.db.recording import seal
    from tslic_admin.db.tables import KeyPackRow
    from tslic_admin.services.acts import live_packs, name_of_pack

    pack = session.scalars(select(KeyPackRow).where(KeyPackRow.request_id == request, *live_packs())).one()
    line = ("reveal", request, name_of_pack(session, pack), "Revealed", None, "license key pack ID")
    seal(session, "reveal", more=[line])
    return Revealed(Changes.HISTORY, code=pack.license_key_pack_id)
