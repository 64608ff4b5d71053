"""Resolves the server names of imported files; unknown servers are created (rule 4.5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tslic_admin.db.history.bulk import NewRow, RowNumbers
from tslic_admin.db.history.recording import Value
from tslic_admin.db.schema.tables import ServerRow
from tslic_admin.domain.names import LOCAL_NAMES, domain_of, label_of, read_name, same_name
from tslic_admin.domain.outcomes import RuleViolation


@dataclass(slots=True, eq=False)
class ServerCandidate:
    """A server that a name may stand for; one that is to be made has no number until all names are known."""

    number: int | None
    name: str
    domain: str


@dataclass
class ResolvedServers:
    """`numbers`: name as it stands in a file (None: an empty cell) -> server. `refused`: code and facts."""

    numbers: dict[str | None, int] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    new: dict[int, NewRow] = field(default_factory=dict)
    refused: dict[str | None, tuple[str, dict[str, Any]]] = field(default_factory=dict)


def resolve_servers(
    session: Session, numbers: RowNumbers, named: Sequence[str | None], given: str | None
) -> ResolvedServers:
    """Find the server that each name stands for. `given`: the user's word for rows that name none."""
    found = ResolvedServers()
    meant: list[tuple[str | None, str]] = []
    for one in named:
        try:
            meant.append((one, read_name(_effective_name(one, given), field="server")))
        except RuleViolation as violation:
            found.refused[one] = (violation.code, dict(violation.facts))
    by_label: dict[str, list[ServerCandidate]] = {}
    stands: dict[str | None, ServerCandidate] = {}
    for one, name in sorted(meant, key=lambda pair: not domain_of(pair[1])):  # a bare one may be a full one's
        label = label_of(name)
        if label not in by_label:
            rows = session.scalars(select(ServerRow).where(ServerRow.label == label))
            by_label[label] = [ServerCandidate(row.id, row.name, row.domain) for row in rows]
        fitting = _fitting(by_label[label], domain_of(name))
        if len(fitting) > 1:
            found.refused[one] = _ambiguous(name, [server.name for server in fitting])
            continue
        if not fitting:
            fitting = [ServerCandidate(None, name, domain_of(name))]
            by_label[label] += fitting
        stands[one] = fitting[0]
    names_of = dict(meant)
    for one, names in _conflicting_names(stands, names_of).items():
        found.refused[one] = _ambiguous(names_of[one], names)
        del stands[one]
    for one, _ in meant:
        if one in stands:
            found.numbers[one] = _number(found, numbers, stands[one])
    return found


def _number(found: ResolvedServers, numbers: RowNumbers, server: ServerCandidate) -> int:
    """In the order of the files' rows."""
    if server.number is None:
        server.number = numbers.next(ServerRow)
        values: dict[str, Value] = {
            "id": server.number,
            "name": server.name,
            "label": label_of(server.name),
            "domain": server.domain,
        }
        found.new[server.number] = NewRow(ServerRow, values, server.name)
    found.names[server.number] = server.name
    return server.number


def _effective_name(named: str | None, given: str | None) -> str:
    """Raises RuleViolation `server-missing` or `server-other`."""
    if named is None or named.casefold() in LOCAL_NAMES:
        if given is None:
            raise RuleViolation("server-missing")
        return given
    if given is None:
        return named
    if not same_name(named, given):
        raise RuleViolation("server-other", server=given)
    return named if domain_of(named) else given


def _fitting(candidates: list[ServerCandidate], domain: str) -> list[ServerCandidate]:
    exact = [one for one in candidates if one.domain == domain]
    return exact or [one for one in candidates if not domain or not one.domain]


def _ambiguous(name: str, known: list[str]) -> tuple[str, dict[str, Any]]:
    return "server-ambiguous", {"value": name, "known": ", ".join(known)}


def _conflicting_names(
    stands: dict[str | None, ServerCandidate], meant: dict[str | None, str]
) -> dict[str | None, list[str]]:
    """Full names that fit one server known by its bare name: they cannot all be that server."""
    full: dict[ServerCandidate, dict[str, str]] = {}
    for one, server in stands.items():
        if domain := domain_of(meant[one]):
            full.setdefault(server, {})[domain] = meant[one]
    return {
        one: list(full[server].values())
        for one, server in stands.items()
        if domain_of(meant[one]) and len(full[server]) > 1
    }
