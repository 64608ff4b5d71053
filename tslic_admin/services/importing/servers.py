"""Resolves the server names of imported files; unknown servers are created (rule 4.5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from tslic_admin.db.history.bulk import NewRow, RowNumbers
from tslic_admin.db.history.recording import Value
from tslic_admin.db.schema.tables import ServerRow
from tslic_admin.domain.names import LOCAL_NAMES, domain_of, label_of, read_name, same_name
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.services.lookup import servers_in_domain


@dataclass(slots=True, eq=False)
class ServerCandidate:
    """A server that a name may mean; a new one has no number until all names are resolved."""

    number: int | None
    name: str
    domain: str


@dataclass
class ResolvedServers:
    """Server cells of the files (None: an empty cell) and the servers that they mean.

    `numbers`: cell -> number of the server. `names`: number -> name. `new`: the servers to be created, by number.
    `refused`: cell -> code and facts.
    """

    numbers: dict[str | None, int] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    new: dict[int, NewRow] = field(default_factory=dict)
    refused: dict[str | None, tuple[str, dict[str, object]]] = field(default_factory=dict)


def resolve_servers(
    session: Session, numbers: RowNumbers, cells: Sequence[str | None], default_name: str | None
) -> ResolvedServers:
    """Find the server of each cell. `default_name`: the server that the user gave for rows that name none."""
    servers = ResolvedServers()
    names: dict[str | None, str] = {}
    for cell in cells:
        try:
            names[cell] = read_name(_effective_name(cell, default_name), field="server")
        except RuleViolation as violation:
            servers.refused[cell] = (violation.code, dict(violation.facts))
    by_label: dict[str, list[ServerCandidate]] = {}
    matches: dict[str | None, ServerCandidate] = {}
    # names with a domain come first: a new server gets its full name, and bare names match it
    for cell, name in sorted(names.items(), key=lambda pair: not domain_of(pair[1])):
        label = label_of(name)
        if label not in by_label:
            rows = session.scalars(select(ServerRow).where(ServerRow.label == label))
            by_label[label] = [ServerCandidate(row.id, row.name, row.domain) for row in rows]
        candidates = servers_in_domain(by_label[label], domain_of(name))
        if len(candidates) > 1:
            servers.refused[cell] = _ambiguous(name, [server.name for server in candidates])
            continue
        if not candidates:
            candidates = [ServerCandidate(None, name, domain_of(name))]
            by_label[label] += candidates
        matches[cell] = candidates[0]
    for cell, full_names in _conflicting_names(matches, names).items():
        servers.refused[cell] = _ambiguous(names[cell], full_names)
        del matches[cell]
    for cell in names:
        if cell in matches:
            servers.numbers[cell] = _number(servers, numbers, matches[cell])
    return servers


def _number(servers: ResolvedServers, numbers: RowNumbers, server: ServerCandidate) -> int:
    """The number of a server. A new one gets the next number, so that numbers follow the order of the files' rows."""
    if server.number is None:
        server.number = numbers.next(ServerRow)
        values: dict[str, Value] = {
            "id": server.number,
            "name": server.name,
            "label": label_of(server.name),
            "domain": server.domain,
        }
        servers.new[server.number] = NewRow(ServerRow, values, server.name)
    servers.names[server.number] = server.name
    return server.number


def _effective_name(cell: str | None, default_name: str | None) -> str:
    """The name of the server that a cell means. Raises RuleViolation `server-missing` or `server-other`."""
    if cell is None or cell.casefold() in LOCAL_NAMES:
        if default_name is None:
            raise RuleViolation("server-missing")
        return default_name
    if default_name is None:
        return cell
    if not same_name(cell, default_name):
        raise RuleViolation("server-other", server=default_name)
    return cell if domain_of(cell) else default_name


def _ambiguous(name: str, candidates: list[str]) -> tuple[str, dict[str, object]]:
    return "server-ambiguous", {"value": name, "known": ", ".join(candidates)}


def _conflicting_names(
    matches: dict[str | None, ServerCandidate], names: dict[str | None, str]
) -> dict[str | None, list[str]]:
    """Full names that match one server recorded with its bare name: they cannot all mean that server."""
    full: dict[ServerCandidate, dict[str, str]] = {}
    for cell, server in matches.items():
        if domain := domain_of(names[cell]):
            full.setdefault(server, {})[domain] = names[cell]
    return {
        cell: list(full[server].values())
        for cell, server in matches.items()
        if domain_of(names[cell]) and len(full[server]) > 1
    }
