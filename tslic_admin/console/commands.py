"""Every command that works, in the order in which help lists them."""

from __future__ import annotations

from tslic_admin.console import (
    client_licenses,
    collector,
    compare,
    demo,
    due,
    exports,
    history,
    imports,
    key_packs,
    licenses,
    reissues,
    reports,
    servers,
    transfers,
)
from tslic_admin.console.command import Command

COMMANDS: tuple[Command, ...] = (
    *servers.COMMANDS,
    *key_packs.COMMANDS,
    *licenses.COMMANDS,
    *imports.COMMANDS,
    *collector.COMMANDS,
    *compare.COMMANDS,
    *transfers.COMMANDS,
    *reissues.COMMANDS,
    *due.COMMANDS,
    *client_licenses.COMMANDS,
    *exports.COMMANDS,
    *reports.COMMANDS,
    *history.COMMANDS,
    *demo.COMMANDS,
)
