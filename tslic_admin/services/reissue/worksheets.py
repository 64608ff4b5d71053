"""Reads the worksheet for the call of a reissue request, without SQLAlchemy."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import cast

from tslic_admin.db.lists.pages import ReadView, read_view
from tslic_admin.domain.catalogue.key_packs import PACKS, PackLine
from tslic_admin.domain.catalogue.reissues import COLLECTED, REISSUES, CollectedLine, RequestLine
from tslic_admin.domain.catalogue.servers import SERVERS, ServerLine
from tslic_admin.domain.clocks import day_of
from tslic_admin.domain.licenses.packs import version_family
from tslic_admin.domain.records.advice import (
    Pool,
    PoolReturn,
    RevocationLimit,
    compute_revocation_limit,
    is_purchased_per_device,
    predict_return,
    total_shortage,
)
from tslic_admin.domain.records.reissues import matches_request_type, matches_request_version

MOST_CLOSED_REQUESTS = 20  # so many recorded requests, the newest, are offered as of the same call


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed or chosen in a worksheet and is not recorded yet.

    `texts`: by the fields' names. `left_out`: the licenses that are not to be retired. `tab`: the page that was shown.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[int, ...] = ()
    tab: int | None = None

    def to_json(self) -> str:
        """Write ASCII only, because a text field may contain half a surrogate pair."""
        return json.dumps({**self.texts, "left_out": self.left_out, "tab": self.tab}, sort_keys=True)


def read_draft(content: str | None) -> Draft:
    """A draft as `Draft.to_json` wrote it; None: nothing was typed."""
    values: dict[str, object] = json.loads(content) if content else {}
    left_out, tab = values.pop("left_out", ()), values.pop("tab", None)
    return Draft(
        {name: str(text) for name, text in values.items() if text},
        tuple(cast("list[int]", left_out)),
        cast("int | None", tab),
    )


@dataclass(frozen=True, slots=True)
class Worksheet:
    """Rows as their lists have them. `packs`: those of the collected licenses; `pack`: the reissued one.

    `lost_by`: who lost a collected license, by its number: whom it was transferred to, else the computer or
    user the server names. `other_requests`: requests that share its call or may share it. `offered_packs`: key packs of the server that may be the reissued one. `returns`: when a collected
    license returns to the pool, by its number; `revocation`: how many of the version may be revoked instead;
    `shortage`: how many more are issued than installed.
    """

    request: RequestLine
    server: ServerLine
    collected: tuple[CollectedLine, ...]
    lost_by: dict[int, str | None]
    packs: tuple[PackLine, ...]
    pack: PackLine | None
    other_requests: tuple[RequestLine, ...]
    draft: Draft
    returns: dict[int, PoolReturn]
    revocation: RevocationLimit | None
    shortage: int
    offered_packs: tuple[PackLine, ...]

    @property
    def is_linked(self) -> bool:
        """Whether its pack is one that the server lists, or that was recorded as being there."""
        pack = self.pack
        return pack is not None and (pack.first_seen_at is not None or pack.recorded_as is not None)


def read_worksheet(path: Path, now: Callable[[], datetime], number: int) -> Worksheet | None:
    """The worksheet of a request, or None where there is no such request. Raises StoreTrouble."""
    with read_view(path, now) as state:
        request = next(state.rows(REISSUES, record_id=number, ended=True), None)
        if request is None:
            return None
        collected = tuple(state.rows(COLLECTED, request_id=number))
        packs = tuple(
            row
            for one in dict.fromkeys(row.pack_id for row in collected)
            for row in state.rows(PACKS, record_id=one, ended=True)
        )
        pack = None
        if request.pack_id is not None:
            pack = next(state.rows(PACKS, record_id=request.pack_id, ended=True), None)
        pools, revoked = _pools(state, request)
        server = next(state.rows(SERVERS, record_id=request.server_id))
        today = now().astimezone().date()
        return Worksheet(
            request=request,
            server=server,
            collected=collected,
            lost_by={one.issuance_id: one.lost_by for one in collected},
            packs=packs,
            pack=pack,
            other_requests=_other_requests(state, request),
            draft=read_draft(state.draft(number)),
            returns={one.issuance_id: _return(one, today) for one in collected},
            revocation=compute_revocation_limit(
                pools, revoked=revoked, server_version=server.windows_version
            ),
            shortage=total_shortage(pools),
            offered_packs=_offered_packs(state, request, packs),
        )


def _offered_packs(
    state: ReadView, request: RequestLine, packs: tuple[PackLine, ...]
) -> tuple[PackLine, ...]:
    """Unclaimed packs that were first seen since the request was opened: one of them may be the reissued one."""
    source_packs = {pack.number for pack in packs}
    return tuple(
        pack
        for pack in state.rows(PACKS, server_id=request.server_id)
        if pack.first_seen_at is not None
        and str(day_of(pack.first_seen_at)) >= request.opened_on
        and pack.request_id is None
        and pack.code is None
        and pack.number not in source_packs
        and matches_request_version(pack.product_version_id, request.product_version_id)
        and matches_request_type(pack.product_type, request.product_type)
        and pack.purchased
    )


def _return(one: CollectedLine, today: date) -> PoolReturn:
    ended = date.fromisoformat(one.ended_on) if one.ended_on else None
    return predict_return(expires_on=day_of(one.expires_at), ended_on=ended, today=today)


def _pools(state: ReadView, request: RequestLine) -> tuple[list[Pool], int]:
    """The open key packs of the request's version and type on its server, and what of them is revoked now."""
    if request.product_type is None:  # nothing was collected yet
        return [], 0
    version = version_family(request.product_version_id)
    rows = [
        row
        for row in state.rows(PACKS, server_id=request.server_id)
        if version_family(row.product_version_id) == version and row.product_type == request.product_type
    ]
    pools = [Pool(row.product_type, row.key_pack_type, row.total, row.issued) for row in rows]
    purchased = [row.number for row, pool in zip(rows, pools, strict=True) if is_purchased_per_device(pool)]
    return pools, state.revoked(purchased)


def _other_requests(state: ReadView, request: RequestLine) -> tuple[RequestLine, ...]:
    """Open requests, the newest recorded ones, and always those that share its call."""
    rows = [row for row in state.rows(REISSUES, ended=True) if row.number != request.number]
    closed = [row.number for row in rows if row.state in ("recorded", "installed")][-MOST_CLOSED_REQUESTS:]
    linked = (request.same_call_as_id, *(r.number for r in rows if r.same_call_as_id == request.number))
    return tuple(r for r in rows if r.state == "open" or r.number in closed or r.number in linked)
