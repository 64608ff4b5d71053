"""The command that prints the PowerShell script which reads license servers."""

from __future__ import annotations

from tslic_admin.console.call import Call
from tslic_admin.console.command import Command, Option
from tslic_admin.services.importing import collector


def print_script(call: Call) -> int:
    names = collector.read_server_names(call.texts("server"))
    script = collector.script(names)
    if call.terminal.as_json:
        call.terminal.document({"servers": names, "script": script.decode("ascii")})
        return 0
    with call.terminal.open_output():
        # bytes: a text stream of Windows would end each line twice
        call.terminal.binary_output().write(script)
    return 0


COMMANDS = (
    Command(
        ("collector",),
        print_script,
        options=(
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
