"""Values that a field cannot take, and the whole store, to see that nothing changed."""

from __future__ import annotations

from typing import Any

from tslic_admin.db.store import Store

LONG = "x" * 4001
TOO_LONG = ("text", LONG, "longer than 4000 characters")
EMPTY = ""
FREE = None  # a choice in which nothing wrong can be chosen
# field -> (what goes wrong, the value, a part of the refusal)
NAMES = {
    "name": [
        ("missing", EMPTY, "name is missing"),
        ("malformed", "two words", "cannot be the name"),
        ("long", "n" * 256, "is too long"),
        ("known", "dc01", "already recorded, as DC01"),
    ]
}
CODES = [
    ("short", "ABCDE", "has {length} characters; 5 were entered"),
    ("characters", "ABCDÉ", "“É” is neither"),
    ("masked", "…12345", "masked"),
]


def codes(length: int) -> list[tuple[str, str, str]]:
    return [(what, value, part.format(length=length)) for what, value, part in CODES]


def everything(store: Store) -> list[Any]:
    """All rows of all tables, as they are stored."""
    with store._engine.connect() as connection:
        tables = connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
            " AND name NOT LIKE '%search%' ORDER BY name"
        ).scalars()
        return [(t, connection.exec_driver_sql(f'SELECT * FROM "{t}"').fetchall()) for t in tables]
