"""A server's key packs by Keypack ID, as an import finds them and leaves them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tslic_admin.db.bulk import New
from tslic_admin.db.tables import KeyPackRow, ServerRow
from tslic_admin.domain.packs import ClosedWhy
from tslic_admin.services.acts import live_packs, name_of_pack


class ServerPacks:
    """`known`: what a Keypack ID means now: an open pack, else one that vanished or was moved away.

    What a rebuilt server had is forgotten: its numbers start again. `licensed`: (file, Keypack ID) of the
    licenses in the files.
    """

    def __init__(self, session: Session, server: int, licensed: set[tuple[int, int]] | None = None) -> None:
        self._session = session
        row = session.get(ServerRow, server)
        rebuilt = row.rebuilt_on if row is not None else None
        rows = session.scalars(
            select(KeyPackRow)
            .where(
                KeyPackRow.server_id == server,
                KeyPackRow.keypack_id.is_not(None),
                or_(KeyPackRow.closed_on.is_(None), KeyPackRow.closed_why != ClosedWhy.REBUILT),
                *live_packs(),
            )
            .order_by(KeyPackRow.closed_on.is_(None), KeyPackRow.id)  # an open one takes the number
        )
        self.known: dict[Any, KeyPackRow] = {
            row.keypack_id: row
            for row in rows
            if row.closed_why != ClosedWhy.MOVED or rebuilt is None or str(row.closed_on) > rebuilt
        }
        self.new: dict[int, New] = {}
        self.doubted: dict[int, str] = {}  # recorded by hand otherwise than listed: the field that differs
        self.licensed = licensed or set()
        self.vanished: list[KeyPackRow] = []  # in this import
        self.merged: dict[int, int] = {}  # in this import: a pack of ours by the number of the one it is
        self._back: set[int] = set()

    def by_number(self) -> dict[int, tuple[int, Any]]:
        """Keypack ID and columns of each pack, known or new, by its number here."""
        found: dict[int, tuple[int, Any]] = {row.id: (key, row) for key, row in self.known.items()}
        for key, new in self.new.items():
            found[int(new.values["id"] or 0)] = (key, SimpleNamespace(**new.values))
        return found

    def number(self, keypack_id: int) -> int | None:
        pack = self.known.get(keypack_id)
        if pack is not None:
            return pack.id
        new = self.new.get(keypack_id)
        return None if new is None else int(new.values["id"] or 0)

    def is_open(self, pack: KeyPackRow) -> bool:
        return (pack.closed_on is None or pack.id in self._back) and pack not in self.vanished

    def open(self) -> list[KeyPackRow]:
        return [pack for pack in self.known.values() if self.is_open(pack)]

    def open_and_seen(self) -> list[KeyPackRow]:
        """Those that a list of this server showed before: only they can be found gone."""
        return [pack for pack in self.open() if pack.first_seen_at]

    def comes_back(self, pack: KeyPackRow) -> bool:
        """Whether a pack that is listed had vanished; it has not any more."""
        if self.is_open(pack) or pack.closed_why != ClosedWhy.VANISHED:
            return False
        self._back.add(pack.id)
        return True

    def moved_to(self, keypack_id: int) -> dict[str, Any] | None:
        """Where a pack of that number was moved to and when; None where it was not."""
        pack = self.known.get(keypack_id)
        if pack is None or pack.closed_why != ClosedWhy.MOVED:
            return None
        target = self._session.scalars(
            select(KeyPackRow).where(KeyPackRow.moved_from_id == pack.id, *live_packs())
        ).first()
        to = name_of_pack(self._session, target) if target is not None else ""
        return {"pack": name_of_pack(self._session, pack), "to": to, "on": pack.closed_on}
