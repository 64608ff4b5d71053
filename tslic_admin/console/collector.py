"""The command that prints the script with which license servers are read."""

from __future__ import annotations

from tslic_admin.console.call import Call
from tslic_admin.console.command import Command, Option


def show(call: Call) -> int:
    from tslic_admin.services import collector

    names = collector.names_of(call.texts("server"))
    script = collector.script(names)
    if call.terminal.as_json:
        call.terminal.document({"servers": names, "script": script.decode("ascii")})
        return 0
    with call.terminal.open_output():
        # bytes: a text stream of Windows would end each line twice
        call.terminal.bytes_out().write(script)
    return 0


COMMANDS = (
    Command(
        ("collector",),
        "print the PowerShell script that reads license servers into a file for the import",
        show,
        (),
        (
            Option(
                "--server",
                "server",
                "NAME",
                "a server to read, and again for each; else the computer it runs on",
                many=True,
            ),
        ),
    ),
)
