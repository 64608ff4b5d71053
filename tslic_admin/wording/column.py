"""What one column of a list is: its heading, its words, and what kind of thing its cells hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

Cell = str | int | None
Show = Callable[[Any], Cell]


class Holds(Enum):
    """What the cells of a column are, for files that have kinds of cells."""

    WORDS = "words"  # and numbers, where a cell is one
    ID = "id"  # known by it, never counted with: text, though it may look like a number
    DAY = "day"  # an ISO day in local time, or a word in its place
    TIME = "time"  # an ISO day and time in local time


@dataclass(frozen=True, slots=True)
class Column:
    """`key`: a column of the list (db/lists*.py), or a name of its own for what is put together."""

    key: str
    title: str
    show: Show
    holds: Holds = Holds.WORDS
