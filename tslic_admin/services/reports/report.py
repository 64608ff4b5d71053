"""The progress and the result of writing a report."""

from __future__ import annotations

from dataclasses import dataclass

from tslic_admin.services.history.verification import VerificationState


@dataclass(frozen=True, slots=True)
class ReportResult:
    """A written report. `rows`: its key packs; `entry`: the entry *reveal*, if secrets are unmasked.

    `state`: the result of the verification; `adds_up`: whether the figures add up. Both None except for an audit.
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
