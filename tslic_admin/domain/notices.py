"""What an act says besides being done: true, worth knowing, and no reason to refuse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Notice:
    """A code that wording/notices.py turns into a sentence, and the facts it needs."""

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)
