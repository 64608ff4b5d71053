"""How a rule says no: a code that wording/ turns into a sentence, and the facts the sentence needs."""

from __future__ import annotations


class RuleViolation(Exception):
    """The user asked for something that a rule forbids, or handed in something that cannot be read.

    `code` picks the sentence in wording/refusals.py; `facts` fill it in. `field` names the input the
    refusal belongs to, so that a dialog shows it there.
    """

    def __init__(self, code: str, *, field: str | None = None, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.facts = facts

    def __str__(self) -> str:
        return f"{self.code} {self.facts}" if self.facts else self.code


class NeedsReason(RuleViolation):
    """Refused unless the user says *anyway* and gives a reason (domain rules 4.2 and 4.4)."""
