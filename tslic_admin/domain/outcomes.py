"""How a rule answers: a violation, a request for a reason, or a notice, each a code with facts that wording/ turns into a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


class RuleViolation(Exception):
    """The user asked for something that a rule forbids, or handed in something that cannot be read.

    `code` picks the sentence in wording/rule_messages.py; `facts` fill it in. `field` names the input the
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


@dataclass(frozen=True, slots=True)
class Notice:
    """A code that wording/rule_messages.py turns into a sentence, and the facts it needs."""

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)
