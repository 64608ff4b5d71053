"""The command that fills an empty store with the sample."""

from __future__ import annotations

from tslic_admin.console.call import Call
from tslic_admin.console.command import Command
from tslic_admin.services.sample.filling import fill_store


def fill_sample(call: Call) -> int:
    call.open_file()
    fill_store(call.path, call.now)
    call.committed = True
    entry = max(row.number for row in call.rows("history"))
    if call.terminal.as_json:
        call.terminal.document({"entry": entry, "notices": []})
    else:
        call.terminal.line(f"The sample was recorded, in {entry} history entries.")
    return 0


COMMANDS = (Command(("demo",), fill_sample),)
