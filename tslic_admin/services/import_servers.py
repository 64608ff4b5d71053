"""Which servers the names in imported files stand for; those that nobody knows yet are made up (rule 4.5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tslic_admin.db.bulk import New
from tslic_admin.db.recording import Value
from tslic_admin.db.tables import ServerRow
from tslic_admin.domain.errors import RuleViolation
from tslic_admin.domain.names import domain_of, label_of, read_name, same_name
from tslic_admin.services.compared import Numbers

# Names that mean the machine itself: as good as an empty cell.
NAMELESS = {"localhost", ".", "127.0.0.1", "::1"}


@dataclass(frozen=True, slots=True)
class Candidate:
    number: int
    name: str
    domain: str


@dataclass
class NamedServers:
    """`numbers`: name as it stands in a file (None: an empty cell) -> server. `refused`: code and facts."""

    numbers: dict[str | None, int] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    new: dict[int, New] = field(default_factory=dict)
    refused: dict[str | None, tuple[str, dict[str, Any]]] = field(default_factory=dict)


def resolve(
    session: Session, numbers: Numbers, named: Sequence[str | None], given: str | None
) -> NamedServers:
    """Find the server that each name stands for. `given`: the user's word for rows that name none."""
    found = NamedServers()
    meant: list[tuple[str | None, str]] = []
    for one in named:
        try:
            meant.append((one, read_name(_meant(one, given), field="server")))
        except RuleViolation as violation:
            found.refused[one] = (violation.code, dict(violation.facts))
    by_label: dict[str, list[Candidate]] = {}
    meant.sort(key=lambda pair: not domain_of(pair[1]))  # a bare name may be one of the full ones
    for one, name in meant:
        label = label_of(name)
        if label not in by_label:
            rows = session.scalars(select(ServerRow).where(ServerRow.label == label))
            by_label[label] = [Candidate(row.id, row.name, row.domain) for row in rows]
        fitting = _fitting(by_label[label], domain_of(name))
        if len(fitting) > 1:
            found.refused[one] = _ambiguous(name, [server.name for server in fitting])
            continue
        if not fitting:
            fitting = [_new(found, numbers, name)]
            by_label[label] += fitting
        found.numbers[one] = fitting[0].number
        found.names[fitting[0].number] = fitting[0].name
    _refuse_two_in_one(found, dict(meant))
    return found


def _meant(named: str | None, given: str | None) -> str:
    """Raises RuleViolation `server-missing` or `server-other`."""
    if named is None or named.casefold() in NAMELESS:
        if given is None:
            raise RuleViolation("server-missing")
        return given
    if given is None:
        return named
    if not same_name(named, given):
        raise RuleViolation("server-other", server=given)
    return named if domain_of(named) else given


def _fitting(candidates: list[Candidate], domain: str) -> list[Candidate]:
    exact = [one for one in candidates if one.domain == domain]
    return exact or [one for one in candidates if not domain or not one.domain]


def _new(found: NamedServers, numbers: Numbers, name: str) -> Candidate:
    made = Candidate(numbers.next(ServerRow), name, domain_of(name))
    values: dict[str, Value] = {
        "id": made.number,
        "name": name,
        "label": label_of(name),
        "domain": made.domain,
    }
    found.new[made.number] = New(ServerRow, values, name)
    return made


def _ambiguous(name: str, known: list[str]) -> tuple[str, dict[str, Any]]:
    return "server-ambiguous", {"value": name, "known": ", ".join(known)}


def _refuse_two_in_one(found: NamedServers, meant: dict[str | None, str]) -> None:
    """Two full names that both fit a server known by its bare name cannot both be that server."""
    full: dict[int, dict[str, str]] = {}
    for one, number in found.numbers.items():
        if domain := domain_of(meant[one]):
            full.setdefault(number, {})[domain] = meant[one]
    for one, number in list(found.numbers.items()):
        names = full.get(number, {})
        if len(names) > 1 and domain_of(meant[one]):
            found.refused[one] = _ambiguous(meant[one], list(names.values()))
            del found.numbers[one]
