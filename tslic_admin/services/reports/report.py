"""The progress and the result of writing a report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tslic_admin.services.history.verification import VerificationState

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class ReportResult:
    """A report that was written. `rows`: key packs it is of; `entry`: of the reveal, where secrets are whole in it.

    `state`: what verifying found; `adds_up`: whether the figures of the audit do. Both None for other reports.
    """

    rows: int
    sha256: str
    head: tuple[int, str] | None
    entry: int | None = None
    state: VerificationState | None = None
    adds_up: bool | None = None

    @property
    def needs_attention(self) -> bool:
        return self.adds_up is False or self.state not in (None, VerificationState.INTACT)
