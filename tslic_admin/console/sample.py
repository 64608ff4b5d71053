"""The command that fills an empty store with the sample."""

from __future__ import annotations

from tslic_admin.console.command import Command
from tslic_admin.console.invocation import Invocation
from tslic_admin.domain.catalogue.history import HISTORY
from tslic_admin.services.sample.filling import fill_store


def fill_sample(invocation: Invocation) -> int:
    invocation.open_file()
    fill_store(invocation.path, invocation.now)
    invocation.committed = True
    entry = max(row.number for row in invocation.rows(HISTORY))
    if invocation.terminal.as_json:
        invocation.terminal.document({"entry": entry, "notices": []})
    else:
        invocation.terminal.line(f"The sample was recorded, in {entry} history entries.")
    return 0


COMMANDS = (Command(("demo",), fill_sample),)
