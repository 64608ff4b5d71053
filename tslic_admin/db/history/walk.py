"""The walk over the history: the state of recorded things after an entry, built up from their event lines."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter

from tslic_admin.domain.history.entries import Texts, created_texts

# number of the thing, entry, reference, field, before, after
ThingLine = tuple[int, int, str, str | None, str | None, str | None]


class ThingState:
    """A recorded thing after the lines applied so far.

    `texts` is None before it was created; `out_of_order`: the entry of the first line that does not follow from the
    lines before it. Such a line is applied all the same.
    """

    __slots__ = ("out_of_order", "reference", "texts")

    def __init__(self) -> None:
        self.reference = ""
        self.texts: Texts | None = None
        self.out_of_order: int | None = None

    def apply(
        self, entry: int, reference: str, field: str | None, before: str | None, after: str | None
    ) -> None:
        self.reference = reference
        texts = self.texts
        if field is None:
            created = created_texts(after)
            if (texts is not None or created is None) and self.out_of_order is None:
                self.out_of_order = entry
            self.texts = created or {}
            return
        if (texts is None or texts.get(field) != before) and self.out_of_order is None:
            self.out_of_order = entry
        if texts is None:
            texts = self.texts = {}
        texts[field] = after

    def get(self, field: str) -> str | None:
        return None if self.texts is None else self.texts.get(field)


def walk(lines: Iterable[ThingLine]) -> Iterator[tuple[int, ThingState]]:
    """Yield each record with its state after its last event line. `lines`: sorted by record, entry and line; they are read one by one."""
    for number, of_one in groupby(lines, key=itemgetter(0)):
        state = ThingState()
        for _, entry, reference, field, before, after in of_one:
            state.apply(entry, reference, field, before, after)
        yield number, state


def lines_of_things(
    connection: sqlite3.Connection, kind: str, last: int | None = None, number: int | None = None
) -> Iterator[ThingLine]:
    """The event lines of all things of a kind, or of one, up to the entry `last`, for `walk`."""
    where, parameters = ["kind = ?"], [kind, *(n for n in (number, last) if n is not None)]
    if number is not None:
        where.append("record = ?")
    if last is not None:
        where.append("entry <= ?")
    return connection.execute(
        "SELECT record, entry, reference, field, before, after FROM event_line"
        f" WHERE {' AND '.join(where)} ORDER BY record, entry, line",
        parameters,
    )
