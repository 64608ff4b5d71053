"""The commands about the history: listing it, verifying it, anchoring it."""

from __future__ import annotations

from tslic_admin.console.call import Call
from tslic_admin.console.command import Command


def show(call: Call) -> int:
    from tslic_admin.db.frozen import frozen
    from tslic_admin.services import machine
    from tslic_admin.wording.columns import columns_of

    call.open_file()
    columns = columns_of(
        "history", "number", "recorded_at", "effective_on", "kind", "first", "lines", "reason", "actor"
    )
    with frozen(call.path, call.now) as state:
        return call.show(
            state.rows("history"),
            columns,
            lambda row: machine.entry(row, map(machine.event, state.rows("events", record_id=row.number))),
            nothing="Nothing was ever recorded.",
        )


COMMANDS = (Command(("history", "list"), "list the history", show),)
