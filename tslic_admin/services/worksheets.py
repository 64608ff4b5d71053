"""A reissue request as the worksheet for the call: what is collected, what to have at hand, what was typed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tslic_admin.db.frozen import frozen
from tslic_admin.services.changes import Changes

if TYPE_CHECKING:  # the worksheet is read before SQLAlchemy is needed
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Worksheet:
    """Rows as their lists have them. `packs`: those that collected licenses are of; `pack`: what it became.

    `others`: requests that may be settled by the same call. `draft`: what was typed, by field.
    """

    request: Any
    server: Any
    collected: tuple[Any, ...]
    packs: tuple[Any, ...]
    pack: Any | None
    others: tuple[Any, ...]
    draft: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Revealed:
    """A secret shown on purpose, and what the act that recorded it touched."""

    text: str
    changes: Changes


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
        others = tuple(row for row in state.rows("requests", ended=True) if row.number != number)
        content = state.draft(number)
        return Worksheet(
            request=request,
            server=next(state.rows("servers", record_id=request.server_id)),
            collected=collected,
            packs=packs,
            pack=pack,
            others=others,
            draft=json.loads(content) if content else {},
        )


def reveal_server_id(session: Session, request: int) -> Revealed:
    """The license server ID whole, to be read out in the call; that it was shown is an entry."""
    from tslic_admin.db.recording import seal
    from tslic_admin.db.tables import RequestRow, ServerRow

    row = session.get_one(RequestRow, request)
    server = session.get_one(ServerRow, row.server_id)
    seal(session, "reveal", more=[("reveal", request, server.name, "Revealed", None, "license server ID")])
    return Revealed(server.license_server_id or "", Changes.HISTORY)
