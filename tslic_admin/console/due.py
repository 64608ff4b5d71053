"""The command that says what is due."""

from __future__ import annotations

from tslic_admin.console.call import Call
from tslic_admin.console.command import Command, Option

ATTENTION = 1


def show(call: Call) -> int:
    from tslic_admin.services.due import read_due
    from tslic_admin.services.machine import due as machine_due
    from tslic_admin.wording.columns import columns_of

    call.open_file()
    rows = read_due(call.path, call.now, within=call.text("within"), on=call.text("on"))
    call.show(rows, columns_of("due", "day", "kind", "text"), machine_due, nothing="Nothing is due.")
    return ATTENTION if rows else 0


COMMANDS = (
    Command(
        ("due",),
        "list what is due; exit code 1 if anything is",
        show,
        (),
        (
            Option("--within", "within", "DAYS", "so many days ahead; else 14"),
            Option("--on", "on", "DAY", "as of this day; else today"),
        ),
    ),
)
