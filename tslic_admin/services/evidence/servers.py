"""Finds the recorded servers that evidence can be about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from tslic_admin.db.schema.tables import ServerRow
from tslic_admin.domain.names import LOCAL_NAMES, same_name


class ServersOfEvidence(NamedTuple):
    """The servers that evidence can belong to. `name`: shown to the user, None if any server is possible. `numbers`: None for all."""

    name: str | None
    numbers: frozenset[int] | None


class EvidenceServers:
    """The recorded servers. `new`: the names of those that the same import creates, by their numbers."""

    def __init__(self, session: Session, new: Mapping[int, str] | None = None) -> None:
        self.names: dict[int, str] = dict(new or {})
        self._product_ids: dict[int, str | None] = {}
        self._rebuilt: set[int] = set()  # their older evidence has another product ID
        for number, name, product_id, rebuilt_on in session.execute(
            select(ServerRow.id, ServerRow.name, ServerRow.product_id, ServerRow.rebuilt_on)
        ):
            self.names[number] = name
            self._product_ids[number] = (product_id or "").strip().casefold() or None
            if rebuilt_on is not None:
                self._rebuilt.add(number)

    def resolve(
        self, evidence_name: str | None, product_id: str | None, default_name: str | None = None
    ) -> ServersOfEvidence:
        """The servers that evidence can be about.

        A server whose product ID nobody knows may have any; where evidence says both, a name does not count for a
        server that is known to have another product ID. `default_name`: the user's word for evidence that names none.
        """
        by_id = self._with_product_id(product_id)
        name = _effective_name(evidence_name) or (default_name if not by_id else None)
        if name is not None:
            fitting = [number for number, server_name in self.names.items() if same_name(server_name, name)]
            if product_id:
                others = (number for number in fitting if self._may_have_another(number))
                fitting = list(dict.fromkeys((*by_id, *others)))
            return ServersOfEvidence(
                self.names[fitting[0]] if len(fitting) == 1 else name, frozenset(fitting)
            )
        if not product_id:
            return ServersOfEvidence(None, None)
        if by_id:
            return ServersOfEvidence(self.names[by_id[0]] if len(by_id) == 1 else None, frozenset(by_id))
        others = (number for number in self.names if self._may_have_another(number))
        return ServersOfEvidence(None, frozenset(others))

    def other_server(
        self, evidence_name: str | None, product_id: str | None, expected: str | None
    ) -> str | None:
        """The server that evidence names, if it is another than the user expects."""
        if expected is None:
            return None
        name = _effective_name(evidence_name)
        names = [name] if name is not None else []
        names += (self.names[number] for number in self._with_product_id(product_id))
        return names[0] if names and not any(same_name(one, expected) for one in names) else None

    def _may_have_another(self, number: int) -> bool:
        """Whether a server can have, or have had, another product ID than the recorded one."""
        return self._product_ids.get(number) is None or number in self._rebuilt

    def _with_product_id(self, product_id: str | None) -> list[int]:
        key = (product_id or "").strip().casefold()
        return [number for number, server_key in self._product_ids.items() if key and server_key == key]


def _effective_name(name: str | None) -> str | None:
    return None if name is None or name.casefold() in LOCAL_NAMES else name
