"""Links from a report's figures to the history entries they come from, which stand at its end."""

from __future__ import annotations

from collections.abc import Iterable

from tslic_admin.db.periods import Period


class Links:
    """`earlier`: the entries before the period that were linked to; they are listed too."""

    def __init__(self, period: Period) -> None:
        self._period = period
        self.earlier: set[int] = set()

    def to(self, entries: Iterable[int]) -> str:
        """Markup: *12, 14*."""
        return ", ".join(map(self._link, entries))

    def amounts(self, moved: Iterable[tuple[int, int]]) -> str:
        """Markup: *entries 12 (+3), 14 (−1)*: what each of them moved; empty where there are none."""
        each = [f"{self._link(entry)} ({amount:+})".replace("-", "&#8722;") for entry, amount in moved]
        return f"{'entry' if len(each) == 1 else 'entries'} {', '.join(each)}" if each else ""

    def _link(self, entry: int) -> str:
        if entry < self._period.first:
            self.earlier.add(entry)
        return f'<a href="#e{entry}">{entry}</a>'
