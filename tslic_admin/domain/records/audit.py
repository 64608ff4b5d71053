"""What an audit counts: installed, usable and held licenses, and what changed them in a period (rules 4.4 to 4.7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from tslic_admin.domain.history.voids import VOID
from tslic_admin.domain.licenses.packs import UNLIMITED, is_purchased
from tslic_admin.domain.outcomes import RuleViolation


class StatementTerm(StrEnum):
    """What leads from the licenses held when a period began to those held at its end."""

    ISSUED = "issued"
    ENDED = "ended"
    GIVEN_UP = "given-up"
    CORRECTIONS = "corrections"


@dataclass(slots=True)
class LicenseStanding:
    """One issued license between two entries. `pack`: None before it was recorded."""

    pack: int | None = None
    ended: bool = False
    retired: bool = False
    given_up: bool = False

    @property
    def held_in(self) -> int | None:
        """The key pack out of which it is held; None where it is not held."""
        return None if self.ended or self.retired or self.given_up else self.pack


class HeldChange(NamedTuple):
    """So many licenses more (or less) held out of a key pack."""

    pack: int
    term: StatementTerm
    amount: int


def held_changes(before: LicenseStanding, after: LicenseStanding, act: str) -> Iterator[HeldChange]:
    """How an entry of the kind `act` changed the licenses held, by one license that it changed.

    These are corrections: a void, a license that is back on its server, a link that was undone, and a license
    that turns out to be of another key pack.
    """
    was, now = before.held_in, after.held_in
    if was == now:
        return
    if was is not None:
        decrease = StatementTerm.ENDED if after.ended else StatementTerm.GIVEN_UP
        yield HeldChange(was, StatementTerm.CORRECTIONS if act == VOID or now is not None else decrease, -1)
    if now is not None:
        yield HeldChange(now, StatementTerm.ISSUED if before.pack is None else StatementTerm.CORRECTIONS, 1)


@dataclass(frozen=True, slots=True)
class Statement:
    """The licenses held out of one key pack over a period. `opening`, `closing`: counted from the records, not calculated."""

    opening: int
    closing: int
    issued: int = 0
    ended: int = 0
    given_up: int = 0
    corrections: int = 0

    @property
    def calculated(self) -> int:
        """The closing as the entries of the period give it; decreases are negative."""
        return self.opening + self.issued + self.ended + self.given_up + self.corrections

    @property
    def adds_up(self) -> bool:
        return self.calculated == self.closing


def count_usable(total: int | None, reissued_away: int) -> int | None:
    """The licenses of a key pack that no reissue replaced, never below 0; None where the total is not known."""
    if total is None or total == UNLIMITED:
        return total
    return max(0, total - reissued_away)


def held_shortage(usable: int | None, held: int) -> int:
    """How many more are held than may be used; 0 where that is not so or not known."""
    return 0 if usable is None or usable == UNLIMITED else max(0, held - usable)


def has_purchased_total(product_type: int | None, key_pack_type: int | None, total: int | None) -> bool:
    """Whether the total of a key pack counts purchased licenses: it was purchased and is not unlimited."""
    return is_purchased(product_type, key_pack_type) and total != UNLIMITED


def check_period(since: date | None, until: date | None) -> None:
    """Raises RuleViolation `export-period-backwards`."""
    if since is not None and until is not None and since > until:
        raise RuleViolation("export-period-backwards", field="until", since=since, until=until)
