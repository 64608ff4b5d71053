"""What writing a report tells: how far it is, and what was written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tslic_admin.services.history import State

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Written:
    """A report that was written. `rows`: key packs it is of; `entry`: of the reveal, where secrets are whole in it.

    `state`: what verifying found; `adds_up`: whether the figures of the audit do. Both None for other reports.
    """

    rows: int
    sha256: str
    head: tuple[int, str] | None
    entry: int | None = None
    state: State | None = None
    adds_up: bool | None = None

    @property
    def needs_attention(self) -> bool:
        return self.adds_up is False or self.state not in (None, State.INTACT)
