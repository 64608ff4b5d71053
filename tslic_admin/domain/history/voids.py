"""Which entries of the history can be voided (rule 4.8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from tslic_admin.domain.outcomes import RuleViolation

VOID = "void"
VOIDABLE = frozenset({"transfer.mark", "reissue.record", "import", "pack.add", "license.add"})


class Dependent(NamedTuple):
    """An entry that depends on another: while it stands, the other cannot be voided."""

    entry: int
    kind: str
    effective_on: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class VoidPreview:
    """What voiding an entry would undo: how many records by kind, and the dependent entries that prevent it."""

    entry: int
    kind: str
    effective_on: str
    created: dict[str, int]
    changed: dict[str, int]
    dependents: tuple[Dependent, ...]


def require_voidable(entry: int, kind: str, voided_by: int | None) -> None:
    """Raises RuleViolation `void-of-void`, `already-voided` or `not-voidable`, which says what to do instead."""
    if kind == VOID:
        raise RuleViolation("void-of-void", entry=entry)
    if voided_by is not None:
        raise RuleViolation("already-voided", entry=entry, act=kind, by=voided_by)
    if kind not in VOIDABLE:
        raise RuleViolation("not-voidable", entry=entry, act=kind, instead=kind)
